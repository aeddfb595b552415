using System.Text.Json;
using Payhook.Providers;

namespace Payhook.Forward;

/// <summary>An event in the form that its destination wants: the same for every attempt.</summary>
/// <param name="Bytes">What is sent and signed.</param>
/// <param name="ContentType">Its type; null where nobody told.</param>
/// <param name="Headers">Headers that belong to the form.</param>
readonly record struct OutboundBody(
    byte[] Bytes, string? ContentType, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    const string ContentTypeHeader = "Content-Type";

    /// <param name="form">The form.</param>
    /// <param name="message">The event, with headers and body.</param>
    /// <param name="provider">How its provider's events are read; null where its source is there no more.</param>
    public static OutboundBody Of(BodyForm form, in OutboundMessage message, Provider? provider) => form switch
    {
        BodyForm.Raw => Raw(message.Event),
        BodyForm.CloudEvents => CloudEvent.Structured(message, provider),
        BodyForm.CloudEventsBinary => CloudEvent.Binary(message, provider),
        _ => new(Envelope.Of(message, provider), "application/json", []),
    };

    /// <summary>The type that the provider sent it with.</summary>
    public static string? TypeOf(List<KeyValuePair<string, string>> headers)
    {
        foreach (var (name, value) in headers)
        {
            if (name.Equals(ContentTypeHeader, StringComparison.OrdinalIgnoreCase)) return value;
        }
        return null;
    }

    /// <summary>The provider's own bytes and headers, its signature with them.</summary>
    static OutboundBody Raw(StoredEvent stored)
    {
        var headers = OutboundHeaders.Received(stored);
        var type = TypeOf(headers);
        headers.RemoveAll(h => h.Key.Equals(ContentTypeHeader, StringComparison.OrdinalIgnoreCase));
        return new(stored.Body!, type, headers);
    }

    /// <summary>
    /// The body without a byte order mark where it is JSON and can be put into other JSON as it is; else null.
    /// </summary>
    public static ReadOnlySpan<byte> JsonOf(byte[] body, out bool isJson)
    {
        var value = body.AsSpan().StartsWith("\uFEFF"u8) ? body.AsSpan(3) : body;
        isJson = JsonText.IsJson(value);
        return value;
    }

    /// <summary>Writes JSON with what is in the body as it was received.</summary>
    public static byte[] Written(StoredEvent stored, Action<Utf8JsonWriter> write)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>(stored.Body!.Length + 512);
        using (var json = new Utf8JsonWriter(bytes, new() { Encoder = JsonText.Encoder })) write(json);
        return bytes.WrittenSpan.ToArray();
    }
}
