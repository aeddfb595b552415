using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using Payhook.Providers;
using Payhook.Receive;
using Payhook.Tests.Support;

namespace Payhook.Tests.Receive;

/// <summary>
/// A cause that is named sends an operator somewhere, so a wrong one is worse than none: each is found for what it is
/// the cause of, and none for a forgery.
/// </summary>
public sealed class CauseFinderTests
{
    /// <summary>What is seen in a request without a doubt, whoever made it.</summary>
    static readonly string[] Observations =
    [
        "body-compressed", "body-empty", "body-truncated", "repeated-header", "signature-empty", "unsigned",
        "missing-header", "missing-secret", "missing-parameter", "environment", "key-expired", "other-provider",
    ];

    static readonly Secret Stranger = new("nobody here has this secret");

    public static TheoryData<string> Names() => [.. BrokenDeliveries.All.Select(b => b.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Finds_what_broke_a_good_delivery(string name)
    {
        var (_, code, make) = BrokenDeliveries.All.Single(b => b.Name == name);
        var broken = make(null);
        var cause = Find(broken, out var verification);

        Assert.False(verification.IsVerified);
        Assert.Equal(code, cause?.Code);
        AssertTellsNoSecret(cause!, broken);
    }

    [Theory, MemberData(nameof(Names))]
    public void Finds_nothing_for_the_same_made_by_a_stranger(string name)
    {
        var (_, code, make) = BrokenDeliveries.All.Single(b => b.Name == name);
        var cause = Find(make(Stranger), out var verification);

        Assert.False(verification.IsVerified);
        if (cause is null) return;
        Assert.True(cause.Code == code || cause.Code == "unsigned"); // no signature that is right, so none at all
        Assert.Contains(cause.Code, Observations);
        Assert.DoesNotContain(" is right", cause.Explanation.Replace("none is right", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Knows_a_way_to_break_a_delivery_for_every_cause_that_there_is() => Assert.Equal(
        CauseKind.All.Select(k => k.Code).Order(), BrokenDeliveries.All.Select(b => b.Code).Distinct().Order());

    [Fact]
    public void Has_every_cause_once_with_sentences()
    {
        var declared = typeof(CauseKind).GetProperties().Where(p => p.PropertyType == typeof(CauseKind)).ToArray();
        Assert.Equal(declared.Select(p => p.GetValue(null)).ToHashSet(), [.. CauseKind.All]);
        Assert.Equal(declared.Length, CauseKind.All.Select(k => k.Code).Distinct().Count());
        foreach (var kind in CauseKind.All)
        {
            Assert.Matches("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", kind.Code);
            Assert.EndsWith(".", kind.Meaning);
            Assert.EndsWith(".", kind.Mending);
        }
    }

    [Fact]
    public void Says_nothing_of_a_good_delivery()
    {
        var broken = BrokenDeliveries.All[0].Break(null);
        Assert.Null(CauseFinder.Find(broken.Request, broken.Sources[0], new(Verdict.Verified, 1), broken.Sources));
    }

    [Theory, InlineData("razorpay"), InlineData("stripe")]
    public void Finds_nothing_for_a_body_that_says_something_else(string providerName)
    {
        var provider = ProviderCatalog.Find(providerName)!;
        var tampered = BrokenDeliveries.Json.Replace("1.00", "9.00", StringComparison.Ordinal);
        var headers = provider.Sign(
            Encoding.UTF8.GetBytes(BrokenDeliveries.Json), new(BrokenDeliveries.Key), BrokenDeliveries.Now)!.Headers;
        var source = new Source("shop", provider, new(BrokenDeliveries.Key));
        Assert.Null(Find(new(Encoding.UTF8.GetBytes(tampered), headers, source), out var verification));
        Assert.Equal(Verdict.WrongSignature, verification.Verdict);
    }

    [Fact]
    public void Names_the_source_whose_request_it_is()
    {
        Assert.Contains("the source other,", Explain("another source's"), StringComparison.Ordinal);
        Assert.Contains("the source shop-test, which is of the sandbox", Explain("test for live"));
        Assert.Contains("the source rzp (Razorpay)", Explain("the request of another source of another provider"));
    }

    [Fact]
    public void Tells_by_how_many_seconds_and_on_which_side_the_time_is_off()
    {
        Assert.Contains("4711 seconds behind this machine's clock; 300 seconds", Explain("too late"));
        Assert.Contains("7200 seconds ahead of this machine's clock; 300 seconds", Explain("too early"));
    }

    [Theory]
    [InlineData(1_790_000, true)]
    [InlineData(1_700_000_000, false)]
    [InlineData(17_000, false)]
    public void Sees_a_time_in_the_wrong_unit(long signedSeconds, bool isSeen)
    {
        var skew = TimeSpan.FromSeconds(BrokenDeliveries.Now.ToUnixTimeSeconds() - signedSeconds);
        var explanation = ExplainSkew(skew);
        Assert.Equal(isSeen, explanation.Contains("in seconds, not in milliseconds", StringComparison.Ordinal));
    }

    [Fact]
    public void Takes_any_distance_from_the_clock()
    {
        Assert.Contains("behind", ExplainSkew(TimeSpan.MaxValue), StringComparison.Ordinal);
        Assert.Contains("ahead of", ExplainSkew(TimeSpan.MinValue), StringComparison.Ordinal);
        Assert.StartsWith(CauseKind.Clock.Meaning, ExplainSkew(TimeSpan.Zero));
    }

    [Fact]
    public void Names_the_headers_that_are_missing_and_no_others()
    {
        Assert.Contains("not in the request: X-Made-Time.", Explain("a signed time that is lost"));
    }

    [Theory]
    [InlineData("final-newline-added")]
    [InlineData("newlines-stripped")]
    [InlineData("body-reserialised")]
    [InlineData("retired-secret")]
    [InlineData("other-source")]
    [InlineData("default-secret")]
    public void Finds_the_likely_ones_for_a_body_of_a_mebibyte(string code)
    {
        var line = "{\"a\":\"" + new string('x', 100) + "\"},";
        var json = "[" + string.Concat(Enumerable.Repeat(line, 1024 * 1024 / line.Length - 1)) + "1]";
        var sent = code switch
        {
            "final-newline-added" => json + "\n",
            "body-reserialised" => json.Replace(",", ", ", StringComparison.Ordinal),
            _ => json,
        };
        Secret signer = code switch
        {
            "retired-secret" => new("older"),
            "other-source" => new("other"),
            "default-secret" => new("test_secret"),
            _ => BrokenDeliveries.Key,
        };
        var provider = ProviderCatalog.Find("stripe")!;
        var signed = Encoding.UTF8.GetBytes(code == "newlines-stripped" ? json + "\n" : json);
        var headers = provider.Sign(signed, new(signer), BrokenDeliveries.Now)!.Headers;
        Source[] sources = [new("shop", provider, new(BrokenDeliveries.Key)) { RetiredSecrets = [new("older")] },
            new("other", provider, new(new Secret("other")))];
        Assert.Equal(code, Find(new(Encoding.UTF8.GetBytes(sent), headers, sources), out _)?.Code);
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(100, 40)]
    [InlineData(300 * 1024, 1)]
    [InlineData(1024 * 1024, 1)]
    [InlineData(1024 * 1024, 5)]
    [InlineData(10 * 1024 * 1024, 1)]
    [InlineData(40 * 1024 * 1024, 1)]
    public void Stays_within_its_budget(int bodyLength, int secretCount)
    {
        var provider = new HmacProvider("counting") { Bound = new("url", "URL", "The address.", IsRequired: false) };
        Secret[] secrets = [.. Enumerable.Range(0, secretCount).Select(i => new Secret($"\"secret {i} ")) ];
        Source[] sources = [.. Enumerable.Range(0, 300).Select(i =>
            new Source($"shop-{i}", provider, new(i == 0 ? secrets : [new($"other {i}")])
            {
                Parameter = i % 2 == 0 ? "https://shop.example/Hook?a=b" : null,
            }))];
        var body = new byte[bodyLength];
        Array.Fill(body, (byte)' ');
        "{\"a\": [1, \"é/<\\u00e9\"],\r\n"u8.CopyTo(body);
        var headers = provider.Sign(body, new(Stranger), BrokenDeliveries.Now).Headers;

        Assert.Null(Find(new(body, headers, sources), out _));
        Assert.InRange(provider.Verifications, 2, 1 + CauseTries.TriesLimit);
        var first = (long)bodyLength * secretCount;
        Assert.InRange(provider.HashedBytes, first, first + CauseTries.HashedLimitBytes);
    }

    [Fact]
    public void Stops_at_a_body_that_grows_when_it_is_decompressed()
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
        {
            for (var i = 0; i < 100; i++) gzip.Write(new byte[1024 * 1024]);
        }
        var provider = new HmacProvider("counting");
        var body = memory.ToArray();
        Assert.InRange(body.Length, 1, CauseOfBody.DecompressedLimitBytes);
        var headers = provider.Sign(body, new(Stranger), BrokenDeliveries.Now).Headers;
        var cause = Find(new(body, headers, new Source("shop", provider, new(BrokenDeliveries.Key))), out _);
        Assert.Equal("body-compressed", cause?.Code);
        Assert.InRange(provider.HashedBytes, 1, body.Length + CauseOfBody.DecompressedLimitBytes);
    }

    [Fact]
    public void Allocates_little_however_often_it_is_asked()
    {
        const int Finds = 20_000, LimitBytes = 64 * 1024;
        var source = new Source("shop", ProviderCatalog.Find("razorpay")!, new(BrokenDeliveries.Key));
        Source[] sources = [source, new("other", source.Provider, new(new Secret("x"))),
            new("stripe", ProviderCatalog.Find("stripe")!, new(new Secret("y")))];
        var body = Encoding.UTF8.GetBytes("""{"a":"é","b":[1,2]}""");
        DictionaryHeaders headers = new([new("X-Razorpay-Signature", source.Provider.Sign(body, Stranger))]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Finds; i++)
        {
            var request = new WebhookRequest(headers, body) { ReceivedAt = BrokenDeliveries.Now };
            if (CauseFinder.Find(request, source, new(Verdict.WrongSignature), sources) is not null) Assert.Fail();
        }
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Finds, 0, LimitBytes);
    }

    static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", " ", "\n", "\r\n", "null", "-0.5e9", "\"\"", "\\", "\\u0041", "\\ud800",
        "\\udc00", "\uFEFF", "₹", "😀", "a=b&c=%", "%2", "%C3%A9", "+", "ÿ", "\"event\":", "\\u12",
    ];

    [Theory, InlineData("razorpay"), InlineData("stripe"), InlineData("made")]
    public void Never_throws_and_never_explains_what_strangers_send(string providerName)
    {
        var provider = ProviderCatalog.Find(providerName) ?? new HmacProvider("made") { SignsTime = true };
        var bodies = Gen.OneOf<byte[]>(
            Gen.Byte.Array[0, 100],
            Gen.OneOf<string>(Pieces).Array[0, 30].Select(p => Encoding.UTF8.GetBytes(string.Concat(p))),
            Gen.Byte.Array[0, 60].Select(b => (byte[])[0x1f, 0x8b, 8, .. b]));
        var names = Gen.OneOf<string>([.. provider.KeptHeaders, "Content-Encoding", "Content-Length", "Host",
            "X-Hub-Signature", "Stripe-Signature"]);
        var hex = Gen.Char["0123456789abcdef"].Array[64].Select(c => new string(c));
        var values = Gen.OneOf<string>(
            Gen.String[0, 60], hex, hex.Select(h => $"t=1790000000,v1={h}"), hex.Select(h => $"\"{h},{h}\" "),
            Gen.Const("gzip"), Gen.Const("br"), Gen.Const("%zz"), Gen.Const(""));
        var verdicts = Gen.Int[0, (int)Verdict.Verified].Select(v => (Verdict)v);
        Gen.Select(bodies, Gen.Select(names, values, KeyValuePair.Create).Array[0, 5], Gen.String[0, 30], verdicts,
            Gen.String[1, 60].Where(s => s.Length > 0)).Sample((body, headers, query, verdict, secret) =>
            {
                Source[] sources = [new("shop", provider, new(new Secret(secret)) { Parameter = "http://" + query }),
                    new("other", provider, new(new Secret("0ther"))) { RetiredSecrets = [new("r")] }];
                var broken = new Broken(body, headers, sources) { Query = query };
                CauseFinder.Find(broken.Request, sources[0], new(verdict), sources);
                var cause = Find(broken, out var verification);
                if (cause is not null) Assert.Contains(cause.Code, Observations);
            }, iter: 3_000);
    }

    /// <summary>What a JSON writer did is undone to the byte, whatever the document.</summary>
    [Fact]
    public void Writes_JSON_as_other_writers_do()
    {
        Gen.OneOf<string>(Pieces).Array[0, 10].Select(string.Concat).Sample(text =>
        {
            var value = new Dictionary<string, object?>
            {
                ["a"] = new[] { text, "x" }, [text + "k"] = new { n = 1.5, e = new { } },
            };
            AssertSpelling("without white space and without escapes", value, indented: false);
            AssertSpelling("indented by two spaces and without escapes", value, indented: true);
        }, iter: 1_000);
    }

    static readonly JsonSerializerOptions Minified = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly JsonSerializerOptions Indented = new(Minified) { WriteIndented = true, NewLine = "\n" };

    static void AssertSpelling(string words, object value, bool indented)
    {
        var from = JsonSerializer.SerializeToUtf8Bytes(value); // escapes all but letters and digits
        var buffer = new byte[10_000];
        var length = JsonSpelling.All.Single(s => s.Words == words).Write(from, buffer);
        var expected = JsonSerializer.Serialize(value, indented ? Indented : Minified)
            .Replace("\\uD83D\\uDE00", "😀", StringComparison.Ordinal)
            .Replace("\\uFEFF", "\uFEFF", StringComparison.Ordinal);
        Assert.Equal(expected, Encoding.UTF8.GetString(buffer, 0, length));
    }

    static string Explain(string name) =>
        Find(BrokenDeliveries.All.Single(b => b.Name == name).Break(null), out _)!.Explanation;

    static string ExplainSkew(TimeSpan skew)
    {
        var broken = BrokenDeliveries.All.Single(b => b.Name == "too late").Break(null) with
        {
            ReceivedAt = BrokenDeliveries.Now,
        };
        return CauseFinder.Find(broken.Request, broken.Sources[0],
            new(Verdict.OutsideTolerance) { ClockSkew = skew }, broken.Sources)!.Explanation;
    }

    static Cause? Find(Broken broken, out Verification verification)
    {
        var source = broken.Sources[0];
        verification = source.Provider.Verify(broken.Request, source.Credentials);
        return CauseFinder.Find(broken.Request, source, verification, broken.Sources);
    }

    static void AssertTellsNoSecret(Cause cause, Broken broken)
    {
        var secrets = broken.Sources.SelectMany(s => s.Credentials.Secrets.Concat(s.RetiredSecrets))
            .Select(s => Encoding.Latin1.GetString(s.Bytes)).Append("test_secret");
        foreach (var word in secrets.Concat(broken.Headers.Select(h => h.Value)).Where(w => w.Length > 8))
            Assert.DoesNotContain(word, cause.Explanation, StringComparison.Ordinal);
        foreach (var word in (string[])["evt_1", "payment.captured", "Zoë", "shop.example"])
            Assert.DoesNotContain(word, cause.Explanation, StringComparison.Ordinal);
    }
}
