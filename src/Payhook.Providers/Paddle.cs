using System.Text;

namespace Payhook.Providers;

/// <summary>
/// Paddle Billing: HMAC-SHA256 over the signed time, a colon and the raw body, in hexadecimal, keyed with the whole
/// secret as text, its <c>pdl_ntfset_</c> included.
/// </summary>
/// <remarks>
/// Source of the scheme: Paddle's "Verify webhook signatures" page and the verifiers of its Node, PHP, Python and Go
/// SDKs. Every attempt is signed anew, so the clock bounds replays; only the past is bounded, as in the SDKs. Their 5
/// seconds refuse genuine requests wherever a clock is a little late, so the default here is 60: a replay within them
/// is a duplicate by its signed id. Only <c>h1</c> counts; while a secret is rotated there is one for each.
/// </remarks>
public sealed class Paddle : Provider
{
    const string SignatureHeader = "Paddle-Signature";

    const int Id = 0, Type = 1, Occurred = 2, DataId = 3, TransactionId = 4, Action = 5, GrandTotal = 6, Total = 7,
        Currency = 8, Subscription = 9;

    static readonly JsonPaths Paths = new(
        "event_id", "event_type", "occurred_at", "data.id", "data.transaction_id", "data.action",
        "data.details.totals.grand_total", "data.totals.total", "data.currency_code", "data.subscription_id");

    /// <inheritdoc/>
    public override string Name => "paddle";

    /// <inheritdoc/>
    public override string DisplayName => "Paddle";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent", SignatureHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "PADDLE_WEBHOOK_SECRET";

    /// <inheritdoc/>
    public override TimeSpan? DefaultTolerance => TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        if (HeaderText.Refuses(request.Headers, SignatureHeader, out var header) is { } refusal) return refusal;
        if (credentials.Secrets.Count == 0) return new(Verdict.MissingSecret);
        var time = SignatureElements.FindOnly(header, ';', "ts=");
        if (!SignedTime.TryReadUnix(time, out var signedAt)) return new(Verdict.MalformedSignature);

        Span<byte> prefix = stackalloc byte[16];
        prefix = prefix[..Encoding.ASCII.GetBytes([.. time, ':'], prefix)];
        Span<byte> macs = stackalloc byte[32 * Mac.OfferedLimit];
        macs = macs[..SignatureElements.ReadHex(header, ';', "h1=", macs)];
        if (macs.IsEmpty) return new(Verdict.MalformedSignature);
        var number = Mac.Find(MacAlgorithm.Sha256, macs, prefix, request.Body, credentials.Secrets);
        if (number == 0) return new(Verdict.WrongSignature);
        return SignedTime.Refuses(
                signedAt, request, credentials.Tolerance ?? DefaultTolerance, isFutureRefused: false)
            ?? new(Verdict.Verified, number);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds().ToString();
        var prefix = Encoding.ASCII.GetBytes(time + ":");
        var mac = Mac.Write(MacAlgorithm.Sha256, MacEncoding.Hex, credentials.Secrets[0], prefix, body);
        return new(body.ToArray(), [new(SignatureHeader, $"ts={time};h1={mac}")]);
    }

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.Id(Id) is not { } id || json.Id(Type) is not { } type) return Reading.MissingFields;

        var isTransaction = type.StartsWith("transaction.", StringComparison.Ordinal);
        var action = type.StartsWith("adjustment.", StringComparison.Ordinal) ? json.Id(Action) : null;
        events.Add(new()
        {
            EventId = id,
            IsEventIdSigned = true,
            EventType = type,
            PaymentId = json.Id(isTransaction ? DataId : TransactionId),
            OrderId = json.Id(Subscription),
            RefundId = action is "refund" or "credit" ? json.Id(DataId) : null,
            DisputeId = action?.StartsWith("chargeback", StringComparison.Ordinal) == true ? json.Id(DataId) : null,
            AmountMinor = json.Integer(isTransaction ? GrandTotal : Total), // Paddle writes minor units
            Currency = json.Currency(Currency),
            CreatedAt = json.Rfc3339(Occurred),
        });
        return Reading.Read;
    }
}
