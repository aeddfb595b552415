namespace Payhook.Providers;

/// <summary>
/// Adyen's newer webhooks (balance platform, transfers, management, tokens): HMAC-SHA256 over the raw body, in base64,
/// keyed with the decoded hexadecimal key.
/// </summary>
/// <remarks>
/// Source of the scheme: <c>HmacValidatorUtility</c> of Adyen's .NET library and the tests of its Java and PHP ones.
/// Most kinds have no id of the event; then its type, its object and its time are its label, and the body itself tells
/// it from another of the same second.
/// </remarks>
public sealed class AdyenPlatforms : Provider
{
    const string SignatureHeader = "HmacSignature";

    const int Type = 0, Timestamp = 1, EventId = 2, CreatedAt = 3, DataId = 4, Sweep = 5, Instrument = 6, Balance = 7,
        Holder = 8, Platform = 9, MerchantAccount = 10, MerchantId = 11, Sequence = 12, Reference = 13, Amount = 14,
        Currency = 15, Payment = 16, Transfer = 17, DataCreated = 18;

    static readonly JsonPaths Paths = new(
        "type", "timestamp", "eventId", "createdAt", "data.id", "data.sweep.id", "data.paymentInstrument.id",
        "data.balanceAccount.id", "data.accountHolder.id", "data.balancePlatform", "data.merchantAccount",
        "data.merchantId", "data.sequenceNumber", "data.reference", "data.amount.value", "data.amount.currency",
        "data.categoryData.pspPaymentReference", "data.transfer.id", "data.creationDate");

    /// <inheritdoc/>
    public override string Name => "adyen-platforms";

    /// <inheritdoc/>
    public override string DisplayName => "Adyen for Platforms";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } =
        ["Content-Type", "User-Agent", SignatureHeader, "Protocol"];

    /// <inheritdoc/>
    public override string SecretVariable => "ADYEN_PLATFORMS_HMAC_KEY";

    /// <inheritdoc/>
    public override KeyForm KeyForm => KeyForm.Hex;

    /// <inheritdoc/>
    public override string AcceptedText => "[accepted]";

    /// <inheritdoc/>
    public override bool TryReadKey(string text, out Secret? key) => KeyText.TryReadHex(text, out key);

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials) =>
        BodySignature.Verify(request, credentials, SignatureHeader, MacAlgorithm.Sha256, MacEncoding.Base64);

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now) =>
        BodySignature.Sign(body, credentials, SignatureHeader, MacAlgorithm.Sha256, MacEncoding.Base64);

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.Id(Type) is not { } type) return Reading.MissingFields;

        var id = json.Id(EventId);
        var isTransfer = type.StartsWith("balancePlatform.transfer.", StringComparison.Ordinal);
        events.Add(new()
        {
            EventId = id ?? Composite(json, type),
            IsEventIdSigned = id is not null, // two changes in one second have the other both: it is a label
            EventType = type,
            PaymentId = json.Id(Payment) ?? json.Id(isTransfer ? DataId : Transfer),
            AccountId = json.FirstId(Platform, MerchantAccount, MerchantId),
            MerchantReference = json.Id(Reference),
            AmountMinor = json.Integer(Amount),
            Currency = json.Currency(Currency),
            CreatedAt = json.Rfc3339(Timestamp) ?? json.Rfc3339(CreatedAt) ?? json.Rfc3339(DataCreated),
        });
        return Reading.Read;
    }

    /// <summary>A transfer may change twice in one second, so its number in the sequence belongs to the name.</summary>
    static string? Composite(in JsonFields json, string type)
    {
        if (json.FirstId(DataId, Sweep, Instrument, Balance, Holder) is not { } objectId) return null;
        if (json.Id(Timestamp) is not { } time) return null;
        var id = json.IdOrNumber(Sequence) is { } number
            ? $"{type}:{objectId}:{time}:{number}"
            : $"{type}:{objectId}:{time}";
        return PaymentEvent.IsId(id) ? id : null;
    }
}
