using System.Text;
using Org.BouncyCastle.Crypto.Parameters;
using Payhook.Providers;
using Rfc8032 = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace Payhook.Tests.Providers;

/// <summary>What vectors cannot tell of Standard Webhooks: forms of keys, several keys, the cost of a header.</summary>
public sealed class StandardWebhooksTests
{
    const string SharedKey = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    static readonly byte[] Body = """{"type":"payment.succeeded","data":{"payment_id":"pay_1"}}"""u8.ToArray();
    static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_719_843_600);
    static readonly StandardWebhooks Provider = new();

    [Theory]
    [InlineData(SharedKey, true)]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)]
    [InlineData("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=", true)]
    [InlineData("whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)] // 24 bytes
    [InlineData("whsk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=", false)] // the sender's own
    [InlineData("whsec_", false)]
    [InlineData("", false)]
    [InlineData("whsec_dGVzdA==", false)] // 4 bytes
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZI o2LaLaSw", false)]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", false)]
    public void Takes_only_keys_in_their_form(string text, bool isTaken)
    {
        Assert.Equal(isTaken, Provider.TryReadKey(text, out var key));
        Assert.Equal(isTaken, key is not null);
    }

    [Fact]
    public void Verifies_what_a_private_key_signed_and_names_the_key()
    {
        var (seed, publicKey) = KeyPair(1);
        var headers = SignedWith(seed, Body);
        Secret[] keys = [Key(SharedKey), new(PublicKey.FromEd25519(KeyPair(2).PublicKey)),
            new(PublicKey.FromEd25519(publicKey))];

        Assert.Equal(new(Verdict.Verified, 3), Verify(headers, Body, keys));
        Assert.Equal(new(Verdict.WrongSignature), Verify(headers, [.. Body, 0], keys));
        Assert.Equal(new(Verdict.WrongSignature), Verify(headers, Body, keys[..2]));
        Assert.Equal(new(Verdict.UnsupportedAlgorithm), Verify(headers, Body, keys[..1]));
    }

    [Fact]
    public void Holds_no_shared_key_against_an_Ed25519_signature_nor_a_public_one_against_a_code()
    {
        var (_, publicKey) = KeyPair(1);
        var signed = Provider.Sign(Body, new(new Secret(publicKey)), Now)!;

        Assert.Equal(new(Verdict.Verified, 1), Verify(signed.Headers, Body, [new(publicKey)]));
        Assert.Equal(
            new(Verdict.UnsupportedAlgorithm),
            Verify(signed.Headers, Body, [new(PublicKey.FromEd25519(publicKey))]));
    }

    [Theory]
    [InlineData(true, "webhook-signature", "webhook-id")]
    [InlineData(true, "webhook-signature", "webhook-timestamp")]
    [InlineData(true, "svix-signature")]
    [InlineData(false, "webhook-signature")] // GoCardless
    [InlineData(false, "webhook-id", "webhook-timestamp")]
    [InlineData(false, "webhook-signature", "svix-id")]
    public void Recognises_its_own_among_others_with_the_same_header(bool isRecognised, params string[] names)
    {
        var headers = new DictionaryHeaders(names.Select(name => KeyValuePair.Create(name, "x")));
        Assert.Equal(isRecognised, Provider.Recognises(new(headers, [])));
    }

    [Fact]
    public void Signs_nothing_without_a_shared_key() =>
        Assert.Null(Provider.Sign(Body, new(new Secret(PublicKey.FromEd25519(KeyPair(1).PublicKey))), Now));

    [Fact]
    public void Gives_one_body_one_id_however_often_it_is_signed()
    {
        string Id(byte[] body, DateTimeOffset now) =>
            Provider.Sign(body, new(Key(SharedKey)), now)!.Headers.Single(h => h.Key == "webhook-id").Value;
        Assert.Equal(Id(Body, Now), Id(Body, Now.AddHours(1)));
        Assert.NotEqual(Id(Body, Now), Id([.. Body, 0x20], Now));
    }

    [Fact]
    public void Looks_at_no_more_signatures_than_its_limits()
    {
        var right = Header(Provider.Sign(Body, new(Key(SharedKey)), Now)!.Headers, "webhook-signature");
        var (seed, publicKey) = KeyPair(1);
        var rightEd25519 = Header(SignedWith(seed, Body), "webhook-signature");
        Secret[] keys = [Key(SharedKey)], publicKeys = [new(PublicKey.FromEd25519(publicKey))];

        Assert.True(Verify(After(7, "v1," + Zeros(32), right), Body, keys).IsVerified);
        Assert.Equal(Verdict.WrongSignature, Verify(After(8, "v1," + Zeros(32), right), Body, keys).Verdict);
        Assert.True(Verify(After(3, "v1a," + Zeros(64), rightEd25519), Body, publicKeys).IsVerified);
        Assert.Equal(
            Verdict.WrongSignature, Verify(After(4, "v1a," + Zeros(64), rightEd25519), Body, publicKeys).Verdict);
    }

    [Fact]
    public void Tells_a_late_request_only_where_its_signature_is_right()
    {
        var headers = Provider.Sign(Body, new(Key(SharedKey)), Now.AddSeconds(-301))!.Headers;
        Assert.Equal(
            new(Verdict.OutsideTolerance) { ClockSkew = TimeSpan.FromSeconds(301) },
            Verify(headers, Body, [Key(SharedKey)]));
        Assert.Equal(new(Verdict.WrongSignature), Verify(headers, [.. Body, 0], [Key(SharedKey)]));
    }

    [Theory]
    [InlineData("webhook-id", Verdict.MissingHeader)]
    [InlineData("webhook-timestamp", Verdict.MissingHeader)]
    [InlineData("webhook-signature", Verdict.MissingSignature)]
    public void Says_which_header_is_missing(string name, Verdict verdict)
    {
        var headers = Provider.Sign(Body, new(Key(SharedKey)), Now)!.Headers.Where(h => h.Key != name);
        Assert.Equal(new(verdict), Verify(headers, Body, [Key(SharedKey)]));
    }

    static Secret Key(string text)
    {
        Assert.True(Provider.TryReadKey(text, out var key));
        return key!;
    }

    static (byte[] Seed, byte[] PublicKey) KeyPair(byte number)
    {
        var seed = Enumerable.Repeat(number, 32).ToArray();
        return (seed, new Ed25519PrivateKeyParameters(seed).GeneratePublicKey().GetEncoded());
    }

    static KeyValuePair<string, string>[] SignedWith(byte[] seed, byte[] body)
    {
        var time = Now.ToUnixTimeSeconds();
        byte[] text = [.. Encoding.ASCII.GetBytes($"msg_1.{time}."), .. body];
        var signature = new byte[64];
        Rfc8032.Sign(seed, 0, text, 0, text.Length, signature, 0);
        return
        [
            new("webhook-id", "msg_1"), new("webhook-timestamp", $"{time}"),
            new("webhook-signature", "v1a," + Convert.ToBase64String(signature)),
        ];
    }

    /// <summary>The signature behind a number of wrong ones.</summary>
    static KeyValuePair<string, string>[] After(int count, string wrong, string signature)
    {
        var isEd25519 = signature.StartsWith("v1a", StringComparison.Ordinal);
        var id = isEd25519 ? "msg_1" : Header(Provider.Sign(Body, new(Key(SharedKey)), Now)!.Headers, "webhook-id");
        return
        [
            new("webhook-id", id), new("webhook-timestamp", $"{Now.ToUnixTimeSeconds()}"),
            new("webhook-signature", string.Join(' ', Enumerable.Repeat(wrong, count).Append(signature))),
        ];
    }

    static string Zeros(int count) => Convert.ToBase64String(new byte[count]);

    static string Header(IEnumerable<KeyValuePair<string, string>> headers, string name) =>
        headers.Single(h => h.Key == name).Value;

    static Verification Verify(
        IEnumerable<KeyValuePair<string, string>> headers, byte[] body, IReadOnlyList<Secret> keys) =>
        Provider.Verify(new(new DictionaryHeaders(headers), body) { ReceivedAt = Now }, new(keys));
}
