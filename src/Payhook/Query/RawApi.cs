using System.Globalization;
using System.Text.Json;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>What was received, byte for byte, for whoever wants to verify it again or to hand it on.</summary>
sealed class RawApi(IEventStore store)
{
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
        query.AllowOnly("delivery");
        var isDelivery = query.Word("delivery", "true");
        if (query.Fault is { } fault)
        {
            await fault.WriteAsync(context);
            return;
        }
        var id = PathId.Of(context);
        var stored = await store.EventsWithId(id, withBody: true, cancellation).FirstOrDefaultAsync(cancellation);
        if (stored is null)
        {
            await Problem.UnknownEvent.WriteAsync(context);
            return;
        }
        if (EventTag.Settles(context, EventTag.Of([stored], mask: null))) return;

        var body = stored.Body!;
        if (isDelivery && stored.BatchSequence is { } batch)
            body = await store.Feed.DeliveryAsync(batch, cancellation) ?? body;
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
        await context.Response.Body.WriteAsync(body, cancellation);
    }

    /// <summary>The type it was sent with, where it is one that a header can hold.</summary>
    static string ContentType(byte[] headersJson)
    {
        using var headers = JsonDocument.Parse(headersJson);
        var type = headers.RootElement.TryGetProperty("Content-Type", out var value) ? value.GetString() : null;
        return !string.IsNullOrEmpty(type) && type.All(c => c is >= ' ' and <= '~') ? type : "application/octet-stream";
    }
}
