using System.Security.Cryptography;
using System.Text;
using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests;

/// <summary>
/// payhook.json holds what variables cannot: sources of any name. What is wrong in it is told with its line and path.
/// </summary>
public sealed class ConfigFileTests : IDisposable
{
    readonly string _path = Path.Combine(Path.GetTempPath(), $"payhook-{Guid.NewGuid():N}.json");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Reads_everything_that_can_be_said_of_a_source()
    {
        var settings = Read("""
            {
              "$schema": "https://example.com/payhook.schema.json",
              "sources": {
                // a comment
                "stripe-eu": {
                  "provider": "stripe", "secrets": ["${NEW}", "a,b"], "retired_secrets": ["older", "oldest"],
                  "tolerance_seconds": 60, "environment": "sandbox", "allowed_ips": ["52.66.75.174/32", "::1"],
                  "body_limit_bytes": 2048, "by_body": true,
                },
              },
            }
            """, ("NEW", "n,w"));
        Assert.Equal(["razorpay", "stripe-eu"], settings.Sources.Select(s => s.Name));
        var source = settings.Sources[1];
        Assert.Equal(["n,w", "a,b"], source.Credentials.Secrets.Select(Text));
        Assert.Equal(("stripe", 2, 2, "/webhook/stripe-eu", Path.GetFileName(_path)),
            (source.Provider.Name, source.SecretCount, source.RetiredSecrets.Count, source.Path, source.Origin));
        Assert.Equal(TimeSpan.FromSeconds(60), source.Credentials.Tolerance);
        Assert.True(source.Credentials.IsSandbox);
        Assert.True(source.IsRecognisedByBody);
        Assert.Equal(2048, source.BodyLimitBytes);
        Assert.Equal(["52.66.75.174/32", "::1/128"], source.AllowedNetworks.Select(n => n.ToString()));
        Assert.Contains(_path, settings.SecretFiles);
    }

