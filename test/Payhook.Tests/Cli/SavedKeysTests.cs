using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Payhook.Cli;
using Payhook.Providers;

namespace Payhook.Tests.Cli;

/// <summary>A request that nobody has verified names the file: it must find keys, and nothing else.</summary>
public sealed class SavedKeysTests : IDisposable
{
    const string Address = "https://api.paypal.com/v1/notifications/certs/";

    readonly string _folder = Directory.CreateTempSubdirectory("payhook-keys-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("CERT-1", "")]
    [InlineData("CERT-1", ".pem")]
    [InlineData("CERT-1", ".crt")]
    public void Finds_a_certificate_by_the_last_part_of_its_address(string name, string ending)
    {
        using var rsa = RSA.Create(2048);
        Write(name + ending, Certificate(rsa));
        var found = SavedKeys.Find(_folder, new(LookupKind.PayPalCertificate, Address + name));
        var signature = rsa.SignData("a"u8, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Assert.True(found.Key!.VerifiesRsaSha256("a"u8, signature));
        Assert.False(found.Key.CountsAt(DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void Does_not_trust_what_is_no_certificate_with_a_strong_key()
    {
        using var weak = RSA.Create(1024);
        Write("weak", Certificate(weak));
        Write("garbage", "garbage");
        foreach (var name in new[] { "weak", "garbage" })
        {
            var found = SavedKeys.Find(_folder, new(LookupKind.PayPalCertificate, Address + name));
            Assert.Equal((null, Verdict.UntrustedKey), (found.Key, found.Failure));
        }
    }

    [Theory]
    [InlineData("https://x/../secret")]
    [InlineData("https://x/..")]
    [InlineData("https://x/..%2Fsecret")]
    [InlineData("https://x/")]
    [InlineData("")]
    [InlineData("https://x/absent")]
    [InlineData("https://x/keys\0")]
    public void Does_not_leave_the_folder(string reference)
    {
        var inner = Directory.CreateDirectory(Path.Combine(_folder, "inner")).FullName;
        Write("secret", "a document");
        var found = SavedKeys.Find(inner, new(LookupKind.MolliePayment, reference));
        Assert.Equal((null, Verdict.KeyUnavailable), (found.Document, found.Failure));
        Assert.Equal(Verdict.KeyUnavailable,
            SavedKeys.Find(null, new(LookupKind.MolliePayment, "https://x/secret")).Failure);
    }

    [Fact]
    public void Finds_web_keys_and_documents()
    {
        Write("kid-1.json", """
            {"kty":"EC","crv":"P-256","kid":"kid-1","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
             "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
            """);
        Assert.Equal("kid-1", SavedKeys.Find(_folder, new(LookupKind.PlaidKey, "kid-1")).Key!.KeyId);
        Write("tr_1.json", "{}");
        var document = SavedKeys.Find(_folder, new(LookupKind.MolliePayment, "tr_1")).Document;
        Assert.Equal("{}"u8.ToArray(), document);
    }

    void Write(string name, string text) =>
        File.WriteAllBytes(Path.Combine(_folder, name), Encoding.UTF8.GetBytes(text));

    static string Certificate(RSA rsa)
    {
        var request = new CertificateRequest("CN=test", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return certificate.ExportCertificatePem();
    }
}
