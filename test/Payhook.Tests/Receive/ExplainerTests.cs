using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Payhook.Providers;
using Payhook.Receive;

namespace Payhook.Tests.Receive;

/// <summary>
/// What a rejection still holds is less than what the request had, so a cause can be lost between the two.
/// </summary>
public sealed class ExplainerTests
{
    static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);
    static readonly Secret OwnId = new("8PT597110X687430L"), OtherId = new("9QU608221Y798541M");
    static readonly byte[] Body = """{"id":"WH-1","event_type":"PAYMENT.SALE.COMPLETED","resource":{}}"""u8.ToArray();

    [Fact]
    public void Uses_the_certificate_that_was_looked_up_to_find_another_webhook_id() =>
        Assert.Equal("other-webhook-id", ExplainPayPal(OtherId, Body)?.Code);

    [Fact]
    public void Uses_the_certificate_that_was_looked_up_to_find_what_happened_to_the_body() =>
        Assert.Equal("final-newline-added", ExplainPayPal(OwnId, [.. Body, (byte)'\n'])?.Code);

    [Fact]
    public void Tells_that_a_certificate_has_ended() => Assert.Equal(
        "key-expired", ExplainPayPal(OwnId, Body, receivedAt: Now.AddYears(3))?.Code);

    [Fact]
    public void Finds_nothing_for_a_forgery_with_a_certificate_at_hand() =>
        Assert.Null(ExplainPayPal(OwnId, Encoding.UTF8.GetBytes("""{"id":"WH-2"}""")));

    [Fact]
    public void Knows_why_a_compressed_body_was_refused_unread() => Assert.Equal(
        "body-compressed", Explain("razorpay", Problem.EncodedBody.Type, new("Content-Encoding", "gzip"))?.Code);

    [Theory]
    [InlineData("razorpay", "X_Razorpay_Signature")]
    [InlineData("razorpay", "Razorpay-Signature")]
    [InlineData("stripe", "X-Stripe-Signature")]
    [InlineData("stripe", "X-Forwarded-Stripe-Signature")]
    [InlineData("github", "x_hub_signature_256")]
    public void Sees_the_header_that_took_the_place_of_the_right_one_though_the_body_is_not_read(
        string providerName, string header)
    {
        var found = Explain(providerName, MissingSignature, new(header, "0badf00d"));
        Assert.Equal("wrong-header", found?.Code);
        Assert.Contains(header, found?.Explanation, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("is right", found?.Explanation);
    }

    [Theory]
    [InlineData("mercadopago", "Signature")]
    [InlineData("razorpay", "X-Signature")]
    [InlineData("razorpay", "Authorization")]
    public void Takes_no_header_that_could_be_somebody_elses_for_the_right_one(string providerName, string header) =>
        Assert.Equal("unsigned", Explain(providerName, MissingSignature, new(header, "0badf00d"))?.Code);

    static string MissingSignature => Rejection.ReasonOf(Verdict.MissingSignature);

    static (string Code, string Explanation)? Explain(
        string providerName, string reason, KeyValuePair<string, string> header)
    {
        var source = new Source(providerName, ProviderCatalog.Find(providerName)!, new(new Secret("a secret")));
        return new Explainer(new([source])).Explain(
            Rejected(source, reason, [], Now, header), default, found: null);
    }

    static (string Code, string Explanation)? ExplainPayPal(
        Secret signedId, byte[] sent, DateTimeOffset? receivedAt = null)
    {
        using var rsa = RSA.Create(2048);
        var provider = ProviderCatalog.Find("paypal")!;
        Source[] sources =
        [
            new("paypal", provider, new(OwnId) { IsSandbox = true }),
            new("paypal-two", provider, new(OtherId) { IsSandbox = true }),
        ];
        var (id, time) = ("7f1b8c2e", Now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        var text = Encoding.ASCII.GetBytes(PayPal.SignedText(id, time, Encoding.ASCII.GetString(signedId.Bytes), Body));
        KeyValuePair<string, string>[] headers =
        [
            new(PayPal.IdHeader, id), new(PayPal.TimeHeader, time), new(PayPal.AlgorithmHeader, PayPal.Algorithm),
            new(PayPal.AddressHeader, "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1"),
            new(PayPal.SignatureHeader, Convert.ToBase64String(
                rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))),
        ];
        var found = new Found { Key = PublicKey.FromRsa(rsa, Now.AddYears(-1), Now.AddYears(1)) };
        var rejection = Rejected(sources[0], "wrong-signature", sent, receivedAt ?? Now, headers);
        var verification = provider.Verify(
            rejection.ToRequest(new DictionaryHeaders(headers), rejection.ReceivedAt, found), sources[0].Credentials);
        Assert.False(verification.IsVerified);
        return new Explainer(new(sources)).Explain(rejection, verification, found);
    }

    static Rejection Rejected(
        Source source, string reason, byte[] body, DateTimeOffset receivedAt,
        params KeyValuePair<string, string>[] headers) => new()
        {
            SourceName = source.Name,
            Reason = reason,
            ReceivedAt = receivedAt,
            HeadersJson = JsonSerializer.SerializeToUtf8Bytes(headers.Select(h => new[] { h.Key, h.Value })),
            Body = body,
            BodyBytes = body.Length,
        };
}
