using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Payhook.Providers;

/// <summary>
/// Tells whether a certificate is the one that PayPal signs webhooks with, without any I/O: no download of an issuer,
/// no question about revocation.
/// </summary>
/// <remarks>
/// Source of the rules: the SDKs of PayPal for Java and Ruby (<c>SSLUtil.java</c>, <c>data_types.rb</c>), which ask for
/// a chain to a trusted root and for the name; here the name must be the whole one, not only begin and end like it.
/// </remarks>
public static class PayPalCertificate
{
    /// <summary>The longest PEM text that is looked at, in bytes.</summary>
    public const int PemLimitBytes = 64 * 1024;

    /// <summary>The most certificates that are read of one PEM text; the leaf comes first.</summary>
    public const int CertificatesLimit = 8;

    const int RsaMinimumBits = 2048, RsaMaximumBits = 8192;
    const string ProductionName = "messageverificationcerts.paypal.com";
    const string SandboxName = "messageverificationcerts.sandbox.paypal.com";
    const string CommonName = "2.5.4.3", ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>The name that the certificate must have.</summary>
    /// <param name="isSandbox">True for the sandbox.</param>
    public static string NameOf(bool isSandbox) => isSandbox ? SandboxName : ProductionName;

    /// <summary>Reads the key of a certificate that is PayPal's and counts now.</summary>
    /// <param name="pem">The certificate in PEM, as ASCII; more may follow it, as issuers.</param>
    /// <param name="intermediates">Issuers that may stand between it and a root. They are not trusted.</param>
    /// <param name="roots">
    /// The only roots that are trusted, or <see langword="null"/> for those of the operating system. A root's own
    /// signature is not looked at.
    /// </param>
    /// <param name="now">The moment at which the whole chain must be valid.</param>
    /// <param name="isSandbox">True for the sandbox, whose certificate has another name.</param>
    /// <param name="key">The key with the certificate's first and last moment, where the answer is true.</param>
    /// <param name="fault">Why there is no key, where the answer is false.</param>
    /// <returns>True where the key is PayPal's. Never throws on what it is given as PEM.</returns>
    public static bool TryReadKey(
        ReadOnlySpan<byte> pem, X509Certificate2Collection intermediates, X509Certificate2Collection? roots,
        DateTimeOffset now, bool isSandbox, out PublicKey? key, out CertificateFault fault)
    {
        key = null;
        var certificates = ReadAll(pem);
        try
        {
            fault = certificates.Count == 0
                ? CertificateFault.NoCertificate
                : FindFault(certificates, intermediates, roots, now, NameOf(isSandbox));
            if (fault == CertificateFault.None) fault = ReadKey(certificates[0], out key);
            return fault == CertificateFault.None;
        }
        catch (CryptographicException)
        {
            fault = CertificateFault.NoCertificate;
            return false;
        }
        finally
        {
            foreach (var certificate in certificates) certificate.Dispose();
        }
    }

    /// <summary>Reads the certificates of a PEM text, at most <see cref="CertificatesLimit"/>.</summary>
    /// <param name="pem">The text, as ASCII.</param>
    /// <returns>
    /// Those before the first that cannot be read, for the caller to dispose of. Never throws on what it is given.
    /// </returns>
    public static X509Certificate2Collection ReadAll(ReadOnlySpan<byte> pem)
    {
        var certificates = new X509Certificate2Collection();
        if (pem.Length > PemLimitBytes) return certificates;
        while (certificates.Count < CertificatesLimit && PemEncoding.TryFindUtf8(pem, out var fields))
        {
            if (pem[fields.Label].SequenceEqual("CERTIFICATE"u8))
            {
                var der = new byte[fields.DecodedDataLength];
                if (!TryDecode(pem[fields.Base64Data], der)) break;
                try
                {
                    certificates.Add(X509CertificateLoader.LoadCertificate(der));
                }
                catch (CryptographicException)
                {
                    break;
                }
            }
            pem = pem[fields.Location.End..];
        }
        return certificates;
    }

