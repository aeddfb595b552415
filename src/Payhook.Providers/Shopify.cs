using System.Security.Cryptography;

namespace Payhook.Providers;

/// <summary>
/// Shopify: HMAC-SHA256 over the raw body, in Base64, keyed with the client secret of the app as text.
/// </summary>
/// <remarks>
/// <para>Source of the scheme: <c>validate.ts</c> of shopify-app-js and Shopify's "Verify webhooks" page. Event
/// subscriptions sign in headers without the <c>X-</c> and send the older ones beside them, so theirs come first; the
/// two families are never mixed. There is no signed time.</para>
/// <para>The same secret signs cookies in Shopify's own library, and a cookie's signature once passed for a webhook's.
/// So the headers of the topic and the shop must be there, and the body must be a JSON object, which no cookie
/// is.</para>
/// <para>No header but the signature's is covered by it: the topic, the shop and the id of the webhook are
/// labels.</para>
/// </remarks>
public sealed class Shopify : Provider
{
    const string VersionHeader = "X-Shopify-API-Version";

    const int Id = 0, OrderId = 1, TotalPrice = 2, Amount = 3, Currency = 4, Updated = 5, Created = 6,
        RefundAmount = 7, RefundCurrency = 8, Reference = 9;

    static readonly JsonPaths Paths = new(
        "id", "order_id", "total_price", "amount", "currency", "updated_at", "created_at", "transactions.0.amount",
        "transactions.0.currency", "name");

    static readonly Family Events = new(
        "Shopify-Hmac-Sha256", "Shopify-Topic", "Shopify-Shop-Domain", "Shopify-Event-Id", "Shopify-Triggered-At");

    static readonly Family Webhooks = new(
        "X-Shopify-Hmac-Sha256", "X-Shopify-Topic", "X-Shopify-Shop-Domain", "X-Shopify-Webhook-Id",
        "X-Shopify-Triggered-At");

    /// <inheritdoc/>
    public override string Name => "shopify";

    /// <inheritdoc/>
    public override string DisplayName => "Shopify";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [Webhooks.Signature, Events.Signature];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } =
    [
        "Content-Type", "User-Agent", Webhooks.Signature, Webhooks.Topic, Webhooks.Shop, Webhooks.Id,
        Webhooks.TriggeredAt, "X-Shopify-Event-Id", VersionHeader, Events.Signature, Events.Topic,
        Events.Shop, Events.Id, Events.TriggeredAt, "Shopify-Api-Version",
    ];

    /// <inheritdoc/>
    public override string SecretVariable => "SHOPIFY_CLIENT_SECRET";

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        var family = FamilyOf(request.Headers);
        var verification = BodySignature.Verify(
            request, credentials, family.Signature, MacAlgorithm.Sha256, MacEncoding.Base64);
        if (!verification.IsVerified) return verification;
        return HeaderText.Refuses(request.Headers, family.Topic, out _, Verdict.MissingHeader)
            ?? HeaderText.Refuses(request.Headers, family.Shop, out _, Verdict.MissingHeader)
            ?? (IsObject(request.Body) ? verification : new(Verdict.MalformedBody));
    }

    /// <summary>Signs a JSON object as a test of the topic <c>orders/updated</c>.</summary>
    /// <param name="body">The body that will be sent.</param>
    /// <param name="credentials">The configured sender, whose first secret signs.</param>
    /// <param name="now">The time that is sent, which is not signed.</param>
    /// <returns>What to send, or <see langword="null"/> where the body is no JSON object.</returns>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now) =>
        !IsObject(body)
            ? null
            : BodySignature.Sign(
                body, credentials, Webhooks.Signature, MacAlgorithm.Sha256, MacEncoding.Base64, "",
                new(Webhooks.Topic, "orders/updated"), new(Webhooks.Shop, "example.myshopify.com"),
                new(Webhooks.Id, LabelOf(body)), new(VersionHeader, "2026-07"), // its own library wants both
                new(Webhooks.TriggeredAt, now.UtcDateTime.ToString("O")));

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        var family = FamilyOf(request.Headers);
        var topic = request.Headers.Find(family.Topic, out _);
        if (topic is null || !PaymentEvent.IsId(topic)) return Reading.MissingFields;

        var id = json.IdOrNumber(Id);
        var isOrder = topic.StartsWith("orders/", StringComparison.OrdinalIgnoreCase);
        var isRefund = topic.StartsWith("refunds/", StringComparison.OrdinalIgnoreCase);
        var isDispute = topic.StartsWith("disputes/", StringComparison.OrdinalIgnoreCase);
        var order = isOrder ? id : json.IdOrNumber(OrderId);
        var currency = json.Currency(isRefund ? RefundCurrency : Currency);
        var label = request.Headers.Find(family.Id, out _);
        var shop = request.Headers.Find(family.Shop, out _);
        events.Add(new()
        {
            EventId = PaymentEvent.IsId(label) ? label : null,
            EventType = topic,
            IsEventTypeSigned = false,
            PaymentId = order, // an order is what is paid; its transactions are the steps
            AccountId = PaymentEvent.IsId(shop) ? shop : null,
            OrderId = order,
            RefundId = isRefund ? id : null,
            DisputeId = isDispute ? id : null,
            MerchantReference = isOrder ? json.Id(Reference) : null,
            AmountMinor = json.Minor(isOrder ? TotalPrice : isRefund ? RefundAmount : Amount, currency),
            Currency = currency,
            CreatedAt = json.Rfc3339(Updated) ?? json.Rfc3339(Created),
        });
        return Reading.Read;
    }

    /// <summary>The same body keeps its id, as a delivery that is tried again does.</summary>
    static string LabelOf(ReadOnlySpan<byte> body) => new Guid(SHA256.HashData(body).AsSpan(0, 16)).ToString();

    /// <summary>Verifying and reading choose alike.</summary>
    static Family FamilyOf(IHeaders headers) =>
        string.IsNullOrEmpty(headers.Find(Events.Signature, out _)) ? Webhooks : Events;

    static bool IsObject(ReadOnlySpan<byte> body)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        return Paths.Read(body, places).IsObject;
    }

    /// <summary>The headers of one kind of subscription.</summary>
    sealed record Family(string Signature, string Topic, string Shop, string Id, string TriggeredAt);
}
