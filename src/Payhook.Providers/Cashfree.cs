using System.Text;

namespace Payhook.Providers;

/// <summary>
/// Cashfree Payments: HMAC-SHA256 over the sent time as text and the raw body with nothing between them, in base64,
/// keyed with the client secret as text.
/// </summary>
/// <remarks>
/// Source of the scheme: <c>PGVerifyWebhookSignature</c> of Cashfree's Node SDK, and its Python SDK. Whether every
/// attempt is signed anew is not told, so the signed time is held against the clock only where a tolerance is set.
/// </remarks>
public sealed class Cashfree : Provider
{
    const string SignatureHeader = "x-webhook-signature";
    const string TimeHeader = "x-webhook-timestamp";

    const int Type = 0, EventTime = 1, PaymentId = 2, OrderId = 3, PaymentAmount = 4, PaymentCurrency = 5,
        CfRefundId = 6, RefundId = 7, RefundPayment = 8, RefundOrder = 9, RefundAmount = 10, RefundCurrency = 11,
        DisputeId = 12, DisputeAmount = 13, DisputeCurrency = 14, OrderOfDispute = 15, PaymentOfDispute = 16,
        CfDisputeId = 17;

    static readonly JsonPaths Paths = new(
        "type", "event_time", "data.payment.cf_payment_id", "data.order.order_id", "data.payment.payment_amount",
        "data.payment.payment_currency", "data.refund.cf_refund_id", "data.refund.refund_id",
        "data.refund.cf_payment_id", "data.refund.order_id", "data.refund.refund_amount",
        "data.refund.refund_currency", "data.dispute.dispute_id", "data.dispute.dispute_amount",
        "data.dispute.dispute_amount_currency", "data.order_details.order_id", "data.order_details.cf_payment_id",
        "data.dispute.cf_dispute_id");

    /// <inheritdoc/>
    public override string Name => "cashfree";

    /// <inheritdoc/>
    public override string DisplayName => "Cashfree";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } =
        ["Content-Type", "User-Agent", SignatureHeader, TimeHeader, "x-webhook-version", "x-idempotency-key"];

    /// <inheritdoc/>
    public override string SecretVariable => "CASHFREE_CLIENT_SECRET";

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        if (HeaderText.Refuses(request.Headers, SignatureHeader, out var signature) is { } refusal) return refusal;
        if (credentials.Secrets.Count == 0) return new(Verdict.MissingSecret);
        var time = request.Headers.Find(TimeHeader, out var isRepeated);
        if (string.IsNullOrEmpty(time)) return new(Verdict.MissingHeader);
        if (isRepeated) return new(Verdict.RepeatedSignature);
        // Digits only: with nothing between time and body, other characters could move from one to the other.
        if (!SignedTime.TryReadUnix(time, out var signedAt)) return new(Verdict.MalformedSignature);
        Span<byte> mac = stackalloc byte[32];
        if (!Mac.TryReadBase64(signature, mac)) return new(Verdict.MalformedSignature);

        Span<byte> prefix = stackalloc byte[16];
        prefix = prefix[..Encoding.ASCII.GetBytes(time, prefix)];
        var number = Mac.Find(MacAlgorithm.Sha256, mac, prefix, request.Body, credentials.Secrets);
        if (number == 0) return new(Verdict.WrongSignature);
        return SignedTime.Refuses(signedAt, request, credentials.Tolerance ?? DefaultTolerance)
            ?? new(Verdict.Verified, number);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now)
    {
        var time = now.ToUnixTimeMilliseconds().ToString();
        var mac = Mac.Write(
            MacAlgorithm.Sha256, MacEncoding.Base64, credentials.Secrets[0], Encoding.ASCII.GetBytes(time), body);
        return new(body.ToArray(), [new(SignatureHeader, mac), new(TimeHeader, time)]);
    }

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.Id(Type) is not { } type) return Reading.MissingFields;

        var paymentId = json.IdOrNumber(PaymentId) ?? json.IdOrNumber(RefundPayment)
            ?? json.IdOrNumber(PaymentOfDispute);
        var refundId = json.IdOrNumber(CfRefundId) ?? json.IdOrNumber(RefundId);
        var disputeId = json.IdOrNumber(DisputeId) ?? json.IdOrNumber(CfDisputeId);
        var eventId = JoinedId.Of(type, disputeId ?? refundId ?? paymentId, json.Id(EventTime));
        var (amount, currency) = disputeId is not null ? (DisputeAmount, DisputeCurrency)
            : refundId is not null ? (RefundAmount, RefundCurrency)
            : (PaymentAmount, PaymentCurrency);
        events.Add(new()
        {
            EventId = eventId, // two events in one second have it both, so it is a label: IsEventIdSigned is false
            EventType = type,
            PaymentId = paymentId,
            OrderId = json.FirstId(OrderId, RefundOrder, OrderOfDispute),
            RefundId = refundId,
            DisputeId = disputeId,
            AmountMinor = json.Minor(amount, json.Currency(currency)),
            Currency = json.Currency(currency),
            CreatedAt = json.Rfc3339(EventTime),
        });
        return Reading.Read;
    }
}
