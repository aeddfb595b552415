using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Payhook.Providers;

/// <summary>
/// PayPal: RSA with SHA-256 over the transmission's id and time, the webhook's id and the CRC-32 of the raw body, made
/// with the key of a certificate that the request names.
/// </summary>
/// <remarks>
/// <para>Source of the scheme: PayPal's "Integrate webhooks" page and the SDKs for Python (<c>notifications.py</c>),
/// Java (<c>Event.java</c>), .NET (<c>WebhookEvent.cs</c>) and Ruby (<c>data_types.rb</c>). Of the algorithms that
/// they know, only <c>SHA256withRSA</c> is taken. The time is signed, but no attempt is known to renew it, so it
/// bounds nothing.</para>
/// <para>There is no shared secret. The configured ids bind a request to its listener; what is secret is the key of
/// the certificate, which <see cref="FindLookup"/> asks for after the address was held against PayPal's own. Or PayPal
/// is asked itself (<see cref="Credentials.UsesPostback"/>).</para>
/// </remarks>
public sealed class PayPal : Provider
{
    /// <summary>The headers of a transmission.</summary>
    public const string IdHeader = "PayPal-Transmission-Id", TimeHeader = "PayPal-Transmission-Time",
        SignatureHeader = "PayPal-Transmission-Sig", AddressHeader = "PayPal-Cert-Url",
        AlgorithmHeader = "PayPal-Auth-Algo";

    /// <summary>The one algorithm that is taken.</summary>
    public const string Algorithm = "SHA256withRSA";

    /// <summary>The longest webhook id and transmission id, in characters, as PayPal's own API takes them.</summary>
    public const int IdLimitChars = 50;

    const int TimeLimitChars = 100, AddressLimitChars = 500, SignatureLimitBytes = 1024;
    const string CertificatesPath = "/v1/notifications/certs/";

    static readonly string[] ProductionHosts = ["https://api.paypal.com", "https://api-m.paypal.com"];
    static readonly string[] SandboxHosts = ["https://api.sandbox.paypal.com", "https://api-m.sandbox.paypal.com"];

    /// <inheritdoc/>
    public override string Name => "paypal";

