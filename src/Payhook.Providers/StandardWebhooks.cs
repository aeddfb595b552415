using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Payhook.Providers;

/// <summary>
/// Standard Webhooks, and Svix that it comes from: HMAC-SHA256 (<c>v1</c>) or Ed25519 (<c>v1a</c>) over the message's
/// id, its time and the raw body, joined by dots, in Base64.
/// </summary>
/// <remarks>
/// <para>Source of the scheme: <c>spec/standard-webhooks.md</c> and the libraries of standard-webhooks, and
/// <c>worker.rs</c> of svix-webhooks for <c>v1a</c>. The header holds several signatures while keys are rotated; those
/// of other versions are skipped. The key decides the algorithm: a <c>v1</c> is never held against a public key, nor a
/// <c>v1a</c> against a shared one.</para>
/// <para>Every attempt is signed anew, so the clock bounds replays. The id is signed, and the same at every attempt.
/// Svix writes the same three headers under its own name; the two families are never mixed.</para>
/// </remarks>
public sealed class StandardWebhooks : Provider
{
    const string SharedKeyPrefix = "whsec_", PublicKeyPrefix = "whpk_";

    /// <summary>The specification asks for 24 to 64 bytes; some senders take it less strictly.</summary>
    const int KeyMinimumBytes = 16, KeyLimitBytes = 256;

    const int PublicKeyBytes = 32, MacBytes = 32, Ed25519Bytes = 64;

    /// <summary>Each public key is held against each signature, which costs far more than a hash.</summary>
    const int Ed25519OfferedLimit = 4;

    const int Type = 0, OtherType = 1, Time = 2, PaymentId = 3, DataId = 4;

    static readonly JsonPaths Paths = new("type", "event_type", "timestamp", "data.payment_id", "data.id");

    static readonly Family Standard = new("webhook-id", "webhook-timestamp", "webhook-signature");
    static readonly Family Svix = new("svix-id", "svix-timestamp", "svix-signature");

    /// <inheritdoc/>
    public override string Name => "standard-webhooks";

