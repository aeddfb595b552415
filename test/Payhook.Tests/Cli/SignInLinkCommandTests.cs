using System.Diagnostics;
using Payhook.Cli;
using Payhook.Tests.Support;

namespace Payhook.Tests.Cli;

/// <summary>Whoever has the database gets in, once for each link, and no log tells how.</summary>
[Collection(WholeProcess.Name)]
public sealed class SignInLinkCommandTests : IDisposable
{
    readonly OwnSurroundings _surroundings = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _surroundings.Dispose();

    [Theory, EveryStore]
    public async Task Makes_a_link_that_signs_in_once_also_where_there_is_a_password(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("ADMIN_PASSWORD", "correct horse battery"));
        Environment.SetEnvironmentVariable("DATABASE_URL", store.Url);
        Environment.SetEnvironmentVariable("PORT", "8123");
        var plain = await CliRun.OfAsync("sign-in-link");
        Assert.Equal(0, plain.Code);
        Assert.Matches("^http://localhost:8123/dashboard/sign-in#link=[A-Za-z0-9_-]{43}\n$", plain.Output);
        Assert.StartsWith("payhook: signs in once, until ", plain.Errors, StringComparison.Ordinal);

        using Browser browser = new(listener), other = new(listener);
        var token = plain.Output.Trim().Split("#link=")[1];
        Assert.Equal(200, (await browser.SignInAsync("link", token)).Status);
        Assert.Equal(401, (await other.SignInAsync("link", token)).Status);

        var json = (await CliRun.OfAsync("sign-in-link", "--url", "https://pay.example.com/", "--json")).Json[0];
        Assert.StartsWith("https://pay.example.com/dashboard/sign-in#link=", json.GetProperty("link").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(200,
            (await other.SignInAsync("link", json.GetProperty("link").GetString()!.Split("#link=")[1])).Status);
        var acts = (await CliRun.OfAsync("audit", "--json")).Json.Select(e => e.GetProperty("act").GetString());
        Assert.Equal(["signed-in", "link-created", "signed-in", "link-created"], acts);
    }

    [Theory]
    [InlineData("sign-in-link", "--url", "pay.example.com")]
    [InlineData("sign-in-link", "--url", "ftp://pay.example.com")]
    [InlineData("sign-in-link", "--url", "https://pay.example.com/#a")]
    [InlineData("sign-in-link", "--url", "https://user@pay.example.com/")]
    public async Task Refuses_an_address_that_is_none(params string[] arguments) =>
        Assert.Equal(2, (await CliRun.OfAsync(arguments)).Code);

    [Theory, EveryStore]
    public async Task Knows_whether_anybody_can_sign_in_as_admin(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var (settings, _) = TestSettings.Read();
        var (closed, _) = TestSettings.Read(("API_KEYS", "0123456789abcdef"));
        var (protectedByText, _) = TestSettings.Read(("ADMIN_PASSWORD", "correct horse battery"));
        Assert.Equal(new FirstSignIn("http://localhost:8000/", true), await FindAsync(settings!, "http://[::]:8000"));
        Assert.Equal(new FirstSignIn("http://localhost:8000/", false), await FindAsync(closed!, "http://0.0.0.0:8000"));
        Assert.False((await FindAsync(protectedByText!, "http://127.0.0.1:1")).NeedsLink);

        AddKey(Scopes.Read);
        Assert.True((await FindAsync(settings!, "http://127.0.0.1:1")).NeedsLink);
        AddKey(Scopes.Admin);
        Assert.False((await FindAsync(settings!, "http://127.0.0.1:1")).NeedsLink);
        store.Keys.Revoke(2, new(default, "cli:me", "key-revoked", "", ""));
        Assert.True((await FindAsync(settings!, "http://127.0.0.1:1")).NeedsLink);
        store.Sessions.SetPassword("hash", null, new(default, "admin", "admin-password-set", "", ""));
        Assert.False((await FindAsync(settings!, "http://127.0.0.1:1")).NeedsLink);

        Task<FirstSignIn> FindAsync(Settings given, string url) =>
            FirstSignIn.FindAsync(given, store, [url], TimeProvider.System.GetUtcNow(), Cancellation);

        void AddKey(Scopes scopes)
        {
            var (key, _) = ApiKey.Create("a", scopes, null, "cli:me", TimeProvider.System.GetUtcNow());
            store.Keys.Add(key, AuditEntry.Created(key));
        }
    }

    [Fact]
    public async Task Tells_at_the_start_where_the_dashboard_is_and_logs_no_link()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        using var process = await PayhookProcess.ListenAsync(store, Receiver.FreePort());
        Assert.Equal(0, await process.TerminateAsync());
        Assert.Contains("\"sign_in\":\"run: payhook sign-in-link\"", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("link=", process.Output + process.Errors, StringComparison.Ordinal);
        Assert.Equal(0, store.Count("payhook_sessions"));
    }

    [Theory]
    [InlineData("correct horse battery\n", true)]
    [InlineData("correct horse battery\r\nmore", true)]
    [InlineData("elevenchars\n", false)]
    [InlineData("", false)]
    public async Task Makes_a_hash_of_a_password_that_comes_through_a_pipe(string piped, bool isTaken)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "payhook"), ["password", "hash"])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
                UseShellExecute = false,
            })!;
        await process.StandardInput.WriteAsync(piped);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        var errors = await process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(isTaken ? 0 : 1, process.ExitCode);
        Assert.DoesNotContain("horse", output + errors, StringComparison.Ordinal);
        if (isTaken) Assert.True(AdminPassword.OfHash(output.Trim())!.Matches("correct horse battery"));
        else Assert.Equal("", output);
    }
}
