using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Payhook.Cli;
using Payhook.Providers;
using Payhook.Tests.Support;
using PublicKey = Payhook.Providers.PublicKey;

namespace Payhook.Tests.Providers;

/// <summary>What PayPal's scheme has beside a signature: addresses, certificates, several ids, its own word.</summary>
public sealed class PayPalTests
{
    static readonly PayPal Scheme = new();

    [Theory]
    [InlineData("tampered body", Verdict.WrongSignature)]
    [InlineData("body re-serialised with spaces", Verdict.WrongSignature)]
    [InlineData("signature of another delivery", Verdict.WrongSignature)]
    [InlineData("simulator event, amount tampered", Verdict.WrongSignature)]
    [InlineData("another webhook id", Verdict.WrongSignature)]
    [InlineData("same, chain checked after the leaf expired", Verdict.UntrustedKey)]
    [InlineData("simulator event, certificate expired", Verdict.UntrustedKey)]
    [InlineData("certificate not valid yet", Verdict.UntrustedKey)]
    [InlineData("cert url on a foreign host", Verdict.UntrustedKey)]
    [InlineData("cert url over http", Verdict.UntrustedKey)]
    [InlineData("chain to another root", Verdict.UntrustedKey)]
    [InlineData("the intermediate in the place of the leaf", Verdict.UntrustedKey)]
    [InlineData("text that is no certificate", Verdict.UntrustedKey)]
    [InlineData("sandbox certificate offered by a production url", Verdict.UntrustedKey)]
    [InlineData("production certificate offered by a sandbox url", Verdict.UntrustedKey)]
    [InlineData("unknown auth-algo", Verdict.UnsupportedAlgorithm)]
    [InlineData("auth-algo SHA1withRSA", Verdict.UnsupportedAlgorithm)]
    [InlineData("without paypal-transmission-sig", Verdict.MissingSignature)]
    [InlineData("without paypal-transmission-time", Verdict.MissingHeader)]
    [InlineData("paypal-cert-url twice", Verdict.RepeatedSignature)]
    [InlineData("signature is no base64", Verdict.MalformedSignature)]
    public void Refuses_for_the_right_reason(string vectorName, Verdict verdict) =>
        Assert.Equal(verdict, Load(vectorName).Verify(Scheme).Verdict);

    [Fact]
    public void Asks_for_no_address_that_is_not_PayPals()
    {
        var foreign = VectorTests.Load("paypal").Where(v => v.Text("checks") == "cert-url-allow-list").ToList();
        Assert.True(foreign.Count > 10);
        foreach (var vector in foreign)
            Assert.Null(Scheme.FindLookup(new(vector.Headers(), vector.Body), new(new Secret("WEBHOOK_ID"))));
    }

    [Fact]
    public void Asks_for_the_certificate_that_the_request_names()
    {
        var vector = Load("simulator PAYMENT.CAPTURE.COMPLETED");
        var request = new WebhookRequest(vector.Headers(), vector.Body);
        var address = vector.Headers().Find(PayPal.AddressHeader, out _)!;

        Assert.Equal(
            new Lookup(LookupKind.PayPalCertificate, address),
            Scheme.FindLookup(request, new(new Secret("WEBHOOK_ID"))));
        Assert.Null(Scheme.FindLookup(request, new(new Secret("WEBHOOK_ID")) { IsSandbox = true }));
        Assert.Null(Scheme.FindLookup(request, new()));
    }

    [Fact]
    public void Waits_for_the_key_and_passes_on_why_there_is_none()
    {
        var credentials = new Credentials(new Secret("WEBHOOK_ID"));
        Assert.Equal(Verdict.KeyUnavailable, Verify(credentials, null).Verdict);
        Assert.Equal(Verdict.KeyUnavailable, Verify(credentials, new()).Verdict);
        Assert.Equal(Verdict.KeyUnavailable, Verify(credentials, new() { Failure = Verdict.Verified }).Verdict);
        Assert.Equal(Verdict.UntrustedKey, Verify(credentials, new() { Failure = Verdict.UntrustedKey }).Verdict);
    }

