using Payhook.Tests.Support;

namespace Payhook.Tests.Cli;

/// <summary>The first key is made on the command line, and it is the way back in when all are lost.</summary>
[Collection(WholeProcess.Name)]
public sealed class KeysCommandTests : IDisposable
{
    readonly OwnSurroundings _surroundings = new();

    public void Dispose() => _surroundings.Dispose();

    [Theory, EveryStore]
    public async Task Makes_lists_and_revokes_keys_and_tells_who_did(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        Environment.SetEnvironmentVariable("DATABASE_URL", store.Url);
        Assert.Equal("There is no key.\n", (await CliRun.OfAsync("keys", "list")).Output);
        Assert.Equal("Nothing was done yet.\n", (await CliRun.OfAsync("audit")).Output);

        var made = await CliRun.OfAsync("keys", "create", "for Grafana");
        Assert.Equal(0, made.Code);
        var key = made.Output.Trim();
        Assert.Matches("^phk_[0-9a-f]{64}$", key);
        var json = (await CliRun.OfAsync("keys", "create", "boss", "--scope", "admin", "--scope", "pii",
            "--expires-in-days", "2", "--json")).Json[0];
        var boss = json.GetProperty("key").GetString()!;
        Assert.Equal(["pii", "admin"], json.GetProperty("scopes").EnumerateArray().Select(s => s.GetString()));

        Assert.Equal(200, (await listener.GetAsync("/rejections", ("X-API-Key", key))).Status);
        Assert.Equal(403, (await listener.GetAsync("/rejections", ("X-API-Key", boss))).Status);
        var list = await CliRun.OfAsync("keys", "list");
        Assert.Equal(3, list.Lines.Length);
        Assert.Contains($"{key[..12]}…", list.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(key[12..], list.Output, StringComparison.Ordinal);

        Assert.Equal("Key 1 is revoked.\n", (await CliRun.OfAsync("keys", "revoke", key[..12])).Output);
        Assert.Equal("Key 1 is revoked already.\n", (await CliRun.OfAsync("keys", "revoke", "1")).Output);
        Assert.Equal(1, (await CliRun.OfAsync("keys", "revoke", "9")).Code);
        Assert.Equal(["revoked", "valid"], (await CliRun.OfAsync("keys", "list", "--json")).Json
            .Select(k => k.GetProperty("state").GetString()));

        var audit = (await CliRun.OfAsync("audit", "--json")).Json;
        Assert.Equal(
            ["key-revoked", "key-created", "key-created"], audit.Select(e => e.GetProperty("act").GetString()));
        Assert.All(audit, e => Assert.StartsWith("cli:", e.GetProperty("actor").GetString(), StringComparison.Ordinal));
        var newest = await CliRun.OfAsync("audit", "--limit", "1");
        Assert.Equal(2, newest.Lines.Length);
        Assert.Contains("for Grafana", newest.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keys", "create")]
    [InlineData("keys", "create", "")]
    [InlineData("keys", "create", "a", "--scope", "root")]
    [InlineData("keys", "create", "a", "--expires-in-days", "0")]
    [InlineData("keys", "create", "a", "--expires-in-days", "3651")]
    [InlineData("keys", "create", "a", "--expires-in-days", "soon")]
    [InlineData("keys", "revoke")]
    [InlineData("audit", "--limit", "0")]
    public async Task A_wrong_call_is_a_wrong_usage_and_makes_nothing(params string[] arguments)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await store.Open().DisposeAsync();
        Environment.SetEnvironmentVariable("DATABASE_URL", store.Url);
        Assert.Equal(2, (await CliRun.OfAsync(arguments)).Code);
        Assert.Equal(0, store.Count("payhook_keys"));
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_told_and_not_made()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        Environment.SetEnvironmentVariable("DATABASE_URL", store.Url);
        Assert.Equal(78, (await CliRun.OfAsync("keys", "create", "a")).Code);
        Assert.False(File.Exists(store.SqlitePath));
    }
}
