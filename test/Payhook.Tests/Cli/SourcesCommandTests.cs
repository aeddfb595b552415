using System.Text.Json;
using Payhook.Cli;
using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests.Cli;

/// <summary>The list is pasted into tickets, so it tells what is configured and never a secret.</summary>
[Collection(WholeProcess.Name)]
public sealed class SourcesCommandTests : IDisposable
{
    const string Password = "hunter2";

    readonly string _directory = Directory.CreateTempSubdirectory("payhook-cli-").FullName;
    readonly string _directoryBefore = Directory.GetCurrentDirectory();
    readonly Dictionary<string, string?> _environmentBefore =
        Settings.All.ToDictionary(s => s.Name, s => Environment.GetEnvironmentVariable(s.Name));

    public SourcesCommandTests()
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
    public async Task Lists_the_sources_without_their_secrets()
    {
        Environment.SetEnvironmentVariable("STRIPE_WEBHOOK_SECRET", Password);
        File.WriteAllText("payhook.json", """
            { "sources": { "eu": { "provider": "stripe", "secret": "hunter2", "tolerance_seconds": "off" } } }
            """);
        var ran = await RunAsync("sources", "--json");
        Assert.Equal(0, ran.Code);
        Assert.Equal("payhook: warning: the sources stripe and eu share a secret\n", ran.Errors);
        string[] members = ["name", "provider", "address", "tolerance", "environment", "origin"];
        string[] told =
        [
            .. ran.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Select(s => string.Join(' ', members.Select(name => s.GetProperty(name).GetString()))),
        ];
        Assert.Equal(
        [
            "razorpay razorpay /webhook/razorpay none live default",
            "stripe stripe /webhook/stripe 300 s live environment",
            "eu stripe /webhook/eu off live payhook.json",
        ], told);
        var table = await RunAsync("sources");
        Assert.Contains("/webhook/eu", table.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, ran.Output + table.Output, StringComparison.Ordinal);

        File.WriteAllText("payhook.json", "[]");
        var refused = await RunAsync("sources");
        Assert.Equal((78, ""), (refused.Code, refused.Output));
    }

    [Theory]
    [InlineData("https://a.example/hook", "https://a.example/hook")]
    [InlineData("https://user:hunter2@a.example/hook?token=hunter2", "https://***@a.example/hook?***")]
    [InlineData("https://a.example/@b", "https://a.example/@b")]
    [InlineData("user@example.com", "user@example.com")]
    public void Shows_of_an_address_what_is_no_secret(string parameter, string shown)
    {
        var provider = new TestProvider("test", KeyForm.Text, new("url", "TEST_URL", "The address.", true));
        var source = new Source("test", provider, new(new Secret("a")) { Parameter = parameter });
        Assert.Contains($", url {shown}, ", SourceText.Line(source), StringComparison.Ordinal);
    }

    static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, errors = new() { NewLine = "\n" };
        var code = await CommandLine.RunAsync(arguments, output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
