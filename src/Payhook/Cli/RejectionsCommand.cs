using System.CommandLine;
using System.Text.Json;
using Payhook.Outside;
using Payhook.Providers;
using Payhook.Query;
using Payhook.Store;
using Spectre.Console;

namespace Payhook.Cli;

/// <summary>
/// <c>payhook rejections</c>: why requests were refused, and the way back for those refused by mistake.
/// </summary>
static class RejectionsCommand
{
    const int ListLimitRejections = 500;

    public const string Examples = """
          payhook rejections list --reason wrong-signature
          payhook rejections reverify              what would be verified with the settings of now
          payhook rejections reverify --yes        and store it
        """;

    public static Command Create(TextWriter output, TextWriter errors) =>
        new("rejections", "Show refused requests, and verify them again after a setting was mended.")
        {
            CreateList(output, errors),
            CreateReverify(output, errors),
        };

    static Command CreateList(TextWriter output, TextWriter errors)
    {
        var source = new Option<string?>("--source") { Description = "Only of this source" };
        var reason = new Option<string?>("--reason") { Description = "Only with this reason, such as wrong-signature" };
        var json = new Option<bool>("--json") { Description = "One JSON line for each rejection, then for each count" };
        var command = new Command("list", "Show the rejections kept, the newest first, and how many there were.")
        {
            source, reason, json,
        };
        command.SetAction((parsed, cancellation) => WithStoreAsync(errors, async (settings, store) =>
        {
            var page = new RejectionPage(
                long.MaxValue, ListLimitRejections, parsed.GetValue(source), parsed.GetValue(reason));
            var rejections = await store.Rejections.Rejections(page, cancellation).ToListAsync(cancellation);
            var counts = await store.Rejections.Counts(cancellation)
                .Where(c => (page.SourceName ?? c.SourceName) == c.SourceName && (page.Reason ?? c.Reason) == c.Reason)
                .ToListAsync(cancellation);
            if (parsed.GetValue(json))
            {
                foreach (var rejection in rejections)
                    await output.WriteLineAsync(
                        JsonLine.Of(j => RejectionJson.WriteMembers(j, rejection, settings.Sources)));
                foreach (var count in counts)
                    await output.WriteLineAsync(JsonLine.Of(j => RejectionJson.WriteMembers(j, count)));
            }
            else WriteTables(output, rejections, counts);
            return ExitCodes.Success;
        }));
        return command;
    }

    static Command CreateReverify(TextWriter output, TextWriter errors)
    {
        var source = new Option<string?>("--source") { Description = "Only of this source" };
        var yes = new Option<bool>("--yes") { Description = "Store what verifies; without it nothing is changed" };
        var json = new Option<bool>("--json") { Description = "One JSON line for each rejection" };
        var command = new Command(
            "reverify", "Verify kept rejections with the settings of now, and store as events those that verify.")
        {
            source, yes, json,
        };
        command.SetAction((parsed, cancellation) => WithStoreAsync(errors, async (settings, store) =>
        {
            var sources = settings.Sources;
            if (parsed.GetValue(yes) && settings.UsesDefaultSecret)
            {
                // Run in the wrong directory, this would make events of whatever strangers signed with it.
                await errors.WriteLineAsync(
                    "payhook: WEBHOOK_SECRET is the public default, and nothing is stored by it. "
                    + "Run this with the settings of the listener.");
                sources = [.. sources.Where(s => !UsesDefaultSecret(s))];
                if (sources.Count == 0) return ExitCodes.Settings;
            }
            using var lookups = new Lookups(TimeProvider.System, settings.PayPalCertificates);
            var reverifier = new Reverifier(store, sources, TimeProvider.System, lookups.FindAsync);
            using var writer = parsed.GetValue(yes) ? store.OpenWriter() : null;
            var results = await ReverifyAsync(reverifier, parsed.GetValue(source), writer, errors, cancellation);
            if (parsed.GetValue(json))
            {
                foreach (var result in results) await output.WriteLineAsync(JsonLine.Of(j => WriteMembers(j, result)));
            }
            else WriteTable(output, results, parsed.GetValue(source), sources);
            return results.Exists(r => r.Result == ReverifyResult.Failed) ? ExitCodes.Failed : ExitCodes.Success;
        }));
        return command;
    }

    static bool UsesDefaultSecret(Source source)
    {
        var defaultSecret = new Secret(Settings.DefaultSecret);
        return source.Credentials.Secrets.Any(s => s.Bytes.SequenceEqual(defaultSecret.Bytes));
    }

    static async Task<List<Reverified>> ReverifyAsync(
        Reverifier reverifier, string? sourceName, IEventWriter? writer, TextWriter errors,
        CancellationToken cancellation)
    {
        var results = new List<Reverified>();
        var sequences = await reverifier.CandidatesAsync(sourceName, cancellation);
        await Tables.WithProgressAsync(errors, "verifying", sequences, async sequence =>
        {
            // The body has done its work; thousands of them would fill the memory.
            if (await reverifier.ReverifyAsync(sequence, writer, cancellation) is { } result)
                results.Add(result with { Rejection = result.Rejection with { Body = [] } });
        });
        return results;
    }