    /// <inheritdoc/>
    public override string DisplayName => "PayPal";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } =
    [
        "Content-Type", "User-Agent", SignatureHeader, IdHeader, TimeHeader, AddressHeader, AlgorithmHeader,
        "PayPal-Auth-Version",
    ];

    /// <inheritdoc/>
    public override string SecretVariable => "PAYPAL_WEBHOOK_ID";

    /// <inheritdoc/>
    public override KeyForm KeyForm => KeyForm.WebhookId;

    /// <inheritdoc/>
    public override bool TryReadKey(string text, out Secret? key)
    {
        key = null;
        if (text is null || text.Length is 0 or > IdLimitChars || !text.All(IsIdLetter)) return false;
        key = new(text);
        return true;
    }

    /// <inheritdoc/>
    public override Lookup? FindLookup(in WebhookRequest request, Credentials credentials)
    {
        if (ReadHeaders(request, credentials, out var address) is not null) return null;
        return credentials.UsesPostback
            ? new(LookupKind.PayPalPostback, request.Headers.Find(IdHeader, out _)!)
            : new(LookupKind.PayPalCertificate, address);
    }

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        if (ReadHeaders(request, credentials, out _) is { } refusal) return refusal;
        if (request.Found is not { } found) return new(Verdict.KeyUnavailable);
        if (found.Failure is not (Verdict.Refused or Verdict.Verified)) return new(found.Failure);
        if (credentials.UsesPostback)
            return found.IsConfirmed ? new(Verdict.Verified, found.SecretNumber) : new(Verdict.WrongSignature);
        if (found.Key is not { } key) return new(Verdict.KeyUnavailable);
        if (!key.CountsAt(request.ReceivedAt)) return new(Verdict.UntrustedKey);
        var number = FindSigner(request, credentials.Secrets, key);
        return number == 0 ? new(Verdict.WrongSignature) : new(Verdict.Verified, number);
    }

    /// <summary>PayPal signs with a key that nobody else has: always <see langword="null"/>.</summary>
    /// <param name="body">Not looked at.</param>
    /// <param name="credentials">Not looked at.</param>
    /// <param name="now">Not looked at.</param>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now) => null;

    /// <summary>What is signed, for whoever has a certificate of their own to test with.</summary>
    /// <param name="transmissionId">The value of the header <see cref="IdHeader"/>.</param>
    /// <param name="transmissionTime">The value of the header <see cref="TimeHeader"/>.</param>
    /// <param name="webhookId">The listener's id at PayPal.</param>
    /// <param name="body">The body exactly as sent.</param>
    /// <returns>The text; its ASCII bytes are signed.</returns>
    public static string SignedText(
        string transmissionId, string transmissionTime, string webhookId, ReadOnlySpan<byte> body) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{transmissionId}|{transmissionTime}|{webhookId}|{Crc32.Compute(body)}");

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events) =>
        PayPalEvent.Read(request.Body, events);

    /// <summary>Everything that can be refused without the key, the cheapest first.</summary>
    static Verification? ReadHeaders(in WebhookRequest request, Credentials credentials, out string address)
    {
        address = "";
        var headers = request.Headers;
        if (HeaderText.Refuses(headers, SignatureHeader, out var signature) is { } refusal) return refusal;
        if (credentials.Secrets.Count == 0) return new(Verdict.MissingSecret);
        if (Refuses(headers, IdHeader, IdLimitChars, out _) is { } noId) return noId;
        if (Refuses(headers, TimeHeader, TimeLimitChars, out _) is { } noTime) return noTime;
        if (Refuses(headers, AlgorithmHeader, HeaderText.LimitChars, out var algorithm) is { } none) return none;
        if (algorithm != Algorithm) return new(Verdict.UnsupportedAlgorithm);
        if (Refuses(headers, AddressHeader, HeaderText.LimitChars, out address) is { } noAddress) return noAddress;
        if (!IsCertificateAddress(address, credentials.IsSandbox)) return new(Verdict.UntrustedKey);
        if (!Base64.IsValid(signature, out var length) || length is 0 or > SignatureLimitBytes)
            return new(Verdict.MalformedSignature);
        return credentials.UsesPostback && !CanBeSpliced(request.Body) ? new(Verdict.MalformedBody) : null;
    }

    /// <summary>A refusal where a header that belongs to the signature is absent, repeated or not its kind.</summary>
    static Verification? Refuses(IHeaders headers, string name, int limitChars, out string value)
    {
        value = headers.Find(name, out var isRepeated) ?? "";
        if (value.Length == 0) return new(Verdict.MissingHeader);
        if (isRepeated) return new(Verdict.RepeatedSignature);
        // The bar parts the fields of the signed text, so none may hold one.
        return value.Length > limitChars || value.AsSpan().ContainsAnyExceptInRange(' ', '~') || value.Contains('|')
            ? new(Verdict.MalformedSignature)
            : null;
    }

    /// <summary>
    /// Only PayPal's own hosts, spelled exactly so: no user, no port, no query, nothing that a parser of URLs could
    /// read otherwise.
    /// </summary>
    static bool IsCertificateAddress(string address, bool isSandbox)
    {
        if (address.Length > AddressLimitChars) return false;
        foreach (var host in isSandbox ? SandboxHosts : ProductionHosts)
        {
            if (!address.StartsWith(host, StringComparison.Ordinal)) continue;
            var path = address.AsSpan(host.Length);
            if (!path.StartsWith(CertificatesPath, StringComparison.Ordinal)) continue;
            var name = path[CertificatesPath.Length..];
            if (name.IsEmpty || name[0] == '.') return false;
            foreach (var letter in name)
            {
                if (!IsIdLetter(letter) && letter != '.') return false;
            }
            return true;
        }
        return false;
    }

    /// <summary>The body goes into PayPal's question byte for byte, so it must be what can stand there.</summary>
    static bool CanBeSpliced(ReadOnlySpan<byte> body) =>
        !body.StartsWith("\uFEFF"u8) && JsonText.IsWellFormed(body);

    static int FindSigner(in WebhookRequest request, IReadOnlyList<Secret> secrets, PublicKey key)
    {
        Span<byte> signature = stackalloc byte[SignatureLimitBytes];
        var header = request.Headers.Find(SignatureHeader, out _);
        if (!Convert.TryFromBase64Chars(header, signature, out var length)) return 0;
        Span<byte> crc = stackalloc byte[10];
        Crc32.Compute(request.Body).TryFormat(crc, out var digits, default, CultureInfo.InvariantCulture);
        Span<byte> text = stackalloc byte[2 * IdLimitChars + TimeLimitChars + 3 + crc.Length];
        var start = Append(text, 0, request.Headers.Find(IdHeader, out _));
        start = Append(text, start, request.Headers.Find(TimeHeader, out _));
        for (var i = 0; i < secrets.Count; i++)
        {
            var id = secrets[i].Bytes;
            if (id.Length is 0 or > IdLimitChars) continue;
            id.CopyTo(text[start..]);
            var end = start + id.Length;
            text[end++] = (byte)'|';
            crc[..digits].CopyTo(text[end..]);
            if (key.VerifiesRsaSha256(text[..(end + digits)], signature[..length])) return i + 1;
        }
        return 0;
    }

    static int Append(Span<byte> text, int start, string? field)
    {
        start += Encoding.ASCII.GetBytes(field, text[start..]);
        text[start] = (byte)'|';
        return start + 1;
    }

    static bool IsIdLetter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_';
}
