namespace Payhook.Providers;

/// <summary>
/// Access Worldpay: HMAC-SHA256 over the raw body, in hexadecimal, keyed with the decoded hexadecimal key; the header
/// lists one signature for each key as <c>key id/SHA256/code</c>.
/// </summary>
/// <remarks>
/// Source of the scheme: <c>worldpay.rs</c> of an open-source payment switch and the product's events page. No code or
/// signature of Worldpay's own confirms it. The key id and the algorithm in the header are labels: they choose nothing.
/// </remarks>
public sealed class Worldpay : Provider
{
    const string SignatureHeader = "Event-Signature";
    const string Algorithm = "SHA256";

    const int Id = 0, Created = 1, Type = 2, Transaction = 3, Reference = 4, Amount = 5, Currency = 6;

    static readonly JsonPaths Paths = new(
        "eventId", "eventTimestamp", "eventDetails.type", "eventDetails.transactionReference",
        "eventDetails.reference", "eventDetails.amount.value", "eventDetails.amount.currencyCode");

    /// <inheritdoc/>
    public override string Name => "worldpay";

    /// <inheritdoc/>
    public override string DisplayName => "Worldpay";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent", SignatureHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "WORLDPAY_EVENT_KEY";

    /// <inheritdoc/>
    public override KeyForm KeyForm => KeyForm.Hex;

    /// <inheritdoc/>
    public override bool IsConfirmed => false;

    /// <inheritdoc/>
    public override bool TryReadKey(string text, out Secret? key) => KeyText.TryReadHex(text, out key);

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        if (HeaderText.Refuses(request.Headers, SignatureHeader, out var header) is { } refusal) return refusal;
        if (credentials.Secrets.Count == 0) return new(Verdict.MissingSecret);
        Span<byte> macs = stackalloc byte[32 * Mac.OfferedLimit];
        macs = macs[..ReadMacs(header, macs, out var isOtherAlgorithm)];
        if (macs.IsEmpty)
            return new(isOtherAlgorithm ? Verdict.UnsupportedAlgorithm : Verdict.MalformedSignature);
        var number = Mac.Find(MacAlgorithm.Sha256, macs, request.Body, credentials.Secrets);
        return number == 0 ? new(Verdict.WrongSignature) : new(Verdict.Verified, number);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now) =>
        BodySignature.Sign(
            body, credentials, SignatureHeader, MacAlgorithm.Sha256, MacEncoding.Hex, prefix: $"1/{Algorithm}/");

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.Id(Type) is not { } type) return Reading.MissingFields;

        var id = json.Id(Id);
        events.Add(new()
        {
            EventId = id,
            IsEventIdSigned = id is not null,
            EventType = type,
            PaymentId = json.Id(Transaction),
            RefundId = type is "sentForRefund" or "refunded" or "refundFailed" ? json.Id(Reference) : null,
            MerchantReference = json.Id(Transaction),
            AmountMinor = json.Integer(Amount),
            Currency = json.Currency(Currency),
            CreatedAt = json.Rfc3339(Created),
        });
        return Reading.Read;
    }

    /// <summary>Decodes every signature that has the form of one, as far as there is room.</summary>
    /// <returns>How many bytes were written.</returns>
    static int ReadMacs(ReadOnlySpan<char> header, Span<byte> macs, out bool isOtherAlgorithm)
    {
        var length = 0;
        isOtherAlgorithm = false;
        foreach (var part in header.Split(','))
        {
            var element = header[part].Trim();
            var code = element.LastIndexOf('/');
            if (code <= 0 || length == macs.Length) continue;
            var name = element[..code].LastIndexOf('/');
            if (name <= 0) continue; // no key id
            var algorithm = element[(name + 1)..code];
            if (!algorithm.Equals(Algorithm, StringComparison.OrdinalIgnoreCase)) isOtherAlgorithm = true;
            else if (Mac.TryReadHex(element[(code + 1)..], macs.Slice(length, 32))) length += 32;
        }
        return length;
    }
}
