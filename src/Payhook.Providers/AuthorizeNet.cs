namespace Payhook.Providers;

/// <summary>
/// Authorize.Net: HMAC-SHA512 over the raw body, in upper-case hexadecimal behind <c>sha512=</c>, keyed with the
/// signature key as text.
/// </summary>
/// <remarks>
/// Source of the scheme: Authorize.Net's webhook documentation, and a real delivery of 2017-03-08 that matches with the
/// key as text. The key looks like hexadecimal and must not be decoded here; only the hash in a transaction's response
/// decodes it. Nothing tells the currency, so the amount is left in the body.
/// </remarks>
public sealed class AuthorizeNet : Provider
{
    const string SignatureHeader = "X-ANET-Signature";

    const int Id = 0, Type = 1, Created = 2, ObjectId = 3, ObjectKind = 4, Reference = 5;

    static readonly JsonPaths Paths = new(
        "notificationId", "eventType", "eventDate", "payload.id", "payload.entityName", "payload.merchantReferenceId");

    /// <inheritdoc/>
    public override string Name => "authorizenet";

    /// <inheritdoc/>
    public override string DisplayName => "Authorize.Net";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent", SignatureHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "AUTHORIZENET_SIGNATURE_KEY";

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials) =>
        BodySignature.Verify(
            request, credentials, SignatureHeader, MacAlgorithm.Sha512, MacEncoding.Hex, prefix: "sha512=");

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now)
    {
        var mac = Mac.Write(MacAlgorithm.Sha512, MacEncoding.Hex, credentials.Secrets[0], default, body);
        return new(body.ToArray(), [new(SignatureHeader, $"sha512={mac.ToUpperInvariant()}")]);
    }

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.Id(Type) is not { } type) return Reading.MissingFields;

        var id = json.Id(Id);
        var transaction = json.Is(ObjectKind, "transaction"u8) ? json.IdOrNumber(ObjectId) : null;
        // A refund is a transaction of its own, and what it refunds is not told.
        var isRefund = type.StartsWith("net.authorize.payment.refund.", StringComparison.Ordinal);
        events.Add(new()
        {
            EventId = id,
            IsEventIdSigned = id is not null,
            EventType = type,
            PaymentId = isRefund ? null : transaction,
            RefundId = isRefund ? transaction : null,
            MerchantReference = json.Id(Reference),
            CreatedAt = json.Rfc3339(Created),
        });
        return Reading.Read;
    }
}