    static async Task<int> WithStoreAsync(TextWriter errors, Func<Settings, IEventStore, Task<int>> run)
    {
        var (settings, faults) = Settings.ReadEnvironment();
        if (settings is null) return await ServeCommand.TellAsync(errors, faults);
        await using var store = settings.Database.CreateStore(settings.CommitDeadline, TimeProvider.System);
        try
        {
            if (store.Examine().SchemaVersion == 0)
                throw new StoreRefusedException($"{store.DisplayName} holds nothing of Payhook's yet.");
            store.Open();
            return await run(settings, store);
        }
        catch (StoreRefusedException e)
        {
            await errors.WriteLineAsync($"payhook: DATABASE_URL: {e.Message}");
            return ExitCodes.Settings;
        }
        catch (StoreUnavailableException e)
        {
            await errors.WriteLineAsync($"payhook: DATABASE_URL: {e.Message}");
            return ExitCodes.Unavailable;
        }
    }

    static void WriteTables(TextWriter output, List<Rejection> rejections, List<RejectionCount> counts)
    {
        if (counts.Count == 0 && rejections.Count == 0)
        {
            output.WriteLine("No request was refused.");
            return;
        }
        var kept = Table("number", "when", "source", "reason", "cause", "event");
        foreach (var r in rejections)
            kept.AddRow(Texts($"{r.Sequence}", JsonText.Moment(r.ReceivedAt), r.SourceName, r.Reason, r.Cause ?? "",
                r.PromotedAt is null ? "" : r.PromotedSequence?.ToString() ?? "yes"));
        var all = Table("refused", "last", "source", "reason", "cause");
        foreach (var c in counts)
            all.AddRow(Texts($"{c.Count}", JsonText.Moment(c.LastAt), c.SourceName, c.Reason, c.Cause ?? ""));
        if (rejections.Count > 0)
        {
            Tables.Console(output).Write(kept);
            output.WriteLine();
        }
        if (counts.Count > 0) Tables.Console(output).Write(all);
        var explained = rejections.Where(r => r.Explanation is not null).DistinctBy(r => r.Cause).ToList();
        if (explained.Count > 0) output.WriteLine();
        foreach (var r in explained) output.WriteLine($"{r.Cause}: {r.Explanation}");
    }

    static void WriteTable(
        TextWriter output, List<Reverified> results, string? sourceName, IReadOnlyList<Source> sources)
    {
        var table = Table("number", "when", "source", "was refused for", "now", "why", "events");
        foreach (var result in results)
        {
            var r = result.Rejection;
            table.AddRow(Texts($"{r.Sequence}", JsonText.Moment(r.ReceivedAt), r.SourceName, r.Reason,
                JsonText.Word(result.Result), result.Told, string.Join(' ', result.EventIds)));
        }
        if (results.Count > 0) Tables.Console(output).Write(table);
        foreach (var group in results.GroupBy(r => r.Result).OrderByDescending(g => g.Key))
            output.WriteLine($"{group.Count()} {JsonText.Word(group.Key)}");
        var ofSource = sourceName is null ? "" : $" of the source {sourceName}";
        if (results.Count == 0) output.WriteLine($"No rejection{ofSource} is kept that has not become an event.");
        if (results.Exists(r => r.Result == ReverifyResult.WouldPromote))
            output.WriteLine("To store them: payhook rejections reverify --yes");
        if (sources.FirstOrDefault(s => results.Exists(r => r.IsLate && r.Rejection.SourceName == s.Name)) is { } late)
            output.WriteLine("To take those too whose signed time alone is too old, turn the window off for one run: "
                + (late.Name == late.Provider.Name
                    ? $"{SourceVariables.Of(late.Provider, SourceMember.Tolerance)}=off payhook rejections reverify"
                    : $"\"{SourceMember.Tolerance}\": \"off\" for {late.Name} in payhook.json"));
    }

    /// <summary>On a narrow terminal the sentences break, and the words that people search for do not.</summary>
    static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var name in columns)
        {
            var column = new TableColumn(name);
            table.AddColumn(name is "why" or "events" ? column : column.NoWrap());
        }
        return table;
    }

    static Text[] Texts(params string[] texts) => [.. texts.Select(t => new Text(t))];

    static void WriteMembers(Utf8JsonWriter json, Reverified result)
    {
        json.WriteNumber("sequence", result.Rejection.Sequence);
        json.WriteString("received_at", JsonText.Moment(result.Rejection.ReceivedAt));
        json.WriteString("source", result.Rejection.SourceName);
        json.WriteString("reason", result.Rejection.Reason);
        json.WriteString("result", JsonText.Word(result.Result));
        json.WriteString("told", result.Told);
        json.WriteStartArray("event_ids");
        foreach (var id in result.EventIds) json.WriteStringValue(id);
        json.WriteEndArray();
    }
}
