using System.Text;
using Payhook.Providers;
using Payhook.Query;

namespace Payhook.Tests.Query;

/// <summary>
/// Once the settings are mended, the signature of a request that was refused by mistake is a valid one.
/// </summary>
public sealed class MaskedTextTests
{
    static readonly Source Sealed = new(
        "shop", new GenericHmac(new() { SignatureHeader = "X-Seal" }), new(new Secret("a secret")));

    [Theory]
    [InlineData("""{"a":1,"amount":5}""", """{"a":1,"amount":5}""")]
    [InlineData("""{ "a": "x",  "signature_key" : "s3", "b":[1]}""",
        """{ "a": "x",  "signature_key" : "***", "b":[1]}""")]
    [InlineData("""{"signature":{"properties":["p"],"checksum":"s3"},"id":"i"}""",
        """{"signature":{"properties":["p"],"checksum":"***"},"id":"i"}""")]
    [InlineData("""{"hmacSignature":["s3","s4"],"x":"y"}""", """{"hmacSignature":["***","***"],"x":"y"}""")]
    [InlineData("\uFEFF{\"hash\":\"s3\"}", "\uFEFF{\"hash\":\"***\"}")]
    [InlineData("status=success&amount=5&hash=s3&udf1=", "status=success&amount=5&hash=***&udf1=")]
    [InlineData("CHECKSUMHASH=s3%3D&md5sig=s3&b%74_si%67nature=s3", "CHECKSUMHASH=***&md5sig=***&b%74_si%67nature=***")]
    public void Takes_signatures_out_of_bodies(string body, string shown)
    {
        Assert.Equal(shown, MaskedText.Body(Encoding.UTF8.GetBytes(body), isSignedInHeader: false));
        Assert.Equal(shown, MaskedText.Body(Encoding.UTF8.GetBytes(body), isSignedInHeader: true));
    }

    [Theory]
    [InlineData("""{"signature":"s3" broken""")]
    [InlineData("<xml signature='s3'/>")]
    [InlineData("text")]
    public void Shows_what_it_cannot_read_only_where_nobody_signs_in_it(string body)
    {
        Assert.Equal("***", MaskedText.Body(Encoding.UTF8.GetBytes(body), isSignedInHeader: false));
        Assert.Equal(body, MaskedText.Body(Encoding.UTF8.GetBytes(body), isSignedInHeader: true));
    }

    [Theory]
    [InlineData("Stripe-Signature", "***")]
    [InlineData("authorization", "***")]
    [InlineData("Proxy-Authorization", "***")]
    [InlineData("Cookie", "***")]
    [InlineData("X-VERIFY", "***")]
    [InlineData("x-api-key", "***")]
    [InlineData("X-Seal", "***")]
    [InlineData("x-seal", "***")]
    [InlineData("Content-Type", "shown")]
    [InlineData("X-Razorpay-Event-Id", "shown")]
    public void Takes_signatures_and_keys_out_of_headers(string name, string shown) =>
        Assert.Equal(shown, MaskedText.Header(name, "shown", [Sealed]));
}
