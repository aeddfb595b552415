using System.Text.Json;
using Payhook.Stats;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>What was stored, read back: the events of a payment, and one event.</summary>
sealed class EventsApi(IEventStore store, StatsKeeper counts, Sources sources, PiiMask personal)
{
    public const int PageLimitEvents = 500;

    /// <summary>An answer is sent in pieces of this size, so that a long one does not gather in memory.</summary>
    const int FlushBytes = 64 * 1024;

    /// <summary>GET /payments/{payment_id}/events</summary>
    public async Task EventsOfPaymentAsync(HttpContext context)
    {
        var query = new QueryReader(context.Request.Query);
        var format = ExportFormats.Wanted(context.Request);
        var limit = format == ExportFormat.Json
            ? query.Number("limit", 1, PageLimitEvents) ?? PageLimitEvents
            : query.Number("limit", 1, long.MaxValue) ?? long.MaxValue;
        var after = query.Number("after", 0, long.MaxValue) ?? 0;
        var withPayload = query.Word("include", "payload");
        if (query.Fault is { } fault)
        {
            await fault.WriteAsync(context);
            return;
        }

        var paymentId = PathId.Of(context);
        var mask = personal.For(context);
        context.Response.Headers.Vary = "Accept";
        if (format != ExportFormat.Json)
        {
            var rows = EventRows.To(context, format, sources, mask, withPayload);
            await ExportAsync(rows, paymentId, after, limit, withPayload);
            return;
        }
        var page = new EventPage(after, (int)limit, withPayload);
        var isOpen = false;
        long flushed = 0;
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        await foreach (var stored in store.EventsOfPayment(paymentId, page, context.RequestAborted))
        {
            if (!isOpen) Open(context, json, ref isOpen);
            EventJson.Write(json, stored, sources, mask);
            if (json.BytesCommitted + json.BytesPending - flushed < FlushBytes) continue;
            await FlushAsync(context, json);
            flushed = json.BytesCommitted;
        }
        if (!isOpen) Open(context, json, ref isOpen);
        json.WriteEndArray();
        await FlushAsync(context, json);
    }

    /// <summary>GET /events/{event_id}</summary>
    public async Task EventAsync(HttpContext context)
    {
        var query = new QueryReader(context.Request.Query);
        var withPayload = query.Word("include", "payload");
        if (query.Fault is { } fault)
        {
            await fault.WriteAsync(context);
            return;
        }

        var eventId = PathId.Of(context);
        var mask = personal.For(context);
        var found = new List<StoredEvent>();
        await foreach (var stored in store.EventsWithId(eventId, withPayload, context.RequestAborted))
            found.Add(stored);
        if (found.Count == 0)
        {
            await Problem.UnknownEvent.WriteAsync(context);
            return;
        }

        var repeated = await counts.RepeatedAsync(found[0].Sequence, context.RequestAborted);
        if (EventTag.Settles(context, EventTag.Of(found, mask, repeated.Count))) return;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        json.WriteStartObject();
        EventJson.WriteMembers(json, found[0], sources, mask);
        json.WriteNumber("duplicate_count", repeated.Count);
        json.WriteString("last_duplicate_at", repeated.Count > 0 ? JsonText.Moment(repeated.LastAt) : null);
        await WriteConflictsAsync(json, found[0], withPayload, mask, context.RequestAborted);
        if (found.Count > 1)
        {
            json.WriteStartArray("others_with_this_id");
            foreach (var other in found.Skip(1)) EventJson.Write(json, other, sources, mask);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        await FlushAsync(context, json);
    }

    /// <summary>Page by page, so that whoever reads slowly holds no connection to the store.</summary>
    async Task ExportAsync(ExportRows<FeedEvent> rows, string paymentId, long after, long limit, bool withPayload)
    {
        var pageLimit = withPayload ? ExportFormats.PageEventsWithPayload : ExportFormats.PageEvents;
        while (true)
        {
            var count = (int)Math.Min(limit, pageLimit);
            var found = store.EventsOfPayment(paymentId, new(after, count, withPayload), rows.Cancellation);
            var page = await FeedPage.OfAsync(
                found.Select(e => new FeedEvent(default, e)), count, rows.Cancellation);
            foreach (var row in page.Events) await rows.WriteAsync(row);
            limit -= page.Events.Count;
            if (!page.IsCut || limit == 0) break;
            after = page.Events[^1].Event.Sequence;
        }
        await rows.EndAsync();
    }

    async Task WriteConflictsAsync(
        Utf8JsonWriter json, StoredEvent stored, bool withBody, PiiMask? mask, CancellationToken cancellation)
    {
        json.WriteStartArray("conflicts");
        if (stored.ConflictCount > 0)
        {
            await foreach (var conflict in store.ConflictsOf(stored.Sequence, cancellation))
                EventJson.Write(json, conflict, withBody, mask);
        }
        json.WriteEndArray();
    }

    /// <summary>Only once the store has answered: until then the status can still become an error.</summary>
    static void Open(HttpContext context, Utf8JsonWriter json, ref bool isOpen)
    {
        context.Response.ContentType = "application/json";
        json.WriteStartArray();
        isOpen = true;
    }

    static async Task FlushAsync(HttpContext context, Utf8JsonWriter json)
    {
        await json.FlushAsync(context.RequestAborted);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
