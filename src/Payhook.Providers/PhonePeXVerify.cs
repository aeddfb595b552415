using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Payhook.Providers;

/// <summary>
/// PhonePe's version 1: the SHA-256 of the response in base64 and the salt key, in hexadecimal, then <c>###</c> and the
/// number of the salt.
/// </summary>
/// <remarks>
/// Source of the scheme: PhonePe's page on the callback of its version 1; no signature is published. The body is
/// <c>{"response":"…"}</c>: what the base64 holds is signed, and nothing else of the body is looked at.
/// </remarks>
public sealed class PhonePeXVerify : Provider
{
    const string SignatureHeader = "X-VERIFY";
    const string Separator = "###";
    const int HashBytes = 32;

    /// <summary>The longest response that is decoded, in characters.</summary>
    const int ResponseLimitChars = 1024 * 1024;

    const int Response = 0;

    static readonly JsonPaths Envelope = new("response");

    const int Code = 0, Merchant = 1, MerchantTransaction = 2, Transaction = 3, Amount = 4;

    static readonly JsonPaths Paths = new(
        "code", "data.merchantId", "data.merchantTransactionId", "data.transactionId", "data.amount");

    /// <inheritdoc/>
    public override string Name => "phonepe-xverify";

    /// <inheritdoc/>
    public override string DisplayName => "PhonePe X-VERIFY";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent", SignatureHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "PHONEPE_SALT_KEY";

    /// <inheritdoc/>
    public override ProviderParameter? Parameter { get; } = new(
        "salt_index", "PHONEPE_SALT_INDEX", "The number that PhonePe shows beside the salt key, such as 1.", true);

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        if (HeaderText.Refuses(request.Headers, SignatureHeader, out var header) is { } refusal) return refusal;
        if (credentials.Secrets.Count == 0 || string.IsNullOrEmpty(credentials.Parameter))
            return new(Verdict.MissingSecret);
        Span<byte> hash = stackalloc byte[HashBytes];
        var signature = header.AsSpan();
        if (signature.Length <= HashBytes * 2 || !Mac.TryReadHex(signature[..(HashBytes * 2)], hash)
            || !signature[(HashBytes * 2)..].StartsWith(Separator)) return new(Verdict.MalformedSignature);
        if (!signature[(HashBytes * 2 + Separator.Length)..].SequenceEqual(credentials.Parameter))
            return new(Verdict.UntrustedKey);
        if (!TryFindResponse(request.Body, out var response)) return new(Verdict.MalformedBody);
        var number = SaltedHash.Find(hash, response, default, credentials.Secrets);
        return number == 0 ? new(Verdict.WrongSignature) : new(Verdict.Verified, number);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(credentials.Parameter) || !TryFindResponse(body, out var response)) return null;
        var hash = SaltedHash.Write(HashBytes, response, credentials.Secrets[0], default);
        return new(body.ToArray(), [new(SignatureHeader, $"{hash}{Separator}{credentials.Parameter}")]);
    }

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        if (!IsWellFormed(request.Body)) return Reading.Malformed;
        if (!TryFindResponse(request.Body, out var response)) return Reading.MissingFields;
        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(response.Length)];
        if (Base64.DecodeFromUtf8(response, decoded, out _, out var length) != System.Buffers.OperationStatus.Done)
            return Reading.MissingFields;
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(decoded.AsSpan(0, length), places);
        if (json.IsMalformed || json.Id(Code) is not { } code) return Reading.MissingFields;

        var amount = json.Integer(Amount);
        events.Add(new()
        {
            // Without an id, the hash of what is signed: the rest of the body can be written anew by anybody.
            EventId = JoinedId.Of(json.FirstId(Transaction, MerchantTransaction), code)
                ?? Convert.ToHexStringLower(SHA256.HashData(response)),
            IsEventIdSigned = true,
            EventType = code,
            PaymentId = json.FirstId(Transaction, MerchantTransaction),
            AccountId = json.Id(Merchant),
            MerchantReference = json.Id(MerchantTransaction),
            AmountMinor = amount,
            Currency = amount is null ? null : "INR",
        });
        return Reading.Read;
    }

    /// <summary>The text of <c>response</c>; some senders write its slashes with escapes.</summary>
    static bool TryFindResponse(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> response)
    {
        response = default;
        Span<JsonPlace> places = stackalloc JsonPlace[Envelope.Count];
        var json = Envelope.Read(body, places);
        if (json.Kind(Response) != JsonTokenType.String) return false;
        var quoted = json.Raw(Response);
        if (!quoted.Contains((byte)'\\'))
        {
            var (start, length) = json.Place(Response).GetOffsetAndLength(body.Length);
            response = body.Slice(start + 1, length - 2);
        }
        else if (json.Text(Response, ResponseLimitChars) is { } text) response = Encoding.UTF8.GetBytes(text);
        return !response.IsEmpty && response.Length <= ResponseLimitChars;
    }
}
