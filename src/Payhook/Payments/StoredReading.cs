using System.Text.Json;
using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// Reads a stored event as it was read when it came: what its columns say stands, because it was taken from the whole
/// request, of which only a part is stored.
/// </summary>
static class StoredReading
{
    /// <summary>
    /// The providers whose events were read from what was fetched beside them, and is not stored: their payments can
    /// be told of, and not made anew.
    /// </summary>
    public static IReadOnlyList<string> PartlyStored { get; } = ["mollie-classic"];

    /// <summary>What a provider reads of a stored event; <see langword="null"/> where it cannot.</summary>
    public static PaymentEvent? Read(StoredEvent stored, Provider provider)
    {
        var body = stored.Body ?? throw new ArgumentException("The event was read without its body", nameof(stored));
        var events = new List<PaymentEvent>(1);
        var request = new WebhookRequest(new DictionaryHeaders(Headers(stored)), body);
        return provider.Read(request, events) == Reading.Read
            ? events[0] with
            {
                EventId = stored.EventId,
                EventType = stored.EventType,
                PaymentId = stored.PaymentId,
            }
            : null;
    }

    static List<KeyValuePair<string, string>> Headers(StoredEvent stored)
    {
        var headers = new List<KeyValuePair<string, string>>();
        var json = new Utf8JsonReader(stored.HeadersJson is { } kept ? kept : "{}"u8);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            headers.Add(new(name, json.GetString() ?? ""));
        }
        return headers;
    }
}
