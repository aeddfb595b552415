using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Payhook.Providers;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>
/// How an event looks in an answer. Signatures are never given back: who has one can send the event again.
/// </summary>
static class EventJson
{
    public static void Write(Utf8JsonWriter json, StoredEvent stored, Sources sources)
    {
        json.WriteStartObject();
        WriteMembers(json, stored, sources);
        json.WriteEndObject();
    }

    public static void WriteMembers(Utf8JsonWriter json, StoredEvent stored, Sources sources)
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
        if (stored.BatchSequence is { } batch) json.WriteNumber("batch", batch);
        if (stored.Origin == EventOrigin.Reverified) json.WriteString("origin", "reverified");
        if (stored.Body is null || stored.HeadersJson is null) return;

        var provider = sources.Find(stored.SourceName)?.Provider;
        json.WriteStartObject("verification");
        json.WriteString("verdict", "verified");
        json.WriteString("provider", provider?.Name);
        json.WriteNumber("secret_number", stored.SecretNumber);
        json.WriteString("identity", stored.Identity);
        json.WriteEndObject();
        WriteContent(json, stored.Body, stored.HeadersJson, provider);
    }

    /// <summary>An event of the feed, with its place, from which a reader goes on.</summary>
    public static void Write(Utf8JsonWriter json, in FeedEvent found, Sources sources)
    {
        json.WriteStartObject();
        json.WriteString("cursor", found.Position.ToString());
        WriteMembers(json, found.Event, sources);
        json.WriteEndObject();
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

    /// <summary>What was sent, in JSON: the only place where it leaves in that form.</summary>
    static void WriteContent(Utf8JsonWriter json, byte[] body, byte[] headersJson, Provider? provider)
    {
        WriteHeaders(json, headersJson, provider);
        WriteBody(json, body);
    }

    /// <summary>What was sent, byte for byte: the only place where it leaves in any other form.</summary>
    public static ReadOnlyMemory<byte> ContentBytes(byte[] body) => body;

    static void WriteHeaders(Utf8JsonWriter json, byte[] headersJson, Provider? provider)
    {
        json.WriteStartObject("headers");
        var reader = new Utf8JsonReader(headersJson);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            json.WriteString(name, IsShown(name, provider) ? reader.GetString() : "***");
        }
        json.WriteEndObject();
    }

    /// <summary>Of a source that is configured no more, nothing tells which header is a signature.</summary>
    static bool IsShown(string name, Provider? provider) =>
        name is "Content-Type" or "User-Agent"
        || (provider is not null && !provider.SignatureHeaders.Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// <c>payload</c> is the JSON as it lies in the body; <c>body</c> is the body itself as a text, so that its UTF-8
    /// bytes are the bytes received. What is not UTF-8 stands in <c>body_base64</c>.
    /// </summary>
    static void WriteBody(Utf8JsonWriter json, byte[] body)
    {
        json.WritePropertyName("payload");
        var value = body.AsSpan().StartsWith("\uFEFF"u8) ? body.AsSpan(3) : body;
        if (JsonText.IsJson(value)) json.WriteRawValue(value, skipInputValidation: true);
        else json.WriteNullValue(); // a form, for one
        if (Utf8.IsValid(body)) json.WriteString("body", Encoding.UTF8.GetString(body));
        else json.WriteBase64String("body_base64", body);
    }
}
