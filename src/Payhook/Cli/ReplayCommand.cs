using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Primitives;
using Payhook.Query;
using Payhook.Store;
using Spectre.Console;

namespace Payhook.Cli;

/// <summary>
/// <c>payhook replay</c>: stored events once more to destinations, sent by the listener that runs beside it.
/// </summary>
static class ReplayCommand
{
    const int ListLimitReplays = 100;

    public const string Examples = """
          payhook replay --event evt_1 --to orders
          payhook replay --type 'payment.*' --from 2026-03-01T00:00:00Z --to orders --dry-run
          payhook replay --everything --to all --rate 50 --yes
          payhook replay list
          payhook replay cancel 7

        A running 'payhook serve' does the sending: this starts it, and shows how far it is.
        """;

    /// <summary>The options of the verb, each with the parameter of POST /replays that it is.</summary>
    sealed class Options
    {
        public Option<string[]> Type { get; } = List("--type", "Only events of this type; * stands for any characters");
        public Option<string?> Source { get; } = new("--source") { Description = "Only events of this source" };
        public Option<string?> Provider { get; } = new("--provider") { Description = "Only events of this provider" };
        public Option<string?> Payment { get; } = new("--payment") { Description = "Only events of this payment" };
        public Option<string?> From { get; } = new("--from") { Description = "Received at this moment or later" };
        public Option<string?> Until { get; } = new("--until") { Description = "Received before this moment" };
        public Option<string?> Event { get; } = new("--event") { Description = "Only the event with this id" };
        public Option<bool> Everything { get; } = new("--everything")
        {
            Description = "Every event there is; must be said where no filter is given",
        };
        public Option<string[]> To { get; } = List("--to", "A destination, or all");
        public Option<string?> Rate { get; } = new("--rate") { Description = "At most so many a second to each" };
        public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Only count what would be sent" };
        public Option<bool> Yes { get; } = new("--yes") { Description = "Start without asking" };
        public Option<bool> Json { get; } = new("--json") { Description = "JSON lines: the plan, then each replay" };

        static Option<string[]> List(string name, string description) =>
            new(name) { Description = description + "; may be given several times" };

