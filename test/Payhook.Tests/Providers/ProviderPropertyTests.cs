using System.Text;
using CsCheck;
using Payhook.Mock;
using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>
/// What every provider promises, whatever is sent: strangers write these bytes, and one that throws is an error 500
/// that is sent again and again.
/// </summary>
public sealed class ProviderPropertyTests
{
    /// <summary>What JSON and the known shapes are made of, so that random bodies get past the first byte.</summary>
    static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", " ", "null", "true", "1", "-0.5e9", "\"\"", "\\", "\\u0041",
        "\\ud800", "\\udc00", "\uFEFF", "₹", "\"event\":", "\"id\":", "\"payload\":{", "\"payment\":{",
        "\"refund\":{", "\"entity\":{", "\"payment_id\":",
        "\"event\":\"payment.captured\"", "\"id\":\"evt_1\"", "\"\\ud800\":", "\"i\\u0064\":",
    ];

    /// <summary>Square's address, and anything for the others.</summary>
    const string Parameter = "https://shop.example/hook";

    static readonly Gen<byte[]> Bytes = Gen.Byte.Array[0, 200];

    static readonly Gen<byte[]> NearlyJson =
        Gen.OneOf<string>(Pieces).Array[0, 40].Select(pieces => Encoding.UTF8.GetBytes(string.Concat(pieces)));

    /// <summary>The mock events, with bytes flipped, put in and taken out.</summary>
    static readonly Gen<byte[]> MutatedMock = Gen.Select(
        Gen.OneOf<string>([.. MockPayloads.Names]),
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, int.MaxValue - 1], Gen.Byte).Array[0, 6],
        (name, mutations) => mutations.Aggregate(MockPayloads.Find(name)!, Mutate));

    static readonly Gen<byte[]> Body = Gen.OneOf<byte[]>(Bytes, NearlyJson, MutatedMock);

    /// <summary>The provider's own samples and vectors with some bytes changed, among all the rest.</summary>
    static Gen<byte[]> BodyFor(Provider provider)
    {
        byte[][] known = [.. SampleTests.Load(provider.Name).Select(SampleTests.Body),
            .. VectorTests.Load(provider.Name).Select(v => v.Body)];
        var mutated = Gen.Select(
            Gen.OneOf<byte[]>(known), Gen.Select(Gen.Int[0, 2], Gen.Int[0, int.MaxValue - 1], Gen.Byte).Array[0, 6],
            (body, mutations) => mutations.Aggregate(body, Mutate));
        return Gen.OneOf(mutated, Body);
    }

    static readonly Gen<Secret> Secrets = Gen.String[1, 80].Select(text => new Secret(text));

    public static TheoryData<string> Providers() => [.. ProviderCatalog.All.Select(p => p.Name)];

    /// <summary>Those whose one header signs the whole body, whatever stands in it.</summary>
    public static TheoryData<string> BodySigners() =>
        [.. ProviderCatalog.All.Where(p => p.SignsBody && Sign(p, "x"u8.ToArray(), new("k")) is { } signed
            && signed.Body.AsSpan().SequenceEqual("x"u8)).Select(p => p.Name)];

    [Theory, MemberData(nameof(Providers))]
    public void Never_throws_whatever_it_is_sent(string providerName)
    {
        var provider = ProviderCatalog.Find(providerName)!;
        Gen.Select(BodyFor(provider), HeadersFor(provider), Secrets.Array[0, 3]).Sample((body, headers, secrets) =>
        {
            var events = new List<PaymentEvent>();
            var request = new WebhookRequest(headers, body) { Query = "?data.id=1&type=%zz" };
            var credentials = new Credentials(secrets) { Parameter = Parameter };
            provider.Recognises(request);
            provider.FindLookup(request, credentials);
            provider.Verify(request, credentials);
            var reading = provider.Read(request, events);

            Assert.Equal(provider.IsWellFormed(body), reading != Reading.Malformed);
            Assert.Equal(reading == Reading.Read, events.Count > 0);
            foreach (var read in events) AssertIds(read, body);
        }, iter: 4_000, print: sample => Print(sample.Item1));
    }

    [Theory, MemberData(nameof(BodySigners))]
    public void Accepts_what_it_signed_and_names_the_secret(string providerName)
    {
        var provider = ProviderCatalog.Find(providerName)!;
        Gen.Select(Body, Secrets.Array[1, 4], Gen.Int[0, 3]).Sample((body, secrets, chosen) =>
        {
            var secret = secrets[chosen % secrets.Length];
            var first = 1 + Array.FindIndex(secrets, s => s.Bytes.SequenceEqual(secret.Bytes));
            var verification = Verify(provider, Signed(provider, body, secret), body, secrets);

            Assert.Equal(new(Verdict.Verified, first), verification);
        }, iter: 1_000);
    }

    [Theory, MemberData(nameof(BodySigners))]
    public void Refuses_a_body_of_which_one_byte_was_changed(string providerName)
    {
        var provider = ProviderCatalog.Find(providerName)!;
        Gen.Select(Body.Where(b => b.Length > 0), Secrets, Gen.Int[0, int.MaxValue - 1], Gen.Byte[1, 255]).Sample(
            (body, secret, place, difference) =>
            {
                var headers = Signed(provider, body, secret);
                var changed = body.ToArray();
                changed[place % body.Length] ^= difference;

                Assert.True(Verify(provider, headers, body, [secret]).IsVerified);
                Assert.Equal(new(Verdict.WrongSignature), Verify(provider, headers, changed, [secret]));
                Assert.False(Verify(provider, headers, [.. body, difference], [secret]).IsVerified);
                Assert.False(Verify(provider, headers, body[..^1], [secret]).IsVerified);
            }, iter: 1_000);
    }

    [Theory, MemberData(nameof(BodySigners))]
    public void Refuses_a_signature_of_which_one_character_was_changed(string providerName)
    {
        var provider = ProviderCatalog.Find(providerName)!;
        Gen.Select(Body, Secrets, Gen.Int[0, int.MaxValue - 1], Gen.Char).Sample((body, secret, place, other) =>
        {
            var headers = Sign(provider, body, secret)!.Headers;
            var (name, value) = headers.Single(h => provider.SignatureHeaders.Contains(h.Key));
            var signature = value.ToCharArray();
            place %= signature.Length;
            if (providerName == "worldpay" && place < value.IndexOf('/')) return; // the key's id, a label
            if (providerName == "mollie" && other is ',') return; // what follows a comma is a signature of its own
            if (char.ToUpperInvariant(other) == char.ToUpperInvariant(signature[place])) return;
            signature[place] = other;

            var changed = headers.Where(h => h.Key != name).Append(KeyValuePair.Create(name, new string(signature)));
            Assert.False(Verify(provider, new(changed), body, [secret]).IsVerified);
        }, iter: 1_000);
    }

    [Theory, MemberData(nameof(BodySigners))]
    public void Refuses_what_another_secret_signed(string providerName)
    {
        var provider = ProviderCatalog.Find(providerName)!;
        Gen.Select(Body, Secrets, Secrets).Sample((body, secret, other) =>
        {
            if (secret.Bytes.SequenceEqual(other.Bytes)) return;
            Assert.False(Verify(provider, Signed(provider, body, secret), body, [other]).IsVerified);
            Assert.False(Verify(provider, Signed(provider, body, secret), body, []).IsVerified);
        }, iter: 1_000);
    }

    [Fact]
    public void Reaches_every_answer_with_what_it_makes_up()
    {
        var reached = new HashSet<Reading>();
        Body.Sample(body =>
        {
            var reading = ProviderCatalog.Find("razorpay")!.Read(new(new DictionaryHeaders([]), body), []);
            lock (reached) reached.Add(reading);
        }, iter: 2_000, print: Print);
        Assert.Equal([Reading.Malformed, Reading.MissingFields, Reading.Read], reached.Order());
    }

    static byte[] Mutate(byte[] body, (int Kind, int Place, byte Value) mutation)
    {
        var place = mutation.Place % (body.Length + 1);
        return mutation.Kind switch
        {
            0 => [.. body[..place], mutation.Value, .. body[place..]],
            1 => [.. body[..place], .. body[Math.Min(place + 1, body.Length)..]],
            _ => [.. body.Select((b, i) => i == place ? (byte)(b ^ mutation.Value) : b)],
        };
    }

    /// <summary>Headers that a provider looks at and others, with any text, some of them twice.</summary>
    static Gen<DictionaryHeaders> HeadersFor(Provider provider)
    {
        var names = Gen.OneOf<string>([.. provider.SignatureHeaders, .. provider.KeptHeaders, "Authorization"]);
        var hexadecimal = Gen.Char["0123456789abcdefABCDEF"].Array[64].Select(chars => new string(chars));
        var values = Gen.OneOf<string>(Gen.String[0, 80], hexadecimal, Gen.Const("evt_1"), Gen.Const("t=1,v1=00"));
        return Gen.Select(names, values, KeyValuePair.Create).Array[0, 6].Select(pairs => new DictionaryHeaders(pairs));
    }

    static SignedRequest? Sign(Provider provider, byte[] body, Secret secret) =>
        provider.Sign(body, new(secret) { Parameter = Parameter }, DateTimeOffset.UnixEpoch);

    static DictionaryHeaders Signed(Provider provider, byte[] body, Secret secret) =>
        new(Sign(provider, body, secret)!.Headers);

    static Verification Verify(
        Provider provider, DictionaryHeaders headers, byte[] body, IReadOnlyList<Secret> secrets) =>
        provider.Verify(
            new(headers, body) { ReceivedAt = DateTimeOffset.UnixEpoch }, new(secrets) { Parameter = Parameter });

    static string Print(byte[] body) =>
        $"the body {Convert.ToHexString(body)}, as text {Encoding.UTF8.GetString(body)}";

    static void AssertIds(PaymentEvent read, byte[] body)
    {
        Assert.True(PaymentEvent.IsId(read.EventType));
        foreach (var id in new[] { read.EventId, read.PaymentId, read.AccountId, read.OrderId, read.RefundId,
            read.DisputeId, read.MerchantReference }) Assert.True(id is null || PaymentEvent.IsId(id));
        _ = body.AsSpan()[read.Place];
    }
}
