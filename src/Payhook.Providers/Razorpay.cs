using System.Text.Json;

namespace Payhook.Providers;

/// <summary>Razorpay: HMAC-SHA256 over the raw body, in hexadecimal, keyed with the webhook secret as text.</summary>
/// <remarks>
/// <para>Source of the scheme: Razorpay's "Validate and test webhooks" page and <c>validateWebhookSignature</c> of its
/// Node, Python, Ruby, Java and PHP SDKs. There is no signed time, so a stale request cannot be told from a late
/// one.</para>
/// <para>Real requests carry the event's id only in the unsigned header <c>X-Razorpay-Event-Id</c>; mocked ones carry
/// a signed <c>id</c> in the body, which wins where both are there.</para>
/// </remarks>
public sealed class Razorpay : Provider
{
    const string EventIdHeader = "X-Razorpay-Event-Id";

    /// <inheritdoc/>
    public override string Name => "razorpay";

    /// <inheritdoc/>
    public override string DisplayName => "Razorpay";

    /// <inheritdoc/>
    public override string SignatureHeader => "X-Razorpay-Signature";

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } =
        ["Content-Type", "User-Agent", "X-Razorpay-Signature", EventIdHeader];

    /// <inheritdoc/>
    public override Verification Verify(IHeaders headers, ReadOnlySpan<byte> body, IReadOnlyList<Secret> secrets)
    {
        var signature = headers.Find(SignatureHeader, out var isRepeated);
        if (string.IsNullOrEmpty(signature)) return new(Verdict.MissingSignature);
        if (isRepeated) return new(Verdict.RepeatedSignature);
        if (secrets.Count == 0) return new(Verdict.MissingSecret);

        Span<byte> mac = stackalloc byte[32];
        if (!Mac.TryReadHex(signature, mac)) return new(Verdict.MalformedSignature);
        var number = Mac.FindSha256(mac, body, secrets);
        return number == 0 ? new(Verdict.WrongSignature) : new(Verdict.Verified, number);
    }

    /// <inheritdoc/>
    public override bool IsWellFormed(ReadOnlySpan<byte> body) => JsonText.IsWellFormed(body);

    /// <inheritdoc/>
    public override string Sign(ReadOnlySpan<byte> body, Secret secret) => Mac.HexSha256(body, secret);

    /// <inheritdoc/>
    public override Reading Read(IHeaders headers, ReadOnlySpan<byte> body, out PaymentEvent paymentEvent)
    {
        paymentEvent = default;
        var fields = new Fields();
        try
        {
            if (!JsonText.TryOpen(body, out var reader) || !reader.Read()) return Reading.Malformed;
            if (reader.TokenType == JsonTokenType.StartObject) fields.ReadEvent(ref reader);
            else fields.HasWrongShape = true;
            while (reader.Read()) { } // what is left must be JSON too
        }
        catch (JsonException)
        {
            return Reading.Malformed;
        }

        if (fields.HasWrongShape || fields.EventType is null) return Reading.MissingFields;
        if (fields.PaymentId is null && RequiresPayment(fields.EventType)) return Reading.MissingFields;
        var eventId = fields.EventId ?? headers.Find(EventIdHeader, out _);
        if (!PaymentEvent.IsId(eventId)) return Reading.MissingFields;

        var paymentId = fields.PaymentId ?? fields.RefundPaymentId ?? fields.DisputePaymentId;
        paymentEvent = new(eventId!, fields.EventId is not null, fields.EventType, paymentId);
        return Reading.Read;
    }

    /// <summary>
    /// Only these four are always about a payment; a 400 for the others would disable the webhook in a day.
    /// </summary>
    static bool RequiresPayment(string eventType) =>
        eventType is "payment.authorized" or "payment.captured" or "payment.failed" or "payment.pending";

    /// <summary>
    /// The fields on the way down to the ids. A name that comes twice counts as its last value, as in JSON at large.
    /// </summary>
    ref struct Fields
    {
        public string? EventId, EventType, PaymentId, RefundPaymentId, DisputePaymentId;
        public bool HasWrongShape;

        public void ReadEvent(ref Utf8JsonReader reader)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("id"u8)) EventId = ReadOptionalId(ref reader);
                else if (reader.ValueTextEquals("event"u8)) EventType = ReadOptionalId(ref reader);
                else if (reader.ValueTextEquals("payload"u8)) ReadPayload(ref reader);
                else reader.Skip();
            }
        }

        void ReadPayload(ref Utf8JsonReader reader)
        {
            PaymentId = RefundPaymentId = DisputePaymentId = null;
            if (!EntersObject(ref reader)) return;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("payment"u8)) PaymentId = ReadEntity(ref reader, "id"u8);
                else if (reader.ValueTextEquals("refund"u8)) RefundPaymentId = ReadEntity(ref reader, "payment_id"u8);
                else if (reader.ValueTextEquals("dispute"u8)) DisputePaymentId = ReadEntity(ref reader, "payment_id"u8);
                else reader.Skip();
            }
        }

        string? ReadEntity(ref Utf8JsonReader reader, ReadOnlySpan<byte> idName)
        {
            string? id = null;
            if (!EntersObject(ref reader)) return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("entity"u8)) id = ReadEntityId(ref reader, idName);
                else reader.Skip();
            }
            return id;
        }

        string? ReadEntityId(ref Utf8JsonReader reader, ReadOnlySpan<byte> idName)
        {
            string? id = null;
            if (!EntersObject(ref reader)) return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals(idName)) id = ReadOptionalId(ref reader);
                else reader.Skip();
            }
            return id;
        }

        /// <summary>An absent or null id is no fault by itself; a number, an object or an endless text is.</summary>
        string? ReadOptionalId(ref Utf8JsonReader reader)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null) return null;
            var id = JsonText.ReadId(ref reader);
            if (id is null) HasWrongShape = true;
            reader.Skip();
            return id;
        }

        bool EntersObject(ref Utf8JsonReader reader)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject) return true;
            if (reader.TokenType != JsonTokenType.Null) HasWrongShape = true;
            reader.Skip();
            return false;
        }
    }
}
