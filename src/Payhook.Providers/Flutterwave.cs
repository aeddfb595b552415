namespace Payhook.Providers;

/// <summary>
/// Flutterwave: where version 4 signs, HMAC-SHA256 over the raw body, in base64, keyed with the secret hash as text;
/// from version 3 the secret hash itself, as a token that says nothing of the body.
/// </summary>
/// <remarks>
/// Source of the scheme: Flutterwave's "Webhooks" pages of both versions. A signature wins over a token: where the
/// header of version 4 is there, it alone decides. <see cref="Provider.SignsBody"/> is false for both, because
/// whoever knows the token of version 3 can write any body, and both come to one address.
/// </remarks>
public sealed class Flutterwave : Provider
{
    const string SignatureHeader = "flutterwave-signature";
    const string TokenHeader = "verif-hash";

    const int Event = 0, Type = 1, Timestamp = 2, Id = 3, TransactionReference = 4, Reference = 5, Amount = 6,
        Currency = 7, CreatedAt = 8, Account = 9, ChargeId = 10, TransactionId = 11, AmountRefunded = 12,
        AmountRefundedInSnakeCase = 13;

    static readonly JsonPaths Paths = new(
        "event", "type", "timestamp", "data.id", "data.tx_ref", "data.reference", "data.amount", "data.currency",
        "data.created_at", "data.account_id", "data.charge_id", "data.TransactionId", "data.AmountRefunded",
        "data.amount_refunded");

    /// <inheritdoc/>
    public override string Name => "flutterwave";

    /// <inheritdoc/>
    public override string DisplayName => "Flutterwave";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader, TokenHeader];

    /// <summary>Without the token: it is the secret itself.</summary>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent", SignatureHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "FLUTTERWAVE_SECRET_HASH";

    /// <inheritdoc/>
    public override bool SignsBody => false;

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials) => IsSigned(request)
        ? BodySignature.Verify(request, credentials, SignatureHeader, MacAlgorithm.Sha256, MacEncoding.Base64)
        : StaticToken.Verify(request, credentials, TokenHeader);

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now) =>
        BodySignature.Sign(body, credentials, SignatureHeader, MacAlgorithm.Sha256, MacEncoding.Base64);

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.FirstId(Event, Type) is not { } type) return Reading.MissingFields;

        var isRefund = type.StartsWith("refund", StringComparison.OrdinalIgnoreCase);
        var objectId = json.IdOrNumber(Id);
        var eventId = JoinedId.Of(type, objectId);
        var currency = json.Currency(Currency);
        events.Add(new()
        {
            EventId = eventId,
            IsEventIdSigned = eventId is not null && IsSigned(request),
            EventType = type,
            PaymentId = json.IdOrNumber(ChargeId) ?? json.IdOrNumber(TransactionId)
                ?? (type.StartsWith("charge", StringComparison.OrdinalIgnoreCase) ? objectId : null),
            AccountId = json.IdOrNumber(Account),
            RefundId = isRefund ? objectId : null,
            MerchantReference = json.FirstId(TransactionReference, Reference),
            AmountMinor = json.Minor(Amount, currency)
                ?? json.Minor(AmountRefunded, currency) ?? json.Minor(AmountRefundedInSnakeCase, currency),
            Currency = currency,
            CreatedAt = Time(json) ?? json.Rfc3339(CreatedAt),
        });
        return Reading.Read;
    }

    static bool IsSigned(in WebhookRequest request) =>
        !string.IsNullOrEmpty(request.Headers.Find(SignatureHeader, out var isRepeated)) || isRepeated;

    /// <summary>Seconds as documented, or milliseconds as sent.</summary>
    static DateTimeOffset? Time(in JsonFields json) =>
        json.Integer(Timestamp) > 99_999_999_999 ? json.UnixMilliseconds(Timestamp) : json.UnixSeconds(Timestamp);
}
