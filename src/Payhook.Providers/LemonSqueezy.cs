namespace Payhook.Providers;

/// <summary>
/// Lemon Squeezy: HMAC-SHA256 over the raw body, in hexadecimal, keyed with the signing secret as text.
/// </summary>
/// <remarks>
/// Source of the scheme: Lemon Squeezy's "Signing requests" page; no signature is published to hold it against. There
/// is no signed time and no id of an event: the event's name, the object's id and when it was last changed are its
/// label, and the body itself tells it from another of the same second.
/// </remarks>
public sealed class LemonSqueezy : Provider
{
    const string SignatureHeader = "X-Signature";
    const string EventHeader = "X-Event-Name";

    const int EventName = 0, Kind = 1, Id = 2, Updated = 3, Total = 4, Refunded = 5, Currency = 6, Order = 7,
        Store = 8, Identifier = 9;

    static readonly JsonPaths Paths = new(
        "meta.event_name", "data.type", "data.id", "data.attributes.updated_at", "data.attributes.total",
        "data.attributes.refunded_amount", "data.attributes.currency", "data.attributes.order_id",
        "data.attributes.store_id", "data.attributes.identifier");

    /// <inheritdoc/>
    public override string Name => "lemonsqueezy";

    /// <inheritdoc/>
    public override string DisplayName => "Lemon Squeezy";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } =
        ["Content-Type", "User-Agent", SignatureHeader, EventHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "LEMONSQUEEZY_WEBHOOK_SECRET";

    /// <summary>Tells a signature that is one code: Mercado Pago, too, has an <c>X-Signature</c>.</summary>
    /// <param name="request">The request; its body is not looked at.</param>
    public override bool Recognises(in WebhookRequest request) =>
        request.Headers.Find(SignatureHeader, out _) is { Length: > 0 } signature
        && !signature.Contains("ts=", StringComparison.Ordinal);

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
        if (json.Id(EventName) is not { } type) return Reading.MissingFields;

        var id = json.IdOrNumber(Id);
        var eventId = id is not null && json.Id(Updated) is { } updated ? $"{type}:{id}:{updated}" : null;
        if (!PaymentEvent.IsId(eventId)) eventId = null;
        var isOrder = json.Is(Kind, "orders"u8);
        var isRefund = type.EndsWith("_refunded", StringComparison.Ordinal);
        events.Add(new()
        {
            EventId = eventId, // two changes in one second have it both, so it is a label: IsEventIdSigned is false
            EventType = type,
            PaymentId = PaymentOf(json, id, isOrder),
            AccountId = json.IdOrNumber(Store),
            OrderId = isOrder ? id : json.IdOrNumber(Order),
            MerchantReference = isOrder ? json.Id(Identifier) : null,
            AmountMinor = isRefund ? json.Integer(Refunded) ?? json.Integer(Total) : json.Integer(Total),
            Currency = json.Currency(Currency),
            CreatedAt = json.Rfc3339(Updated),
        });
        return Reading.Read;
    }

    /// <summary>
    /// An order is paid once; a subscription is paid by invoices, whose numbers are counted apart from the orders' and
    /// would be taken for theirs.
    /// </summary>
    static string? PaymentOf(in JsonFields json, string? id, bool isOrder)
    {
        if (isOrder || id is null) return id;
        var payment = json.Is(Kind, "subscription-invoices"u8) ? "subscription-invoices:" + id : null;
        return PaymentEvent.IsId(payment) ? payment : null;
    }
}
