namespace Payhook.Providers;

/// <summary>
/// Coinbase Commerce: HMAC-SHA256 over the raw body, in hexadecimal, keyed with the shared secret as text.
/// </summary>
/// <remarks>
/// Source of the scheme: <c>Webhook.js</c> of coinbase-commerce-node and its PHP and Python likes. There is no signed
/// time. The <c>id</c> at the top of the body numbers the attempts; the event's own is <c>event.id</c>. Newer products
/// of Coinbase sign otherwise.
/// </remarks>
public sealed class CoinbaseCommerce : Provider
{
    const string SignatureHeader = "X-CC-Webhook-Signature";

    const int Id = 0, Type = 1, Created = 2, Code = 3, DataId = 4, Checkout = 5, Amount = 6, Currency = 7,
        Reference = 8;

    static readonly JsonPaths Paths = new(
        "event.id", "event.type", "event.created_at", "event.data.code", "event.data.id", "event.data.checkout.id",
        "event.data.pricing.local.amount", "event.data.pricing.local.currency", "event.data.metadata.order_id");

    /// <inheritdoc/>
    public override string Name => "coinbase-commerce";

    /// <inheritdoc/>
    public override string DisplayName => "Coinbase Commerce";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent", SignatureHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "COINBASE_COMMERCE_WEBHOOK_SECRET";

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

        var currency = json.Currency(Currency);
        events.Add(new()
        {
            EventId = id,
            IsEventIdSigned = true,
            EventType = type,
            PaymentId = json.FirstId(Code, DataId), // every charge has a code; ids came later
            OrderId = json.Id(Checkout),
            MerchantReference = json.IdOrNumber(Reference),
            AmountMinor = json.Minor(Amount, currency),
            Currency = currency,
            CreatedAt = json.Rfc3339(Created),
        });
        return Reading.Read;
    }
}
