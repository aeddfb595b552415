namespace Payhook.Providers;

/// <summary>
/// GitHub, and the many senders that sign as GitHub does: HMAC-SHA256 over the raw body, in hexadecimal behind
/// <c>sha256=</c>, keyed with the secret as text.
/// </summary>
/// <remarks>
/// Source of the scheme: GitHub's "Validating webhook deliveries" page and <c>webhooks-methods.js</c> of octokit. The
/// older <c>X-Hub-Signature</c> with SHA-1 never counts. The headers that name the delivery and the event are not
/// signed.
/// </remarks>
public sealed class GitHub : Provider
{
    const string SignatureHeader = "X-Hub-Signature-256";
    const string EventHeader = "X-GitHub-Event";
    const string DeliveryHeader = "X-GitHub-Delivery";
    const string Prefix = "sha256=";

    const int Action = 0, Event = 1, Type = 2, PaymentId = 3, IdOfPayment = 4, DataPaymentId = 5;

    static readonly JsonPaths Paths = new("action", "event", "type", "payment_id", "payment.id", "data.payment_id");

    /// <inheritdoc/>
    public override string Name => "github";

    /// <inheritdoc/>
    public override string DisplayName => "GitHub";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } =
        ["Content-Type", "User-Agent", SignatureHeader, EventHeader, DeliveryHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "GITHUB_WEBHOOK_SECRET";

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials) =>
        BodySignature.Verify(
            request, credentials, SignatureHeader, MacAlgorithm.Sha256, MacEncoding.Hex, Prefix);

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now) =>
        BodySignature.Sign(body, credentials, SignatureHeader, MacAlgorithm.Sha256, MacEncoding.Hex, Prefix);

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        var type = TypeOf(request.Headers.Find(EventHeader, out _), json.Id(Action)) ?? json.FirstId(Event, Type);
        if (type is null) return Reading.MissingFields;

        var delivery = request.Headers.Find(DeliveryHeader, out _);
        events.Add(new()
        {
            EventId = PaymentEvent.IsId(delivery) ? delivery : null,
            EventType = type,
            IsEventTypeSigned = false,
            PaymentId = json.IdOrNumber(PaymentId) ?? json.IdOrNumber(IdOfPayment) ?? json.IdOrNumber(DataPaymentId),
        });
        return Reading.Read;
    }

    /// <summary>GitHub splits its types: <c>issues</c> in the header, <c>opened</c> in the body.</summary>
    static string? TypeOf(string? header, string? action)
    {
        if (!PaymentEvent.IsId(header)) return null;
        var type = action is null ? header : $"{header}.{action}";
        return PaymentEvent.IsId(type) ? type : header;
    }
}
