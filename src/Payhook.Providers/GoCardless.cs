namespace Payhook.Providers;

/// <summary>
/// GoCardless: HMAC-SHA256 over the raw body, in hexadecimal, keyed with the endpoint's secret as text. One request
/// carries many events that have nothing to do with each other.
/// </summary>
/// <remarks>
/// Source of the scheme: <c>webhooks</c> of GoCardless' Node and Python libraries and their tests, and its "Staying
/// up-to-date with webhooks" page. It wants a wrong signature answered with 498. The same event may come back in
/// another batch, so each one is known by its own id.
/// </remarks>
public sealed class GoCardless : Provider
{
    const string SignatureHeader = "Webhook-Signature";

    /// <summary>The type of a delivery without events: it is genuine, so it is stored and answered like any.</summary>
    const string EmptyType = "webhook.empty";

    const int Id = 0, Resource = 1, Action = 2, Created = 3, Payment = 4, Refund = 5, Organisation = 6, Request = 7;
    const int WebhookId = 0;

    static readonly JsonPaths BodyPaths = new("events", "resource_type");

    static readonly JsonPaths EmptyPaths = new("meta.webhook_id");

    static readonly JsonPaths ItemPaths = new(
        "id", "resource_type", "action", "created_at", "links.payment", "links.refund", "links.organisation",
        "links.billing_request");

    /// <inheritdoc/>
    public override string Name => "gocardless";

    /// <inheritdoc/>
    public override string DisplayName => "GoCardless";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } =
        ["Content-Type", "User-Agent", SignatureHeader, "Origin"];

    /// <inheritdoc/>
    public override string SecretVariable => "GOCARDLESS_WEBHOOK_SECRET";

    /// <inheritdoc/>
    public override int WrongSignatureStatus => 498;

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials) =>
        BodySignature.Verify(request, credentials, SignatureHeader, MacAlgorithm.Sha256, MacEncoding.Hex);

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now) =>
        BodySignature.Sign(body, credentials, SignatureHeader, MacAlgorithm.Sha256, MacEncoding.Hex);

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        var items = new List<Range>();
        var reading = JsonItems.Find(request.Body, BodyPaths, items);
        if (reading != Reading.Read) return reading;

        var found = new List<PaymentEvent>(items.Count);
        if (items.Count == 0) found.Add(ReadEmpty(request.Body));
        Span<JsonPlace> places = stackalloc JsonPlace[ItemPaths.Count];
        foreach (var item in items)
        {
            var json = ItemPaths.Read(JsonItems.Slice(request.Body, item), places);
            if (ReadItem(json, item) is not { } read) return Reading.MissingFields;
            found.Add(read);
        }
        foreach (var read in found) events.Add(read);
        return Reading.Read;
    }

    static PaymentEvent? ReadItem(in JsonFields json, Range place)
    {
        var type = $"{json.Id(Resource)}.{json.Id(Action)}";
        if (json.Id(Resource) is null || json.Id(Action) is null || !PaymentEvent.IsId(type)) return null;
        var id = json.Id(Id);
        return new()
        {
            EventId = id,
            IsEventIdSigned = id is not null,
            EventType = type,
            PaymentId = json.Id(Payment),
            AccountId = json.Id(Organisation),
            OrderId = json.Id(Request),
            RefundId = json.Id(Refund),
            CreatedAt = json.Rfc3339(Created),
            Place = place,
        };
    }

    static PaymentEvent ReadEmpty(ReadOnlySpan<byte> body)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[EmptyPaths.Count];
        var id = EmptyPaths.Read(body, places).Id(WebhookId);
        return new() { EventId = id, IsEventIdSigned = id is not null, EventType = EmptyType };
    }
}
