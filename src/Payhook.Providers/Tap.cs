using System.Globalization;
using System.Text;

namespace Payhook.Providers;

/// <summary>
/// Tap Payments: HMAC-SHA256 over a list of labelled fields of the body, in hexadecimal, keyed with the API's secret
/// key as text.
/// </summary>
/// <remarks>
/// Source of the scheme: Tap's "Webhook" page and public integrations; no code of Tap's own and no published signature
/// confirms it. The amount is signed with as many decimals as its currency has. An amount that is finer than that is
/// refused, since rounding would give two amounts one signature. Ids, amount and status are signed, the rest is not.
/// </remarks>
public sealed class Tap : Provider
{
    const string SignatureHeader = "hashstring";

    const int Id = 0, Amount = 1, Currency = 2, Gateway = 3, Payment = 4, Status = 5, Created = 6, Kind = 7,
        ChargeId = 8, Order = 9, Transaction = 10, Merchant = 11;

    static readonly JsonPaths Paths = new(
        "id", "amount", "currency", "reference.gateway", "reference.payment", "status", "transaction.created",
        "object", "charge_id", "reference.order", "reference.transaction", "merchant.id");

    /// <inheritdoc/>
    public override string Name => "tap";

    /// <inheritdoc/>
    public override string DisplayName => "Tap";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent", SignatureHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "TAP_SECRET_KEY";

    /// <inheritdoc/>
    public override bool SignsBody => false;

    /// <inheritdoc/>
    public override bool IsConfirmed => false;

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        if (HeaderText.Refuses(request.Headers, SignatureHeader, out var signature) is { } refusal) return refusal;
        if (credentials.Secrets.Count == 0) return new(Verdict.MissingSecret);
        Span<byte> mac = stackalloc byte[32];
        if (!Mac.TryReadHex(signature, mac)) return new(Verdict.MalformedSignature);
        if (SignedText(request.Body) is not { } text) return new(Verdict.MalformedBody);
        var number = Mac.Find(MacAlgorithm.Sha256, mac, text, credentials.Secrets);
        return number == 0 ? new(Verdict.WrongSignature) : new(Verdict.Verified, number);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now)
    {
        if (SignedText(body) is not { } text) return null;
        var mac = Mac.Write(MacAlgorithm.Sha256, MacEncoding.Hex, credentials.Secrets[0], default, text);
        return new(body.ToArray(), [new(SignatureHeader, mac)]);
    }

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.Id(Status) is not { } status) return Reading.MissingFields;

        var id = json.Id(Id);
        var isRefund = id is ['r', 'e', ..]; // re_ and ref_; charges are chg_, authorisations auth_
        var eventId = JoinedId.Of(id, status);
        var currency = json.Currency(Currency);
        events.Add(new()
        {
            EventId = eventId,
            IsEventIdSigned = eventId is not null,
            EventType = json.Id(Kind) is { } kind && $"{kind}.{status}" is var type && PaymentEvent.IsId(type)
                ? type
                : status,
            PaymentId = json.Id(ChargeId) ?? (isRefund ? null : id),
            AccountId = json.IdOrNumber(Merchant),
            OrderId = json.Id(Order),
            RefundId = isRefund ? id : null,
            MerchantReference = json.Id(Transaction),
            AmountMinor = json.Minor(Amount, currency),
            Currency = currency,
            CreatedAt = json.UnixMilliseconds(Created),
        });
        return Reading.Read;
    }

    /// <summary>The labelled fields; <see langword="null"/> where the body has not the form.</summary>
    static byte[]? SignedText(ReadOnlySpan<byte> body)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        if (!json.IsObject) return null;
        var currency = SignedField.Text(json, Currency);
        return SignedField.Text(json, Id) is { } id && currency is not null
            && FormatAmount(SignedField.Text(json, Amount), currency) is { } amount
            && SignedField.Text(json, Gateway) is { } gateway && SignedField.Text(json, Payment) is { } payment
            && SignedField.Text(json, Status) is { } status && SignedField.Text(json, Created) is { } created
                ? Encoding.UTF8.GetBytes(
                    $"x_id{id}x_amount{amount}x_currency{currency}x_gateway_reference{gateway}"
                    + $"x_payment_reference{payment}x_status{status}x_created{created}")
                : null;
    }

    static string? FormatAmount(string? text, string currency)
    {
        if (text is null or "") return text;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount)) return null;
        var decimals = Money.Decimals(currency.ToUpperInvariant());
        return decimal.Round(amount, decimals) == amount
            ? amount.ToString($"F{decimals}", CultureInfo.InvariantCulture)
            : null;
    }
}
