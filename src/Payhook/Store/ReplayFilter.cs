using System.Text;
using System.Text.Json;
namespace Payhook.Store;

/// <summary>Which events a replay is about, as the store keeps it and as the feed is asked.</summary>
static class ReplayFilter
{
    const int PageEvents = 256;

    public static string Write(FeedFilter filter)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new() { Encoder = JsonText.Encoder }))
        {
            json.WriteStartObject();
            if (filter.Types.Count > 0) Texts(json, "types", filter.Types);
            if (filter.SourceNames is { } sources) Texts(json, "sources", sources);
            if (filter.EventId is { } id) json.WriteString("event_id", id);
            if (filter.PaymentId is { } payment) json.WriteString("payment_id", payment);
            if (filter.ReceivedFrom is { } from) json.WriteString("received_from", from);
            if (filter.ReceivedTo is { } to) json.WriteString("received_to", to);
            if (filter.HasConflict) json.WriteBoolean("conflict", true);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(text.GetBuffer().AsSpan(0, (int)text.Length));
    }

    public static FeedFilter Read(string text)
    {
        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;
        return new()
        {
            Types = Texts(root, "types") ?? [],
            SourceNames = Texts(root, "sources"),
            EventId = root.TryGetProperty("event_id", out var id) ? id.GetString() : null,
            PaymentId = root.TryGetProperty("payment_id", out var payment) ? payment.GetString() : null,
            ReceivedFrom = Moment(root, "received_from"),
            ReceivedTo = Moment(root, "received_to"),
            HasConflict = root.TryGetProperty("conflict", out var conflict) && conflict.GetBoolean(),
        };
    }

    /// <summary>The next events of a replay.</summary>
    public static async ValueTask<(IReadOnlyList<FeedEvent> Events, FeedPosition Until)> ReadAsync(
        IEventFeed feed, FeedFilter filter, FeedSpan span, CancellationToken cancellation)
    {
        var page = await feed.PageAsync(filter, span, PageEvents, withBody: true, cancellation);
        return (page.Events, page.IsCut ? page.Events[^1].Position : span.Until);
    }

    static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    static string[]? Texts(JsonElement root, string name) => root.TryGetProperty(name, out var texts)
        ? [.. texts.EnumerateArray().Select(t => t.GetString()!)]
        : null;

    static DateTimeOffset? Moment(JsonElement root, string name) =>
        root.TryGetProperty(name, out var moment) ? moment.GetDateTimeOffset() : null;
}