    /// <summary>The address at which the certificate says that its issuer's certificate can be had.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <returns>The address as written, or <see langword="null"/> where it names none.</returns>
    public static string? FindIssuerAddress(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        try
        {
            return certificate.Extensions.OfType<X509AuthorityInformationAccessExtension>()
                .SelectMany(e => e.EnumerateCAIssuersUris()).FirstOrDefault();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Base64 in lines, as PEM has it.</summary>
    static bool TryDecode(ReadOnlySpan<byte> base64, Span<byte> der) =>
        Base64.DecodeFromUtf8(base64, der, out _, out var written) == OperationStatus.Done && written == der.Length;

    static CertificateFault FindFault(
        X509Certificate2Collection certificates, X509Certificate2Collection intermediates,
        X509Certificate2Collection? roots, DateTimeOffset now, string name)
    {
        var leaf = certificates[0];
        if (!IsNamed(leaf, name)) return CertificateFault.WrongName;
        if (now < ValidFrom(leaf) || now > ValidUntil(leaf)) return CertificateFault.NotValidNow;
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.DisableCertificateDownloads = true;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.VerificationTimeIgnored = false;
        policy.VerificationTime = now.UtcDateTime;
        // An authority that vouches for names of mail or of code vouches for this name only as a server's.
        policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        for (var i = 1; i < certificates.Count; i++) policy.ExtraStore.Add(certificates[i]);
        policy.ExtraStore.AddRange(intermediates);
        if (roots is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }
        var isTrusted = chain.Build(leaf);
        var flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        return isTrusted ? CertificateFault.None
            : flags.HasFlag(X509ChainStatusFlags.PartialChain) ? CertificateFault.IncompleteChain
            : flags.HasFlag(X509ChainStatusFlags.NotTimeValid) ? CertificateFault.NotValidNow
            : CertificateFault.UntrustedChain;
    }

    /// <summary>The alternative names count where there are any; the common name only where there are none.</summary>
    static bool IsNamed(X509Certificate2 certificate, string name)
    {
        var hasAlternatives = false;
        foreach (var extension in certificate.Extensions)
        {
            if (extension is not X509SubjectAlternativeNameExtension alternatives) continue;
            hasAlternatives = true;
            foreach (var alternative in alternatives.EnumerateDnsNames())
            {
                if (string.Equals(alternative, name, StringComparison.OrdinalIgnoreCase)) return true;
            }
        }
        return !hasAlternatives && certificate.SubjectName.EnumerateRelativeDistinguishedNames().Any(part =>
            !part.HasMultipleElements && part.GetSingleElementType().Value == CommonName
            && string.Equals(part.GetSingleElementValue(), name, StringComparison.OrdinalIgnoreCase));
    }

    static DateTimeOffset ValidFrom(X509Certificate2 certificate) => new(certificate.NotBefore.ToUniversalTime());

    static DateTimeOffset ValidUntil(X509Certificate2 certificate) => new(certificate.NotAfter.ToUniversalTime());

    static CertificateFault ReadKey(X509Certificate2 leaf, out PublicKey? key)
    {
        key = null;
        var rsa = leaf.GetRSAPublicKey();
        if (rsa is null || rsa.KeySize is < RsaMinimumBits or > RsaMaximumBits)
        {
            rsa?.Dispose();
            return CertificateFault.WrongKey;
        }
        key = PublicKey.FromRsa(rsa, ValidFrom(leaf), ValidUntil(leaf));
        return CertificateFault.None;
    }
}

/// <summary>The closed answers to "is this certificate PayPal's?".</summary>
public enum CertificateFault
{
    /// <summary>There is none: it is.</summary>
    None = 0,

    /// <summary>The bytes hold no certificate that can be read.</summary>
    NoCertificate,

    /// <summary>It is made out to another name.</summary>
    WrongName,

    /// <summary>It, or an issuer of it, does not count yet or counts no longer.</summary>
    NotValidNow,

    /// <summary>An issuer between it and a trusted root is not known.</summary>
    IncompleteChain,

    /// <summary>Its chain leads to no trusted root, or allows no such use.</summary>
    UntrustedChain,

    /// <summary>Its key is no RSA key of 2048 to 8192 bits.</summary>
    WrongKey,
}
