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
    public static void Write(Utf8JsonWriter json, StoredEvent stored, Sources sources, PiiMask? mask)
    {
        json.WriteStartObject();
        WriteMembers(json, stored, sources, mask);
        json.WriteEndObject();
    }

    /// <param name="mask">Takes personal data out; null for who may see it.</param>
    public static void WriteMembers(Utf8JsonWriter json, StoredEvent stored, Sources sources, PiiMask? mask)
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
        WriteContent(json, stored.Body, stored.HeadersJson, provider, mask);
    }

    /// <summary>An event of the feed, with its place, from which a reader goes on.</summary>
    public static void Write(Utf8JsonWriter json, in FeedEvent found, Sources sources, PiiMask? mask)
    {
        json.WriteStartObject();
        json.WriteString("cursor", found.Position.ToString());
        WriteMembers(json, found.Event, sources, mask);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, Conflict conflict, bool withBody, PiiMask? mask)
    {
        json.WriteStartObject();
        json.WriteString("kind", conflict.Kind == ConflictKind.OtherBody ? "other_body" : "possible_replay");
        json.WriteString("received_at", JsonText.Moment(conflict.ReceivedAt));
        json.WriteString("event_id", conflict.EventId);
        if (withBody && conflict.Body is { } body) WriteBody(json, body, mask);
        json.WriteEndObject();
    }

    /// <summary>What was sent, in JSON: the only place where it leaves in that form.</summary>
    static void WriteContent(
        Utf8JsonWriter json, byte[] body, byte[] headersJson, Provider? provider, PiiMask? mask)
    {
        WriteHeaders(json, headersJson, provider, mask);
        WriteBody(json, body, mask);
    }

    static void WriteHeaders(Utf8JsonWriter json, byte[] headersJson, Provider? provider, PiiMask? mask)
    {
        json.WriteStartObject("headers");
        var reader = new Utf8JsonReader(headersJson);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var value = IsShown(name, provider) ? reader.GetString()! : "***";
            json.WriteString(name, mask?.Header(name, value) ?? value);
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
    static void WriteBody(Utf8JsonWriter json, byte[] body, PiiMask? mask)
    {
        json.WritePropertyName("payload");
        var value = body.AsSpan().StartsWith("\uFEFF"u8) ? body.AsSpan(3) : body;
        if (mask is not null)
        {
            WriteMasked(json, value, mask);
            return;
        }
        if (JsonText.IsJson(value)) json.WriteRawValue(value, skipInputValidation: true);
        else json.WriteNullValue(); // a form, for one
        if (Utf8.IsValid(body)) json.WriteString("body", Encoding.UTF8.GetString(body));
        else json.WriteBase64String("body_base64", body);
    }

    /// <summary>JSON as <c>payload</c> alone, a form as <c>body</c>; of anything else nothing.</summary>
    static void WriteMasked(Utf8JsonWriter json, ReadOnlySpan<byte> body, PiiMask mask)
    {
        var payload = mask.Json(body);
        if (payload is null) json.WriteNullValue();
        else json.WriteRawValue(payload, skipInputValidation: true);
        json.WriteString("body", payload is null ? mask.Form(body) : null);
        json.WriteBoolean("masked", true);
    }
}
