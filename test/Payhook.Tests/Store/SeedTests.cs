using Payhook.Cli;
using Payhook.Seed;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>What the benchmarks measure is what intake would have stored.</summary>
public sealed class SeedTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Fills_a_store_with_payments_that_a_rebuild_finds_right(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        foreach (var batch in new SeedStream(3000, Receipted.Moment).Receipts().Chunk(500))
            store.Store([.. batch.SelectMany(r => r.Batch?.Receipts ?? [r])]);

        Assert.InRange(test.Count("payhook_events"), 2990, 3010);
        Assert.True(test.Count("payhook_conflicts") > 0);
        Assert.Equal(5L, Convert.ToInt64(test.Scalar("select count(distinct source) from payhook_events")));
        Assert.True(Convert.ToInt64(test.Scalar("select count(distinct status) from payhook_payments")) >= 6);
        Assert.True(Convert.ToInt64(test.Scalar("select max(event_count) from payhook_payments")) <= 6);
        await store.SettledAsync();
        using var rebuild = store.OpenRebuild(beginsAgain: false);
        var run = new RebuildRun(store, new(SeedStream.Sources), rebuild, TimeProvider.System);
        await run.FillAsync(_ => { }, Cancellation);
        await run.CompareAsync(_ => { }, Cancellation);
        Assert.Equal(test.Count("payhook_payments"), run.Payments);
        Assert.Equal(0, run.Mended + run.Removed);
        Assert.Empty(run.Skipped);
        rebuild.Finish();
    }
}