        public QueryCollection Query(ParseResult parsed)
        {
            var query = new Dictionary<string, StringValues>(StringComparer.Ordinal);
            Add("type", parsed.GetValue(Type) ?? []);
            Add("to", parsed.GetValue(To) ?? []);
            foreach (var (name, option) in new[]
            {
                ("source", Source), ("provider", Provider), ("payment_id", Payment), ("received_from", From),
                ("received_to", Until), ("event_id", Event), ("rate_limit_per_second", Rate),
            })
            {
                if (parsed.GetValue(option) is { } value) query[name] = value;
            }
            if (parsed.GetValue(Everything)) query["everything"] = "true";
            if (parsed.GetValue(DryRun)) query["dry_run"] = "true";
            return new(query);

            void Add(string name, string[] values)
            {
                if (values.Length > 0) query[name] = values;
            }
        }
    }

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var options = new Options();
        var command = new Command("replay", "Send stored events once more to destinations.")
        {
            options.Type, options.Source, options.Provider, options.Payment, options.From, options.Until, options.Event,
            options.Everything, options.To, options.Rate, options.DryRun, options.Yes, options.Json,
            CreateList(output, errors), CreateCancel(output, errors),
        };
        command.SetAction((parsed, cancellation) => OpenedStore.WithAsync(errors, async (settings, store) =>
        {
            var (request, fault) = ReplayRequest.Of(options.Query(parsed), Sources.Of(settings));
            if (request is null) return await FailAsync(errors, fault!, ExitCodes.Usage);
            using var feed = new FeedReader(store.Feed, store.Consumers);
            var editor = Editor(store, feed);
            var (plan, unknown) = await editor.PlanAsync(request, cancellation);
            if (plan is null) return await FailAsync(errors, unknown!, ExitCodes.Failed);
            var isJson = parsed.GetValue(options.Json);
            var mayAsk = output == Console.Out && !isJson && !Console.IsInputRedirected && !Console.IsOutputRedirected;
            if (request.IsDryRun || (mayAsk && !parsed.GetValue(options.Yes)))
            {
                await TellPlanAsync(output, plan, isJson);
                if (request.IsDryRun) return ExitCodes.Success;
                if (!await Tables.Console(output).ConfirmAsync("Start?", defaultValue: false, cancellation))
                    return ExitCodes.Failed;
            }
            var (ids, refused) = editor.Start(plan, AuditEntry.CommandLineActor);
            if (refused is not null) return await FailAsync(errors, refused, ExitCodes.Failed);
            if (isJson) await output.WriteLineAsync(JsonLine.Whole(j => ReplayJson.Write(j, plan, ids)));
            var run = new ReplayRun(store, editor, plan, ids, output, errors);
            return await run.FollowAsync(isJson, cancellation);
        }));
        return command;
    }

    static Command CreateList(TextWriter output, TextWriter errors)
    {
        var json = new Option<bool>("--json") { Description = "One JSON line for each replay" };
        var command = new Command("list", $"Show the newest {ListLimitReplays} replays and how far they are.") { json };
        command.SetAction((parsed, cancellation) => OpenedStore.WithAsync(errors, async (_, store) =>
        {
            using var feed = new FeedReader(store.Feed, store.Consumers);
            var names = await Editor(store, feed).NamesAsync(cancellation);
            var rows = await store.Destinations.Replays(new(ListLimitReplays), cancellation).ToListAsync(cancellation);
            if (parsed.GetValue(json))
            {
                foreach (var row in rows)
                {
                    await output.WriteLineAsync(JsonLine.Whole(
                        j => ReplayJson.Write(j, row, names.GetValueOrDefault(row.DestinationId))));
                }
            }
            else if (rows.Count == 0) await output.WriteLineAsync("There is no replay.");
            else
            {
                var table = Tables.Plain("id", "destination", "state", "events", "planned", "started", "which");
                foreach (var row in rows)
                {
                    table.AddRow(Tables.Texts($"{row.Id}", names.GetValueOrDefault(row.DestinationId, "-"),
                        JsonText.Word(row.State), $"{row.EventCount}", $"{row.PlannedCount}",
                        JsonText.Moment(row.CreatedAt), row.FilterJson));
                }
                Tables.Console(output).Write(table);
            }
            return ExitCodes.Success;
        }));
        return command;
    }

    static Command CreateCancel(TextWriter output, TextWriter errors)
    {
        var id = new Argument<long>("id") { Description = "The replay's number" };
        var command = new Command("cancel", "End one that runs; what it has sent is sent.") { id };
        command.SetAction((parsed, cancellation) => OpenedStore.WithAsync(errors, async (_, store) =>
        {
            using var feed = new FeedReader(store.Feed, store.Consumers);
            var (row, fault) = await Editor(store, feed).CancelAsync(
                parsed.GetRequiredValue(id), AuditEntry.CommandLineActor, cancellation);
            if (row is null) return await FailAsync(errors, fault!, ExitCodes.Failed);
            var events = ReplayRun.Events(row.EventCount);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"Replay {row.Id} is cancelled; {row.PlannedCount} of {events} handed over."));
            return ExitCodes.Success;
        }));
        return command;
    }

    static ReplayEditor Editor(IEventStore store, FeedReader feed) =>
        new(store.Destinations, feed, new(), TimeProvider.System);

    static async Task TellPlanAsync(TextWriter output, ReplayPlan plan, bool isJson)
    {
        if (isJson)
        {
            await output.WriteLineAsync(JsonLine.Whole(j => ReplayJson.Write(j, plan, [])));
            return;
        }
        await output.WriteLineAsync(
            $"{ReplayRun.Events(plan.EventCount)}, as far as a destination's own filter lets them pass, to:");
        foreach (var row in plan.Destinations)
            await output.WriteLineAsync($"  {row.Name} {ReplayJson.Note(row)}".TrimEnd());
    }

    static async Task<int> FailAsync(TextWriter errors, Problem problem, int code)
    {
        await errors.WriteLineAsync($"payhook: {problem.Detail}");
        return code;
    }
}
