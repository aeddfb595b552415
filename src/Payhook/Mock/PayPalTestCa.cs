using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Payhook.Providers;

namespace Payhook.Mock;

/// <summary>
/// A stand-in for PayPal, to send test events with: nobody else can sign as PayPal does. A sandbox source that reads
/// its certificates from the same folder accepts them, and no other source does.
/// </summary>
/// <remarks>
/// The folder holds <c>NAME.pem</c>, the certificate; <c>roots/NAME.pem</c>, the root that signed it, whose own key is
/// never written down; and <c>private/NAME.key</c>, the key that signs.
/// </remarks>
sealed class PayPalTestCa : IDisposable
{
    public const string CertificateName = "PAYHOOK-TEST";

    const int KeyBits = 2048, SerialNumberBytes = 16;
    const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    const string Address = "https://api.sandbox.paypal.com/v1/notifications/certs/" + CertificateName;

    static readonly TimeSpan ValidFor = TimeSpan.FromDays(365), RenewedBefore = TimeSpan.FromDays(7);
    static readonly TimeSpan ClockMargin = TimeSpan.FromHours(1);

    readonly RSA _key;

    PayPalTestCa(RSA key) => _key = key;

    /// <summary>Opens the folder; where it is not there or its certificate ends soon, a new one is made.</summary>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read or written.</exception>
    public static PayPalTestCa Open(string folder, DateTimeOffset now)
    {
        if (TryRead(folder, now) is { } known) return known;
        var key = RSA.Create(KeyBits);
        Write(folder, key, now);
        return new(key);
    }

    /// <summary>A delivery as PayPal's sandbox would make it.</summary>
    public SignedRequest Sign(ReadOnlySpan<byte> body, string webhookId, DateTimeOffset now)
    {
        var id = Guid.NewGuid().ToString();
        var time = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var text = Encoding.ASCII.GetBytes(PayPal.SignedText(id, time, webhookId, body));
        var signature = _key.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return new(body.ToArray(),
        [
            new(PayPal.IdHeader, id), new(PayPal.TimeHeader, time), new(PayPal.AddressHeader, Address),
            new(PayPal.AlgorithmHeader, PayPal.Algorithm), new("PayPal-Auth-Version", "v2"),
            new(PayPal.SignatureHeader, Convert.ToBase64String(signature)),
        ]);
    }

    public void Dispose() => _key.Dispose();

    static string CertificateFile(string folder) => Path.Combine(folder, CertificateName + ".pem");
    static string RootFile(string folder) => Path.Combine(folder, "roots", CertificateName + ".pem");
    static string KeyFile(string folder) => Path.Combine(folder, "private", CertificateName + ".key");

    static PayPalTestCa? TryRead(string folder, DateTimeOffset now)
    {
        if (!File.Exists(CertificateFile(folder)) || !File.Exists(RootFile(folder)) || !File.Exists(KeyFile(folder)))
            return null;
        var key = RSA.Create();
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(CertificateFile(folder));
            using var certified = certificate.GetRSAPublicKey();
            key.ImportFromPem(File.ReadAllText(KeyFile(folder)));
            var isRight = certified?.ExportSubjectPublicKeyInfo().AsSpan()
                .SequenceEqual(key.ExportSubjectPublicKeyInfo()) is true;
            var end = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
            if (isRight && now + RenewedBefore < end) return new(key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // What is there is no certificate or no key, so it is made anew.
        }
        key.Dispose();
        return null;
    }

    static void Write(string folder, RSA key, DateTimeOffset now)
    {
        using var rootKey = RSA.Create(KeyBits);
        var rootRequest = Request("CN=Payhook test root", rootKey);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        using var root = rootRequest.CreateSelfSigned(now - ClockMargin, now + ValidFor);

        var name = PayPalCertificate.NameOf(isSandbox: true);
        var request = Request("CN=" + name, key);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(ServerAuthentication)], false));
        byte[] serialNumber = [1, .. RandomNumberGenerator.GetBytes(SerialNumberBytes - 1)]; // positive
        using var leaf = request.Create(root, now - ClockMargin, now + ValidFor, serialNumber);

        foreach (var file in new[] { CertificateFile(folder), RootFile(folder), KeyFile(folder) })
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        WriteKey(KeyFile(folder), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(RootFile(folder), root.ExportCertificatePem() + "\n");
        File.WriteAllText(CertificateFile(folder), leaf.ExportCertificatePem() + "\n");
    }

    static CertificateRequest Request(string name, RSA key) =>
        new(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    /// <summary>The file is made readable by its owner only before anything is in it.</summary>
    static void WriteKey(string path, string pem)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new StreamWriter(path, options);
        file.WriteLine(pem);
    }
}
