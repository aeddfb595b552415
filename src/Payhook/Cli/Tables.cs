using Spectre.Console;

namespace Payhook.Cli;

/// <summary>Tables and colour for people: colour only on a terminal, and none where NO_COLOR asks for none.</summary>
static class Tables
{
    const int RedirectedWidthChars = 160;
    const int ProgressItemsMinimum = 50;

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

    /// <summary>A table without lines. On a narrow terminal the last column breaks, and no other.</summary>
    public static Table Plain(params string[] columns)
    {
        var table = new Table().Border(TableBorder.None);
        for (var i = 0; i < columns.Length; i++)
        {
            var column = new TableColumn(columns[i]);
            table.AddColumn(i == columns.Length - 1 ? column : column.NoWrap());
        }
        return table;
    }

    public static Text[] Texts(params string[] texts) => [.. texts.Select(t => new Text(t))];

    /// <summary>Does something for each item, with a bar on standard error where a person waits for many.</summary>
    public static async Task WithProgressAsync<T>(
        TextWriter errors, string title, IReadOnlyList<T> items, Func<T, Task> action)
    {
        if (items.Count < ProgressItemsMinimum || errors != System.Console.Error || System.Console.IsErrorRedirected)
        {
            foreach (var item in items) await action(item);
            return;
        }
        await Console(errors).Progress().AutoClear(true).StartAsync(async progress =>
        {
            var bar = progress.AddTask(title, maxValue: items.Count);
            foreach (var item in items)
            {
                await action(item);
                bar.Increment(1);
            }
        });
    }
}
