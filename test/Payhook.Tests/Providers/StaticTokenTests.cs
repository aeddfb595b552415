using System.Security.Cryptography;
using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>Tokens that are sent with every request: whoever reads a stored one can send anything.</summary>
public sealed class StaticTokenTests
{
    [Theory]
    [InlineData("phonepe")]
    [InlineData("xendit")]
    [InlineData("flutterwave")]
    public void Keeps_no_header_that_is_the_secret_itself(string providerName) => Assert.Empty(
        ProviderCatalog.Find(providerName)!.KeptHeaders.Intersect(
            ["Authorization", "x-callback-token", "verif-hash"], StringComparer.OrdinalIgnoreCase));

    [Theory]
    [InlineData("user:password", true)]
    [InlineData("user:pass:word", true)]
    [InlineData("user:", false)]
    [InlineData(":password", false)]
    [InlineData(":", false)]
    [InlineData("user", false)]
    [InlineData("", false)]
    public void Takes_a_user_and_a_password_of_which_neither_is_empty(string text, bool isRead) =>
        Assert.Equal(isRead, new PhonePe().TryReadKey(text, out _));

    [Fact]
    public void Knows_its_own_token_from_other_uses_of_the_header()
    {
        var token = Convert.ToHexStringLower(SHA256.HashData("user:password"u8));

        Assert.True(Recognises(token));
        Assert.False(Recognises("Basic dXNlcjpwYXNzd29yZA=="));
        Assert.False(Recognises("Bearer " + token));
        Assert.False(Recognises(""));

        static bool Recognises(string value) => new PhonePe().Recognises(
            new(new DictionaryHeaders([KeyValuePair.Create("Authorization", value)]), default));
    }

    [Fact]
    public void Tells_which_of_several_tokens_came()
    {
        var headers = new DictionaryHeaders([KeyValuePair.Create("x-callback-token", "new")]);
        var request = new WebhookRequest(headers, default);

        Assert.Equal(new(Verdict.Verified, 2), new Xendit().Verify(request, new(new Secret("old"), new Secret("new"))));
        Assert.Equal(new(Verdict.MissingSecret), new Xendit().Verify(request, new()));
    }
}
