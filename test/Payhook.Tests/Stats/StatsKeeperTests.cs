using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Payhook.Providers;
using Payhook.Stats;
using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Stats;

/// <summary>Each count is told once: before it is stored, after, and as a part of its hour.</summary>
public sealed class StatsKeeperTests
{
    static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 30, 0, TimeSpan.Zero);

    readonly FakeTimeProvider _time = new(Start);
    readonly StatsMeter _meter = new([new("razorpay", ProviderCatalog.Find("razorpay")!, new([]))]);

    readonly DuplicateMeter _duplicates = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Tells_the_same_before_and_after_it_was_stored(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        using var keeper = Keeper(store);
        for (var round = 1; round <= 3; round++)
        {
            Count("a", "stored", 2);
            Count("b", "wrong-signature", 1);
            var sums = await SumsAsync(keeper);
            Assert.Equal(round * 2, sums[("a", "stored")].Count);
            Assert.Equal(round, sums[("b", "wrong-signature")].Count);
            await keeper.StoreAsync();
            sums = await SumsAsync(keeper);
            Assert.Equal((round * 2, round * 2, round * 2),
                (sums[("a", "stored")].Count, sums[("a", "stored")].Timed, sums[("a", "stored")].InTime));
            Assert.Equal(round, sums[("b", "wrong-signature")].Count);
        }
        Assert.Equal(2, test.Count("payhook_stats"));
    }

    [Theory, EveryStore]
    public async Task Keeps_minutes_for_two_days_and_then_hours_and_loses_nothing(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        using var keeper = Keeper(store);
        for (var minute = 0; minute < 90; minute++) // of three hours: 12:30 to 14:00
        {
            Count("a", "stored", 1);
            Count("b", "duplicate", 2);
            _time.Advance(TimeSpan.FromMinutes(1));
            await keeper.StoreAsync();
        }
        keeper.Tidy();
        Assert.Equal((180, 0), (Rows(60), Rows(3600)));

        _time.SetUtcNow(Start.AddHours(48.4)); // the hour of the first minutes is not over for two days yet
        keeper.Tidy();
        Assert.Equal((180, 0), (Rows(60), Rows(3600)));
        _time.SetUtcNow(Start.AddHours(48.5));
        keeper.Tidy();
        Assert.Equal((120, 2), (Rows(60), Rows(3600)));
        _time.SetUtcNow(Start.AddDays(3));
        keeper.Tidy();
        keeper.Tidy();
        Assert.Equal((0, 4), (Rows(60), Rows(3600)));
        keeper.Tidy();

        var sums = await SumsAsync(keeper);
        Assert.Equal((90, 90, 180),
            (sums[("a", "stored")].Count, sums[("a", "stored")].InTime, sums[("b", "duplicate")].Count));
        var query = Query() with { BucketSeconds = StatsQuery.HourSeconds, ByType = false, ByOutcome = false };
        var hours = await keeper.SumsAsync(query, Cancellation);
        Assert.Equal(new Dictionary<int, long> { [12] = 90, [13] = 180 },
            hours.ToDictionary(h => h.At.Hour, h => h.Tally.Count));

        _time.SetUtcNow(Start.AddDays(401));
        keeper.Tidy();
        Assert.Equal((0, 0), (Rows(60), Rows(3600)));

        int Rows(int span) => Convert.ToInt32(test.Scalar($"select count(*) from payhook_stats where span = {span}"));
    }

    [Theory, EveryStore]
    public async Task Adds_to_an_hour_that_is_there(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        using var keeper = Keeper(store);
        Count("a", "stored", 3);
        await keeper.StoreAsync();
        Assert.True(store.Stats.MoveOldestMinute(Start.AddDays(1)));
        Count("a", "stored", 4); // another listener, that was slow
        await keeper.StoreAsync();
        Assert.True(store.Stats.MoveOldestMinute(Start.AddDays(1)));
        Assert.False(store.Stats.MoveOldestMinute(Start.AddDays(1)));
        Assert.Equal(1, test.Count("payhook_stats"));
        Assert.Equal(7, (await SumsAsync(keeper))[("a", "stored")].Count);
    }

    [Theory, EveryStore]
    public async Task Tells_how_often_an_event_came_again_before_and_after_it_was_stored(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        using var keeper = Keeper(store);
        for (var round = 1; round <= 3; round++)
        {
            for (var sequence = 2500; sequence > 0; sequence--) // more than one part
                _duplicates.Count(sequence, Start.AddMinutes(sequence == 7 ? -round : round));
            var expected = new Repeated(8, round, Start.AddMinutes(round));
            Assert.Equal(expected, await keeper.RepeatedAsync(8, Cancellation));
            await keeper.StoreAsync();
            Assert.Equal(expected, await keeper.RepeatedAsync(8, Cancellation));
            // The latest stays the latest, whenever the others are stored.
            Assert.Equal(new(7, round, Start.AddMinutes(-1)), await keeper.RepeatedAsync(7, Cancellation));
        }
        Assert.Equal(2500, test.Count("payhook_duplicates"));
        Assert.Equal(new(9999, 0, default), await keeper.RepeatedAsync(9999, Cancellation));
    }

    /// <summary>Each updates the rows of the other in an order of its own.</summary>
    [Theory, EveryStore]
    public async Task Two_listeners_that_count_the_same_events_do_not_hold_up_each_other(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        await using var other = test.Open();
        await Task.WhenAll(new[] { (store, 1), (other, -1) }.Select(s => Task.Run(() =>
        {
            for (var round = 0; round < 30; round++)
            {
                s.Item1.Stats.AddRepeated([.. Enumerable.Range(1, 300)
                    .Select(n => new Repeated(s.Item2 > 0 ? n : 301 - n, 1, Start))]);
            }
        })));
        Assert.Equal(60, (await store.Stats.RepeatedAsync(300, Cancellation)).Count);
        Assert.Equal(300L * 60, Convert.ToInt64(test.Scalar("select sum(count) from payhook_duplicates")));
    }

    [Theory, EveryStore]
    public async Task The_counts_of_several_listeners_add_up(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        await using var other = test.Open();
        await Task.WhenAll(new[] { store, other }.Select(s => Task.Run(async () =>
        {
            var meter = new StatsMeter([new("razorpay", ProviderCatalog.Find("razorpay")!, new([]))]);
            using var keeper = new StatsKeeper(
                meter, new(), s.Stats, _time, NullLogger<StatsKeeper>.Instance);
            for (var round = 0; round < 20; round++)
            {
                for (var type = 0; type < 10; type++)
                    meter.Count("razorpay", $"type.{type}", "stored", Start, TimeSpan.FromMilliseconds(3));
                await keeper.StoreAsync();
                Assert.Empty(meter.Waiting()); // a store that refused would leave them
            }
        })));
        using var reader = Keeper(store);
        var sums = await SumsAsync(reader);
        Assert.Equal(10, sums.Count);
        Assert.All(sums, s => Assert.Equal(40, s.Value.Count));
    }

    [Theory, EveryStore]
    public async Task Goes_on_while_the_store_is_away_and_stores_it_then(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        using var keeper = Keeper(store);
        Count("a", "stored", 1);
        test.Scalar("alter table payhook_stats rename to payhook_stats_away");
        await keeper.StoreAsync();
        Count("a", "stored", 1);
        test.Scalar("alter table payhook_stats_away rename to payhook_stats");
        await keeper.StoreAsync();
        Assert.Empty(_meter.Waiting());
        Assert.Equal(2, (await SumsAsync(keeper))[("a", "stored")].Count);
    }

    [Theory, EveryStore]
    public async Task Stores_every_five_seconds_and_at_the_stop(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        using var keeper = Keeper(store);
        await keeper.StartAsync(Cancellation);
        Count("a", "stored", 1);
        Assert.Equal(0, test.Count("payhook_stats"));
        for (var i = 0; test.Count("payhook_stats") == 0; i++)
        {
            Assert.True(i < 500, "Nothing was stored");
            _time.Advance(StatsKeeper.Pause);
            await Task.Delay(10, Cancellation);
        }
        Count("b", "stored", 1);
        await keeper.StopAsync(Cancellation);
        Assert.Equal(2L, (await SumsAsync(keeper)).Values.Sum(t => t.Count));
        Assert.Empty(_meter.Waiting());
    }

    StatsKeeper Keeper(IEventStore store) =>
        new(_meter, _duplicates, store.Stats, _time, NullLogger<StatsKeeper>.Instance);

    void Count(string type, string outcome, int times)
    {
        for (var i = 0; i < times; i++)
            _meter.Count("razorpay", type, outcome, _time.GetUtcNow(), TimeSpan.FromMilliseconds(3));
    }

    static StatsQuery Query() => new()
    {
        From = Start.AddDays(-1),
        Until = Start.AddDays(10),
        BucketSeconds = StatsQuery.DaySeconds,
        ByType = true,
        ByOutcome = true,
        LimitRows = 1000,
    };

    static async Task<Dictionary<(string, string), Tally>> SumsAsync(StatsKeeper keeper) =>
        (await keeper.SumsAsync(Query(), Cancellation)).ToDictionary(
            r => (r.Key.EventType, r.Key.Outcome), r => r.Tally);
}
