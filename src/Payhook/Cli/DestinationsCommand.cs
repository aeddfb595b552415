using System.CommandLine;
using System.Text;
using System.Text.Json;
using Payhook.Forward;
using Payhook.Query;
using Payhook.Store;
using Spectre.Console;

namespace Payhook.Cli;

/// <summary>
/// <c>payhook destinations</c>: where events are handed on to, set up by who has the database; a running listener sees
/// it within seconds.
/// </summary>
static class DestinationsCommand
{
    public const string Examples = """
          payhook destinations
          payhook destinations add orders https://orders.example.com/hooks --body raw
          payhook destinations show orders
          payhook destinations test orders
          payhook destinations pause orders
          payhook destinations rotate-secret orders
        """;

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var json = new Option<bool>("--json") { Description = "One JSON line for each destination" };
        var command = new Command("destinations", "Show and set up where events are handed on to.")
        {
            json, CreateAdd(output, errors), CreateShow(output, errors),
            CreateState(output, errors, "pause", DestinationState.Paused, "Stop sending; what is owed waits."),
            CreateState(output, errors, "resume", DestinationState.Active, "Send again, whatever stopped it."),
            CreateRemove(output, errors), CreateRotate(output, errors), CreateTest(output, errors),
        };
        command.SetAction((parsed, cancellation) => OpenedStore.WithAsync(errors, async (_, store) =>
        {
            var rows = await store.Destinations.All(cancellation).ToListAsync(cancellation);
            var counts = await CountsAsync(store, cancellation);
            if (parsed.GetValue(json))
            {
                foreach (var row in rows) await WriteJsonAsync(output, row, counts);
            }
            else if (rows.Count == 0) await output.WriteLineAsync("There is no destination.");
            else WriteTable(output, rows, counts);
            return ExitCodes.Success;
        }));
        return command;
    }

    static Command CreateAdd(TextWriter output, TextWriter errors)
    {
        var (name, json) = (NameArgument(), JsonOption());
        var url = new Argument<string>("url") { Description = "https://…, or tls://host:4222 for NATS" };
        var body = WordOption("--body", DestinationWords.Bodies, "In which form events are sent");
        var ordering = WordOption("--ordering", DestinationWords.Orderings, "payment: one after another");
        var type = ListOption("--type", "Only events of this type; * stands for any characters");
        var source = ListOption("--source", "Only events of this source");
        var status = ListOption("--status", "Only events that say this of their payment, such as captured");
        var header = ListOption("--header", "Sent with every delivery: 'Name: value'");
        var subject = new Option<string?>("--subject") { Description = "For NATS: where to publish" };
        var from = new Option<string?>("--from") { Description = "start: all events there are; default now" };
        header.Validators.Add(result =>
        {
            if (!result.Tokens.All(t => t.Value.Contains(':', StringComparison.Ordinal)))
                result.AddError("A header is given as 'Name: value'.");
        });
        var command = new Command("add", "Add one. The secret that it is given is shown once.")
        {
            name, url, body, ordering, type, source, status, header, subject, from, json,
        };
        command.SetAction((parsed, cancellation) => OpenedStore.WithAsync(errors, async (settings, store) =>
        {
            var text = JsonLine.Whole(j => WriteAsked(j, j =>
            {
                var address = parsed.GetRequiredValue(url);
                var isNats = address.StartsWith("tls:", StringComparison.Ordinal)
                    || address.StartsWith("nats:", StringComparison.Ordinal);
                Member(j, "name", parsed.GetRequiredValue(name));
                Member(j, "sink", isNats ? "nats" : "http");
                Member(j, "url", address);
                Member(j, "body", parsed.GetValue(body));
                Member(j, "ordering", parsed.GetValue(ordering));
                Member(j, "subject", parsed.GetValue(subject));
                Member(j, "from", parsed.GetValue(from));
                j.WriteStartObject("filter");
                Members(j, "types", parsed.GetValue(type));
                Members(j, "sources", parsed.GetValue(source));
                Members(j, "statuses", parsed.GetValue(status));
                j.WriteEndObject();
                j.WriteStartObject("headers");
                foreach (var line in parsed.GetValue(header) ?? [])
                {
                    var colon = line.IndexOf(':', StringComparison.Ordinal);
                    j.WriteString(line[..colon].Trim(), line[(colon + 1)..].Trim());
                }
                j.WriteEndObject();
            }));
            var act = await Editor(settings, store).AddAsync(
                Encoding.UTF8.GetBytes(text), AuditEntry.CommandLineActor, cancellation);
            return await TellAsync(output, errors, store, act, parsed.GetValue(json), "is added", cancellation);
        }));
        return command;
    }

    static Command CreateShow(TextWriter output, TextWriter errors)
    {
        var name = NameArgument();
        var command = new Command("show", "Show one with all its settings, as JSON.") { name };
        command.SetAction((parsed, cancellation) => OpenedStore.WithAsync(errors, async (settings, store) =>
        {
            var row = await Editor(settings, store).FindAsync(parsed.GetRequiredValue(name), cancellation);
            return await TellAsync(output, errors, store,
                row is null ? Problem.UnknownDestination : new DestinationAct(row, null), true, "", cancellation);
        }));
        return command;
    }

    static Command CreateState(
        TextWriter output, TextWriter errors, string verb, DestinationState state, string description)
    {
        var (name, json) = (NameArgument(), JsonOption());
        var command = new Command(verb, description) { name, json };
        command.SetAction((parsed, cancellation) => OpenedStore.WithAsync(errors, async (settings, store) =>
        {
            var act = await Editor(settings, store).SetStateAsync(
                parsed.GetRequiredValue(name), state, AuditEntry.CommandLineActor, cancellation);
            return await TellAsync(
                output, errors, store, act, parsed.GetValue(json), $"is {JsonText.Word(state)}", cancellation);
        }));
        return command;
    }

    static Command CreateRemove(TextWriter output, TextWriter errors)
    {
        var (name, json) = (NameArgument(), JsonOption());
        var command = new Command("remove", "Remove one, and what it is still owed.") { name, json };
        command.SetAction((parsed, cancellation) => OpenedStore.WithAsync(errors, async (settings, store) =>
        {
            var act = await Editor(settings, store).RemoveAsync(
                parsed.GetRequiredValue(name), null, AuditEntry.CommandLineActor, cancellation);
            return await TellAsync(output, errors, store, act, parsed.GetValue(json), "is removed", cancellation);
        }));
        return command;
    }

    static Command CreateRotate(TextWriter output, TextWriter errors)
    {
        var (name, json) = (NameArgument(), JsonOption());
        var finish = new Option<bool>("--finish") { Description = "Make none, and let go of all but the newest" };
        var command = new Command("rotate-secret", "Put a new secret beside the one there is, and show it once.")
        {
            name, finish, json,
        };
        command.SetAction((parsed, cancellation) => OpenedStore.WithAsync(errors, async (settings, store) =>
        {
            var act = await Editor(settings, store).RotateAsync(
                parsed.GetRequiredValue(name), parsed.GetValue(finish), AuditEntry.CommandLineActor, cancellation);
            var told = parsed.GetValue(finish) ? "has one secret" : "has a new secret";
            return await TellAsync(output, errors, store, act, parsed.GetValue(json), told, cancellation);
        }));
        return command;
    }

    static Command CreateTest(TextWriter output, TextWriter errors)
    {
        var (name, json) = (NameArgument(), JsonOption());
        var command = new Command("test", "Send it an event that never happened, and show the answer.")
        {
            name, json,
        };
        command.SetAction((parsed, cancellation) => OpenedStore.WithAsync(errors, async (settings, store) =>
        {
            var row = await Editor(settings, store).FindAsync(parsed.GetRequiredValue(name), cancellation);
            if (row is null)
            {
                await errors.WriteLineAsync($"payhook: {Problem.UnknownDestination.Detail}");
                return ExitCodes.Failed;
            }
            var sinks = new Sinks(
                Sources.Of(settings), new OutboundGuard(settings.PrivateDestinations), TimeProvider.System);
            var attempt = await new DestinationProbe(sinks, TimeProvider.System).SendAsync(row, cancellation);
            store.Audit.Append(DestinationsApi.Tested(row, attempt, AuditEntry.CommandLineActor));
            if (parsed.GetValue(json))
                await output.WriteLineAsync(JsonLine.Whole(j => DestinationJson.WriteTest(j, row, attempt, null)));
            else await WriteTestAsync(output, row, attempt);
            return attempt.IsSuccess ? ExitCodes.Success : ExitCodes.Failed;
        }));
        return command;
    }

    static async Task WriteTestAsync(TextWriter output, DestinationRow row, Attempt attempt)
    {
        var what = attempt.IsSuccess ? "took it" : $"did not take it ({attempt.Failure.Name()})";
        var status = attempt.Status > 0 ? $"{attempt.Status} " : "";
        await output.WriteLineAsync($"{row.Name} {what}: {status}after {attempt.Duration.TotalMilliseconds:F0} ms.");
        if (attempt.Detail.Length > 0) await output.WriteLineAsync(attempt.Detail);
        if (attempt.Answer.Length > 0) await output.WriteLineAsync(Printable(Encoding.UTF8.GetString(attempt.Answer)));
    }

    /// <summary>What a stranger answers must not move the cursor of a terminal.</summary>
    static string Printable(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? ' ' : c));

    /// <summary>A secret goes to the output and all else beside it, so that a script gets the secret alone.</summary>
    static async Task<int> TellAsync(
        TextWriter output, TextWriter errors, IEventStore store, DestinationAct act, bool isJson, string told,
        CancellationToken cancellation)
    {
        if (act.Row is not { } row)
        {
            await errors.WriteLineAsync($"payhook: {act.Problem!.Detail}");
            return ExitCodes.Failed;
        }
        if (isJson) await WriteJsonAsync(output, row, await CountsAsync(store, cancellation), act.Secret);
        else if (act.Secret is { } secret)
        {
            await output.WriteLineAsync(secret);
            await errors.WriteLineAsync($"payhook: {row.Name} {told}; the secret is not shown again");
        }
        else await output.WriteLineAsync($"{row.Name} {told}.");
        return ExitCodes.Success;
    }

    static DestinationEditor Editor(Settings settings, IEventStore store) => new(store.Destinations, store.Feed,
        new() { SourceNames = [.. settings.Sources.Select(s => s.Name)], Allowed = settings.PrivateDestinations },
        TimeProvider.System);

    static void WriteTable(TextWriter output, List<DestinationRow> rows, Dictionary<long, DeliveryCount> counts)
    {
        var table = Tables.Plain("name", "sink", "state", "pending", "dead", "url");
        foreach (var row in rows)
        {
            var destination = DestinationText.Read(row).Destination;
            var count = counts.GetValueOrDefault(row.Id);
            table.AddRow(Tables.Texts(row.Name,
                destination is null ? "?" : DestinationWords.Sinks.Word(destination.Sink), JsonText.Word(row.State),
                $"{count.Pending}", $"{count.Dead}",
                destination is null ? "cannot be read" : DestinationText.ShownUrl(destination)));
        }
        Tables.Console(output).Write(table);
    }

    static Task WriteJsonAsync(
        TextWriter output, DestinationRow row, Dictionary<long, DeliveryCount> counts, string? secret = null) =>
        output.WriteLineAsync(JsonLine.Whole(
            j => DestinationJson.Write(j, row, counts.GetValueOrDefault(row.Id), secret: secret)));

    static async Task<Dictionary<long, DeliveryCount>> CountsAsync(
        IEventStore store, CancellationToken cancellation) =>
        (await store.Deliveries.CountsAsync(cancellation)).ToDictionary(c => c.DestinationId);

    static void WriteAsked(Utf8JsonWriter json, Action<Utf8JsonWriter> write)
    {
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    }

    static void Member(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    static void Members(Utf8JsonWriter json, string name, string[]? values)
    {
        json.WriteStartArray(name);
        foreach (var value in values ?? []) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    static Argument<string> NameArgument() => new("name") { Description = "The destination's name" };

    static Option<bool> JsonOption() => new("--json") { Description = "One JSON line" };

    static Option<string[]> ListOption(string name, string description) =>
        new(name) { Description = description + "; may be given several times" };

    static Option<string?> WordOption<T>(string name, IReadOnlyList<(string Word, T Value)> words, string description)
    {
        var option = new Option<string?>(name)
        {
            Description = $"{description}: {string.Join(", ", words.Select(w => w.Word))}; default {words[0].Word}",
        };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => words.All(w => w.Word != t.Value)))
                result.AddError($"{name} is one of {string.Join(", ", words.Select(w => w.Word))}.");
        });
        return option;
    }
}
