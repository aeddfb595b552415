using System.Collections.ObjectModel;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Payhook.Providers;

namespace Payhook.Outside;

/// <summary>
/// Certificates that the operator laid down, so that a listener without a way out, or with issuers that this version
/// does not know, can verify PayPal too. Read once, at the start.
/// </summary>
/// <remarks>
/// <c>NAME.pem</c> holds the certificate that PayPal offers at an address ending in <c>/NAME</c>. A certificate of an
/// authority in any <c>.pem</c> may stand between such a one and a root; it is trusted only below <c>roots/</c>.
/// </remarks>
sealed class CertificateFolder
{
    /// <summary>The most files that are read of the folder, and of <c>roots/</c>.</summary>
    public const int FilesLimit = 200;

    public const string RootsFolder = "roots", FilePattern = "*.pem", FileEnding = ".pem";

    const string BundleName = "certificates/intermediates.pem";

    readonly Dictionary<string, byte[]> _files = [];

    CertificateFolder()
    {
    }

    /// <summary>No folder, only what comes with the program.</summary>
    public static CertificateFolder Empty => new();

    /// <summary>The issuers that PayPal's published certificates need: PayPal offers its own one alone.</summary>
    public static X509Certificate2Collection Bundled()
    {
        using var stream = typeof(CertificateFolder).Assembly.GetManifestResourceStream(BundleName)
            ?? throw new InvalidOperationException($"{BundleName} is not in the program");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return PayPalCertificate.ReadAll(bytes.ToArray());
    }

    /// <summary>Issuers: those that come with the program and those of the folder. Not trusted.</summary>
    public X509Certificate2Collection Intermediates { get; } = Bundled();

    /// <summary>Roots that are trusted beside those of the operating system.</summary>
    public X509Certificate2Collection Roots { get; } = [];

    /// <summary>PEM texts by the name of their file, without its ending.</summary>
    public ReadOnlyDictionary<string, byte[]> Files => new(_files);

    /// <summary>What could not be read, for the operator; names of files and no content.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Reads a folder. Never throws: what cannot be read is told by <see cref="Faults"/>.</summary>
    public static CertificateFolder Read(string path)
    {
        var folder = new CertificateFolder();
        if (!Directory.Exists(path))
        {
            folder.Faults.Add($"{path} is no folder");
            return folder;
        }
        foreach (var (name, pem) in folder.ReadFiles(path))
        {
            folder._files[Path.GetFileNameWithoutExtension(name)] = pem;
            folder.Take(name, pem, authority => folder.Intermediates.Add(authority));
        }
        var roots = Path.Combine(path, RootsFolder);
        if (!Directory.Exists(roots)) return folder;
        foreach (var (name, pem) in folder.ReadFiles(roots))
            folder.Take(name, pem, authority => (IsSelfSigned(authority) ? folder.Roots : folder.Intermediates)
                .Add(authority));
        return folder;
    }

    List<(string Name, byte[] Pem)> ReadFiles(string path)
    {
        var files = new List<(string, byte[])>();
        try
        {
            foreach (var file in Directory.EnumerateFiles(path, FilePattern).Order(StringComparer.Ordinal))
            {
                if (files.Count == FilesLimit)
                {
                    Faults.Add($"{path} holds more than {FilesLimit} files; the others are not read");
                    break;
                }
                if (new FileInfo(file).Length > PayPalCertificate.PemLimitBytes) Faults.Add($"{file} is too large");
                else files.Add((Path.GetFileName(file), File.ReadAllBytes(file)));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SecurityException)
        {
            Faults.Add($"{path} cannot be read");
        }
        return files;
    }

    void Take(string name, byte[] pem, Action<X509Certificate2> add)
    {
        var certificates = PayPalCertificate.ReadAll(pem);
        if (certificates.Count == 0) Faults.Add($"{name} holds no certificate that can be read");
        foreach (var certificate in certificates)
        {
            if (IsAuthority(certificate)) add(certificate);
            else certificate.Dispose();
        }
    }

    static bool IsAuthority(X509Certificate2 certificate)
    {
        try
        {
            return certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    static bool IsSelfSigned(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
