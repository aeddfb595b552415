using Payhook.Store;
using Spectre.Console;

namespace Payhook.Cli;

/// <summary>What a person sees at the start: where to send webhooks, where they go, and what to try.</summary>
static class Banner
{
    public static Task WriteAsync(
        TextWriter output, Settings settings, IEventStore store, ICollection<string> urls, FirstSignIn signIn)
    {
        var console = Tables.Console(output);
        var url = urls.First();
        var grid = new Grid().AddColumn(new GridColumn().PadLeft(2).PadRight(3).NoWrap()).AddColumn();
        grid.AddRow(new Markup("[grey]webhook[/]"), new Text($"{url}/webhook/payments"));
        grid.AddRow(new Markup("[grey]read[/]"), new Text($"{url}/payments/PAYMENT_ID/events"));
        grid.AddRow(new Markup("[grey]dashboard[/]"), new Text(signIn.Url));
        grid.AddRow(new Markup("[grey]store[/]"), new Text(store.DisplayName));
        var sources = string.Join(", ", settings.Sources.Select(s => s.Name));
        grid.AddRow(new Markup("[grey]sources[/]"), new Text(sources));
        if (settings.UsesDefaultSecret)
            grid.AddRow(new Markup("[grey]secret[/]"), new Text($"{Settings.DefaultSecret}, the public default; "
                + "set WEBHOOK_SECRET before anybody else can reach this"));
        grid.AddRow(new Markup("[grey]try[/]"), new Text("payhook send --mock captured"));

        console.WriteLine();
        console.MarkupLineInterpolated($"  [bold]Payhook[/] {ProgramVersion.Text} listens on [bold]{url}[/]");
        console.WriteLine();
        console.Write(grid);
        console.WriteLine();
        if (signIn.NeedsLink)
        {
            var (link, _) = SignInLinkCommand.Make(store.Sessions, signIn.Url, TimeProvider.System.GetUtcNow());
            // Not through the console, which would break a line that people copy.
            output.WriteLine("  To sign in to the dashboard, once and within an hour, open");
            output.WriteLine($"  {link}");
            output.WriteLine();
        }
        return Task.CompletedTask;
    }
}
