using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Payhook.Providers;

namespace Payhook.Forward;

/// <summary>
/// An event as a CloudEvent of version 1.0, for receivers that route by its attributes: as one JSON object, or with
/// the attributes in headers and the provider's own bytes as they are.
/// </summary>
static class CloudEvent
{
    const string StructuredType = "application/cloudevents+json; charset=utf-8";

    public static OutboundBody Structured(OutboundMessage message, Provider? provider) => new(
        OutboundBody.Written(message.Event, json =>
        {
            json.WriteStartObject();
            foreach (var (name, value) in Attributes(message, provider)) json.WriteString(name, value);
            WriteData(json, message.Event);
            json.WriteEndObject();
        }),
        StructuredType, []);

    public static OutboundBody Binary(in OutboundMessage message, Provider? provider)
    {
        var headers = Attributes(message, provider);
        for (var i = 0; i < headers.Count; i++)
            headers[i] = new("ce-" + headers[i].Key, PercentText.Of(headers[i].Value));
        return new(message.Event.Body!, OutboundBody.TypeOf(OutboundHeaders.Received(message.Event)), headers);
    }

    /// <summary>All but the type of the data. Names of extensions are small letters and digits by the standard.</summary>
    static List<KeyValuePair<string, string>> Attributes(in OutboundMessage message, Provider? provider)
    {
        var stored = message.Event;
        var attributes = new List<KeyValuePair<string, string>>(12)
        {
            new("specversion", "1.0"),
            new("id", message.Id),
            new("source", "/webhook/" + stored.SourceName),
            new("type", stored.EventType),
            new("time", stored.ReceivedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)),
            new("provider", message.Provider),
            new("eventid", stored.EventId),
            new("sequence", stored.Sequence.ToString(CultureInfo.InvariantCulture)),
        };
        if (stored.PaymentId is { Length: > 0 } payment) attributes.Add(new("subject", payment));
        if (PaymentWord.Of(stored, provider) is { } said)
        {
            attributes.Add(new("paymentstatus", said.Status));
            attributes.Add(new("paymentmode", said.Mode));
        }
        return attributes;
    }

    static void WriteData(Utf8JsonWriter json, StoredEvent stored)
    {
        var type = OutboundBody.TypeOf(OutboundHeaders.Received(stored));
        var value = OutboundBody.JsonOf(stored.Body!, out var isJson);
        if (isJson)
        {
            // Whatever the provider called it: JSON that stands here under another type would have to be a text.
            json.WriteString("datacontenttype", type is not null && IsJsonType(type) ? type : "application/json");
            json.WritePropertyName("data");
            json.WriteRawValue(value, skipInputValidation: true);
            return;
        }
        // Under a type of JSON, a text would be taken for a value of JSON.
        json.WriteString("datacontenttype", type is null || IsJsonType(type) ? "application/octet-stream" : type);
        if (Utf8.IsValid(stored.Body)) json.WriteString("data", Encoding.UTF8.GetString(stored.Body!));
        else json.WriteBase64String("data_base64", stored.Body!);
    }

    static bool IsJsonType(string type)
    {
        var media = type.AsSpan(0, type.IndexOf(';', StringComparison.Ordinal) is >= 0 and var end ? end : type.Length);
        media = media.Trim();
        return media.EndsWith("/json", StringComparison.OrdinalIgnoreCase)
            || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }
}
