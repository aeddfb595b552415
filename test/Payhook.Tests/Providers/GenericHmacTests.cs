using System.Text;
using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>
/// Senders that nobody wrote a provider for: if a scheme can be told that says what Stripe, GitHub, Shopify, Paddle,
/// Square and Slack do, most of the others can be told too.
/// </summary>
public sealed class GenericHmacTests
{
    static readonly Dictionary<string, HmacScheme> Schemes = new()
    {
        ["stripe"] = new()
        {
            SignatureHeader = "Stripe-Signature", SignatureKey = "v1", TimestampKey = "t",
            Template = "{timestamp}.{body}", Tolerance = TimeSpan.FromSeconds(300),
        },
        ["github"] = new() { SignatureHeader = "X-Hub-Signature-256", Prefix = "sha256=" },
        ["shopify"] = new() { SignatureHeader = "X-Shopify-Hmac-Sha256", Encoding = MacEncoding.Base64 },
        ["paddle"] = new()
        {
            SignatureHeader = "Paddle-Signature", SignatureKey = "h1", TimestampKey = "ts", ElementSeparator = ';',
            Template = "{timestamp}:{body}", Tolerance = TimeSpan.FromSeconds(5),
        },
        ["square"] = new()
        {
            SignatureHeader = "x-square-hmacsha256-signature", Encoding = MacEncoding.Base64, Template = "{url}{body}",
        },
        ["slack"] = new()
        {
            SignatureHeader = "X-Slack-Signature", Prefix = "v0=", TimestampHeader = "X-Slack-Request-Timestamp",
            Template = "v0:{timestamp}:{body}", Tolerance = TimeSpan.FromSeconds(300),
        },
    };

    static readonly HmacScheme SignedId = new()
    {
        TimestampHeader = "webhook-timestamp", EventIdHeader = "webhook-id", EventIdPath = null,
        SignatureHeader = "webhook-signature", SignatureKey = "v1", ElementSeparator = ' ', KeySeparator = ',',
        Encoding = MacEncoding.Base64, Template = "{id}.{timestamp}.{body}", KeyForm = KeyForm.Base64,
    };

    static readonly byte[] Body = """{"id":"evt_1","type":"payment.captured","payment_id":"pay_1"}"""u8.ToArray();

    public static TheoryData<string, string> Vectors() =>
        [.. VectorTests.Load("generic-hmac-schemes").Select(v => (v.ProviderName, v.Name))];

    [Theory, MemberData(nameof(Vectors))]
    public void Says_what_other_providers_do(string providerName, string vectorName)
    {
        var vector = VectorTests.Load("generic-hmac-schemes")
            .Single(v => v.ProviderName == providerName && v.Name == vectorName);

        var verification = vector.Verify(new GenericHmac(Schemes[providerName]));

        Assert.Equal((vector.IsExpectedValid, verification.Verdict), (verification.IsVerified, verification.Verdict));
    }

    [Fact]
    public void Has_vectors_of_both_kinds_for_each_of_them()
    {
        var vectors = VectorTests.Load("generic-hmac-schemes").ToLookup(v => v.ProviderName, v => v.IsExpectedValid);
        foreach (var name in Schemes.Keys) Assert.Equal([false, true], vectors[name].Distinct().Order());
    }

    [Fact]
    public void Accepts_what_it_signed_by_each_scheme_and_refuses_another_body()
    {
        foreach (var scheme in Schemes.Values.Append(SignedId))
        {
            var provider = new GenericHmac(scheme);
            var credentials = new Credentials(new Secret("k")) { Parameter = "https://shop.example/hook" };
            var signed = provider.Sign(Body, credentials, DateTimeOffset.UnixEpoch)!;
            var headers = new DictionaryHeaders(signed.Headers);

            Assert.Equal(Verdict.Verified, provider.Verify(At(headers, Body), credentials).Verdict);
            Assert.Equal(Verdict.WrongSignature, provider.Verify(At(headers, [.. Body, 32]), credentials).Verdict);
        }
    }

