using System.Text;
using System.Text.Json;
using Payhook.Cli;
using Payhook.Mock;
using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests.Cli;

/// <summary>Marks tests that change what belongs to the whole process: environment and working directory.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WholeProcess
{
    public const string Name = "whole process";
}

/// <summary>Scripts drive payhook by its verbs, outputs and exit codes, which must not shift under them.</summary>
[Collection(WholeProcess.Name)]
public sealed class CommandLineTests : IDisposable
{
    const string Password = "hunter2";

    readonly string _directory = Directory.CreateTempSubdirectory("payhook-cli-").FullName;
    readonly string _directoryBefore = Directory.GetCurrentDirectory();
    readonly Dictionary<string, string?> _environmentBefore =
        Settings.All.ToDictionary(s => s.Name, s => Environment.GetEnvironmentVariable(s.Name));

    public CommandLineTests()
    {
        Directory.SetCurrentDirectory(_directory);
        foreach (var name in _environmentBefore.Keys) Environment.SetEnvironmentVariable(name, null);
    }

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_directoryBefore);
        foreach (var (name, value) in _environmentBefore) Environment.SetEnvironmentVariable(name, value);
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Signs_a_file_byte_for_byte()
    {
        byte[] body = [.. "\uFEFF{\"a\": 1.0}\r\n "u8, 0, 0xff, .. "\n"u8];
        var file = Write("event.json", body);
        var signature = Sign(body, "s3cret");

        AssertRan(0, signature + "\n", "", await RunAsync("sign", file, "--secret", "s3cret"));
        AssertRan(0, $"X-Razorpay-Signature: {signature}\n", "",
            await RunAsync("sign", file, "--header", "--secret=s3cret"));
    }

    [Fact]
    public async Task Signs_with_the_secret_that_the_listener_would_sign_with()
    {
        var file = Write("event.json", "{}"u8.ToArray());
        Assert.Equal(Sign("{}"u8, "test_secret"), (await RunAsync("sign", file)).Output.TrimEnd());

        Write(".env", "WEBHOOK_SECRET='of the file'\nPORT=nonsense\n"u8.ToArray());
        Assert.Equal(Sign("{}"u8, "of the file"), (await RunAsync("sign", file)).Output.TrimEnd());

        Environment.SetEnvironmentVariable("WEBHOOK_SECRET", "new,old");
        Assert.Equal(Sign("{}"u8, "new"), (await RunAsync("sign", file)).Output.TrimEnd());
        Assert.Equal(Sign("{}"u8, "given"), (await RunAsync("sign", file, "--secret", "given")).Output.TrimEnd());
    }

    [Fact]
    public async Task Tells_a_file_that_cannot_be_read_in_one_line()
    {
        foreach (var path in new[] { "not-there.json", _directory })
        {
            var ran = await RunAsync("sign", path, "--secret", "s3cret");
            Assert.Equal((1, ""), (ran.Code, ran.Output));
            Assert.StartsWith("payhook: ", Assert.Single(Lines(ran.Errors)), StringComparison.Ordinal);
            Assert.Contains(path, ran.Errors, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("sign", "-")]
    [InlineData("send", "--mock", "captured")]
    [InlineData("serve")]
    [InlineData]
    public async Task Ends_with_78_where_a_setting_is_wrong(params string[] arguments)
    {
        Environment.SetEnvironmentVariable("WEBHOOK_SECRET", "");
        var ran = await RunAsync(arguments);
        Assert.Equal((78, ""), (ran.Code, ran.Output));
        var line = Assert.Single(Lines(ran.Errors));
        Assert.StartsWith("payhook: WEBHOOK_SECRET is empty", line, StringComparison.Ordinal);

        Write(".env", "A=1\n\"what is this"u8.ToArray());
        Assert.StartsWith("payhook: .env line 2 ", (await RunAsync(arguments)).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_each_wrong_setting_in_a_line_of_its_own()
    {
        Environment.SetEnvironmentVariable("PORT", "99999");
        Environment.SetEnvironmentVariable("DATABASE_URL", $"postgresql://app:{Password}@db");
        var ran = await RunAsync("serve");
        Assert.Equal(78, ran.Code);
        Assert.Equal(["DATABASE_URL", "PORT"], Lines(ran.Errors).Select(line => line.Split(' ')[1]));
        Assert.DoesNotContain(Password, ran.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("-?")]
    public async Task Helps_with_every_verb_and_examples(string option)
    {
        var ran = await RunAsync(option);
        Assert.Equal((0, ""), (ran.Code, ran.Errors));
        string[] texts =
            ["serve", "sign", "send", "verify", "sources", "doctor", "Examples:", "Exit codes:", "payhook send --mock"];
        foreach (var text in texts)
            Assert.Contains(text, ran.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve", "environment")]
    [InlineData("sign", "Examples:", "--secret", "--header")]
    [InlineData("send", "Examples:", "--mock", "--url", "--times", "--tamper", "--header", "--json", "captured")]
    [InlineData("sources", "Examples:", "--json")]
    [InlineData("doctor", "--json")]
    public async Task Helps_with_one_verb(string verb, params string[] texts)
    {
        Environment.SetEnvironmentVariable("WEBHOOK_SECRET", ""); // help asks for no setting
        var ran = await RunAsync(verb, "--help");
        Assert.Equal((0, ""), (ran.Code, ran.Errors));
        foreach (var text in texts) Assert.Contains(text, ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_its_version()
    {
        var ran = await RunAsync("--version");
        Assert.Equal((0, ""), (ran.Code, ran.Errors));
        Assert.Equal(ProgramVersion.Text, ran.Output.Split('+')[0].Trim());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("--nonsense")]
    [InlineData("sign")]
    [InlineData("sign", "a", "b")]
    [InlineData("sign", "a", "--nonsense")]
    [InlineData("sign", "a", "--secret")]
    [InlineData("serve", "nonsense")]
    [InlineData("doctor", "nonsense")]
    [InlineData("send")]
    [InlineData("send", "event.json", "--mock", "captured")]
    [InlineData("send", "--mock", "nonsense")]
    [InlineData("send", "--mock", "")]
    [InlineData("send", "--mock", "captured", "--times", "0")]
    [InlineData("send", "--mock", "captured", "--times", "-1")]
    [InlineData("send", "--mock", "captured", "--times", "100001")]
    [InlineData("send", "--mock", "captured", "--times", "two")]
    [InlineData("send", "--mock", "captured", "--header", "nonsense")]
    [InlineData("send", "--mock", "captured", "--header", ": value")]
    [InlineData("send", "--mock", "captured", "--header", "Bad Name: value")]
    [InlineData("send", "--mock", "captured", "--url", "nonsense")]
    [InlineData("send", "--mock", "captured", "--url", "ftp://localhost/")]
    [InlineData("send", "--mock", "captured", "--url", "localhost:8000")]
    public async Task Ends_with_2_where_it_was_called_wrongly(params string[] arguments)
    {
        var ran = await RunAsync(arguments);
        Assert.Equal((2, ""), (ran.Code, ran.Output));
        Assert.All(Lines(ran.Errors)[..^1], line => Assert.StartsWith("payhook: ", line, StringComparison.Ordinal));
        Assert.Equal("Try: payhook --help", Lines(ran.Errors)[^1]);
    }

    [Fact]
    public async Task Sends_what_it_signed_as_often_as_asked()
    {
        using var receiver = new Receiver((200, """{"status":"success"}"""), (200, """{"status":"duplicate"}"""));
        var ran = await RunAsync("send", "--mock", "captured", "--url", receiver.Url, "--times", "2",
            "--secret", "s3cret", "--header", "X-Razorpay-Event-Id: evt:1", "--header", "Content-Language: hi");

        AssertRan(0, "200 {\"status\":\"success\"}\n200 {\"status\":\"duplicate\"}\n", "", ran);
        Assert.Equal(2, receiver.Requests.Count);
        foreach (var (method, headers, body, _) in receiver.Requests)
        {
            Assert.Equal(MockPayloads.Find("captured"), body);
            Assert.Equal(("POST", "application/json", Sign(body, "s3cret"), "evt:1", "hi"), (
                method, headers["Content-Type"], headers["X-Razorpay-Signature"],
                headers["X-Razorpay-Event-Id"], headers["Content-Language"]));
        }
    }

    [Fact]
    public async Task Sends_a_forgery_that_is_json_and_not_what_was_signed()
    {
        foreach (var body in new[] { """{"amount":5000}""", """{"amount":9}""", "{}" })
        {
            using var receiver = new Receiver((403, "no"));
            var file = Write("event.json", Encoding.UTF8.GetBytes(body));
            var ran = await RunAsync("send", file, "--tamper", "--url", receiver.Url, "--secret", "s3cret");

            AssertRan(1, "403 no\n", "", ran);
            var (_, headers, sent, _) = Assert.Single(receiver.Requests);
            Assert.Equal(Sign(Encoding.UTF8.GetBytes(body), "s3cret"), headers["X-Razorpay-Signature"]);
            Assert.NotEqual(Encoding.UTF8.GetBytes(body), sent);
            using var json = JsonDocument.Parse(sent);
        }
    }

    [Fact]
    public async Task Ends_with_1_where_one_of_several_answers_is_a_refusal()
    {
        using var receiver = new Receiver((200, "a"), (503, "say \"b\"\n"), (200, "c"));
        var ran = await RunAsync("send", "--mock", "failed", "--times", "3", "--json", "--url", receiver.Url);
        Assert.Equal((1, ""), (ran.Code, ran.Errors));
        Assert.Equal([(200, "a"), (503, "say \"b\"\n"), (200, "c")], Lines(ran.Output).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            var answer = json.RootElement;
            return (answer.GetProperty("status").GetInt32(), answer.GetProperty("answer").GetString()!);
        }));
    }

    [Fact]
    public async Task Tells_in_one_line_that_nobody_listens()
    {
        Environment.SetEnvironmentVariable("PORT", $"{Receiver.FreePort()}");
        var ran = await RunAsync("send", "--mock", "captured");
        Assert.Equal((1, ""), (ran.Code, ran.Output));
        Assert.StartsWith("payhook: ", Assert.Single(Lines(ran.Errors)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Examines_everything_and_changes_nothing()
    {
        Environment.SetEnvironmentVariable("PORT", $"{Receiver.FreePort()}");
        Environment.SetEnvironmentVariable("WEBHOOK_SECRET", Password + Password + Password);
        var ran = await RunAsync("doctor", "--json");

        Assert.Equal((0, ""), (ran.Code, ran.Errors));
        var checks = Checks(ran.Output);
        Assert.Equal(["settings", "secret", "source", "store", "port", "clock"], checks.Select(c => c.Name));
        Assert.All(checks, c => Assert.Equal("ok", c.Finding));
        Assert.Empty(Directory.GetFileSystemEntries(_directory));
        Assert.DoesNotContain(Password, ran.Output, StringComparison.Ordinal);

        var table = await RunAsync("doctor");
        Assert.Equal(0, table.Code);
        Assert.All(checks, c => Assert.Contains(c.Name, table.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Advises_where_something_is_allowed_and_unwise()
    {
        Write(".env", "PORT=0\n"u8.ToArray());
        File.SetUnixFileMode(".env", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var checks = Checks((await RunAsync("doctor", "--json")).Output);
        Assert.Contains(checks, c => c is ("secret", "warning", _));
        var advice = Assert.Single(checks, c => c is ("permissions", "warning", _));
        Assert.Contains("chmod 600 .env", advice.Told, StringComparison.Ordinal);

        File.SetUnixFileMode(".env", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Environment.SetEnvironmentVariable("WEBHOOK_SECRET", "fifteen bytes.,and a longer one that is enough");
        checks = Checks((await RunAsync("doctor", "--json")).Output);
        Assert.Contains(checks, c => c is ("secret", "warning", _));
        Assert.Contains(checks, c => c is ("permissions", "ok", _));
    }

    [Fact]
    public async Task Warns_of_a_certificate_that_cannot_be_read()
    {
        Environment.SetEnvironmentVariable("PAYPAL_CERTIFICATES", _directory);
        Write("CERT-1.pem", "no certificate"u8.ToArray());
        try
        {
            var checks = Checks((await RunAsync("doctor", "--json")).Output);
            var warning = Assert.Single(checks, c => c is ("certificates", "warning", _));
            Assert.Contains("CERT-1.pem", warning.Told, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PAYPAL_CERTIFICATES", null);
        }
    }

    [Theory]
    [InlineData("PORT", "nonsense", "settings")]
    [InlineData("DATABASE_URL", "sqlite:///not/there/webhooks.db", "store")]
    [InlineData("DATABASE_URL", $"postgresql://app:{Password}@127.0.0.1:1/pay", "store")]
    [InlineData("HOST", "192.0.2.77", "port")] // an address that this machine does not have
    public async Task Finds_the_fault_and_ends_with_1(string name, string value, string check)
    {
        Environment.SetEnvironmentVariable("WEBHOOK_SECRET", "a secret that is long enough");
        Environment.SetEnvironmentVariable(name, value);
        var ran = await RunAsync("doctor", "--json");
        Assert.Equal((1, ""), (ran.Code, ran.Errors));
        var fault = Assert.Single(Checks(ran.Output), c => c.Finding == "fault");
        Assert.Equal(check, fault.Name);
        Assert.Contains(name, fault.Told, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, ran.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("doctor")).Code);
    }

    static async Task<Ran> RunAsync(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, errors = new() { NewLine = "\n" };
        var code = await CommandLine.RunAsync(arguments, output, errors);
        return new(code, output.ToString(), errors.ToString());
    }

    static void AssertRan(int code, string output, string errors, Ran ran) =>
        Assert.Equal(new(code, output, errors), ran);

    static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    static string Sign(ReadOnlySpan<byte> body, string secret) =>
        ProviderCatalog.Find("razorpay")!.Sign(body, new(secret));

    static (string Name, string Finding, string Told)[] Checks(string output) => [.. Lines(output).Select(line =>
    {
        using var json = JsonDocument.Parse(line);
        string Member(string name) => json.RootElement.GetProperty(name).GetString()!;
        return (Member("check"), Member("finding"), Member("told"));
    })];

    string Write(string name, byte[] content)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    sealed record Ran(int Code, string Output, string Errors);
}
