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
    const string SignatureHeader = "X-Razorpay-Signature";
    const string EventIdHeader = "X-Razorpay-Event-Id";

    const int Id = 0, Type = 1, Account = 2, Created = 3, Payload = 4, Payment = 5, PaymentEntity = 6, PaymentId = 7,
        Refund = 8, RefundEntity = 9, RefundPayment = 10, Dispute = 11, DisputeEntity = 12, DisputePayment = 13,
        OrderOfPayment = 14, Order = 15, RefundId = 16, DisputeId = 17, PaymentAmount = 18, PaymentCurrency = 19,
        RefundAmount = 20, RefundCurrency = 21, DisputeAmount = 22, DisputeCurrency = 23;

    static readonly JsonPaths Paths = new(
        "id", "event", "account_id", "created_at", "payload", "payload.payment", "payload.payment.entity",
        "payload.payment.entity.id", "payload.refund", "payload.refund.entity", "payload.refund.entity.payment_id",
        "payload.dispute", "payload.dispute.entity", "payload.dispute.entity.payment_id",
        "payload.payment.entity.order_id", "payload.order.entity.id", "payload.refund.entity.id",
        "payload.dispute.entity.id", "payload.payment.entity.amount", "payload.payment.entity.currency",
        "payload.refund.entity.amount", "payload.refund.entity.currency", "payload.dispute.entity.amount",
        "payload.dispute.entity.currency");

    /// <inheritdoc/>
    public override string Name => "razorpay";

    /// <inheritdoc/>
    public override string DisplayName => "Razorpay";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } =
        ["Content-Type", "User-Agent", SignatureHeader, EventIdHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "RAZORPAY_WEBHOOK_SECRET";

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials) =>
        BodySignature.Verify(request, credentials, SignatureHeader, MacAlgorithm.Sha256, MacEncoding.Hex);

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now) =>
        BodySignature.Sign(body, credentials, SignatureHeader, MacAlgorithm.Sha256, MacEncoding.Hex);

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (!json.IsObject || HasWrongShape(json) || json.Id(Type) is not { } type) return Reading.MissingFields;
        if (json.IsAbsent(PaymentId) && RequiresPayment(type)) return Reading.MissingFields;
        var signedId = json.Id(Id);
        var eventId = signedId ?? request.Headers.Find(EventIdHeader, out _);
        if (!PaymentEvent.IsId(eventId)) return Reading.MissingFields;

        var (amount, currency) = !json.IsAbsent(DisputeEntity) ? (DisputeAmount, DisputeCurrency)
            : !json.IsAbsent(RefundEntity) ? (RefundAmount, RefundCurrency)
            : (PaymentAmount, PaymentCurrency);
        events.Add(new()
        {
            EventId = eventId,
            IsEventIdSigned = signedId is not null,
            EventType = type,
            PaymentId = json.FirstId(PaymentId, RefundPayment, DisputePayment),
            AccountId = json.Id(Account),
            OrderId = json.FirstId(OrderOfPayment, Order),
            RefundId = json.Id(RefundId),
            DisputeId = json.Id(DisputeId),
            AmountMinor = json.Integer(amount),
            Currency = json.Currency(currency),
            CreatedAt = json.UnixSeconds(Created),
        });
        return Reading.Read;
    }

    /// <summary>A number, a list or an endless text in the place of an id is a fault; a null is not.</summary>
    static bool HasWrongShape(in JsonFields json) =>
        json.IsWrongId(Id) || json.IsWrongId(Type) || json.IsWrongObject(Payload)
        || json.IsWrongObject(Payment) || json.IsWrongObject(PaymentEntity) || json.IsWrongId(PaymentId)
        || json.IsWrongObject(Refund) || json.IsWrongObject(RefundEntity) || json.IsWrongId(RefundPayment)
        || json.IsWrongObject(Dispute) || json.IsWrongObject(DisputeEntity) || json.IsWrongId(DisputePayment);

    /// <summary>
    /// Only these four are always about a payment; a 400 for the others would disable the webhook in a day.
    /// </summary>
    static bool RequiresPayment(string eventType) =>
        eventType is "payment.authorized" or "payment.captured" or "payment.failed" or "payment.pending";
}