    /// <inheritdoc/>
    public override string DisplayName => "Standard Webhooks";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [Standard.Signature, Svix.Signature];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } =
    [
        "Content-Type", "User-Agent", Standard.Id, Standard.Timestamp, Standard.Signature, Svix.Id, Svix.Timestamp,
        Svix.Signature,
    ];

    /// <inheritdoc/>
    public override string SecretVariable => "STANDARD_WEBHOOKS_SECRET";

    /// <inheritdoc/>
    public override KeyForm KeyForm => KeyForm.Base64;

    /// <inheritdoc/>
    public override TimeSpan? DefaultTolerance => TimeSpan.FromSeconds(300);

    /// <summary>Makes a key of <c>whsec_…</c> (or the same without its prefix) or <c>whpk_…</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="key">The key, where the answer is true.</param>
    /// <returns>False where the text is no Base64, or of a length that no such key has.</returns>
    public override bool TryReadKey(string text, out Secret? key)
    {
        key = null;
        var isPublic = text.StartsWith(PublicKeyPrefix, StringComparison.Ordinal);
        var isPrefixed = isPublic || text.StartsWith(SharedKeyPrefix, StringComparison.Ordinal);
        var base64 = !isPrefixed ? text : text.AsSpan(isPublic ? PublicKeyPrefix.Length : SharedKeyPrefix.Length);
        Span<byte> bytes = stackalloc byte[KeyLimitBytes];
        if (base64.ContainsAny(" \t\r\n") || !Convert.TryFromBase64Chars(base64, bytes, out var length)) return false;
        if (isPublic ? length != PublicKeyBytes : length < KeyMinimumBytes) return false;
        bytes = bytes[..length];
        key = isPublic ? new(PublicKey.FromEd25519(bytes)) : new(bytes);
        return true;
    }

    /// <summary>
    /// Tells a signature that has an id or a time beside it: GoCardless, too, has a <c>Webhook-Signature</c>.
    /// </summary>
    /// <param name="request">The request; its body is not looked at.</param>
    public override bool Recognises(in WebhookRequest request) =>
        Has(request.Headers, Svix.Signature)
        || (Has(request.Headers, Standard.Signature)
            && (Has(request.Headers, Standard.Id) || Has(request.Headers, Standard.Timestamp)));

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        var headers = request.Headers;
        var family = FamilyOf(headers);
        if (HeaderText.Refuses(headers, family.Signature, out var signature) is { } refusal) return refusal;
        if (credentials.Secrets.Count == 0) return new(Verdict.MissingSecret);
        if (HeaderText.Refuses(headers, family.Id, out var id, Verdict.MissingHeader) is { } noId) return noId;
        if (HeaderText.Refuses(headers, family.Timestamp, out var time, Verdict.MissingHeader) is { } noTime)
            return noTime;
        if (!PaymentEvent.IsId(id) || !SignedTime.TryReadUnix(time, out var signedAt))
            return new(Verdict.MalformedSignature);

        Span<byte> macs = stackalloc byte[MacBytes * Mac.OfferedLimit];
        macs = macs[..ReadSignatures(signature, "v1,", MacBytes, macs)];
        Span<byte> signatures = stackalloc byte[Ed25519Bytes * Ed25519OfferedLimit];
        signatures = signatures[..ReadSignatures(signature, "v1a,", Ed25519Bytes, signatures)];
        if (macs.IsEmpty && signatures.IsEmpty) return new(Verdict.MalformedSignature);
        var usesMacs = !macs.IsEmpty && credentials.Secrets.Any(s => s.PublicKey is null);
        var usesPublicKeys = !signatures.IsEmpty && credentials.Secrets.Any(s => s.PublicKey is not null);
        if (!usesMacs && !usesPublicKeys) return new(Verdict.UnsupportedAlgorithm);

        var prefix = Encoding.UTF8.GetBytes($"{id}.{time}.");
        var number = usesMacs
            ? Mac.Find(MacAlgorithm.Sha256, macs, prefix, request.Body, credentials.Secrets)
            : 0;
        if (number == 0 && usesPublicKeys)
            number = FindPublicKey(signatures, prefix, request.Body, credentials.Secrets);
        if (number == 0) return new(Verdict.WrongSignature);
        return SignedTime.Refuses(signedAt, request, credentials.Tolerance ?? DefaultTolerance)
            ?? new(Verdict.Verified, number);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now)
    {
        if (credentials.Secrets[0].PublicKey is not null) return null;
        // One body is one message, however often it is sent.
        var id = $"msg_{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 12))}";
        var time = now.ToUnixTimeSeconds().ToString();
        return new(
            body.ToArray(),
            [
                new(Standard.Id, id), new(Standard.Timestamp, time),
                new(Standard.Signature, Signature(credentials.Secrets[0], id, time, body)),
            ]);
    }

    /// <summary>One signature of a message, as it stands in the header: <c>v1,</c> and Base64.</summary>
    /// <param name="secret">The bytes behind <c>whsec_</c>.</param>
    /// <param name="id">The message's id; it must not contain a dot.</param>
    /// <param name="time">The time of the attempt, in Unix seconds.</param>
    /// <param name="body">The body as it is sent.</param>
    public static string Signature(Secret secret, string id, string time, ReadOnlySpan<byte> body)
    {
        var prefix = Encoding.ASCII.GetBytes($"{id}.{time}.");
        return "v1," + Mac.Write(MacAlgorithm.Sha256, MacEncoding.Base64, secret, prefix, body);
    }

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        var id = request.Headers.Find(FamilyOf(request.Headers).Id, out _);
        if (!PaymentEvent.IsId(id) || json.FirstId(Type, OtherType) is not { } type) return Reading.MissingFields;

        var isPayment = type.StartsWith("payment.", StringComparison.Ordinal);
        events.Add(new()
        {
            EventId = id,
            IsEventIdSigned = true,
            EventType = type,
            PaymentId = json.Id(PaymentId) ?? (isPayment ? json.Id(DataId) : null),
            CreatedAt = json.Rfc3339(Time),
        });
        return Reading.Read;
    }

    /// <summary>
    /// The family that is there with all three headers, else the one that has a signature. Verifying and reading
    /// choose alike, so that the id that is read is the one that was verified.
    /// </summary>
    static Family FamilyOf(IHeaders headers) =>
        Standard.IsComplete(headers) ? Standard
        : Svix.IsComplete(headers) ? Svix
        : Has(headers, Standard.Signature) || !Has(headers, Svix.Signature) ? Standard
        : Svix;

    static bool Has(IHeaders headers, string name) => !string.IsNullOrEmpty(headers.Find(name, out _));

    /// <summary>Decodes every signature of one version that has the form of one, as far as there is room.</summary>
    /// <returns>How many bytes were written.</returns>
    static int ReadSignatures(ReadOnlySpan<char> header, string version, int sizeBytes, Span<byte> signatures)
    {
        var length = 0;
        foreach (var part in header.Split(' '))
        {
            var element = header[part];
            if (length == signatures.Length || !element.StartsWith(version)) continue;
            if (Mac.TryReadBase64(element[version.Length..], signatures.Slice(length, sizeBytes))) length += sizeBytes;
        }
        return length;
    }

    static int FindPublicKey(
        ReadOnlySpan<byte> signatures, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body,
        IReadOnlyList<Secret> secrets)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(prefix.Length + body.Length);
        prefix.CopyTo(buffer);
        body.CopyTo(buffer.AsSpan(prefix.Length));
        var text = buffer.AsSpan(0, prefix.Length + body.Length);
        var number = 0;
        for (var i = 0; i < secrets.Count && number == 0; i++)
        {
            for (var offered = signatures; !offered.IsEmpty && number == 0; offered = offered[Ed25519Bytes..])
            {
                if (secrets[i].PublicKey?.VerifiesEd25519(text, offered[..Ed25519Bytes]) == true) number = i + 1;
            }
        }
        ArrayPool<byte>.Shared.Return(buffer);
        return number;
    }

    /// <summary>The three headers under one name.</summary>
    sealed record Family(string Id, string Timestamp, string Signature)
    {
        public bool IsComplete(IHeaders headers) =>
            Has(headers, Id) && Has(headers, Timestamp) && Has(headers, Signature);
    }
}
