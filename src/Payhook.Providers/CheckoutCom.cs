namespace Payhook.Providers;

/// <summary>
/// Checkout.com: HMAC-SHA256 over the raw body, in hexadecimal, keyed with the signature key of the workflow as text.
/// </summary>
/// <remarks>
/// Source of the scheme: Checkout.com's "Workflows" pages; no signature is published to hold it against. There is no
/// signed time. The <c>Authorization</c> header that a workflow may send as well is not looked at.
/// </remarks>
public sealed class CheckoutCom : Provider
{
    const string SignatureHeader = "Cko-Signature";

    const int Id = 0, Type = 1, CreatedOn = 2, Timestamp = 3, DataId = 4, PaymentId = 5, ActionId = 6, Reference = 7,
        PaymentReference = 8, Amount = 9, Currency = 10, Session = 11;

    static readonly JsonPaths Paths = new(
        "id", "type", "created_on", "timestamp", "data.id", "data.payment_id", "data.action_id", "data.reference",
        "data.payment_reference", "data.amount", "data.currency", "data.payment_session_id");

    /// <inheritdoc/>
    public override string Name => "checkoutcom";

    /// <inheritdoc/>
    public override string DisplayName => "Checkout.com";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent", SignatureHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "CHECKOUTCOM_SIGNATURE_KEY";

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
        if (json.Id(Id) is not { } id || json.Id(Type) is not { } type) return Reading.MissingFields;

        var dataId = json.Id(DataId);
        var isDispute = type.StartsWith("dispute_", StringComparison.Ordinal);
        events.Add(new()
        {
            EventId = id,
            IsEventIdSigned = true,
            EventType = type,
            PaymentId = json.Id(PaymentId) ?? (IsPayment(type, dataId) ? dataId : null),
            OrderId = json.Id(Session),
            RefundId = type == "payment_refunded" ? json.Id(ActionId) : null,
            DisputeId = isDispute ? dataId : null,
            MerchantReference = json.FirstId(Reference, PaymentReference),
            AmountMinor = json.Integer(Amount),
            Currency = json.Currency(Currency),
            CreatedAt = json.Rfc3339(CreatedOn) ?? json.Rfc3339(Timestamp),
        });
        return Reading.Read;
    }

    /// <summary>Types such as <c>payment_instrument_error</c> are not about a payment; their ids show it.</summary>
    static bool IsPayment(string type, string? id) =>
        type.StartsWith("payment_", StringComparison.Ordinal)
        && id?.StartsWith("pay_", StringComparison.Ordinal) == true;
}
