using System.Security.Cryptography;
using System.Text;
using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>What vectors and samples cannot say of the providers with plain schemes.</summary>
public sealed class MoreProviderTests
{
    static readonly byte[] Body = """{"a":1}"""u8.ToArray();

    [Fact]
    public void Square_needs_the_address_from_the_configuration()
    {
        var square = new Square();
        var sender = new Credentials(new Secret("key")) { Parameter = "https://shop.example/hook" };
        var signed = square.Sign(Body, sender, default)!;
        var request = new WebhookRequest(new DictionaryHeaders(signed.Headers), Body);

        Assert.True(square.Verify(request, sender).IsVerified);
        Assert.Equal(Verdict.MissingSecret, square.Verify(request, new(sender.Secrets)).Verdict);
        Assert.Null(square.Sign(Body, new(sender.Secrets), default));
        Assert.True(square.Parameter.IsRequired);
    }

    [Fact]
    public void GoCardless_adds_no_event_of_a_batch_that_is_too_long_or_half_readable()
    {
        const string item = """{"id":"EV1","resource_type":"payments","action":"confirmed"}""";
        string Batch(int count) => $$"""{"events":[{{string.Join(',', Enumerable.Repeat(item, count))}}]}""";

        Assert.Equal((Reading.Read, 1000), Read(Batch(1000)));
        Assert.Equal((Reading.TooManyEvents, 0), Read(Batch(1001)));
        Assert.Equal((Reading.MissingFields, 0), Read($$"""{"events":[{{item}},{"id":"EV2"}]}"""));
        Assert.Equal((Reading.MissingFields, 0), Read($$"""{"events":[{{item}},1]}"""));
        Assert.Equal((Reading.MissingFields, 0), Read("""{"events":{}}"""));
        Assert.Equal((Reading.MissingFields, 0), Read("{}"));
        Assert.Equal(498, new GoCardless().WrongSignatureStatus);
    }

    [Fact]
    public void Worldpay_computes_one_code_however_many_are_offered()
    {
        var worldpay = new Worldpay();
        Assert.True(worldpay.TryReadKey("00112233", out var key));
        var mac = Convert.ToHexStringLower(HMACSHA256.HashData(key!.Bytes, Body));
        var others = string.Concat(Enumerable.Repeat($"1/SHA256/{new string('0', 64)},", 7));
        Verification Verify(string header) => worldpay.Verify(
            new(new DictionaryHeaders([new("Event-Signature", header)]), Body), new(key!));

        Assert.True(Verify($"{others}1/SHA256/{mac}").IsVerified);
        Assert.False(Verify($"1/SHA256/{new string('0', 64)},{others}1/SHA256/{mac}").IsVerified); // the ninth
        Assert.Equal(Verdict.UnsupportedAlgorithm, Verify($"1/SHA512/{mac}").Verdict);
        Assert.Equal(Verdict.MalformedSignature, Verify(mac).Verdict);
        Assert.False(worldpay.IsConfirmed);
    }

    [Fact]
    public void Wise_takes_a_key_in_one_line_and_tells_which_signed()
    {
        var wise = new Wise();
        using var rsa = RSA.Create(2048);
        using var other = RSA.Create(2048);
        var oneLine = rsa.ExportSubjectPublicKeyInfoPem().Replace("\n", "\\n", StringComparison.Ordinal);
        Assert.True(wise.TryReadKey(oneLine, out var key));
        Assert.True(wise.TryReadKey(other.ExportSubjectPublicKeyInfoPem(), out var otherKey));
        Assert.False(wise.TryReadKey("-----BEGIN PUBLIC KEY-----", out _));
        Assert.False(wise.TryReadKey("", out _));

        var signature = Convert.ToBase64String(
            rsa.SignData(Body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var request = new WebhookRequest(new DictionaryHeaders([new("X-Signature-SHA256", signature)]), Body);
        Assert.Equal(new(Verdict.Verified, 2), wise.Verify(request, new(otherKey!, key!)));
        Assert.Equal(Verdict.WrongSignature, wise.Verify(request, new(otherKey!, new Secret("text"))).Verdict);
        Assert.Equal(Verdict.MissingSecret, wise.Verify(request, new()).Verdict);
        Assert.Null(wise.Sign(Body, new(key!), default));
    }

    static (Reading, int) Read(string body)
    {
        var events = new List<PaymentEvent>();
        var reading = new GoCardless().Read(
            new(new DictionaryHeaders([]), Encoding.UTF8.GetBytes(body)), events);
        return (reading, events.Count);
    }
}