    [Fact]
    public void Tells_which_of_several_ids_was_signed()
    {
        using var rsa = RSA.Create(2048);
        var text = PayPal.SignedText("t-1", "2024-01-01T00:00:00Z", "SECOND", "{}"u8);
        var signature = rsa.SignData(
            Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var found = new Found { Key = PublicKey.FromRsa(rsa) };
        var headers = Headers("t-1", "2024-01-01T00:00:00Z", Convert.ToBase64String(signature));

        Assert.Equal("t-1|2024-01-01T00:00:00Z|SECOND|2745614147", text);
        foreach (var (ids, number) in new[]
        {
            (new[] { "FIRST", "SECOND" }, 2), (["SECOND"], 1), (["FIRST"], 0), ([new string('A', 80), "SECOND"], 2),
        })
        {
            var request = new WebhookRequest(headers, "{}"u8) { Found = found };
            Assert.Equal(number, Scheme.Verify(request, new([.. ids.Select(i => new Secret(i))])).SecretNumber);
        }
    }

    [Theory]
    [InlineData("t|1", "2024-01-01T00:00:00Z")]
    [InlineData("t-1", "2024|SECOND")]
    [InlineData("t-\u00e9", "2024-01-01T00:00:00Z")]
    [InlineData("012345678901234567890123456789012345678901234567890", "2024-01-01T00:00:00Z")]
    public void Refuses_fields_that_could_be_read_in_two_ways(string id, string time) => Assert.Equal(
        Verdict.MalformedSignature,
        Scheme.Verify(new(Headers(id, time, "AAAA"), "{}"u8), new(new Secret("SECOND"))).Verdict);

    [Fact]
    public void Takes_PayPals_own_word_where_it_is_to_be_asked()
    {
        var credentials = new Credentials(new Secret("A"), new Secret("B")) { UsesPostback = true };
        var vector = Load("simulator PAYMENT.CAPTURE.COMPLETED");
        var lookup = Scheme.FindLookup(new(vector.Headers(), vector.Body), credentials);

        Assert.Equal(LookupKind.PayPalPostback, lookup!.Kind);
        Assert.Equal(new(Verdict.Verified, 2), Verify(credentials, new() { IsConfirmed = true, SecretNumber = 2 }));
        Assert.Equal(Verdict.WrongSignature, Verify(credentials, new()).Verdict);
        Assert.Equal(Verdict.KeyUnavailable, Verify(credentials, null).Verdict);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("\uFEFF{}")]
    [InlineData("")]
    public void Asks_PayPal_nothing_about_a_body_that_is_no_JSON(string body)
    {
        var credentials = new Credentials(new Secret("A")) { UsesPostback = true };
        var headers = Load("simulator PAYMENT.CAPTURE.COMPLETED").Headers();
        var found = new Found { IsConfirmed = true };
        var request = new WebhookRequest(headers, Encoding.UTF8.GetBytes(body)) { Found = found };

        Assert.Null(Scheme.FindLookup(request, credentials));
        Assert.Equal(Verdict.MalformedBody, Scheme.Verify(request, credentials).Verdict);
    }

    [Theory]
    [InlineData("96605875FF6516633", true)]
    [InlineData("WEBHOOK_ID", true)]
    [InlineData("", false)]
    [InlineData("A|B", false)]
    [InlineData(" A", false)]
    [InlineData("012345678901234567890123456789012345678901234567890", false)]
    public void Takes_what_can_be_a_webhook_id(string text, bool isOne) =>
        Assert.Equal(isOne, Scheme.TryReadKey(text, out _));

    [Theory]
    [InlineData("", 0u)]
    [InlineData("a", 0xE8B7BE43u)]
    [InlineData("123456789", 0xCBF43926u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339u)]
    public void Sums_as_zlib_does(string text, uint crc)
    {
        Assert.EndsWith("|" + crc, PayPal.SignedText("", "", "", Encoding.ASCII.GetBytes(text)));
    }

    [Fact]
    public void Trusts_a_certificate_only_for_its_own_name_use_and_strength()
    {
        var now = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var name = PayPalCertificate.NameOf(isSandbox: true);
        Assert.Equal(CertificateFault.None, FaultOf(new(now) { Name = name }));
        Assert.Equal(CertificateFault.WrongName, FaultOf(new(now) { Name = "evil." + name }));
        Assert.Equal(CertificateFault.WrongName, FaultOf(new(now) { Name = "*.sandbox.paypal.com" }));
        Assert.Equal(CertificateFault.WrongName, FaultOf(new(now) { Name = "shop.example", CommonName = name }));
        Assert.Equal(CertificateFault.None, FaultOf(new(now) { Name = null, CommonName = name }));
        Assert.Equal(CertificateFault.WrongKey, FaultOf(new(now) { Name = name, IsWeak = true }));
        Assert.Equal(CertificateFault.UntrustedChain, FaultOf(new(now) { Name = name, IsForMail = true }));
        Assert.Equal(CertificateFault.IncompleteChain, FaultOf(new(now) { Name = name }, []));
        Assert.Equal(CertificateFault.NotValidNow, FaultOf(new(now) { Name = name, IsExpired = true }));
    }

    static CertificateFault FaultOf(TestLeaf leaf, X509Certificate2Collection? roots = null)
    {
        var (pem, root) = leaf.Issue();
        PayPalCertificate.TryReadKey(pem, [], roots ?? [root], leaf.Now, isSandbox: true, out var key, out var fault);
        Assert.Equal(fault == CertificateFault.None, key is not null);
        return fault;
    }

    static Verification Verify(Credentials credentials, Found? found)
    {
        var vector = Load("simulator PAYMENT.CAPTURE.COMPLETED");
        return Scheme.Verify(new(vector.Headers(), vector.Body) { Found = found }, credentials);
    }

    static DictionaryHeaders Headers(string id, string time, string signature) => new(
    [
        new(PayPal.IdHeader, id), new(PayPal.TimeHeader, time), new(PayPal.SignatureHeader, signature),
        new(PayPal.AlgorithmHeader, PayPal.Algorithm),
        new(PayPal.AddressHeader, "https://api.paypal.com/v1/notifications/certs/CERT-1"),
    ]);

    static Vector Load(string name) => VectorTests.Load("paypal").Single(v => v.Name == name);
}
