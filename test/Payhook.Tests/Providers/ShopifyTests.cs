using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>Shopify's secret signs more than webhooks, so that a right code is not yet a webhook.</summary>
public sealed class ShopifyTests
{
    static readonly Shopify Provider = new();
    static readonly Credentials Credentials = new(new Secret("old"), new Secret("new"));

    [Fact]
    public void Accepts_what_it_signed_and_names_the_secret()
    {
        var body = """{"id":1}"""u8;
        var signed = Provider.Sign(body, new(new Secret("new")), DateTimeOffset.UnixEpoch)!;
        var headers = new DictionaryHeaders(signed.Headers);

        Assert.Equal(new(Verdict.Verified, 2), Provider.Verify(new(headers, body), Credentials));
        Assert.Equal(new(Verdict.WrongSignature), Provider.Verify(new(headers, """{"id":2}"""u8), Credentials));
    }

    [Fact]
    public void Signs_with_every_header_that_Shopifys_own_library_wants()
    {
        var signed = Provider.Sign("""{"id":1}"""u8, Credentials, DateTimeOffset.UnixEpoch)!;
        var other = Provider.Sign("""{"id":2}"""u8, Credentials, DateTimeOffset.UnixEpoch)!;
        string[] wanted =
            ["X-Shopify-Hmac-Sha256", "X-Shopify-Topic", "X-Shopify-Shop-Domain", "X-Shopify-API-Version",
             "X-Shopify-Webhook-Id"];

        Assert.Subset(signed.Headers.Select(h => h.Key).ToHashSet(), wanted.ToHashSet());
        Assert.NotEqual(IdOf(signed), IdOf(other));

        static string IdOf(SignedRequest request) =>
            request.Headers.Single(h => h.Key == "X-Shopify-Webhook-Id").Value;
    }

    [Theory]
    [InlineData("")]
    [InlineData("shopify_app_state=1")]
    [InlineData("123")]
    [InlineData("\"text\"")]
    [InlineData("[{}]")]
    [InlineData("{")]
    public void Signs_nothing_that_it_would_refuse(string body) =>
        Assert.Null(Provider.Sign(System.Text.Encoding.UTF8.GetBytes(body), Credentials, DateTimeOffset.UnixEpoch));

    [Theory]
    [InlineData("X-Shopify-Topic")]
    [InlineData("X-Shopify-Shop-Domain")]
    public void Tells_that_a_header_is_missing_only_where_the_signature_is_right(string name)
    {
        var body = """{"id":1}"""u8;
        var signed = Provider.Sign(body, Credentials, DateTimeOffset.UnixEpoch)!;
        var headers = new DictionaryHeaders(signed.Headers.Where(h => h.Key != name));

        Assert.Equal(new(Verdict.MissingHeader), Provider.Verify(new(headers, body), Credentials));
        Assert.Equal(new(Verdict.WrongSignature), Provider.Verify(new(headers, """{"id":2}"""u8), Credentials));
    }
}
