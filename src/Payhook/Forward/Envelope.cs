using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Payhook.Payments;
using Payhook.Providers;

namespace Payhook.Forward;

/// <summary>
/// An event as Payhook sees it, with what the provider sent inside: one form for all providers. Its members are called
/// as in the answers of <c>GET /events</c>.
/// </summary>
static class Envelope
{
    public static byte[] Of(OutboundMessage message, Provider? provider) =>
        OutboundBody.Written(message.Event, json => Write(json, message, provider));

    static void Write(Utf8JsonWriter json, in OutboundMessage message, Provider? provider)
    {
        var stored = message.Event;
        json.WriteStartObject();
        json.WriteString("id", message.Id);
        json.WriteString("event_type", stored.EventType);
        json.WriteString("source", stored.SourceName);
        json.WriteString("provider", message.Provider);
        json.WriteString("event_id", stored.EventId);
        json.WriteString("payment_id", stored.PaymentId);
        json.WriteString("received_at", JsonText.Moment(stored.ReceivedAt));
        json.WriteNumber("received_at_ms", stored.ReceivedAt.ToUnixTimeMilliseconds());
        json.WriteNumber("sequence", stored.Sequence);
        if (stored.IsUnderKnownId) json.WriteBoolean("reused_event_id", true);
        if (stored.BatchSequence is { } batch) json.WriteNumber("batch", batch);
        if (stored.Origin == EventOrigin.Reverified) json.WriteString("origin", "reverified");
        WritePayment(json, message.Provider, PaymentWord.Of(stored, provider));
        WriteBody(json, stored.Body!);
        json.WriteEndObject();
    }

    static void WritePayment(Utf8JsonWriter json, string provider, PaymentWord? said)
    {
        if (said is null)
        {
            json.WriteNull("payment");
            return;
        }
        json.WriteStartObject("payment");
        json.WriteString("status", said.Status);
        json.WriteString("change", said.Change);
        if (said.Amount is { } amount) json.WriteNumber("amount", amount);
        else json.WriteNull("amount");
        json.WriteString("currency", said.Currency);
        if (said.Currency is { } currency)
            json.WriteNumber("currency_exponent", CurrencyExponent.Of(provider, currency));
        else json.WriteNull("currency_exponent");
        json.WriteString("mode", said.Mode);
        json.WriteEndObject();
    }

    /// <summary>JSON as it lies in the body; else the body as a text, or in Base64 where it is not UTF-8.</summary>
    static void WriteBody(Utf8JsonWriter json, byte[] body)
    {
        var value = OutboundBody.JsonOf(body, out var isJson);
        json.WritePropertyName("payload");
        if (isJson)
        {
            json.WriteRawValue(value, skipInputValidation: true);
            return;
        }
        json.WriteNullValue();
        if (Utf8.IsValid(body)) json.WriteString("body", Encoding.UTF8.GetString(body));
        else json.WriteBase64String("body_base64", body);
    }
}
