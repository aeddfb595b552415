using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;
using Payhook.Attention;
using Payhook.Query;
using Payhook.Tests.Support;

namespace Payhook.Tests.Attention;

/// <summary>The counts are a metric too, and the docs tell every kind.</summary>
public sealed class AttentionCountsTests
{
    [Fact]
    public async Task Is_a_gauge_by_kind_that_is_counted_behind_whoever_measures()
    {
        using var test = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(test);
        await listener.PostAsync(Bodies.Mocked("evt_1", amount: 1));
        await listener.PostAsync(Bodies.Mocked("evt_1", amount: 2));
        var time = new FakeTimeProvider(Paid.Start);
        var reader = new AttentionReader(listener.Store, [], TimeSpan.FromHours(24), 100, time);
        using var counts = new AttentionCounts(reader, time);
        var measured = new Dictionary<string, long>();
        using var meters = new MeterListener();
        meters.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument is { Name: "payhook.attention.items", Meter: var meter } && counts.Uses(meter))
                listening.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>((_, value, tags, _) => measured[(string)tags[0].Value!] = value);
        meters.Start();
        for (var i = 0; measured.Count == 0; i++)
        {
            Assert.True(i < 1000, "nothing was measured in 10 s");
            meters.RecordObservableInstruments();
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
        Assert.Equal(AttentionKinds.All.Select(k => k.Word()).Order(), measured.Keys.Order());
        Assert.Equal((1, 0), (measured["other_body"], measured["gone_quiet"]));
    }

    [Fact]
    public void Every_kind_is_told_in_the_docs()
    {
        var rows = File.ReadAllLines(Path.Combine(Repository.Root, "docs/attention.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);
        Assert.Equal(AttentionKinds.All.Select(k => k.Word()), rows);
    }
}
