namespace Payhook.Providers;

/// <summary>
/// Mollie's next-gen webhooks: HMAC-SHA256 over the raw body, in hexadecimal with or without <c>sha256=</c> before it,
/// keyed with the secret of the subscription as text.
/// </summary>
/// <remarks>
/// Source of the scheme: <c>SignatureValidator.php</c> of mollie-api-php and Mollie's "Next-gen webhooks" page. The
/// header comes more than once while a secret is rotated. There is no signed time. A request without the header is a
/// webhook of the other kind (<see cref="MollieClassic"/>) and is refused here.
/// </remarks>
public sealed class Mollie : Provider
{
    const string SignatureHeader = "X-Mollie-Signature";
    const string Prefix = "sha256=";

    const int Id = 0, Type = 1, Created = 2, EntityId = 3, EntityPayment = 4, EntityOrder = 5, EntityProfile = 6,
        Amount = 7, Currency = 8, Reference = 9;

    static readonly JsonPaths Paths = new(
        "id", "type", "createdAt", "entityId", "_embedded.entity.paymentId", "_embedded.entity.orderId",
        "_embedded.entity.profileId", "_embedded.entity.amount.value", "_embedded.entity.amount.currency",
        "_embedded.entity.metadata.order_id");

    /// <inheritdoc/>
    public override string Name => "mollie";

    /// <inheritdoc/>
    public override string DisplayName => "Mollie";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent", SignatureHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "MOLLIE_WEBHOOK_SECRET";

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        Span<byte> macs = stackalloc byte[32 * Mac.OfferedLimit];
        macs = macs[..ReadMacs(request.Headers, macs, out var isAbsent)];
        if (isAbsent) return new(Verdict.MissingSignature);
        if (credentials.Secrets.Count == 0) return new(Verdict.MissingSecret);
        if (macs.IsEmpty) return new(Verdict.MalformedSignature);
        var number = Mac.Find(MacAlgorithm.Sha256, macs, request.Body, credentials.Secrets);
        return number == 0 ? new(Verdict.WrongSignature) : new(Verdict.Verified, number);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now) =>
        BodySignature.Sign(body, credentials, SignatureHeader, MacAlgorithm.Sha256, MacEncoding.Hex, Prefix);

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.Id(Id) is not { } id || json.Id(Type) is not { } type) return Reading.MissingFields;

        var entity = json.Id(EntityId);
        var currency = json.Currency(Currency);
        events.Add(new()
        {
            EventId = id,
            IsEventIdSigned = true,
            EventType = type,
            PaymentId = OfKind(entity, "tr_") ?? json.Id(EntityPayment),
            AccountId = json.Id(EntityProfile),
            OrderId = json.Id(EntityOrder) ?? OfKind(entity, "pl_"),
            RefundId = OfKind(entity, "re_"),
            DisputeId = OfKind(entity, "chb_"),
            MerchantReference = json.IdOrNumber(Reference),
            AmountMinor = json.Minor(Amount, currency),
            Currency = currency,
            CreatedAt = json.Rfc3339(Created),
        });
        return Reading.Read;
    }

    static string? OfKind(string? id, string prefix) =>
        id?.StartsWith(prefix, StringComparison.Ordinal) == true ? id : null;

    /// <summary>
    /// Decodes every code that has the form of one, as far as there is room: headers of one name may also have been
    /// joined by commas on their way.
    /// </summary>
    /// <returns>How many bytes were written.</returns>
    static int ReadMacs(IHeaders headers, Span<byte> macs, out bool isAbsent)
    {
        isAbsent = true;
        var length = 0;
        for (var i = 0; i < Mac.OfferedLimit && headers.FindAt(SignatureHeader, i) is { } value; i++)
        {
            if (value.Length > 0) isAbsent = false;
            if (value.Length > HeaderText.LimitChars) continue;
            foreach (var part in value.AsSpan().Split(','))
            {
                var code = value.AsSpan()[part].Trim();
                if (code.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) code = code[Prefix.Length..];
                if (length < macs.Length && Mac.TryReadHex(code, macs.Slice(length, 32))) length += 32;
            }
        }
        return length;
    }
}
