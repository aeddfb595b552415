namespace Payhook.Providers;

/// <summary>Xendit: a token of the account, the same in every request, that says nothing of the body.</summary>
/// <remarks>
/// Source of the scheme: Xendit's "Webhooks" page. The body's shape depends on the product: newer ones have an
/// <c>event</c> and <c>data</c>, older ones only the object itself, and a payment to a virtual account has not even a
/// status.
/// </remarks>
public sealed class Xendit : Provider
{
    const string TokenHeader = "x-callback-token";
    const string WebhookIdHeader = "webhook-id";

    const int Event = 0, Business = 1, Created = 2, DataId = 3, DataReference = 4, DataStatus = 5, DataAmount = 6,
        DataCurrency = 7, DataPayment = 8, DataRequest = 9, Id = 10, ExternalId = 11, Status = 12, Amount = 13,
        Currency = 14, PaidAt = 15, Updated = 16, User = 17, PaymentId = 18, VirtualAccount = 19, PaidTime = 20,
        Reference = 21;

    static readonly JsonPaths Paths = new(
        "event", "business_id", "created", "data.id", "data.reference_id", "data.status", "data.amount",
        "data.currency", "data.payment_id", "data.payment_request_id", "id", "external_id", "status", "amount",
        "currency", "paid_at", "updated", "user_id", "payment_id", "callback_virtual_account_id",
        "transaction_timestamp", "reference_id");

    /// <inheritdoc/>
    public override string Name => "xendit";

    /// <inheritdoc/>
    public override string DisplayName => "Xendit";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [TokenHeader];

    /// <summary>Without the token: it is the secret itself.</summary>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent", WebhookIdHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "XENDIT_CALLBACK_TOKEN";

    /// <inheritdoc/>
    public override bool SignsBody => false;

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials) =>
        StaticToken.Verify(request, credentials, TokenHeader);

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now) =>
        new(body.ToArray(), [new(TokenHeader, System.Text.Encoding.UTF8.GetString(credentials.Secrets[0].Bytes))]);

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        var isVirtualAccount = !json.IsAbsent(VirtualAccount) && !json.IsAbsent(PaymentId);
        var type = json.FirstId(Event, Status, DataStatus) ?? (isVirtualAccount ? "virtual_account.paid" : null);
        if (type is null) return Reading.MissingFields;

        var objectId = json.FirstId(DataId, Id);
        var isRefund = type.StartsWith("refund", StringComparison.OrdinalIgnoreCase);
        var isNew = !json.IsAbsent(DataId);
        var currency = json.Currency(isNew ? DataCurrency : Currency);
        events.Add(new()
        {
            EventId = request.Headers.Find(WebhookIdHeader, out _) is { } label && PaymentEvent.IsId(label)
                ? label
                : JoinedId.Of(objectId, json.FirstId(DataStatus, Status) ?? type),
            EventType = type,
            PaymentId = isVirtualAccount ? json.Id(PaymentId)
                : json.FirstId(DataPayment, DataRequest) ?? (isRefund ? null : objectId),
            AccountId = json.FirstId(Business, User),
            RefundId = isRefund ? objectId : null,
            MerchantReference = json.FirstId(DataReference, ExternalId, Reference),
            AmountMinor = json.Minor(isNew ? DataAmount : Amount, currency),
            Currency = currency,
            CreatedAt = json.Rfc3339(PaidAt) ?? json.Rfc3339(PaidTime) ?? json.Rfc3339(Updated)
                ?? json.Rfc3339(Created),
        });
        return Reading.Read;
    }
}