    [Fact]
    public void Signs_what_stands_behind_the_body_too()
    {
        var provider = new GenericHmac(new() { Template = "<{body}>{header:X-Shop}", EventTypeHeader = "X-Topic" });
        var mac = Convert.ToHexStringLower(
            System.Security.Cryptography.HMACSHA256.HashData("k"u8, [.. "<"u8, .. Body, .. ">shop-1"u8]));

        Assert.Equal(Verdict.Verified, Verify("shop-1"));
        Assert.Equal(Verdict.WrongSignature, Verify("shop-2"));
        Assert.Equal(Verdict.MissingHeader, Verify());
        Assert.Equal(Verdict.RepeatedSignature, Verify("shop-1", "shop-1"));
        Assert.Equal(Verdict.MalformedSignature, Verify(new string('x', 4097)));

        Verdict Verify(params string[] shops) => provider.Verify(
            At(Headers([("X-Signature", mac), .. shops.Select(s => ("X-Shop", s))]), Body),
            new(new Secret("k"))).Verdict;
    }

    [Fact]
    public void Refuses_everything_while_the_signed_address_is_not_configured()
    {
        var provider = new GenericHmac(Schemes["square"]);
        var signed = provider.Sign(Body, new(new Secret("k")) { Parameter = "https://a.example" }, default)!;

        Assert.Equal("notification_url", provider.Parameter!.Name);
        Assert.Equal(Verdict.MissingSecret,
            provider.Verify(At(new(signed.Headers), Body), new(new Secret("k"))).Verdict);
        Assert.Null(provider.Sign(Body, new(new Secret("k")), default));
    }

    [Fact]
    public void Looks_at_eight_signatures_and_no_more()
    {
        var provider = new GenericHmac(Schemes["stripe"]);
        var right = provider.Sign(Body, new(new Secret("k")), DateTimeOffset.UnixEpoch)!.Headers[0].Value;
        string With(int wrong) => right.Replace(
            ",v1=", string.Concat(Enumerable.Repeat($",v1={new string('0', 64)}", wrong)) + ",v1=",
            StringComparison.Ordinal);

        Assert.True(Verify(With(7)).IsVerified);
        Assert.Equal(new(Verdict.WrongSignature), Verify(With(8)));

        Verification Verify(string header) =>
            provider.Verify(At(Headers([("Stripe-Signature", header)]), Body), new(new Secret("k")));
    }

    [Fact]
    public void Takes_an_id_for_signed_only_where_it_is()
    {
        HmacScheme unsigned = new() { EventIdHeader = "X-Id", EventIdPath = null };
        Assert.Equal(("evt_9", false), ReadId(unsigned));
        Assert.Equal(("evt_9", true), ReadId(unsigned with { Template = "{id}.{body}" }));
        Assert.Equal(("evt_9", true), ReadId(unsigned with { Template = "{body}{header:x-id}" }));
        Assert.Equal(("evt_9", false), ReadId(unsigned with { Template = "{body}{header:X-Id-Of-Shop}" }));
        Assert.Equal(("evt_1", true), ReadId(unsigned with { EventIdPath = "id" }));
        Assert.Equal((null, false), ReadId(new() { EventIdPath = "nothing" }));

        static (string?, bool) ReadId(HmacScheme scheme)
        {
            var events = new List<PaymentEvent>();
            Assert.Equal(Reading.Read, new GenericHmac(scheme).Read(At(Headers([("X-Id", "evt_9")]), Body), events));
            return (events[0].EventId, events[0].IsEventIdSigned);
        }
    }

    [Fact]
    public void Takes_a_type_for_signed_only_where_it_is()
    {
        HmacScheme unsigned = new() { EventTypeHeader = "X-Topic", EventTypePath = null };
        Assert.False(ReadType(unsigned));
        Assert.True(ReadType(unsigned with { Template = "{body}{header:x-topic}" }));
        Assert.True(ReadType(unsigned with { EventTypePath = "type" }));

        static bool ReadType(HmacScheme scheme)
        {
            var events = new List<PaymentEvent>();
            Assert.Equal(Reading.Read, new GenericHmac(scheme).Read(At(Headers([("X-Topic", "paid")]), Body), events));
            return events[0].IsEventTypeSigned;
        }
    }

    [Fact]
    public void Reads_one_place_for_two_purposes_and_a_type_from_a_header()
    {
        var events = new List<PaymentEvent>();
        var provider = new GenericHmac(new()
        {
            EventIdPath = "a.0.b", PaymentIdPath = "a.0.b", EventTypePath = null, EventTypeHeader = "X-Topic",
        });

        Assert.Equal(Reading.Read,
            provider.Read(At(Headers([("X-Topic", "orders/paid")]), """{"a":[{"b":7}]}"""u8.ToArray()), events));
        Assert.Equal(("7", "7", "orders/paid"), (events[0].EventId, events[0].PaymentId, events[0].EventType));
        Assert.Equal(Reading.MissingFields, provider.Read(At(Headers([]), "{}"u8.ToArray()), events));
        Assert.Single(events);
    }

