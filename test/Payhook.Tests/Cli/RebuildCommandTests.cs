using System.Text;
using Payhook.Mock;
using Payhook.Tests.Support;

namespace Payhook.Tests.Cli;

/// <summary>What the verb tells, and that it is remembered who asked for it.</summary>
[Collection(WholeProcess.Name)]
public sealed class RebuildCommandTests : IDisposable
{
    readonly OwnSurroundings _surroundings = new();

    public void Dispose() => _surroundings.Dispose();

    [Theory, EveryStore]
    public async Task Makes_missing_payments_and_tells_how_many(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using (var store = test.Open())
        {
            store.Store(
                Receipted.Of("evt_1", body: Encoding.UTF8.GetString(MockPayloads.Find("authorized")!)),
                Receipted.Of("evt_2", body: Encoding.UTF8.GetString(MockPayloads.Find("captured")!)),
                Receipted.Of("evt_3", source: "gone"));
            await store.SettledAsync();
        }
        Environment.SetEnvironmentVariable("DATABASE_URL", test.Url);

        var first = await CliRun.OfAsync("rebuild", "--json");
        Assert.Equal(0, first.Code);
        var json = first.Json[0];
        Assert.Equal(3, json.GetProperty("events").GetInt64());
        Assert.Equal(1, json.GetProperty("payments").GetInt64());
        Assert.Equal(1, json.GetProperty("mended").GetInt64());
        Assert.Equal(1, json.GetProperty("skipped").GetProperty("gone").GetInt64());
        Assert.Equal(2L, Convert.ToInt64(test.Scalar("select event_count from payhook_payments")));

        var second = await CliRun.OfAsync("rebuild", "--restart");
        Assert.StartsWith("1 payments from 3 events: 0 mended, 0 removed.", second.Output, StringComparison.Ordinal);
        Assert.Contains("the source gone", second.Errors, StringComparison.Ordinal);
        var audit = (await CliRun.OfAsync("audit", "--json")).Json;
        Assert.Equal(["payments-rebuilt", "payments-rebuilt"], audit.Select(e => e.GetProperty("act").GetString()));
    }

    [Fact]
    public async Task Makes_no_store_where_there_is_none() =>
        Assert.Equal(78, (await CliRun.OfAsync("rebuild")).Code);
}
