using System.Text;
using System.Text.Json;
using Payhook.Cli;
using Payhook.Mock;
using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests.Cli;

/// <summary>An operator with a refused request in a file must learn what the listener would say of it.</summary>
[Collection(WholeProcess.Name)]
public sealed class VerifyCommandTests : IDisposable
{
    const string Key = "whsec_a secret of the tests";
    const string Variable = "STRIPE_WEBHOOK_SECRET";
    const long SignedAt = 1_751_889_870;

    static readonly byte[] Body = MockPayloads.Find("stripe", "captured")!;

    readonly OwnSurroundings _surroundings = new(Variable);
    readonly string _file;
    readonly string _header;

    public VerifyCommandTests()
    {
        _file = _surroundings.Write("body.json", Body);
        var signed = ProviderCatalog.Find("stripe")!.Sign(
            Body, new Credentials(new Secret(Key)), DateTimeOffset.FromUnixTimeSeconds(SignedAt))!;
        _header = $"{signed.Headers[0].Key}: {signed.Headers[0].Value}";
    }

    public void Dispose() => _surroundings.Dispose();

    [Fact]
    public async Task Tells_what_a_verified_request_says()
    {
        var ran = await VerifyAsync("--secret", "another", "--secret", Key, "--at", $"{SignedAt}", _file);
        Assert.Equal((0, ""), (ran.Code, ran.Errors));
        Assert.Matches(@"verdict +verified", ran.Output);
        Assert.Matches(@"secret +2 of 2", ran.Output);
        Assert.Matches(@"event id +event type +payment +amount +created", ran.Output);
        Assert.Matches(
            @"evt_3PgafyB7WZ01zgkW1bX014 +payment_intent.succeeded +pi_3PgafyB7WZ01zgkW1sjxX014 +50.00 USD +2025-07-07",
            ran.Output);

        var json = Assert.Single((await VerifyAsync(
            "--secret", Key, "--at", $"{SignedAt}", "--json", _file)).Json);
        Assert.Equal((true, "verified", 1, "read"), (json.GetProperty("valid").GetBoolean(), Reason(json),
            json.GetProperty("secret_number").GetInt32(), json.GetProperty("reading").GetString()));
        var e = Assert.Single(json.GetProperty("events").EnumerateArray());
        Assert.Equal(("evt_3PgafyB7WZ01zgkW1bX014", 5000, "USD"), (e.GetProperty("event_id").GetString(),
            e.GetProperty("amount_minor").GetInt32(), e.GetProperty("currency").GetString()));
    }