    [Theory]
    [InlineData(KeyForm.Text, "00ff", "00ff")]
    [InlineData(KeyForm.Hex, "6b4B", "kK")]
    [InlineData(KeyForm.Hex, "6b4", null)]
    [InlineData(KeyForm.Hex, "6g", null)]
    [InlineData(KeyForm.Hex, "", null)]
    [InlineData(KeyForm.Base64, "a0s=", "kK")]
    [InlineData(KeyForm.Base64, "whsec_a0s=", "kK")]
    [InlineData(KeyForm.Base64, "whsec_", null)]
    [InlineData(KeyForm.Base64, "a0s", null)]
    public void Reads_a_key_by_its_form(KeyForm form, string text, string? expected)
    {
        var isRead = new GenericHmac(new() { KeyForm = form }).TryReadKey(text, out var key);

        Assert.Equal(expected is not null, isRead);
        Assert.Equal(expected, key is null ? null : Encoding.UTF8.GetString(key.Bytes));
    }

    public static TheoryData<string, HmacScheme> Faults() => new()
    {
        { "{body}", new() { Template = "{timestamp}", TimestampHeader = "T" } },
        { "{body}", new() { Template = "{body}{body}" } },
        { "{nonce}", new() { Template = "{nonce}{body}" } },
        { "{header:a b}", new() { Template = "{header:a b}{body}" } },
        { "brace", new() { Template = "{body}}" } },
        { "brace", new() { Template = "{body" } },
        { "255", new() { Template = "{body}" + new string('x', 250) } },
        { "16 parts", new() { Template = "{body}" + string.Concat(Enumerable.Repeat("a{url}", 8)) } },
        { "{id}", new() { Template = "{id}{body}" } },
        { "{timestamp}", new() { Template = "{timestamp}{body}" } },
        { "not signed", new() { TimestampHeader = "T" } },
        { "tolerance", new() { Tolerance = TimeSpan.FromSeconds(1) } },
        { "header of the signature", new() { SignatureHeader = "X Signature" } },
        { "header of the signature", new() { SignatureHeader = "" } },
        { "header of the event id", new() { EventIdHeader = "X:Id" } },
        { "header of the event type", new() { EventTypeHeader = "é" } },
        { "prefix", new() { Prefix = "sha256=\n" } },
        { "none for the signature", new() { TimestampKey = "t", Template = "{timestamp}{body}" } },
        { "same key", new() { SignatureKey = "v", TimestampKey = "v", Template = "{timestamp}{body}" } },
        { "separator", new() { SignatureKey = "v=1" } },
        { "separators", new() { SignatureKey = "v1", ElementSeparator = '=' } },
        { "separators", new() { SignatureKey = "v1", ElementSeparator = 'a' } },
        { "event's type", new() { EventTypePath = null } },
        { "path", new() { EventIdPath = "data..id" } },
        { "path", new() { PaymentIdPath = "" } },
        { "algorithm", new() { Algorithm = (MacAlgorithm)99 } },
        { "encoding", new() { Encoding = (MacEncoding)99 } },
        { "form of the key", new() { KeyForm = KeyForm.PublicKey } },
    };

    [Theory, MemberData(nameof(Faults))]
    public void Names_the_fault_of_a_scheme_and_cannot_be_made_of_it(string word, HmacScheme scheme)
    {
        Assert.Contains(scheme.Validate(), f => f.Contains(word, StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(() => new GenericHmac(scheme));
    }

    [Fact]
    public void Finds_no_fault_in_what_works()
    {
        Assert.Empty(new HmacScheme().Validate());
        Assert.All(Schemes.Values.Append(SignedId), scheme => Assert.Empty(scheme.Validate()));
    }

    static WebhookRequest At(DictionaryHeaders headers, byte[] body) =>
        new(headers, body) { ReceivedAt = DateTimeOffset.UnixEpoch };

    static DictionaryHeaders Headers(params (string Name, string Value)[] headers) =>
        new(headers.Select(h => KeyValuePair.Create(h.Name, h.Value)));
}
