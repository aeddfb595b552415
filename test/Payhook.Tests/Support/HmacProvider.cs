using System.Security.Cryptography;
using System.Text;
using Payhook.Providers;

namespace Payhook.Tests.Support;

/// <summary>
/// A provider made up for tests, with the traits that real ones have one by one: Base64, decoded keys, prefixes,
/// signed addresses, signed times in a header, keys that are named by the request.
/// </summary>
sealed class HmacProvider(string name) : Provider
{
    public const string SignatureHeader = "X-Made-Signature", TimeHeader = "X-Made-Time", KeyHeader = "X-Made-Key";

    /// <summary>The bytes hashed by everything that was verified, each secret counted.</summary>
    public long HashedBytes { get; private set; }

    public int Verifications { get; private set; }

    public bool IsBase64 { get; init; }

    public string Prefix { get; init; } = "";

    public bool SignsTime { get; init; }

    public bool NamesKey { get; init; }

    public KeyForm Form { get; init; }

    public ProviderParameter? Bound { get; init; }

    public override string Name => name;

    public override string DisplayName => "Made " + name;

    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", SignatureHeader, TimeHeader, "X-Id"];

    public override string SecretVariable => "MADE_SECRET";

    public override KeyForm KeyForm => Form;

    public override ProviderParameter? Parameter => Bound;

    public override Lookup? FindLookup(in WebhookRequest request, Credentials credentials) =>
        NamesKey && request.Headers.Find(KeyHeader, out _) == (credentials.IsSandbox ? "sandbox" : "live")
            ? new(LookupKind.PayPalCertificate, "made")
            : null;

    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        Verifications++;
        var signature = request.Headers.Find(SignatureHeader, out var isRepeated);
        var time = request.Headers.Find(TimeHeader, out _);
        if (string.IsNullOrEmpty(signature)) return new(Verdict.MissingSignature);
        if (isRepeated) return new(Verdict.RepeatedSignature);
        if (SignsTime && string.IsNullOrEmpty(time)) return new(Verdict.MissingHeader);
        if (NamesKey && FindLookup(request, credentials) is null) return new(Verdict.UntrustedKey);
        if (NamesKey && request.Found?.Key?.CountsAt(request.ReceivedAt) == false) return new(Verdict.UntrustedKey);
        if (Bound?.IsRequired == true && credentials.Parameter is null) return new(Verdict.MissingSecret);
        if (signature.Length != Prefix.Length + (IsBase64 ? 44 : 64)
            || !signature.StartsWith(Prefix, StringComparison.Ordinal)) return new(Verdict.MalformedSignature);
        for (var i = 0; i < credentials.Secrets.Count; i++)
        {
            HashedBytes += request.Body.Length;
            var right = Signature(request.Body, credentials.Secrets[i], credentials.Parameter, time);
            if (right == signature) return new(Verdict.Verified, i + 1);
        }
        return new(Verdict.WrongSignature);
    }

    public override SignedRequest Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds().ToString();
        var signature = Signature(body, credentials.Secrets[0], credentials.Parameter, time);
        return new(body.ToArray(), SignsTime ? [new(SignatureHeader, signature), new(TimeHeader, time)]
            : [new(SignatureHeader, signature)]);
    }

    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events) => Reading.Malformed;

    string Signature(ReadOnlySpan<byte> body, Secret secret, string? parameter, string? time)
    {
        byte[] text = [.. Encoding.UTF8.GetBytes((SignsTime ? time : "") + parameter), .. body];
        var mac = HMACSHA256.HashData(secret.Bytes, text);
        return Prefix + (IsBase64 ? Convert.ToBase64String(mac) : Convert.ToHexStringLower(mac));
    }
}
