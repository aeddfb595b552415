using System.Globalization;
using System.Text.Json;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>What was received, byte for byte, for whoever wants to verify it again or to hand it on.</summary>
sealed class RawApi(IEventStore store)
{
    /// <summary>
    /// The bytes with the headers that they came with, the signature too: for who hands an event on, and therefore only
    /// where it is asked for by this name.
    /// </summary>
    public const string WithHeaders = "application/vnd.payhook.raw+json";

    /// <summary>GET /events/{event_id}/raw</summary>
    public async Task RawAsync(HttpContext context)
    {
        if (!Caller.Of(context).May(Scopes.Pii))
        {
            await Problem.ForbiddenWithout(Scopes.Pii).WriteAsync(context);
            return;
        }
        var cancellation = context.RequestAborted;
        var query = new QueryReader(context.Request.Query);
        query.AllowOnly("delivery", "sequence");
        var isDelivery = query.Word("delivery", "true");
        var sequence = query.Number("sequence", 1, long.MaxValue);
        if (query.Fault is { } fault)
        {
            await fault.WriteAsync(context);
            return;
        }
        var id = PathId.Of(context);
        var stored = await store.EventsWithId(id, withBody: true, cancellation)
            .FirstOrDefaultAsync(e => sequence is null || e.Sequence == sequence, cancellation);
        if (stored is null)
        {
            await Problem.UnknownEvent.WriteAsync(context);
            return;
        }
        context.Response.Headers.Vary = "Accept";
        var isWithHeaders = IsWithHeaders(context.Request);
        if (!isWithHeaders && EventTag.Settles(context, EventTag.Of([stored], mask: null))) return;

        var body = stored.Body!;
        if (isDelivery && stored.BatchSequence is { } batch)
            body = await store.Feed.DeliveryAsync(batch, cancellation) ?? body;
        await (isWithHeaders ? WriteJsonAsync(context, stored, body) : WriteBytesAsync(context, stored, body));
    }

    static bool IsWithHeaders(HttpRequest request) => request.GetTypedHeaders().Accept
        .Any(type => type.MediaType.Equals(WithHeaders, StringComparison.OrdinalIgnoreCase));

    static async Task WriteJsonAsync(HttpContext context, StoredEvent stored, byte[] body)
    {
        context.Response.ContentType = WithHeaders;
        context.Response.Headers.CacheControl = "no-store"; // a signature stays nowhere on the way
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        json.WriteStartObject();
        json.WriteString("event_id", stored.EventId);
        json.WriteString("source", stored.SourceName);
        json.WriteNumber("sequence", stored.Sequence);
        json.WritePropertyName("headers");
        json.WriteRawValue(stored.HeadersJson, skipInputValidation: true);
        json.WriteBase64String("body_base64", body);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    static async Task WriteBytesAsync(HttpContext context, StoredEvent stored, byte[] body)
    {
        var headers = context.Response.Headers;
        headers["X-Payhook-Event-Id"] = PercentText.Of(stored.EventId);
        headers["X-Payhook-Event-Type"] = PercentText.Of(stored.EventType);
        headers["X-Payhook-Source"] = PercentText.Of(stored.SourceName);
        headers["X-Payhook-Sequence"] = stored.Sequence.ToString(CultureInfo.InvariantCulture);
        // A stranger chose these bytes and their type; no browser is to run them as a page of this address.
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        context.Response.ContentType = ContentType(stored.HeadersJson!);
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>The type it was sent with, where it is one that a header can hold.</summary>
    static string ContentType(byte[] headersJson)
    {
        using var headers = JsonDocument.Parse(headersJson);
        var type = headers.RootElement.TryGetProperty("Content-Type", out var value) ? value.GetString() : null;
        return !string.IsNullOrEmpty(type) && type.All(c => c is >= ' ' and <= '~') ? type : "application/octet-stream";
    }
}
