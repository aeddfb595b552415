namespace Payhook.Providers;

/// <summary>
/// Klarna Network: HMAC-SHA256 over the raw body, keyed with a signing key as text. Not confirmed: Klarna does not say
/// how the code is written, and what others have built disagrees, so hexadecimal and Base64 are both taken.
/// </summary>
/// <remarks>
/// Source of the scheme: Klarna's "Webhooks" page. <c>Klarna-Signing-Key-Id</c> names the key, but it is not signed
/// and needs not be believed: the configured keys are tried in turn. There is no signed time. The older push of
/// Klarna Checkout is not signed and not taken.
/// </remarks>
public sealed class Klarna : Provider
{
    const string SignatureHeader = "Klarna-Signature";
    const string KeyIdHeader = "Klarna-Signing-Key-Id";
    const int HexChars = 64;

    const int Id = 0, Type = 1, Occurred = 2, Account = 3, Transaction = 4, Request = 5, Order = 6, Refund = 7,
        Dispute = 8, Reference = 9, TransactionReference = 10, RequestReference = 11, Amount = 12, Currency = 13,
        DisputeAmount = 14, DisputeCurrency = 15;

    static readonly JsonPaths Paths = new(
        "metadata.event_id", "metadata.event_type", "metadata.occurred_at", "metadata.recipient_account_id",
        "payload.payment_transaction_id", "payload.payment_request_id", "payload.order_id",
        "payload.payment_refund_id", "payload.payment_dispute_id", "payload.purchase_reference",
        "payload.payment_transaction_reference", "payload.payment_request_reference", "payload.amount",
        "payload.currency", "payload.dispute_details.dispute_amount", "payload.dispute_details.currency");

    /// <inheritdoc/>
    public override string Name => "klarna";

    /// <inheritdoc/>
    public override string DisplayName => "Klarna";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } =
        ["Content-Type", "User-Agent", SignatureHeader, KeyIdHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "KLARNA_SIGNING_KEY";

    /// <inheritdoc/>
    public override bool IsConfirmed => false;

    /// <inheritdoc/>
    public override int WrongSignatureStatus => 400;

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        var isHex = request.Headers.Find(SignatureHeader, out _)?.Length == HexChars;
        return BodySignature.Verify(
            request, credentials, SignatureHeader, MacAlgorithm.Sha256, isHex ? MacEncoding.Hex : MacEncoding.Base64);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now) =>
        BodySignature.Sign(body, credentials, SignatureHeader, MacAlgorithm.Sha256, MacEncoding.Hex);

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.Id(Id) is not { } id || json.Id(Type) is not { } type) return Reading.MissingFields;

        var isDispute = json.Id(Dispute) is not null;
        events.Add(new()
        {
            EventId = id,
            IsEventIdSigned = true,
            EventType = type,
            PaymentId = json.FirstId(Transaction, Request),
            AccountId = json.Id(Account),
            OrderId = json.FirstId(Request, Order),
            RefundId = json.Id(Refund),
            DisputeId = json.Id(Dispute),
            MerchantReference = json.FirstId(Reference, TransactionReference, RequestReference),
            AmountMinor = json.Integer(isDispute ? DisputeAmount : Amount),
            Currency = json.Currency(isDispute ? DisputeCurrency : Currency),
            CreatedAt = json.Rfc3339(Occurred),
        });
        return Reading.Read;
    }
}
