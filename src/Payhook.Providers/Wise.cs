namespace Payhook.Providers;

/// <summary>
/// Wise: RSA with PKCS #1 v1.5 and SHA-256 over the raw body, in base64, with the key that Wise publishes.
/// </summary>
/// <remarks>
/// Source of the scheme: <c>digital-signatures-examples</c> of Wise. Production and sandbox publish one key each. The
/// id of a delivery stands in a header that is not signed, and there is no signed time of the attempt.
/// </remarks>
public sealed class Wise : Provider
{
    const string SignatureHeader = "X-Signature-SHA256";
    const string DeliveryHeader = "X-Delivery-Id";

    /// <summary>The signature of the largest RSA key that is used anywhere, 8192 bits.</summary>
    const int SignatureLimitBytes = 1024;

    const int Type = 0, Occurred = 1, Sent = 2, ResourceId = 3, ResourceKind = 4, Profile = 5, DataProfile = 6,
        Transfer = 7, Amount = 8, Currency = 9;

    static readonly JsonPaths Paths = new(
        "event_type", "data.occurred_at", "sent_at", "data.resource.id", "data.resource.type",
        "data.resource.profile_id", "data.profile_id", "data.transfer_id", "data.amount", "data.currency");

    /// <inheritdoc/>
    public override string Name => "wise";

    /// <inheritdoc/>
    public override string DisplayName => "Wise";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } =
        ["Content-Type", "User-Agent", SignatureHeader, DeliveryHeader, "X-Test-Notification"];

    /// <inheritdoc/>
    public override string SecretVariable => "WISE_PUBLIC_KEY";

    /// <inheritdoc/>
    public override KeyForm KeyForm => KeyForm.PublicKey;

    /// <inheritdoc/>
    public override bool TryReadKey(string text, out Secret? key) => KeyText.TryReadPem(text, out key);

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        if (HeaderText.Refuses(request.Headers, SignatureHeader, out var header) is { } refusal) return refusal;
        if (credentials.Secrets.Count == 0) return new(Verdict.MissingSecret);
        Span<byte> signature = stackalloc byte[SignatureLimitBytes];
        var sizeBytes = header.Length / 4 * 3 - header.AsSpan().Count('=');
        if (sizeBytes is <= 0 or > SignatureLimitBytes) return new(Verdict.MalformedSignature);
        signature = signature[..sizeBytes];
        if (!Mac.TryReadBase64(header, signature)) return new(Verdict.MalformedSignature);
        for (var i = 0; i < credentials.Secrets.Count; i++)
        {
            if (credentials.Secrets[i].PublicKey?.VerifiesRsaSha256(request.Body, signature) == true)
                return new(Verdict.Verified, i + 1);
        }
        return new(Verdict.WrongSignature);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now) => null;

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.Id(Type) is not { } type) return Reading.MissingFields;

        var deliveryId = request.Headers.Find(DeliveryHeader, out _);
        var currency = json.Currency(Currency);
        events.Add(new()
        {
            EventId = PaymentEvent.IsId(deliveryId) ? deliveryId : null,
            EventType = type,
            PaymentId = json.Is(ResourceKind, "transfer"u8) ? json.IdOrNumber(ResourceId) : json.IdOrNumber(Transfer),
            AccountId = json.IdOrNumber(Profile) ?? json.IdOrNumber(DataProfile),
            AmountMinor = json.Minor(Amount, currency),
            Currency = currency,
            CreatedAt = json.Rfc3339(Occurred) ?? json.Rfc3339(Sent),
        });
        return Reading.Read;
    }
}
