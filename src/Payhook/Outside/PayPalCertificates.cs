using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Payhook.Providers;
using PublicKey = Payhook.Providers.PublicKey;

namespace Payhook.Outside;

/// <summary>
/// PayPal's certificates by their addresses, which PayPal's scheme has already held against PayPal's own hosts. PayPal
/// offers its certificate without its issuer, so issuers come with the program, out of the folder, or from where the
/// certificate says.
/// </summary>
sealed class PayPalCertificates
{
    /// <summary>How many issuers are fetched for one certificate; there is one between it and its root.</summary>
    const int IssuersLimit = 2;

    const int AddressLimitChars = 500;

    readonly CertificateFolder _folder;
    readonly BoundedFetch _fetch;
    readonly TimeProvider _time;
    readonly KeptAnswers<PublicKey> _keys;
    readonly Dictionary<(string Name, bool IsSandbox), PublicKey> _laidDown = [];

    public PayPalCertificates(CertificateFolder folder, BoundedFetch fetch, OutsideLimits limits, TimeProvider time)
    {
        (_folder, _fetch, _time) = (folder, fetch, time);
        _keys = new(limits, time);
        foreach (var (name, pem) in folder.Files)
        {
            foreach (var isSandbox in new[] { false, true })
            {
                if (TryReadKey(pem, folder.Intermediates, isSandbox, out var key, out _))
                    _laidDown.Add((name, isSandbox), key!);
            }
        }
    }

    /// <summary>How many answers, failures and calls are held.</summary>
    public (int Kept, int Misses, int Flights) Counts => _keys.Counts;

    public async ValueTask<Found> FindAsync(Source source, string address, CancellationToken cancellation)
    {
        var isSandbox = source.Credentials.IsSandbox;
        var name = address[(address.LastIndexOf('/') + 1)..];
        if (_laidDown.TryGetValue((name, isSandbox), out var key) && key.CountsAt(_time.GetUtcNow()))
            return new() { Key = key };
        var answer = await _keys.FindAsync(address, () => DownloadAsync(address, isSandbox), cancellation);
        return new() { Key = answer.Value, Failure = answer.Failure };
    }

    async Task<Answer<PublicKey>> DownloadAsync(string address, bool isSandbox)
    {
        var answer = await _fetch.GetAsync(new(address), CancellationToken.None);
        if (answer.Status != 200) return Answer<PublicKey>.Unavailable;
        var leaf = answer.Body;
        var authorities = new X509Certificate2Collection(_folder.Intermediates);
        var last = PayPalCertificate.ReadAll(leaf).FirstOrDefault();
        for (var fetched = 0; ; fetched++)
        {
            if (TryReadKey(leaf, authorities, isSandbox, out var key, out var fault))
                return new(key, Verdict.Refused, key!.ValidUntil);
            if (fault != CertificateFault.IncompleteChain || fetched == IssuersLimit || last is null
                || IssuerAddress(last) is not { } issuerAddress) return Answer<PublicKey>.Untrusted;
            answer = await _fetch.GetAsync(issuerAddress, CancellationToken.None);
            if (answer.Status != 200) return Answer<PublicKey>.Unavailable;
            last = ReadIssuer(answer.Body);
            if (last is not null) authorities.Add(last);
        }
    }

    bool TryReadKey(
        byte[] pem, X509Certificate2Collection authorities, bool isSandbox, out PublicKey? key,
        out CertificateFault fault)
    {
        var now = _time.GetUtcNow();
        if (_folder.Roots.Count > 0 && PayPalCertificate.TryReadKey(
            pem, authorities, _folder.Roots, now, isSandbox, out key, out fault)) return true;
        return PayPalCertificate.TryReadKey(pem, authorities, roots: null, now, isSandbox, out key, out fault);
    }

    /// <summary>
    /// Issuers are offered without TLS, as everywhere: what is fetched is believed only if a trusted root signed it.
    /// </summary>
    static Uri? IssuerAddress(X509Certificate2 certificate) =>
        PayPalCertificate.FindIssuerAddress(certificate) is { Length: <= AddressLimitChars } text
        && Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https" && address.IsDefaultPort && address.UserInfo.Length == 0
        && address.HostNameType == UriHostNameType.Dns
            ? address
            : null;

    static X509Certificate2? ReadIssuer(byte[] body)
    {
        if (PayPalCertificate.ReadAll(body) is [var first, ..]) return first;
        try
        {
            return X509CertificateLoader.LoadCertificate(body);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
