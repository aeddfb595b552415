using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Payhook.Providers;
using PublicKey = Payhook.Providers.PublicKey;

namespace Payhook.Cli;

/// <summary>
/// What a provider would have to be asked for, from files that were saved beforehand: a captured request can then be
/// checked without the network. Who gives the folder vouches for what is in it.
/// </summary>
static class SavedKeys
{
    const int FileLimitBytes = 64 * 1024;

    /// <summary>
    /// Follows a look-up to the file named like the last part of its reference, with an ending or without.
    /// </summary>
    public static Found Find(string? folder, Lookup lookup)
    {
        var unavailable = new Found { Failure = Verdict.KeyUnavailable };
        // The reference comes from a request that nobody has verified: it must not lead out of the folder.
        var name = lookup.Reference[(lookup.Reference.LastIndexOfAny(['/', '\\']) + 1)..];
        if (folder is null || name.Length == 0 || name is "." or ".." || !name.All(IsPlain)) return unavailable;
        try
        {
            string[] endings = ["", ".pem", ".crt", ".json"];
            var path = endings.Select(e => Path.Combine(folder, name + e)).FirstOrDefault(File.Exists);
            if (path is null || new FileInfo(path).Length > FileLimitBytes) return unavailable;
            var bytes = File.ReadAllBytes(path);
            if (lookup.Kind == LookupKind.MolliePayment) return new() { Document = bytes };
            var key = lookup.Kind switch
            {
                LookupKind.PayPalCertificate => OfCertificate(bytes),
                LookupKind.PlaidKey => PublicKey.FromJsonWebKey(Encoding.UTF8.GetString(bytes)),
                _ => null,
            };
            return key is null ? new() { Failure = Verdict.UntrustedKey } : new() { Key = key };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return unavailable;
        }
    }

    static PublicKey? OfCertificate(byte[] bytes)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(bytes);
            return certificate.GetRSAPublicKey() is { KeySize: >= 2048 } rsa
                ? PublicKey.FromRsa(
                    rsa, new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter))
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';
}
