using System.Security.Cryptography;

namespace Payhook.Providers;

/// <summary>
/// Plaid: a JSON Web Signature (ES256) in a header, whose claims are its time and the SHA-256 of the raw body. The key
/// is Plaid's, named by an id and looked up.
/// </summary>
/// <remarks>
/// <para>Source of the scheme: Plaid's "Webhook verification" page; the signature layer is RFC 7515. The token is
/// made anew for each attempt, so its time bounds replays.</para>
/// <para>The key's id is the sender's choice, so only ids of a strict form are looked up. Keys may also be configured
/// as JSON Web Keys; those need no look-up.</para>
/// </remarks>
public sealed class Plaid : Provider
{
    const string SignatureHeader = "Plaid-Verification";
    const string Algorithm = "ES256";
    const int KeyIdLimitChars = 64;

    const int Type = 0, Code = 1, Transfer = 2, Payment = 3, Time = 4;
    const int IssuedAt = 0, BodyHash = 1;

    static readonly JsonPaths Paths = new("webhook_type", "webhook_code", "transfer_id", "payment_id", "timestamp");

    static readonly JsonPaths ClaimPaths = new("iat", "request_body_sha256");

    /// <inheritdoc/>
    public override string Name => "plaid";

    /// <inheritdoc/>
    public override string DisplayName => "Plaid";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent", SignatureHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "PLAID_VERIFICATION_KEY";

    /// <inheritdoc/>
    public override KeyForm KeyForm => KeyForm.PublicKey;

    /// <inheritdoc/>
    public override TimeSpan? DefaultTolerance => TimeSpan.FromSeconds(300);

    /// <summary>Takes a JSON Web Key on the curve P-256 that names its id.</summary>
    /// <inheritdoc/>
    public override bool TryReadKey(string text, out Secret? key)
    {
        key = PublicKey.FromJsonWebKey(text) is { KeyId.Length: > 0 } found ? new(found) : null;
        return key is not null;
    }

    /// <inheritdoc/>
    public override Lookup? FindLookup(in WebhookRequest request, Credentials credentials)
    {
        if (HeaderText.Refuses(request.Headers, SignatureHeader, out var header) is not null) return null;
        if (!Jws.TryRead(header, out var token) || RefusesForm(token) is not null) return null;
        return FindKey(credentials, token.KeyId!, out _) is null ? new(LookupKind.PlaidKey, token.KeyId!) : null;
    }

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        if (HeaderText.Refuses(request.Headers, SignatureHeader, out var header) is { } refusal) return refusal;
        if (!Jws.TryRead(header, out var token)) return new(Verdict.MalformedSignature);
        if (RefusesForm(token) is { } wrongForm) return wrongForm;

        var key = FindKey(credentials, token.KeyId!, out var number);
        if (key is null)
        {
            if (credentials.Secrets.Count == 0 && request.Found is null) return new(Verdict.MissingSecret);
            if (request.Found?.Failure == Verdict.KeyUnavailable) return new(Verdict.KeyUnavailable);
            key = request.Found?.Key;
        }
        if (key is null || (key.KeyId ?? token.KeyId) != token.KeyId || !key.CountsAt(request.ReceivedAt))
            return new(Verdict.UntrustedKey);
        if (!key.VerifiesEs256(token.SignedText, token.Signature)) return new(Verdict.WrongSignature);

        if (!TryReadClaims(token, out var issuedAt, out var hash)) return new(Verdict.MalformedSignature);
        Span<byte> bodyHash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(request.Body, bodyHash);
        if (!CryptographicOperations.FixedTimeEquals(bodyHash, hash)) return new(Verdict.WrongSignature);
        return SignedTime.Refuses(issuedAt, request, credentials.Tolerance ?? DefaultTolerance)
            ?? new(Verdict.Verified, number);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now) => null;

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.Id(Type) is not { } type || json.Id(Code) is not { } code) return Reading.MissingFields;
        var eventType = $"{type}.{code}";
        if (!PaymentEvent.IsId(eventType)) return Reading.MissingFields;

        // Some bodies are the same every time ("there are new transfer events"), so the time belongs to the name.
        var isSigned = Jws.TryRead(request.Headers.Find(SignatureHeader, out _), out var token)
            & TryReadClaims(token, out var issuedAt, out var hash);
        events.Add(new()
        {
            EventId = isSigned ? $"{Convert.ToHexStringLower(hash)}:{issuedAt.ToUnixTimeSeconds()}" : null,
            IsEventIdSigned = isSigned,
            EventType = eventType,
            PaymentId = json.FirstId(Transfer, Payment),
            CreatedAt = json.Rfc3339(Time) ?? (isSigned ? issuedAt : null),
        });
        return Reading.Read;
    }

    /// <summary>What is refused before any key is known. The header's algorithm is checked, never followed.</summary>
    static Verification? RefusesForm(in Jws token)
    {
        if (token.AlgorithmName != Algorithm || token.HasCritical) return new(Verdict.UnsupportedAlgorithm);
        if (token.Signature.Length != 64 || !IsKeyId(token.KeyId)) return new(Verdict.MalformedSignature);
        return null;
    }

    static bool IsKeyId(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > KeyIdLimitChars) return false;
        foreach (var letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_')) return false;
        }
        return true;
    }

    static PublicKey? FindKey(Credentials credentials, string keyId, out int number)
    {
        for (number = 1; number <= credentials.Secrets.Count; number++)
        {
            if (credentials.Secrets[number - 1].PublicKey is { } key && key.KeyId == keyId) return key;
        }
        number = 0;
        return null;
    }

    static bool TryReadClaims(in Jws token, out DateTimeOffset issuedAt, out byte[] bodyHash)
    {
        issuedAt = default;
        bodyHash = new byte[SHA256.HashSizeInBytes];
        Span<JsonPlace> places = stackalloc JsonPlace[ClaimPaths.Count];
        var json = ClaimPaths.Read(token.Payload, places);
        if (json.UnixSeconds(IssuedAt) is not { } time || json.Id(BodyHash) is not { } hash) return false;
        issuedAt = time;
        return Mac.TryReadHex(hash, bodyHash);
    }
}
