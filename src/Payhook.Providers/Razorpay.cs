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
            while (reader.Read()) { } // what is left must be JSON too
        }
        catch (JsonException)
        {
            return Reading.Malformed;
        }

        if (fields.HasWrongShape || fields.EventType.Text is not { } eventType) return Reading.MissingFields;
        if (fields.Payment.Text is null && RequiresPayment(eventType)) return Reading.MissingFields;
        var eventId = fields.EventId.Text ?? headers.Find(EventIdHeader, out _);
        if (!PaymentEvent.IsId(eventId)) return Reading.MissingFields;

        var paymentId = fields.Payment.Text ?? fields.Refund.Text ?? fields.Dispute.Text;
        paymentEvent = new(eventId!, fields.EventId.Text is not null, eventType, paymentId);
        return Reading.Read;
    }

    /// <summary>
    /// Only these four are always about a payment; a 400 for the others would disable the webhook in a day.
    /// </summary>
    static bool RequiresPayment(string eventType) =>
        eventType is "payment.authorized" or "payment.captured" or "payment.failed" or "payment.pending";

    /// <summary>An id that was read, or none; a number, an object or an endless text in its place is wrong.</summary>
    readonly record struct Id(string? Text, bool IsWrong = false);

    /// <summary>
    /// The fields on the way down to the ids. A name that comes twice counts as its last value, as in JSON at large.
    /// </summary>
    struct Fields
    {
        static readonly Id Wrong = new(null, IsWrong: true);

        public Id EventId, EventType, Payment, Refund, Dispute;
        bool _isPayloadWrong;

        public readonly bool HasWrongShape => EventId.IsWrong || EventType.IsWrong || _isPayloadWrong
            || Payment.IsWrong || Refund.IsWrong || Dispute.IsWrong;

        public void ReadEvent(ref Utf8JsonReader reader)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonText.NameIs(ref reader, "id"u8)) EventId = ReadId(ref reader);
                else if (JsonText.NameIs(ref reader, "event"u8)) EventType = ReadId(ref reader);
                else if (JsonText.NameIs(ref reader, "payload"u8)) ReadPayload(ref reader);
                else reader.Skip();
            }
        }

        void ReadPayload(ref Utf8JsonReader reader)
        {
            Payment = Refund = Dispute = default;
            if (!EntersObject(ref reader, out _isPayloadWrong)) return;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonText.NameIs(ref reader, "payment"u8)) Payment = ReadEntity(ref reader, "id"u8);
                else if (JsonText.NameIs(ref reader, "refund"u8)) Refund = ReadEntity(ref reader, "payment_id"u8);
                else if (JsonText.NameIs(ref reader, "dispute"u8)) Dispute = ReadEntity(ref reader, "payment_id"u8);
                else reader.Skip();
            }
        }

        static Id ReadEntity(ref Utf8JsonReader reader, ReadOnlySpan<byte> idName)
        {
            if (!EntersObject(ref reader, out var isWrong)) return new(null, isWrong);
            var id = default(Id);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonText.NameIs(ref reader, "entity"u8)) id = ReadEntityId(ref reader, idName);
                else reader.Skip();
            }
            return id;
        }

        static Id ReadEntityId(ref Utf8JsonReader reader, ReadOnlySpan<byte> idName)
        {
            if (!EntersObject(ref reader, out var isWrong)) return new(null, isWrong);
            var id = default(Id);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonText.NameIs(ref reader, idName)) id = ReadId(ref reader);
                else reader.Skip();
            }
            return id;
        }

        /// <summary>A null id is no fault by itself: it says that there is none.</summary>
        static Id ReadId(ref Utf8JsonReader reader)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null) return default;
            var text = JsonText.ReadId(ref reader);
            reader.Skip();
            return text is null ? Wrong : new(text);
        }

        static bool EntersObject(ref Utf8JsonReader reader, out bool isWrong)
        {
            reader.Read();
            isWrong = reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null);
            if (reader.TokenType == JsonTokenType.StartObject) return true;
            reader.Skip();
            return false;
        }
    }
}
