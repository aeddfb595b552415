using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Payhook.Tests.Support;

/// <summary>A certificate as some authority could issue it, right in all but what a test makes wrong.</summary>
sealed record TestLeaf(DateTimeOffset Now)
{
    public string? Name { get; init; }
    public string CommonName { get; init; } = "test";
    public bool IsWeak { get; init; }
    public bool IsForMail { get; init; }
    public bool IsExpired { get; init; }

    /// <summary>Keys of this kind take long to make, and which one it is tells nobody anything.</summary>
    static readonly Lazy<RSA> Key = new(() => RSA.Create(2048)), WeakKey = new(() => RSA.Create(1024));

    /// <summary>The leaf in PEM and the root that signed it.</summary>
    public (byte[] Pem, X509Certificate2 Root) Issue()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = Authority("CN=Test root", rootKey).CreateSelfSigned(Now.AddDays(-100), Now.AddDays(100));
        return (IssueBy(root, rootKey), root);
    }

    /// <summary>The leaf in PEM, the one that signed it and says so nowhere but at an address, and the root.</summary>
    public (byte[] Pem, X509Certificate2 Issuer, X509Certificate2 Root) IssueThroughIntermediate(string issuerAddress)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = Authority("CN=Test root", rootKey).CreateSelfSigned(Now.AddDays(-100), Now.AddDays(100));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issuer = Authority("CN=Test issuer", key).Create(root, Now.AddDays(-90), Now.AddDays(90), [5, 6, 7, 8]);
        return (IssueBy(issuer, key, issuerAddress), issuer, root);
    }

    byte[] IssueBy(X509Certificate2 authority, ECDsa authorityKey, string? issuerAddress = null)
    {
        var key = IsWeak ? WeakKey.Value : Key.Value;
        var request = new CertificateRequest(
            "CN=" + CommonName, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid(IsForMail ? "1.3.6.1.5.5.7.3.4" : "1.3.6.1.5.5.7.3.1")], false));
        if (Name is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(Name);
            request.CertificateExtensions.Add(names.Build());
        }
        if (issuerAddress is not null)
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([], [issuerAddress]));
        var end = Now.AddDays(IsExpired ? -1 : 10);
        var signer = X509SignatureGenerator.CreateForECDsa(authorityKey);
        using var leaf = request.Create(authority.SubjectName, signer, Now.AddDays(-10), end, [1, 2, 3, 4]);
        return Encoding.ASCII.GetBytes(leaf.ExportCertificatePem());
    }

    static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request;
    }
}
