using System.Text;

namespace Payhook.Providers;

/// <summary>
/// Square: HMAC-SHA256 over the notification URL and the raw body, in base64, keyed with the signature key as text.
/// </summary>
/// <remarks>
/// Source of the scheme: <c>WebhooksHelper</c> of Square's Node, .NET, Python and PHP SDKs and their tests. The URL is
/// the one typed into the subscription, byte for byte, and comes from the configuration alone: what a request says of
/// its own address is the sender's choice. There is no signed time of the attempt.
/// </remarks>
public sealed class Square : Provider
{
    const string SignatureHeader = "X-Square-HmacSha256-Signature";
    const int UrlLimitChars = 4096;

    const int Id = 0, Type = 1, Created = 2, Merchant = 3, Payment = 4, RefundPayment = 5, DisputePayment = 6,
        PaymentOrder = 7, RefundOrder = 8, OrderCreated = 9, OrderUpdated = 10, Refund = 11, Dispute = 12,
        OldDispute = 13, PaymentAmount = 14, PaymentCurrency = 15, RefundAmount = 16, RefundCurrency = 17,
        DisputeAmount = 18, DisputeCurrency = 19, Reference = 20, InvoiceOrder = 21;

    static readonly JsonPaths Paths = new(
        "event_id", "type", "created_at", "merchant_id", "data.object.payment.id", "data.object.refund.payment_id",
        "data.object.dispute.disputed_payment.payment_id", "data.object.payment.order_id",
        "data.object.refund.order_id", "data.object.order_created.order_id", "data.object.order_updated.order_id",
        "data.object.refund.id", "data.object.dispute.id", "data.object.dispute.dispute_id",
        "data.object.payment.amount_money.amount", "data.object.payment.amount_money.currency",
        "data.object.refund.amount_money.amount", "data.object.refund.amount_money.currency",
        "data.object.dispute.amount_money.amount", "data.object.dispute.amount_money.currency",
        "data.object.payment.reference_id", "data.object.invoice.order_id");

    /// <inheritdoc/>
    public override string Name => "square";

    /// <inheritdoc/>
    public override string DisplayName => "Square";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } =
    [
        "Content-Type", "User-Agent", SignatureHeader, "Square-Environment", "Square-Retry-Number",
        "Square-Retry-Reason", "Square-Initial-Delivery-Timestamp",
    ];

    /// <inheritdoc/>
    public override string SecretVariable => "SQUARE_SIGNATURE_KEY";

    /// <inheritdoc/>
    public override ProviderParameter Parameter { get; } = new(
        "notification_url", "SQUARE_NOTIFICATION_URL",
        "The notification URL of the webhook subscription, exactly as it stands in Square's developer console.",
        IsRequired: true);

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        if (HeaderText.Refuses(request.Headers, SignatureHeader, out var signature) is { } refusal) return refusal;
        if (credentials.Secrets.Count == 0 || Url(credentials) is not { } url) return new(Verdict.MissingSecret);
        Span<byte> mac = stackalloc byte[Mac.SizeBytes(MacAlgorithm.Sha256)];
        if (!Mac.TryReadBase64(signature, mac)) return new(Verdict.MalformedSignature);
        var number = Mac.Find(MacAlgorithm.Sha256, mac, url, request.Body, credentials.Secrets);
        return number == 0 ? new(Verdict.WrongSignature) : new(Verdict.Verified, number);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now)
    {
        if (Url(credentials) is not { } url) return null;
        var mac = Mac.Write(MacAlgorithm.Sha256, MacEncoding.Base64, credentials.Secrets[0], url, body);
        return new(body.ToArray(), [new(SignatureHeader, mac)]);
    }

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.Id(Type) is not { } type) return Reading.MissingFields;

        var id = json.Id(Id);
        var (amount, currency) = !json.IsAbsent(RefundAmount) ? (RefundAmount, RefundCurrency)
            : !json.IsAbsent(DisputeAmount) ? (DisputeAmount, DisputeCurrency)
            : (PaymentAmount, PaymentCurrency);
        events.Add(new()
        {
            EventId = id,
            IsEventIdSigned = id is not null,
            EventType = type,
            PaymentId = json.FirstId(Payment, RefundPayment, DisputePayment),
            AccountId = json.Id(Merchant),
            OrderId = json.FirstId(PaymentOrder, RefundOrder, OrderCreated, OrderUpdated, InvoiceOrder),
            RefundId = json.Id(Refund),
            DisputeId = json.FirstId(Dispute, OldDispute),
            MerchantReference = json.Id(Reference),
            AmountMinor = json.Integer(amount),
            Currency = json.Currency(currency),
            CreatedAt = json.Rfc3339(Created),
        });
        return Reading.Read;
    }

    static byte[]? Url(Credentials credentials) =>
        credentials.Parameter is { Length: > 0 and <= UrlLimitChars } url ? Encoding.UTF8.GetBytes(url) : null;
}
