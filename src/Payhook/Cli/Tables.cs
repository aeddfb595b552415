using Spectre.Console;

namespace Payhook.Cli;

/// <summary>Tables and colour for people: colour only on a terminal, and none where NO_COLOR asks for none.</summary>
static class Tables
{
    const int RedirectedWidthChars = 160;

    public static IAnsiConsole Console(TextWriter output)
    {
        var terminal = new AnsiConsoleOutput(output);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = terminal,
            Ansi = terminal.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal.IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        if (System.Console.IsOutputRedirected) console.Profile.Width = RedirectedWidthChars;
        return console;
    }
}