    [Fact]
    public void Reads_the_secret_as_a_variable_is_read_also_from_a_file()
    {
        var file = _path + ".secret";
        File.WriteAllText(file, "one,two\n");
        try
        {
            var settings = Read($$"""
                { "sources": {
                  "a": { "provider": "stripe", "secret": "three,four" },
                  "b": { "provider": "stripe", "secret_file": "{{file}}", "tolerance_seconds": "off" } } }
                """);
            Assert.Equal(["three", "four", "three,four"], settings.Sources[1].Credentials.Secrets.Select(Text));
            Assert.Equal(["one", "two", "one,two"], settings.Sources[2].Credentials.Secrets.Select(Text));
            Assert.Equal(Timeout.InfiniteTimeSpan, settings.Sources[2].Credentials.Tolerance);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("${A}", "of a")]
    [InlineData("<${A}|${A}>", "<of a|of a>")]
    [InlineData("${NONE:-b}", "b")]
    [InlineData("${NONE:-}b", "b")]
    [InlineData("${EMPTY:-b}", "b")]
    [InlineData("${NEST}", "${A}")]
    [InlineData("$${A}", "${A}")]
    [InlineData("$A $", "$A $")]
    [InlineData("whsec_}{", "whsec_}{")]
    public void Puts_variables_in(string text, string expanded)
    {
        var texts = new ConfigText(name => name switch
        {
            "A" => "of a", "EMPTY" => "", "NEST" => "${A}", _ => null,
        });
        Assert.Equal(expanded, texts.Expand(text));
    }

    [Theory]
    [InlineData("${NONE}", "NONE")]
    [InlineData("${A", "never closed")]
    [InlineData("${}", "no name")]
    [InlineData("${1A}", "no name")]
    [InlineData("${A-hunter2}", "no name")]
    public void Refuses_a_reference_that_leads_nowhere(string text, string told)
    {
        var fault = Assert.Throws<FormatException>(() => new ConfigText(_ => null).Expand(text)).Message;
        Assert.Contains(told, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "source": {} }""", "line 1, source ", "sources is probably meant")]
    [InlineData("[]", "line 1 ", "not an object")]
    [InlineData("""{ "sources": [] }""", "line 1, sources ", "not an object")]
    [InlineData("{\n\"sources\": {\n\"a\": 5 } }", "line 3, sources.a ", "not an object")]
    [InlineData("""{ "sources": {"a": {"secret": "s"} } }""", "line 1, sources.a ", "names no provider")]
    [InlineData("""{ "sources": {"a": {"provider": "strpie"} } }""", "sources.a.provider ", "stripe is probably meant")]
    [InlineData("""{ "sources": {"a": {"provider": "zzz"} } }""", "sources.a.provider ", "there are razorpay")]
    [InlineData("""{ "sources": {"a": {"provider": 7} } }""", "sources.a.provider ", "not a text")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe"} } }""", "sources.a ", "has no secret")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secrets": []} } }""", "sources.a ", "has no secret")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secret": "s", "secrets": ["t"]} } }""", "sources.a ",
        "secret and secrets")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secret": ""} } }""", "sources.a.secret ", "is empty")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secret": " s"} } }""", "a.secret ", "white space")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secret": null} } }""", "a.secret ", "not a text")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secrets": "s"} } }""", "a.secrets ", "not a list")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secrets": ["s", " t"]} } }""", "secrets[1] ", "white")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secret_file": "/no"} } }""", "secret_file ", "a path")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secret": "${NOPE}"} } }""", "a.secret ", "NOPE")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secret": "s", "secret": "t"} } }""", "secret ", "twice")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secret": "s", "allowed_ip": []} } }""", "a.allowed_ip ",
        "allowed_ips is probably meant")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secret": "s", "verify": "postback"} } }""", "a.verify ",
        "not known here")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secret": "s", "api_id": "x"} } }""", "a.api_id ",
        "not known here")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secret": "s", "hmac": {} } } }""", "a.hmac ",
        "not known here")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secret": "s", "by_body": 1} } }""", "a.by_body ",
        "false nor true")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secret": "s", "tolerance_seconds": 1.5} } }""",
        "a.tolerance_seconds ", "86400")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secret": "s", "environment": "test"} } }""",
        "a.environment ", "live nor sandbox")]
    [InlineData("""{ "sources": {"a": {"provider": "stripe", "secret": "s", "allowed_ips": ["x"]} } }""",
        "a.allowed_ips[0] ", "neither an address")]
    [InlineData("""{ "sources": {"payments": {"provider": "stripe", "secret": "s"} } }""", "sources.payments ",
        "common address")]
    [InlineData("""{ "sources": {"A": {"provider": "stripe", "secret": "s"} } }""", "sources.A ", "1 to 64")]
    [InlineData("""{ "sources": {"": {"provider": "stripe", "secret": "s"} } }""", "sources. ", "1 to 64")]
    [InlineData("""{ "sources": {"a_b": {"provider": "stripe", "secret": "s"} } }""", "sources.a_b ", "1 to 64")]
    [InlineData("""{ "sources": {"razorpay": {"provider": "stripe", "secret": "s"} } }""", "sources.razorpay ",
        "the name of a provider")]
    public void Tells_one_fault_with_its_place(string json, string place, string told)
    {
        var fault = Assert.Single(Faults(json));
        Assert.Contains($"{Path.GetFileName(_path)} line ", fault.Name, StringComparison.Ordinal);
        Assert.EndsWith(place, fault.Name + " ", StringComparison.Ordinal);
        Assert.Contains(told, fault.Fault, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Example);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("{\n\"sources\": hunter2 }", "line 2")]
    [InlineData("{} {}", "not JSON")]
    [InlineData("{ \"sources\": { \"a\": { \"hmac\": [[[[[[[[1]]]]]]]] } } }", "deeper than 8")]
    [InlineData("{ \"sources\": \"\\ud800\" }", "not JSON")]
    public void Refuses_what_is_not_json_without_repeating_it(string json, string told)
    {
        var fault = Assert.Single(Faults(json)).ToString();
        Assert.Contains(told, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_file_that_is_too_large_not_utf8_or_not_there()
    {
        File.WriteAllBytes(_path, [(byte)'{', .. Enumerable.Repeat((byte)' ', 1 << 20), (byte)'}']);
        Assert.Equal("PAYHOOK_CONFIG", Assert.Single(TestSettings.Read(("PAYHOOK_CONFIG", _path)).Faults).Name);
        File.WriteAllBytes(_path, [(byte)'"', 0xff, (byte)'"']);
        Assert.Contains("UTF-8", Assert.Single(TestSettings.Read(("PAYHOOK_CONFIG", _path)).Faults).Fault,
            StringComparison.Ordinal);
        var gone = TestSettings.Read(("PAYHOOK_CONFIG", _path + ".gone")).Faults;
        Assert.Equal("PAYHOOK_CONFIG", Assert.Single(gone).Name);
    }

    [Fact]
    public void Takes_a_byte_order_mark_and_an_empty_object()
    {
        File.WriteAllBytes(_path, [.. Encoding.UTF8.Preamble, .. "{}"u8]);
        Assert.Empty(TestSettings.Read(("PAYHOOK_CONFIG", _path)).Faults);
        Assert.Empty(Faults("""{ "sources": {} }"""));
    }

    [Fact]
    public void Takes_a_hundred_sources_and_no_more()
    {
        Assert.Equal(101, Read(Sources(100)).Sources.Count);
        Assert.Contains("100", Assert.Single(Faults(Sources(101))).Fault, StringComparison.Ordinal);

        static string Sources(int count) => "{\"sources\":{" + string.Join(',', Enumerable.Range(0, count)
            .Select(i => $"\"s{i}\":{{\"provider\":\"stripe\",\"secret\":\"secret {i}\"}}")) + "}}";
    }

    [Fact]
    public void Leaves_a_variable_that_the_file_refers_to_to_the_file()
    {
        const string json = """
            { "sources": { "stripe": { "provider": "stripe", "secret": "${STRIPE_WEBHOOK_SECRET}" } } }
            """;
        var settings = Read(json, ("STRIPE_WEBHOOK_SECRET", "whsec_a"));
        Assert.Equal(["razorpay", "stripe"], settings.Sources.Select(s => s.Name));
        Assert.Empty(settings.Warnings);
        Assert.Contains("payhook.json has taken STRIPE_WEBHOOK_SECRET", Assert.Single(Faults(json,
            ("STRIPE_WEBHOOK_SECRET", "whsec_a"), ("STRIPE_TOLERANCE_SECONDS", "5"))).Fault, StringComparison.Ordinal);
        Assert.Empty(Read(json.Replace("SECRET}", "SECRET2}"), ("STRIPE_WEBHOOK_SECRET2", "whsec_a")).Warnings);
    }

    [Fact]
    public void Replaces_the_default_source_by_one_of_its_name()
    {
        const string json = """{ "sources": { "razorpay": { "provider": "razorpay", "secret": "a real one" } } }""";
        foreach (var host in new[] { "localhost", "0.0.0.0" })
        {
            var settings = Read(json, ("HOST", host));
            Assert.Equal("a real one", Text(Assert.Single(settings.Sources).Credentials.Secrets[0]));
            Assert.False(settings.UsesDefaultSecret);
        }
        var taken = Read(json.Replace("a real one", "${WEBHOOK_SECRET}"), ("WEBHOOK_SECRET", "of it"));
        Assert.Equal("of it", Text(Assert.Single(taken.Sources).Credentials.Secrets[0]));
    }

    [Fact]
    public void Refuses_two_sources_of_one_name()
    {
        const string json = """{ "sources": { "stripe": { "provider": "stripe", "secret": "a" } } }""";
        var fault = Assert.Single(Faults(json, ("STRIPE_WEBHOOK_SECRET", "b")));
        Assert.EndsWith("sources.stripe.secret", fault.Name, StringComparison.Ordinal);
        Assert.Contains("second source of the name stripe", fault.Fault, StringComparison.Ordinal);
        Assert.Single(Faults("""{ "sources": { "razorpay": { "provider": "razorpay", "secret": "a" } } }""",
            ("WEBHOOK_SECRET", "b")));
    }

    [Fact]
    public void Warns_of_two_sources_that_share_a_secret()
    {
        const string json = """
            { "sources": { "a": { "provider": "stripe", "secret": "hunter2" },
                           "b": { "provider": "stripe", "secret": "other,hunter2" },
                           "c": { "provider": "razorpay", "secret": "hunter2" } } }
            """;
        Assert.Equal(["the sources a and b share a secret"], Read(json).Warnings);
    }

    [Fact]
    public void Never_tells_what_came_out_of_a_variable()
    {
        string[] members =
        [
            "\"secret\": \" ${S}\"", "\"secret_file\": \"${S}\"", "\"secret\": \"s\", \"environment\": \"${S}\"",
            "\"secret\": \"s\", \"tolerance_seconds\": \"${S}\"", "\"secret\": \"s\", \"allowed_ips\": [\"${S}\"]",
            "\"secret\": \"s\", \"by_body\": \"${S}\"", "\"secret\": \"s\", \"body_limit_bytes\": \"${S}\"",
        ];
        foreach (var member in members)
        {
            var json = $"{{ \"sources\": {{ \"a\": {{ \"provider\": \"stripe\", {member} }} }} }}";
            var fault = Assert.Single(Faults(json, ("S", "hunter2")));
            Assert.DoesNotContain("hunter2", fault.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Verifies_by_the_scheme_that_a_source_was_given()
    {
        var source = Read("""
            { "sources": { "subs": { "provider": "generic-hmac", "secret": "s3cret", "tolerance_seconds": 60,
              "notification_url": "https://a.example/hook",
              "hmac": { "header": "X-Sig", "algorithm": "sha512", "encoding": "base64", "prefix": "v1=",
                "template": "{url}{timestamp}.{body}", "timestamp_header": "X-Time", "event_id_path": "",
                "event_id_header": "X-Id", "event_type_path": "kind" } } } }
            """).Sources[1];
        Assert.Equal("https://a.example/hook", source.Credentials.Parameter);
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var body = """{"kind": "paid"}"""u8.ToArray();
        var signed = HMACSHA512.HashData("s3cret"u8, [.. "https://a.example/hook1700000000."u8, .. body]);
        KeyValuePair<string, string>[] headers =
            [new("X-Sig", "v1=" + Convert.ToBase64String(signed)), new("X-Time", "1700000000"), new("X-Id", "evt_1")];

        Assert.Equal(Verdict.Verified, VerdictAt(now));
        Assert.Equal(Verdict.OutsideTolerance, VerdictAt(now.AddSeconds(61)));
        var events = new List<PaymentEvent>();
        Assert.Equal(Reading.Read, source.Provider.Read(new(new DictionaryHeaders(headers), body), events));
        Assert.Equal(("evt_1", "paid"), (events[0].EventId, events[0].EventType));

        Verdict VerdictAt(DateTimeOffset time) => source.Provider.Verify(
            new(new DictionaryHeaders(headers), body) { ReceivedAt = time }, source.Credentials).Verdict;
    }

    [Fact]
    public void Reads_a_scheme_of_its_own()
    {
        const string right = """{"header": "X-Sig", "algorithm": "sha512", "encoding": "base64", "prefix": "v1="}""";
        Assert.Empty(Scheme(right));
        Assert.Empty(Scheme("{}"));
        Assert.Contains("{timestamp}", Assert.Single(Scheme("""{"template": "{timestamp}.{body}"}""")).Fault,
            StringComparison.Ordinal);
        Assert.Contains("one character", Assert.Single(Scheme("""{"key_separator": "=="}""")).Fault,
            StringComparison.Ordinal);
        Assert.Contains("not an object", Assert.Single(Scheme("5")).Fault, StringComparison.Ordinal);
        Assert.Contains("sha384", Assert.Single(Scheme(right.Replace("sha512", "md5"))).Fault,
            StringComparison.Ordinal);
        Assert.Contains("encoding is", Assert.Single(Scheme(right.Replace("encoding", "encodin"))).Fault,
            StringComparison.Ordinal);

        static List<SettingFault> Scheme(string json)
        {
            var read = new SettingReader(_ => null);
            HmacSchemeReader.Read(ConfigValue.Parse(Encoding.UTF8.GetBytes(json)),
                new TestProvider(HmacSchemeReader.ProviderName, KeyForm.Text), new ConfigMembers(read.Faults));
            return read.Faults;
        }
    }

    Settings Read(string json, params (string Name, string Value)[] variables)
    {
        File.WriteAllText(_path, json);
        var (settings, faults) = TestSettings.Read([("PAYHOOK_CONFIG", _path), .. variables]);
        Assert.Empty(faults);
        return settings!;
    }

    IReadOnlyList<SettingFault> Faults(string json, params (string Name, string Value)[] variables)
    {
        File.WriteAllText(_path, json);
        return TestSettings.Read([("PAYHOOK_CONFIG", _path), .. variables]).Faults;
    }

    static string Text(Secret secret) => Encoding.UTF8.GetString(secret.Bytes);
}
