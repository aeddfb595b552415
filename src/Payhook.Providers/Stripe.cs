using System.Text;

namespace Payhook.Providers;

/// <summary>
/// Stripe: HMAC-SHA256 over the signed time, a dot and the raw body, in hexadecimal, keyed with the whole signing
/// secret as text, its <c>whsec_</c> included.
/// </summary>
/// <remarks>
/// Source of the scheme: Stripe's "Verify webhook signatures" page, <c>Webhooks.ts</c> of stripe-node and
/// <c>EventUtility.cs</c> of stripe-dotnet. Every attempt is signed anew, so the clock bounds replays. Only
/// <c>v1</c> counts; while a secret is rolled there is one for each.
/// </remarks>
public sealed class Stripe : Provider
{
    const string SignatureHeader = "Stripe-Signature";

    const int Id = 0, Type = 1, Created = 2, Account = 3, ObjectId = 4, ObjectKind = 5, Intent = 6, Charge = 7,
        Amount = 8, Currency = 9, RelatedId = 10;

    static readonly JsonPaths Paths = new(
        "id", "type", "created", "account", "data.object.id", "data.object.object", "data.object.payment_intent",
        "data.object.charge", "data.object.amount", "data.object.currency", "related_object.id");

    /// <inheritdoc/>
    public override string Name => "stripe";

    /// <inheritdoc/>
    public override string DisplayName => "Stripe";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent", SignatureHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "STRIPE_WEBHOOK_SECRET";

    /// <inheritdoc/>
    public override TimeSpan? DefaultTolerance => TimeSpan.FromSeconds(300);

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        if (HeaderText.Refuses(request.Headers, SignatureHeader, out var header) is { } refusal) return refusal;
        if (credentials.Secrets.Count == 0) return new(Verdict.MissingSecret);
        var time = SignatureElements.FindOnly(header, ',', "t=");
        if (!SignedTime.TryReadUnix(time, out var signedAt)) return new(Verdict.MalformedSignature);

        Span<byte> prefix = stackalloc byte[16];
        prefix = prefix[..Encoding.ASCII.GetBytes([.. time, '.'], prefix)];
        Span<byte> macs = stackalloc byte[32 * Mac.OfferedLimit];
        macs = macs[..SignatureElements.ReadHex(header, ',', "v1=", macs)];
        if (macs.IsEmpty) return new(Verdict.MalformedSignature);
        var number = Mac.Find(MacAlgorithm.Sha256, macs, prefix, request.Body, credentials.Secrets);
        if (number == 0) return new(Verdict.WrongSignature);
        return SignedTime.Refuses(signedAt, request, credentials.Tolerance ?? DefaultTolerance)
            ?? new(Verdict.Verified, number);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds().ToString();
        var prefix = Encoding.ASCII.GetBytes(time + ".");
        var mac = Mac.Write(MacAlgorithm.Sha256, MacEncoding.Hex, credentials.Secrets[0], prefix, body);
        return new(body.ToArray(), [new(SignatureHeader, $"t={time},v1={mac}")]);
    }

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.Id(Id) is not { } id || json.Id(Type) is not { } type) return Reading.MissingFields;

        var objectId = json.Id(ObjectId);
        events.Add(new()
        {
            EventId = id,
            IsEventIdSigned = true,
            EventType = type,
            PaymentId = json.Is(ObjectKind, "payment_intent"u8) ? objectId
                : json.FirstId(Intent, Charge) ?? (json.Is(ObjectKind, "charge"u8) ? objectId : json.Id(RelatedId)),
            AccountId = json.Id(Account),
            RefundId = json.Is(ObjectKind, "refund"u8) ? objectId : null,
            DisputeId = json.Is(ObjectKind, "dispute"u8) ? objectId : null,
            AmountMinor = json.Integer(Amount),
            Currency = json.Currency(Currency),
            CreatedAt = json.UnixSeconds(Created),
        });
        return Reading.Read;
    }
}
