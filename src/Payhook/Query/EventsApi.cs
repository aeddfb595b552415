using System.Globalization;
using System.Text.Json;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>What was stored, read back: the events of a payment, and one event.</summary>
sealed class EventsApi(IEventStore store, Sources sources, PiiMask personal)
{
    public const int PageLimitEvents = 500;

    /// <summary>An answer is sent in pieces of this size, so that a long one does not gather in memory.</summary>
    const int FlushBytes = 64 * 1024;

    /// <summary>GET /payments/{payment_id}/events</summary>
    public async Task EventsOfPaymentAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (!TryReadNumber(query["limit"], PageLimitEvents, out var limit) || limit is < 1 or > PageLimitEvents
            || !TryReadNumber(query["after"], 0, out var after)
            || !TryReadInclude(query["include"], out var withPayload))
        {
            await Problem.BadRequest.WriteAsync(context);
            return;
        }

        var paymentId = PathId.Of(context);
        var mask = MaskFor(context);
        var page = new EventPage(after, (int)limit, withPayload);
        var isOpen = false;
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        await foreach (var stored in store.EventsOfPayment(paymentId, page, context.RequestAborted))
        {
            if (!isOpen) Open(context, json, ref isOpen);
            EventJson.Write(json, stored, sources, mask);
            if (json.BytesPending >= FlushBytes) await FlushAsync(context, json);
        }
        if (!isOpen) Open(context, json, ref isOpen);
        json.WriteEndArray();
        await FlushAsync(context, json);
    }

    /// <summary>GET /events/{event_id}</summary>
    public async Task EventAsync(HttpContext context)
    {
        if (!TryReadInclude(context.Request.Query["include"], out var withPayload))
        {
            await Problem.BadRequest.WriteAsync(context);
            return;
        }

        var eventId = PathId.Of(context);
        var mask = MaskFor(context);
        var found = new List<StoredEvent>();
        await foreach (var stored in store.EventsWithId(eventId, withPayload, context.RequestAborted))
            found.Add(stored);
        if (found.Count == 0)
        {
            await Problem.UnknownEvent.WriteAsync(context);
            return;
        }

        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        json.WriteStartObject();
        EventJson.WriteMembers(json, found[0], sources, mask);
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

    PiiMask? MaskFor(HttpContext context) => Caller.Of(context).May(Scopes.Pii) ? null : personal;

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

    static bool TryReadNumber(string? text, long fallback, out long number)
    {
        number = fallback;
        return string.IsNullOrEmpty(text)
            || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    static bool TryReadInclude(string? text, out bool withPayload)
    {
        withPayload = text == "payload";
        return withPayload || string.IsNullOrEmpty(text);
    }
}
