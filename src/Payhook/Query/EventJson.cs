using System.Text;
using System.Text.Json;
using Payhook.Providers;

namespace Payhook.Query;

/// <summary>
/// How an event looks in an answer. Signatures are never given back: who has one can send the event again.
/// </summary>
static class EventJson
{
    public static void Write(Utf8JsonWriter json, StoredEvent stored, Provider provider)
    {
        json.WriteStartObject();
        WriteMembers(json, stored, provider);
        json.WriteEndObject();
    }

    public static void WriteMembers(Utf8JsonWriter json, StoredEvent stored, Provider provider)
    {
        json.WriteString("event_type", stored.EventType);
        json.WriteString("received_at", JsonText.Moment(stored.ReceivedAt));
        json.WriteNumber("received_at_ms", stored.ReceivedAt.ToUnixTimeMilliseconds());
        json.WriteString("event_id", stored.EventId);
        json.WriteString("payment_id", stored.PaymentId);
        json.WriteString("source", stored.SourceName);
        json.WriteNumber("sequence", stored.Sequence);
        json.WriteNumber("conflict_count", stored.ConflictCount);
        if (stored.IsUnderKnownId) json.WriteBoolean("reused_event_id", true);
        if (stored.Body is null || stored.HeadersJson is null) return;

        json.WriteStartObject("verification");
        json.WriteString("verdict", "verified");
        json.WriteString("provider", provider.Name);
        json.WriteNumber("secret_number", stored.SecretNumber);
        json.WriteString("identity", stored.Identity);
        json.WriteEndObject();
        WriteHeaders(json, stored.HeadersJson, provider);
        WriteBody(json, stored.Body);
    }

    public static void Write(Utf8JsonWriter json, Conflict conflict, bool withBody)
    {
        json.WriteStartObject();
        json.WriteString("kind", conflict.Kind == ConflictKind.OtherBody ? "other_body" : "possible_replay");
        json.WriteString("received_at", JsonText.Moment(conflict.ReceivedAt));
        json.WriteString("event_id", conflict.EventId);
        if (withBody && conflict.Body is { } body) WriteBody(json, body);
        json.WriteEndObject();
    }

    static void WriteHeaders(Utf8JsonWriter json, byte[] headersJson, Provider provider)
    {
        json.WriteStartObject("headers");
        var reader = new Utf8JsonReader(headersJson);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var isSignature = provider.SignatureHeaders.Contains(name, StringComparer.OrdinalIgnoreCase);
            json.WriteString(name, isSignature ? "***" : reader.GetString());
        }
        json.WriteEndObject();
    }

    /// <summary>
    /// <c>payload</c> is the JSON as it lies in the body; <c>body</c> is the body itself as a text, so that its UTF-8
    /// bytes are the bytes received.
    /// </summary>
    static void WriteBody(Utf8JsonWriter json, byte[] body)
    {
        json.WritePropertyName("payload");
        var value = body.AsSpan().StartsWith("\uFEFF"u8) ? body.AsSpan(3) : body;
        json.WriteRawValue(value, skipInputValidation: true); // it was read whole before it was stored
        json.WriteString("body", Encoding.UTF8.GetString(body));
    }
}
