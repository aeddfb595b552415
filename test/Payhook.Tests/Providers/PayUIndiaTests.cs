using System.Security.Cryptography;
using System.Text;
using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>A signature in the body: to send a test event, it is put there and nothing else may change.</summary>
public sealed class PayUIndiaTests
{
    [Theory] // the same signed text every time, taken apart in other ways
    [InlineData("productinfo=a|9000.00|t1&amount=1.00&txnid=t0", Verdict.Verified)]
    [InlineData("productinfo=a&amount=9000.00&txnid=t1|1.00|t0", Verdict.MalformedBody)]
    [InlineData("productinfo=a&amount=9000.00|t1|1.00&txnid=t0", Verdict.MalformedBody)]
    public void Lets_no_bar_move_the_border_of_an_amount_or_an_id(string fields, Verdict verdict)
    {
        var sender = new Credentials(new Secret("salt")) { Parameter = "key" };
        const string text = "salt|success|||||||||||||a|9000.00|t1|1.00|t0|key";
        var hash = Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes(text)));
        var body = Encoding.UTF8.GetBytes($"status=success&{fields}&hash={hash}");

        var request = new WebhookRequest(new DictionaryHeaders([]), body);
        Assert.Equal(verdict, new PayUIndia().Verify(request, sender).Verdict);
    }

    [Fact]
    public void Decodes_no_name_that_is_longer_than_any_it_knows()
    {
        var name = string.Concat(Enumerable.Repeat("%61", 80_000));
        var body = Encoding.UTF8.GetBytes($"{name}=1&{name}=2&{name}=3&hash=00");
        var request = new WebhookRequest(new DictionaryHeaders([]), body);
        var sender = new Credentials(new Secret("salt")) { Parameter = "key" };

        var before = GC.GetAllocatedBytesForCurrentThread();
        new PayUIndia().Verify(request, sender);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, body.Length);
    }

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
