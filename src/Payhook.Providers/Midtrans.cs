using System.Text;

namespace Payhook.Providers;

/// <summary>
/// Midtrans: the SHA-512 of order id, status code, gross amount and the server key with nothing between them, in
/// hexadecimal, in the body's own member <c>signature_key</c>.
/// </summary>
/// <remarks>
/// Source of the scheme: <c>en/after-payment/http-notification.md</c> of Midtrans' documentation. The status of the
/// payment is not signed, nor is where one signed value ends and the next begins: what the body says is a hint. The
/// times have no zone and are Jakarta's.
/// </remarks>
public sealed class Midtrans : Provider
{
    const int HashBytes = 64;
    const string SignatureMember = "signature_key";

    const int Signature = 0, OrderId = 1, StatusCode = 2, GrossAmount = 3, Status = 4, TransactionId = 5, Merchant = 6,
        Currency = 7, TransactionTime = 8, SettlementTime = 9, RefundAmount = 10, RefundKey = 11;

    static readonly JsonPaths Paths = new(
        SignatureMember, "order_id", "status_code", "gross_amount", "transaction_status", "transaction_id",
        "merchant_id", "currency", "transaction_time", "settlement_time", "refund_amount", "refund_key");

    static readonly TimeSpan JakartaTime = TimeSpan.FromHours(7);

    /// <inheritdoc/>
    public override string Name => "midtrans";

    /// <inheritdoc/>
    public override string DisplayName => "Midtrans";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent"];

    /// <inheritdoc/>
    public override string SecretVariable => "MIDTRANS_SERVER_KEY";

    /// <inheritdoc/>
    public override bool SignsBody => false;

    /// <inheritdoc/>
    public override bool Recognises(in WebhookRequest request) =>
        request.Body.IndexOf("\"signature_key\""u8) >= 0 && request.Body.IndexOf("\"gross_amount\""u8) >= 0;

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (!json.IsObject) return new(Verdict.MalformedBody);
        if (json.IsAbsent(Signature)) return new(Verdict.MissingSignature);
        if (credentials.Secrets.Count == 0) return new(Verdict.MissingSecret);
        Span<byte> hash = stackalloc byte[HashBytes];
        if (!Mac.TryReadHex(json.Text(Signature, HashBytes * 2), hash)) return new(Verdict.MalformedSignature);
        if (SignedText(json) is not { } text) return new(Verdict.MalformedBody);
        var number = SaltedHash.Find(hash, text, default, credentials.Secrets);
        return number == 0 ? new(Verdict.WrongSignature) : new(Verdict.Verified, number);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        if (!json.IsObject || SignedText(json) is not { } text) return null;
        var hash = SaltedHash.Write(HashBytes, text, credentials.Secrets[0], default);
        return new(SignedField.Put(body, json, Signature, SignatureMember, hash), []);
    }

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.Id(Status) is not { } status) return Reading.MissingFields;

        var isRefund = status is "refund" or "partial_refund";
        var currency = json.Currency(Currency) ?? "IDR";
        events.Add(new()
        {
            EventId = JoinedId.Of(json.Id(OrderId), json.Id(TransactionId), status, json.IdOrNumber(StatusCode)),
            EventType = status,
            PaymentId = json.Id(TransactionId),
            AccountId = json.Id(Merchant),
            OrderId = json.Id(OrderId),
            RefundId = isRefund ? json.Id(RefundKey) : null,
            AmountMinor = (isRefund ? json.Minor(RefundAmount, currency) : null) ?? json.Minor(GrossAmount, currency),
            Currency = currency,
            CreatedAt = (status == "settlement" ? json.Rfc3339(SettlementTime) : null) is { } settled
                ? settled - JakartaTime
                : json.Rfc3339(TransactionTime) - JakartaTime,
        });
        return Reading.Read;
    }

    /// <summary>The three values as the body spells them; <see langword="null"/> where one is absent.</summary>
    static byte[]? SignedText(in JsonFields json) =>
        SignedField.Text(json, OrderId) is { Length: > 0 } order
        && SignedField.Text(json, StatusCode) is { Length: > 0 } code
        && SignedField.Text(json, GrossAmount) is { Length: > 0 } amount
            ? Encoding.UTF8.GetBytes(order + code + amount)
            : null;
}
