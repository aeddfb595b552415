using Payhook.Tests.Support;

namespace Payhook.Tests.Cli;

/// <summary>What the interface does about replays, the command line does as well, and waits for the end.</summary>
[Collection(WholeProcess.Name)]
public sealed class ReplayCommandTests : IDisposable
{
    readonly OwnSurroundings _surroundings = new();

    public void Dispose() => _surroundings.Dispose();

    [Theory, EveryStore]
    public async Task Counts_starts_and_follows_until_all_is_sent(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync();
        using var file = DestinationFile.To(application);
        Environment.SetEnvironmentVariable("DATABASE_URL", store.Url);
        foreach (var (name, value) in file.Settings) Environment.SetEnvironmentVariable(name, value);
        await using var listener = await TestListener.StartAsync(store, file.Settings);
        for (var i = 1; i <= 6; i++) await listener.PostAsync(Bodies.Mocked($"evt_{i}", $"pay_{i % 2}"));
        await application.WaitForAsync(6);

        var dry = await CliRun.OfAsync("replay", "--payment", "pay_1", "--to", "app", "--dry-run");
        Assert.Equal((0, "3 events, as far as a destination's own filter lets them pass, to:\n  app\n"),
            (dry.Code, dry.Output));
        Assert.Equal("There is no replay.\n", (await CliRun.OfAsync("replay", "list")).Output);
        var run = await CliRun.OfAsync("replay", "--payment", "pay_1", "--to", "app", "--yes");
        Assert.Equal((0, "Replay 1 to app is done: 3 events, 3 handed over so far.\n", ""),
            (run.Code, run.Output, run.Errors));
        Assert.Equal(["evt_1", "evt_3", "evt_5"], application.Arrivals.Where(a => a.Headers["payhook-replay"] == "1")
            .Select(a => a.EventId).Order());
        var json = await CliRun.OfAsync("replay", "--event", "evt_2", "--to", "all", "--json");
        Assert.Equal(("done", 1), (json.Json[1].GetProperty("state").GetString(),
            json.Json[0].GetProperty("event_count").GetInt32()));
        var list = await CliRun.OfAsync("replay", "list");
        Assert.Equal(3, list.Lines.Length);
        Assert.Matches("1 +app +done +3 +3 ", list.Output);
        Assert.Equal(1, (await CliRun.OfAsync("replay", "cancel", "1")).Code);

        var tested = await CliRun.OfAsync("destinations", "test", "app");
        Assert.Equal(0, tested.Code);
        Assert.Matches("^app took it: 204 after [0-9]+ ms.\n$", tested.Output);
        Assert.Equal(1, (await CliRun.OfAsync("destinations", "test", "other")).Code);
    }

    [Theory, EveryStore]
    public async Task Says_that_nobody_sends_while_no_listener_runs_and_leaves_it_to_the_next(StoreKind kind)
    {
        using var store = new TestStore(kind);
        Environment.SetEnvironmentVariable("DATABASE_URL", store.Url);
        await using (var opened = store.Open()) opened.Store(Receipted.Of("evt_1"));
        await CliRun.OfAsync("destinations", "add", "orders", "https://orders.example.com/hooks");
        var run = await CliRun.OfAsync("replay", "--everything", "--to", "orders", "--yes");
        Assert.Equal(0, run.Code);
        Assert.Contains("no listener is running", run.Errors, StringComparison.Ordinal);
        Assert.Equal("Replay 1 to orders is running: 1 event, 0 handed over so far.\n", run.Output);
        Assert.Equal("Replay 1 is cancelled; 0 of 1 event handed over.\n",
            (await CliRun.OfAsync("replay", "cancel", "1")).Output);
        Assert.Contains("replay-cancelled", (await CliRun.OfAsync("audit", "--json")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "replay")]
    [InlineData(2, "replay", "--to", "orders")]
    [InlineData(2, "replay", "--everything")]
    [InlineData(2, "replay", "--event", "x", "--to", "orders", "--rate", "fast")]
    [InlineData(2, "replay", "--from", "yesterday", "--to", "orders")]
    [InlineData(1, "replay", "--everything", "--to", "orders")]
    [InlineData(1, "replay", "cancel", "9")]
    public async Task What_cannot_be_meant_starts_nothing(int code, params string[] arguments)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await store.Open().DisposeAsync();
        Environment.SetEnvironmentVariable("DATABASE_URL", store.Url);
        var run = await CliRun.OfAsync(arguments);
        Assert.Equal((code, ""), (run.Code, run.Output));
        Assert.StartsWith("payhook: ", run.Errors, StringComparison.Ordinal);
    }
}
