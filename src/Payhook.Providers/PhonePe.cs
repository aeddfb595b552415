namespace Payhook.Providers;

/// <summary>
/// PhonePe's version 2: the SHA-256 of user and password joined by a colon, in hexadecimal, as a token that says
/// nothing of the body.
/// </summary>
/// <remarks>
/// Source of the scheme: <c>tests/callback.test.ts</c> of PhonePe's Node SDK, which also takes an empty user and an
/// empty password for right; here they are refused when the key is read. A payment's id is the merchant's order id,
/// because it is the only one that a refund tells as well. Amounts are paise.
/// </remarks>
public sealed class PhonePe : Provider
{
    const string SignatureHeader = "Authorization";
    const int HashBytes = 32;

    const int Event = 0, Type = 1, State = 2, MerchantOrder = 3, OrderId = 4, MerchantRefund = 5, RefundId = 6,
        OriginalOrder = 7, Amount = 8, Timestamp = 9, AttemptTimestamp = 10, Merchant = 11;

    static readonly JsonPaths Paths = new(
        "event", "type", "payload.state", "payload.merchantOrderId", "payload.orderId", "payload.merchantRefundId",
        "payload.refundId", "payload.originalMerchantOrderId", "payload.amount", "payload.timestamp",
        "payload.paymentDetails.0.timestamp", "payload.merchantId");

    /// <inheritdoc/>
    public override string Name => "phonepe";

    /// <inheritdoc/>
    public override string DisplayName => "PhonePe";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <summary>Without the token: whoever has it can send anything.</summary>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent"];

    /// <inheritdoc/>
    public override string SecretVariable => "PHONEPE_WEBHOOK_CREDENTIALS";

    /// <inheritdoc/>
    public override KeyForm KeyForm => KeyForm.UserAndPassword;

    /// <inheritdoc/>
    public override bool SignsBody => false;

    /// <summary>Takes a user and a password joined by a colon; neither may be empty.</summary>
    /// <param name="text">The text.</param>
    /// <param name="key">The key, where the answer is true.</param>
    public override bool TryReadKey(string text, out Secret? key)
    {
        var colon = text?.IndexOf(':') ?? -1;
        key = colon > 0 && colon < text!.Length - 1 ? new Secret(text) : null;
        return key is not null;
    }

    /// <summary>By the form of its token: other providers and proxies use the header too.</summary>
    /// <param name="request">The request.</param>
    public override bool Recognises(in WebhookRequest request)
    {
        Span<byte> hash = stackalloc byte[HashBytes];
        return Mac.TryReadHex(request.Headers.Find(SignatureHeader, out _), hash);
    }

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        if (HeaderText.Refuses(request.Headers, SignatureHeader, out var token) is { } refusal) return refusal;
        if (credentials.Secrets.Count == 0) return new(Verdict.MissingSecret);
        Span<byte> hash = stackalloc byte[HashBytes];
        if (!Mac.TryReadHex(token, hash)) return new(Verdict.MalformedSignature);
        var number = SaltedHash.Find(hash, default, default, credentials.Secrets);
        return number == 0 ? new(Verdict.WrongSignature) : new(Verdict.Verified, number);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now)
    {
        var token = SaltedHash.Write(HashBytes, default, credentials.Secrets[0], default);
        return new(body.ToArray(), [new(SignatureHeader, token)]);
    }

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.FirstId(Event, Type) is not { } type) return Reading.MissingFields;

        var isRefund = type.Contains("refund", StringComparison.OrdinalIgnoreCase);
        var refundId = isRefund ? json.FirstId(RefundId, MerchantRefund) : null;
        var amount = json.Integer(Amount);
        events.Add(new()
        {
            EventId = JoinedId.Of(type, isRefund ? refundId : json.FirstId(OrderId, MerchantOrder), json.Id(State)),
            EventType = type,
            PaymentId = json.FirstId(OriginalOrder, MerchantOrder, OrderId),
            AccountId = json.Id(Merchant),
            OrderId = json.Id(OrderId),
            RefundId = refundId,
            MerchantReference = json.FirstId(OriginalOrder, MerchantOrder),
            AmountMinor = amount,
            Currency = amount is null ? null : "INR",
            CreatedAt = json.UnixMilliseconds(Timestamp) ?? json.UnixMilliseconds(AttemptTimestamp),
        });
        return Reading.Read;
    }
}
