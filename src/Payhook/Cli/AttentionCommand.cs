using System.CommandLine;
using Payhook.Attention;
using Payhook.Query;
using Payhook.Store;
using Spectre.Console;

namespace Payhook.Cli;

/// <summary><c>payhook attention</c>: what a merchant must act on, and the word of somebody that it was seen.</summary>
static class AttentionCommand
{
    const int ListLimitItems = 500, PagesLimit = 100;

    public const string Examples = """
          payhook attention                        what somebody should look at
          payhook attention --kind refund_failed --json
          payhook attention acknowledge payment-17-refund_failed --note "sent by bank transfer"
        """;

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var kind = new Option<string?>("--kind") { Description = "Only of this kind, such as refund_failed" };
        var source = new Option<string?>("--source") { Description = "Only of this source" };
        var all = new Option<bool>("--all") { Description = "Those too that somebody acknowledged" };
        var json = new Option<bool>("--json") { Description = "One JSON line for each item" };
        kind.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && AttentionKinds.Find(token.Value) is null)
                result.AddError($"--kind is one of {string.Join(", ", AttentionKinds.All.Select(k => k.Word()))}.");
        });
        var command = new Command("attention", "Show what somebody should act on, the newest first.")
        {
            kind, source, all, json, CreateAcknowledge(output, errors),
        };
        command.SetAction((parsed, cancellation) => OpenedStore.WithAsync(errors, async (settings, store) =>
        {
            var page = await ListAsync(Reader(settings, store), new()
            {
                Limit = ListLimitItems,
                Kind = parsed.GetValue(kind) is { } word ? AttentionKinds.Find(word) : null,
                Source = parsed.GetValue(source),
                WithAcknowledged = parsed.GetValue(all),
            }, cancellation);
            if (parsed.GetValue(json))
            {
                foreach (var item in page.Items)
                    await output.WriteLineAsync(JsonLine.Of(j => AttentionJson.WriteMembers(j, item)));
            }
            else WriteTable(output, page);
            return ExitCodes.Success;
        }));
        return command;
    }

    static Command CreateAcknowledge(TextWriter output, TextWriter errors)
    {
        var id = new Argument<string>("id") { Description = "The item, as the list names it" };
        var note = new Option<string?>("--note")
        {
            Description = $"What was done about it, in up to {Acknowledgement.NoteLimitChars} characters",
        };
        note.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !AttentionApi.IsNote(token.Value))
                result.AddError($"--note has at most {Acknowledgement.NoteLimitChars} characters.");
        });
        var command = new Command("acknowledge", "Note that somebody looked at an item; it comes back with news only.")
        {
            id, note,
        };
        command.SetAction((parsed, cancellation) => OpenedStore.WithAsync(errors, async (settings, store) =>
        {
            var item = await AttentionApi.AcknowledgeAsync(
                store, Reader(settings, store), parsed.GetValue(id)!, AuditEntry.CommandLineActor,
                parsed.GetValue(note) ?? "", TimeProvider.System.GetUtcNow(), cancellation);
            if (item is null)
            {
                await errors.WriteLineAsync("payhook: there is no such item, or nothing is wrong with it any more.");
                return ExitCodes.Failed;
            }
            await output.WriteLineAsync($"Acknowledged: {item.Finding.Explanation}");
            return ExitCodes.Success;
        }));
        return command;
    }

    /// <summary>A page can be short, where much was acknowledged; people want the list.</summary>
    static async Task<AttentionPage> ListAsync(
        AttentionReader reader, AttentionQuery query, CancellationToken cancellation)
    {
        var page = await reader.PageAsync(query, cancellation);
        for (var i = 1; page.Next is not null && page.Items.Count < ListLimitItems && i < PagesLimit; i++)
        {
            var left = query with { After = page.Next, Limit = ListLimitItems - page.Items.Count };
            var more = await reader.PageAsync(left, cancellation);
            page = new([.. page.Items, .. more.Items], more.Next);
        }
        return page;
    }

    static AttentionReader Reader(Settings settings, IEventStore store) => new(
        store, settings.Sources, settings.CaptureWithin, settings.Rejections.KeptPerReason, TimeProvider.System);

    static void WriteTable(TextWriter output, AttentionPage page)
    {
        if (page.Items.Count == 0)
        {
            output.WriteLine("Nothing needs attention.");
            return;
        }
        var table = Tables.Plain("item", "until", "about", "what");
        foreach (var item in page.Items)
        {
            var deadline = item.Finding.Deadline is { } at ? JsonText.Moment(at) : "";
            table.AddRow(Tables.Texts(item.Id, deadline, item.PaymentId ?? item.Source ?? item.Destination ?? "",
                $"{item.Finding.Explanation} {item.Finding.Action}"));
        }
        Tables.Console(output).Write(table);
        if (page.Next is not null) output.WriteLine("There are more; see GET /attention.");
    }
}
