namespace Payhook.Providers;

/// <summary>Paystack: HMAC-SHA512 over the raw body, in hexadecimal, keyed with the API's secret key as text.</summary>
/// <remarks>
/// <para>Source of the scheme: Paystack's "Webhooks" page. There is no signed time and no id of an event; the event's
/// type and the object's id name it.</para>
/// <para>A refund names its payment by the transaction's reference and by nothing else, so that reference, and not
/// <c>data.id</c>, is the payment's id.</para>
/// </remarks>
public sealed class Paystack : Provider
{
    const string SignatureHeader = "X-Paystack-Signature";

    const int Event = 0, Id = 1, Reference = 2, TransactionReference = 3, ReferenceOfTransaction = 4,
        RefundReference = 5, Amount = 6, Currency = 7, PaidAt = 8, CreatedAt = 9, CreatedAtInCamelCase = 10;

    static readonly JsonPaths Paths = new(
        "event", "data.id", "data.reference", "data.transaction_reference", "data.transaction.reference",
        "data.refund_reference", "data.amount", "data.currency", "data.paid_at", "data.created_at", "data.createdAt");

    /// <inheritdoc/>
    public override string Name => "paystack";

    /// <inheritdoc/>
    public override string DisplayName => "Paystack";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent", SignatureHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "PAYSTACK_SECRET_KEY";

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials) =>
        BodySignature.Verify(request, credentials, SignatureHeader, MacAlgorithm.Sha512, MacEncoding.Hex);

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now) =>
        BodySignature.Sign(body, credentials, SignatureHeader, MacAlgorithm.Sha512, MacEncoding.Hex);

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.Id(Event) is not { } type) return Reading.MissingFields;

        var isRefund = type.StartsWith("refund.", StringComparison.Ordinal);
        var isDispute = type.StartsWith("charge.dispute.", StringComparison.Ordinal);
        var isCharge = !isDispute && type.StartsWith("charge.", StringComparison.Ordinal);
        var objectId = json.IdOrNumber(Id);
        // Never the reference of a refund's transaction: two refunds of one payment would be one event.
        var eventId = JoinedId.Of(type, objectId ?? json.Id(isRefund ? RefundReference : Reference));
        events.Add(new()
        {
            EventId = eventId,
            IsEventIdSigned = eventId is not null && type != "charge.dispute.remind", // it comes again and again
            EventType = type,
            PaymentId = json.FirstId(TransactionReference, ReferenceOfTransaction)
                ?? (isCharge ? json.Id(Reference) ?? objectId : null),
            RefundId = isRefund ? objectId ?? json.Id(RefundReference) : null,
            DisputeId = isDispute ? objectId : null,
            MerchantReference = json.Id(Reference),
            AmountMinor = json.Integer(Amount),
            Currency = json.Currency(Currency),
            CreatedAt = json.Rfc3339(PaidAt) ?? json.Rfc3339(CreatedAt) ?? json.Rfc3339(CreatedAtInCamelCase),
        });
        return Reading.Read;
    }
}