    [Theory]
    [InlineData("wrong-signature", "--secret", "another", "--at", "1751889870")]
    [InlineData("outside-tolerance", "--secret", Key)]
    [InlineData("outside-tolerance", "--secret", Key, "--at", "1751890171")]
    [InlineData("outside-tolerance", "--secret", Key, "--at", "1751889870", "--tolerance", "0", "--at-later")]
    [InlineData("repeated-signature", "--secret", Key, "--header", "stripe-signature: t=1,v1=00")]
    public async Task Tells_why_a_request_is_refused(string reason, params string[] options)
    {
        if (options[^1] == "--at-later") options = [.. options[..^1].Select(o => o == "1751889870" ? "1751889871" : o)];
        var ran = await VerifyAsync([.. options, _file]);
        Assert.Equal((1, ""), (ran.Code, ran.Errors));
        Assert.Matches($"verdict +{reason}", ran.Output);
        Assert.Matches("reason +[A-Z].*\\.", ran.Output);
        Assert.DoesNotContain("evt_", ran.Output, StringComparison.Ordinal);

        var json = Assert.Single((await VerifyAsync([.. options, "--json", _file])).Json);
        Assert.Equal((false, reason), (json.GetProperty("valid").GetBoolean(), Reason(json)));
        Assert.NotEmpty(json.GetProperty("explanation").GetString()!);
        Assert.DoesNotContain(Key, ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(_header[^64..], ran.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--at", "2025-07-07T12:04:30Z")]
    [InlineData("--at", "2025-07-07T14:04:30+02:00")]
    [InlineData("--at", "1751890170")]
    [InlineData("--tolerance", "off")]
    [InlineData("--tolerance", "31000000", "--at", "1767225600")]
    public async Task Takes_the_clock_as_it_is_told(params string[] options) =>
        Assert.Equal(0, (await VerifyAsync(["--secret", Key, .. options, _file])).Code);

    [Fact]
    public async Task Takes_the_secret_from_the_environment_or_a_file_so_that_no_command_line_shows_it()
    {
        string[] at = ["--at", $"{SignedAt}", _file];
        var without = await VerifyAsync(at);
        Assert.Equal((78, ""), (without.Code, without.Output));
        var line = Assert.Single(without.ErrorLines);
        Assert.StartsWith($"payhook: {Variable} is not set", line, StringComparison.Ordinal);

        var file = _surroundings.Write("secret", Encoding.UTF8.GetBytes(Key + "\n"));
        Assert.Equal(0, (await VerifyAsync(["--secret-file", file, .. at])).Code);
        Assert.Equal(78, (await VerifyAsync(["--secret-file", "not-there", .. at])).Code);
        Assert.Equal(78, (await VerifyAsync(["--secret-file", _surroundings.Write("empty", "\n"u8), .. at])).Code);

        _surroundings.Write(".env", Encoding.UTF8.GetBytes($"{Variable}='new,{Key}'\nPORT=nonsense\n"));
        Assert.Matches("secret +2 of 3", (await VerifyAsync(at)).Output);
        Environment.SetEnvironmentVariable(Variable, "another");
        Assert.Equal(1, (await VerifyAsync(at)).Code);
        _surroundings.Write(".env", "\"what is this"u8);
        Assert.Equal(78, (await VerifyAsync(at)).Code);
    }

    [Fact]
    public async Task Verifies_with_the_secrets_of_the_listener_where_razorpay_signed()
    {
        var body = MockPayloads.Find("captured")!;
        var file = _surroundings.Write("captured.json", body);
        foreach (var (name, value, key) in new[]
        {
            ("WEBHOOK_SECRET", null, "test_secret"), ("WEBHOOK_SECRET", "new,old", "old"),
            ("RAZORPAY_WEBHOOK_SECRET", "rzp", "rzp"),
        })
        {
            Environment.SetEnvironmentVariable("WEBHOOK_SECRET", null);
            Environment.SetEnvironmentVariable(name, value);
            var ran = await CliRun.OfAsync("verify", "--provider", "razorpay", file,
                "--header", "X-Razorpay-Signature: " + ProviderCatalog.Find("razorpay")!.Sign(body, new Secret(key)));
            Environment.SetEnvironmentVariable(name, null);
            Assert.Equal((key, 0), (key, ran.Code));
        }
    }

    [Theory]
    [InlineData("\r\n", "")]
    [InlineData("\n", "")]
    [InlineData("\n", "\n")] // editors end a file so
    public async Task Reads_a_whole_request_as_it_was_captured(string lineEnd, string after)
    {
        var raw = _surroundings.Write("request.http", Encoding.UTF8.GetBytes(string.Join(lineEnd,
            "POST /webhook/stripe?a=1 HTTP/1.1", "Host: example.com", _header, $"Content-Length: {Body.Length}", "",
            Encoding.UTF8.GetString(Body)) + after));
        var ran = await CliRun.OfAsync(
            "verify", "--provider", "stripe", "--secret", Key, "--at", $"{SignedAt}", "--raw", raw);
        Assert.Equal((0, ""), (ran.Code, ran.Errors));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense\n\n{}")]
    [InlineData("POST / HTTP/1.1\nnonsense\n\n{}")]
    [InlineData("POST / HTTP/1.1\nHost: a\n{}")]
    [InlineData("POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n0\r\n\r\n")]
    public async Task Tells_a_capture_that_is_no_request_in_one_line(string raw)
    {
        var file = _surroundings.Write("request.http", Encoding.UTF8.GetBytes(raw));
        var ran = await CliRun.OfAsync("verify", "--provider", "stripe", "--secret", Key, "--raw", file);
        Assert.Equal((1, ""), (ran.Code, ran.Output));
        Assert.StartsWith($"payhook: {file} ", Assert.Single(ran.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void Warns_of_a_capture_that_was_cut()
    {
        var request = CapturedRequest.Parse("POST /a?b=c&d HTTP/1.1\nContent-Length: 9\nA: 1\nA: 2\n\n{}"u8.ToArray());
        Assert.Equal(("?b=c&d", "{}"), (request.Query, Encoding.UTF8.GetString(request.Body)));
        Assert.Contains("2 bytes and Content-Length says 9", request.Warning, StringComparison.Ordinal);
        Assert.Equal("1", request.AllHeaders.Find("a", out var isRepeated));
        Assert.True(isRepeated);
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("verify", "--provider", "stripe")]
    [InlineData("verify", "body.json")]
    [InlineData("verify", "body.json", "--provider", "nobody")]
    [InlineData("verify", "body.json", "--provider", "stripe", "--header", "nonsense")]
    [InlineData("verify", "body.json", "--provider", "stripe", "--at", "yesterday")]
    [InlineData("verify", "body.json", "--provider", "stripe", "--at", "-1")]
    [InlineData("verify", "body.json", "--provider", "stripe", "--at", "99999999999999")]
    [InlineData("verify", "body.json", "--provider", "stripe", "--tolerance", "-1")]
    [InlineData("verify", "body.json", "--provider", "stripe", "--tolerance", "soon")]
    [InlineData("verify", "body.json", "--provider", "stripe", "--parameter", "x")]
    [InlineData("verify", "body.json", "--provider", "stripe", "--secret", "a", "--secret-file", "b")]
    [InlineData("verify", "body.json", "--vectors", "v.json")]
    [InlineData("verify", "--provider", "stripe", "--vectors", "v.json")]
    [InlineData("verify", "body.json", "--provider")]
    [InlineData("verify", "--vectors")]
    [InlineData("verify", "body.json", "--provider", "stripe", "--header")]
    [InlineData("verify", "body.json", "--provider", "stripe", "--secret")]
    [InlineData("verify", "body.json", "--provider", "stripe", "--at")]
    [InlineData("sign", "body.json", "--provider", "nobody")]
    [InlineData("sign", "body.json", "--secret", "a", "--secret", "b")]
    public async Task Ends_with_2_where_it_was_called_wrongly(params string[] arguments)
    {
        var ran = await CliRun.OfAsync(arguments);
        Assert.Equal((2, ""), (ran.Code, ran.Output));
        Assert.Equal("Try: payhook --help", ran.ErrorLines[^1]);
    }

    [Fact]
    public async Task Tells_that_a_verified_request_cannot_be_read()
    {
        var body = "{}"u8.ToArray();
        var signature = ProviderCatalog.Find("razorpay")!.Sign(body, new Secret(Key));
        var ran = await CliRun.OfAsync("verify", "--provider", "razorpay", "--secret", Key,
            "--header", $"X-Razorpay-Signature: {signature}", _surroundings.Write("empty.json", body));
        Assert.Equal(0, ran.Code);
        Assert.Matches("reading +missing-fields", ran.Output);
    }

    [Fact]
    public async Task Signs_so_that_it_verifies()
    {
        var signed = await CliRun.OfAsync("sign", "--provider", "stripe", "--secret", Key, "--header", _file);
        Assert.Equal((0, ""), (signed.Code, signed.Errors));
        var verified = await CliRun.OfAsync(
            "verify", "--provider", "stripe", "--secret", Key, "--header", Assert.Single(signed.Lines), _file);
        Assert.Equal(0, verified.Code);

        var bare = await CliRun.OfAsync("sign", "--provider", "stripe", "--secret", Key, _file);
        Assert.Matches("^t=[0-9]+,v1=[0-9a-f]{64}\n$", bare.Output);
    }

    Task<CliRun> VerifyAsync(params string[] more) =>
        CliRun.OfAsync(["verify", "--provider", "stripe", "--header", _header, .. more]);

    static string Reason(JsonElement json) => json.GetProperty("reason").GetString()!;
}
