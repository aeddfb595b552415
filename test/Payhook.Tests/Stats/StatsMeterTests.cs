using Payhook.Providers;
using Payhook.Stats;

namespace Payhook.Tests.Stats;

/// <summary>Counting is bounded, costs nothing that is left behind, and loses nothing between threads.</summary>
public sealed class StatsMeterTests
{
    static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly StatsMeter _meter = new([SourceOf("razorpay"), SourceOf("stripe")]);

    [Fact]
    public void Counts_in_the_minute_of_the_answer()
    {
        _meter.Count("razorpay", "a", "stored", At.AddSeconds(59), TimeSpan.FromSeconds(2));
        var row = Assert.Single(_meter.Waiting());
        Assert.Equal((At.AddMinutes(1), "a", 1L), (row.At, row.Key.EventType, row.Tally.Count));
    }

    [Fact]
    public void Holds_an_answer_against_the_timeout_of_its_own_provider()
    {
        _meter.Count("razorpay", "a", "stored", At, TimeSpan.FromSeconds(6));
        _meter.Count("stripe", "a", "stored", At, TimeSpan.FromSeconds(6));
        var rows = _meter.Waiting().ToDictionary(r => r.Key.SourceName, r => (r.Tally.Timed, r.Tally.InTime));
        Assert.Equal((1, 0), rows["razorpay"]);
        Assert.Equal((0, 0), rows["stripe"]); // publishes none
    }

    [Fact]
    public void Allocates_nothing_for_one_more_of_a_kind()
    {
        for (var i = 0; i < 100; i++) _meter.Count("razorpay", "payment.captured", "stored", At, TimeSpan.Zero);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) _meter.Count("razorpay", "payment.captured", "stored", At, TimeSpan.Zero);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Takes_as_many_types_of_a_source_as_there_may_be_and_the_rest_together()
    {
        for (var minute = 0; minute < 2; minute++)
        {
            for (var i = 0; i < StatsMeter.TypesPerSourceLimit + 50; i++)
                _meter.Count("razorpay", $"type.{minute}.{i}", "stored", At.AddMinutes(minute), default);
        }
        _meter.Count("stripe", "charge.succeeded", "stored", At, default);
        var rows = _meter.Waiting();
        Assert.Equal(StatsMeter.TypesPerSourceLimit, rows.Count(r => r.Key is
            { SourceName: "razorpay", EventType: not StatsMeter.OtherType }));
        Assert.Equal(300, rows.Where(r => r.Key.EventType == StatsMeter.OtherType).Sum(r => r.Tally.Count));
        Assert.Contains(rows, r => r.Key.EventType == "charge.succeeded");
    }

    [Fact]
    public void Counts_every_request_of_many_kinds_and_keeps_the_kinds_bounded()
    {
        string[] outcomes = [.. StatsMeter.Outcomes.Take(20)];
        for (var i = 0; i < 150; i++)
        {
            foreach (var outcome in outcomes) _meter.Count("razorpay", $"type.{i}", outcome, At, default);
        }
        var rows = _meter.Waiting();
        Assert.Equal(150 * 20, rows.Sum(r => r.Tally.Count));
        Assert.InRange(rows.Count, StatsMeter.KindsPerMinuteLimit, StatsMeter.KindsPerMinuteLimit + outcomes.Length);
    }

    [Fact]
    public void Lets_the_oldest_minutes_go_where_the_store_is_away_for_long()
    {
        for (var i = 0; i < StatsMeter.MinutesLimit + 10; i++)
            _meter.Count("razorpay", "a", "stored", At.AddMinutes(i), default);
        var rows = _meter.Waiting();
        Assert.Equal(StatsMeter.MinutesLimit, rows.Count);
        Assert.Equal(At.AddMinutes(10), rows.Min(r => r.At));
    }

    [Fact]
    public async Task Loses_nothing_between_those_who_count_and_the_one_who_stores()
    {
        const int threads = 4, minutes = 10, each = 5_000;
        var stored = 0L;
        using var done = new CancellationTokenSource();
        var storing = Task.Run(() =>
        {
            while (!done.IsCancellationRequested) Store();
        }, TestContext.Current.CancellationToken);
        for (var minute = 0; minute < minutes; minute++)
        {
            var at = At.AddMinutes(minute);
            await Task.WhenAll(Enumerable.Range(0, threads).Select(t => Task.Run(() =>
            {
                for (var i = 0; i < each; i++) _meter.Count("razorpay", $"type.{i % 7}", "stored", at, default);
            })));
        }
        await done.CancelAsync();
        await storing;
        Store();
        Assert.Equal(threads * minutes * each, stored);
        Assert.Empty(_meter.Waiting());

        void Store()
        {
            var rows = _meter.Waiting();
            stored += rows.Sum(r => r.Tally.Count);
            _meter.Forget(rows);
        }
    }

    static Source SourceOf(string name) => new(name, ProviderCatalog.Find(name)!, new([]));
}
