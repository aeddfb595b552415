using System.Text;
using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>A signature in the body: to send a test event, it is put there and nothing else may change.</summary>
public sealed class PayUIndiaTests
{
    [Theory]
    [InlineData("a=1&hash=00&status=success", "a=1&hash=*&status=success")]
    [InlineData("hash=&status=success", "hash=*&status=success")]
    [InlineData("status=success&hash=", "status=success&hash=*")]
    [InlineData("status=success&rehash=1\n", "status=success&rehash=1&hash=*")]
    [InlineData("{\"status\":\"success\"}", "{\"status\":\"success\",\"hash\":\"*\"}")]
    [InlineData("{\"hash\": 1, \"status\":\"x\" }", "{\"hash\": \"*\", \"status\":\"x\" }")]
    public void Puts_the_hash_in_and_leaves_the_rest_as_it_is(string body, string expected)
    {
        var signed = new PayUIndia().Sign(
            Encoding.UTF8.GetBytes(body), new(new Secret("salt")) { Parameter = "key" }, default)!;
        var text = Encoding.UTF8.GetString(signed.Body);

        var start = expected.IndexOf('*', StringComparison.Ordinal);
        Assert.Equal(expected, text[..start] + "*" + text[(start + 128)..]);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("mihpayid=1&hash=00", true)]
    [InlineData("mihpayid=1&hash=", false)]
    [InlineData("bt_signature=a&bt_payload=b", false)]
    [InlineData("{\"mihpayid\":1,\"hash\":\"00\"}", true)]
    [InlineData("{\"hash\":\"00\"}", false)]
    public void Knows_its_own_bodies_from_others(string body, bool isKnown) => Assert.Equal(
        isKnown, new PayUIndia().Recognises(new(new DictionaryHeaders([]), Encoding.UTF8.GetBytes(body))));
}
