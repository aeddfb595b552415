using System.Text;

namespace Payhook.Providers;

/// <summary>
/// PayU India: the SHA-512 of the salt and of some of the form's fields, joined by bars, in hexadecimal, in the form's
/// own field <c>hash</c>.
/// </summary>
/// <remarks>
/// <para>Source of the scheme: <c>lib/utils/hasher.js</c> of PayU's Node SDK and offsite_payments of Ruby. Two forms
/// are told by documents only, so they are tried as well as the plain one: <c>splitInfo</c> behind the status, and
/// <c>udf6</c> to <c>udf10</c> in the five places that else are empty.</para>
/// <para>PayU's own id of the payment is not signed, nor is most of the body.</para>
/// </remarks>
public sealed class PayUIndia : Provider
{
    const int HashBytes = 64;
    const string HashField = "hash";
    const string FormType = "application/x-www-form-urlencoded";

    const int Hash = 0, Key = 1, Status = 2, Transaction = 3, Amount = 4, Product = 5, FirstName = 6, Email = 7,
        Udf1 = 8, Udf5 = 12, Udf6 = 13, Udf10 = 17, Charges = 18, Split = 19, PaymentId = 20, AddedOn = 21;

    static readonly string[] Names =
    [
        HashField, "key", "status", "txnid", "amount", "productinfo", "firstname", "email", "udf1", "udf2", "udf3",
        "udf4", "udf5", "udf6", "udf7", "udf8", "udf9", "udf10", "additionalCharges", "splitInfo", "mihpayid",
        "addedon",
    ];

    static readonly JsonPaths Paths = new(Names);

    /// <summary>What PayU's times are written in, without saying so.</summary>
    static readonly TimeSpan IndianTime = new(5, 30, 0);

    /// <inheritdoc/>
    public override string Name => "payu-india";

    /// <inheritdoc/>
    public override string DisplayName => "PayU India";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent"];

    /// <inheritdoc/>
    public override string SecretVariable => "PAYU_SALT";

    /// <inheritdoc/>
    public override ProviderParameter? Parameter { get; } = new(
        "merchant_key", "PAYU_MERCHANT_KEY", "The merchant key that PayU shows beside the salt.", true);

    /// <inheritdoc/>
    public override bool SignsBody => false;

    /// <inheritdoc/>
    public override bool IsWellFormed(ReadOnlySpan<byte> body) =>
        IsJson(body) ? JsonText.IsWellFormed(body) : FormText.IsWellFormed(body);

    /// <summary>By the two fields that no other sender's body has.</summary>
    /// <param name="request">The request; its body is not believed.</param>
    public override bool Recognises(in WebhookRequest request)
    {
        var values = new string?[Names.Length];
        return TryRead(request.Body, values)
            && !string.IsNullOrEmpty(values[Hash]) && !string.IsNullOrEmpty(values[PaymentId]);
    }

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        var values = new string?[Names.Length];
        if (!TryRead(request.Body, values)) return new(Verdict.MalformedBody);
        if (string.IsNullOrEmpty(values[Hash])) return new(Verdict.MissingSignature);
        if (credentials.Secrets.Count == 0 || string.IsNullOrEmpty(credentials.Parameter))
            return new(Verdict.MissingSecret);
        Span<byte> hash = stackalloc byte[HashBytes];
        if (!Mac.TryReadHex(values[Hash], hash)) return new(Verdict.MalformedSignature);
        if (values[Key] is { Length: > 0 } key && key != credentials.Parameter) return new(Verdict.UntrustedKey);

