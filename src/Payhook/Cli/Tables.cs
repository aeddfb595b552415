using Spectre.Console;

namespace Payhook.Cli;

/// <summary>Tables and colour for people: colour only on a terminal, and none where NO_COLOR asks for none.</summary>
static class Tables
{
    const int RedirectedWidthChars = 160;

    public static IAnsiConsole Console(TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (System.Console.IsOutputRedirected) console.Profile.Width = RedirectedWidthChars;
        return console;
    }
}
