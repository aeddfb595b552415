using System.CommandLine;
using Payhook.Access;
using Spectre.Console;

namespace Payhook.Cli;

/// <summary><c>payhook audit</c>: who did what, asked after something went wrong.</summary>
static class AuditCommand
{
    const int LimitDefaultEntries = 50, LimitEntries = 10_000;

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var limit = new Option<int>("--limit")
        {
            Description = $"At most so many entries, the newest, 1 to {LimitEntries}",
            DefaultValueFactory = _ => LimitDefaultEntries,
        };
        var json = new Option<bool>("--json") { Description = "One JSON line for each entry" };
        limit.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var n) && n is < 1 or > LimitEntries)
                result.AddError($"--limit is from 1 to {LimitEntries}.");
        });
        var command = new Command("audit", "Show the administrative acts, the newest first.") { limit, json };
        command.SetAction((parsed, cancellation) => OpenedStore.WithAsync(errors, async (_, store) =>
        {
            var entries = await store.Audit.Entries(long.MaxValue, parsed.GetValue(limit), cancellation)
                .ToListAsync(cancellation);
            if (parsed.GetValue(json))
            {
                foreach (var e in entries) await output.WriteLineAsync(JsonLine.Whole(j => KeyJson.Write(j, e)));
            }
            else if (entries.Count == 0) await output.WriteLineAsync("Nothing was done yet.");
            else
            {
                var table = Tables.Plain("number", "when", "who", "what", "to what", "detail");
                foreach (var e in entries)
                {
                    table.AddRow(Tables.Texts(
                        $"{e.Sequence}", JsonText.Moment(e.At), e.Actor, e.Act, e.Target, e.Detail));
                }
                Tables.Console(output).Write(table);
            }
            return ExitCodes.Success;
        }));
        return command;
    }
}