        var before = BeforeSalt(values);
        bool[] splits = string.IsNullOrEmpty(values[Split]) ? [false] : [true, false];
        bool[] slots = HasLateFields(values) ? [true, false] : [false];
        foreach (var hasSplit in splits)
        {
            foreach (var hasSlots in slots)
            {
                var after = AfterSalt(values, credentials.Parameter, hasSplit, hasSlots);
                var number = SaltedHash.Find(hash, before, after, credentials.Secrets);
                if (number > 0) return new(Verdict.Verified, number);
            }
        }
        return new(Verdict.WrongSignature);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now)
    {
        var values = new string?[Names.Length];
        if (!TryRead(body, values) || string.IsNullOrEmpty(values[Status])) return null;
        if (credentials.Parameter is not { Length: > 0 } key) return null;
        var after = AfterSalt(values, key, hasSplit: !string.IsNullOrEmpty(values[Split]), hasSlots: true);
        var hash = SaltedHash.Write(HashBytes, BeforeSalt(values), credentials.Secrets[0], after);
        if (!IsJson(body)) return new(PutIntoForm(body, hash), [new("Content-Type", FormType)]);
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        return new(SignedField.Put(body, Paths.Read(body, places), Hash, HashField, hash), []);
    }

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        if (!IsWellFormed(request.Body)) return Reading.Malformed;
        var values = new string?[Names.Length];
        if (!TryRead(request.Body, values) || Id(values[Status]) is not { } status) return Reading.MissingFields;
        events.Add(new()
        {
            EventId = JoinedId.Of(Id(values[PaymentId]), status),
            EventType = status,
            PaymentId = Id(values[PaymentId]),
            MerchantReference = Id(values[Transaction]),
            AmountMinor = Money.Minor(Encoding.UTF8.GetBytes(values[Amount] ?? ""), "INR"),
            Currency = "INR",
            CreatedAt = Time(values[AddedOn]),
        });
        return Reading.Read;
    }

    static string? Id(string? text) => PaymentEvent.IsId(text) ? text : null;

    static bool IsJson(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8) is [(byte)'{', ..];

    /// <summary>False where the body has another form, or a field comes twice: which one would be signed?</summary>
    static bool TryRead(ReadOnlySpan<byte> body, Span<string?> values) =>
        (IsJson(body)
            ? TryReadJson(body, values)
            : FormText.IsWellFormed(body) && FormText.TryFind(body, Names, values))
        // Nothing is escaped, so a bar moves borders; into these, at the two ends of what is signed, none may move.
        && values[Status]?.Contains('|') != true && values[Amount]?.Contains('|') != true
        && values[Transaction]?.Contains('|') != true;

    static bool TryReadJson(ReadOnlySpan<byte> body, Span<string?> values)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        if (!json.IsObject) return false;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = SignedField.Text(json, i);
            if (values[i] is null) return false;
        }
        return true;
    }

    static bool HasLateFields(ReadOnlySpan<string?> values)
    {
        foreach (var value in values[Udf6..(Udf10 + 1)])
        {
            if (!string.IsNullOrEmpty(value)) return true;
        }
        return false;
    }

    static byte[] BeforeSalt(ReadOnlySpan<string?> values) =>
        string.IsNullOrEmpty(values[Charges]) ? [] : Encoding.UTF8.GetBytes(values[Charges] + "|");

    static byte[] AfterSalt(ReadOnlySpan<string?> values, string key, bool hasSplit, bool hasSlots)
    {
        var text = new StringBuilder("|").Append(values[Status]).Append('|');
        if (hasSplit) text.Append(values[Split]).Append('|');
        for (var i = Udf10; i >= Udf6; i--) text.Append(hasSlots ? values[i] : "").Append('|');
        for (var i = Udf5; i >= Udf1; i--) text.Append(values[i]).Append('|');
        text.Append(values[Email]).Append('|').Append(values[FirstName]).Append('|').Append(values[Product]);
        text.Append('|').Append(values[Amount]).Append('|').Append(values[Transaction]).Append('|').Append(key);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static byte[] PutIntoForm(ReadOnlySpan<byte> body, string hash)
    {
        var field = Encoding.ASCII.GetBytes($"{HashField}={hash}");
        body = body.TrimEnd("\r\n"u8);
        var start = body.StartsWith("hash="u8) ? 0 : body.IndexOf("&hash="u8) + 1;
        if (start == 0 && !body.StartsWith("hash="u8)) return [.. body, (byte)'&', .. field];
        var length = body[start..].IndexOf((byte)'&');
        return [.. body[..start], .. field, .. length < 0 ? default : body[(start + length)..]];
    }

    static DateTimeOffset? Time(string? text) =>
        text is { Length: 19 } && Moment.Read(Encoding.UTF8.GetBytes(text)) is { } local ? local - IndianTime : null;
}
