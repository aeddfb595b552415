using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Payhook.Forward;
using Payhook.Query;
using Payhook.Stats;
using Payhook.Store;
using Payhook.Tests.Reference;
using Payhook.Tests.Support;
using static Payhook.Tests.Support.Eventually;

namespace Payhook.Tests.Contract;

/// <summary>Who looks at a destination sees whether it takes what it is sent, and what still waits for it.</summary>
public sealed class DestinationStandingsTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 30, 30, TimeSpan.Zero);

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task One_that_takes_everything_is_closed_and_has_no_backlog(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync(500, 200);
        using var file = DestinationFile.To(application, """, "concurrency_limit": 1""");
        await using var listener = await TestListener.StartAsync(store, file.Settings);
        await ForAsync(() => WordOf(listener) == "closed");
        var before = (await listener.GetAsync("/destinations")).Json[0];
        Assert.Equal((0, JsonValueKind.Null, JsonValueKind.Null), (before.GetProperty("attempts_24h").GetInt32(),
            before.GetProperty("success_share_24h").ValueKind, before.GetProperty("oldest_pending_at").ValueKind));
        await listener.PostAsync(Bodies.Mocked("evt_1"));
        await listener.PostAsync(Bodies.Mocked("evt_2"));
        await ForAsync(() => store.Count("payhook_attempts") == 3);
        await ForAsync(() => One(listener).GetProperty("backlog").GetInt32() == 0);
        await ForAsync(() => One(listener).GetProperty("attempts_24h").GetInt32() == 3); // kept for some seconds
        var one = await listener.GetAsync("/destinations/app");
        ApiAnswerTests.Check("GET", "/destinations/{name}", one);
        Assert.Equal(0.666666, one.Json.GetProperty("success_share_24h").GetDouble());
        Assert.Equal(("closed", JsonValueKind.Null),
            (one.Member("breaker"), one.Json.GetProperty("breaker_until").ValueKind));
    }

    [Theory, EveryStore]
    public async Task One_that_fails_again_and_again_is_open_and_its_backlog_grows(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync(500);
        using var file = DestinationFile.To(application, """, "concurrency_limit": 1""");
        await using var listener = await TestListener.StartAsync(store, file.Settings);
        await ForAsync(() => WordOf(listener) == "closed");
        for (var i = 0; i < 40; i++) await listener.PostAsync(Bodies.Mocked($"evt_{i}", $"pay_{i}"));
        await ForAsync(() => WordOf(listener) == "open");
        var one = (await listener.GetAsync("/destinations")).Json[0];
        Assert.InRange(Moment(one, "oldest_pending_at"), TimeProvider.System.GetUtcNow().AddMinutes(-1),
            TimeProvider.System.GetUtcNow());
        Assert.InRange(one.GetProperty("backlog").GetInt32(), 1, 40);
        ApiAnswerTests.Check("GET", "/destinations", await listener.GetAsync("/destinations"));
        await listener.StopAsync();
    }

    [Theory, EveryStore]
    public async Task One_that_is_not_served_has_no_breaker_and_a_backlog_that_is_counted_so_far(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var places = (await Owed.EventsAsync(store, 7)).ConvertAll(e => e.Position);
        var (start, middle, end) = (
            Owed.Add(store, "a"), Owed.Add(store, "b", places[3]), Owed.Add(store, "c", places[6]));
        var standings = new DestinationStandings(store.Deliveries, Counts(store, new(Now)), new());
        var rows = await store.Destinations.All(Stop).ToListAsync(Stop);
        var found = await standings.OfAsync(rows, Stop);
        Assert.Equal([7, 3, 0], new[] { start, middle, end }.Select(id => found[id].Backlog));
        Assert.All(found.Values, s => Assert.Null(s.Breaker));
        Assert.Equal(3, (await standings.OfAsync([rows[1]], Stop))[middle].Backlog);
        Assert.Empty(await standings.OfAsync([], Stop));
    }

    [Theory, EveryStore]
    public async Task The_attempts_of_24_hours_are_those_to_the_minute(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var time = new FakeTimeProvider(Now);
        using var counts = Counts(store, time);
        Add(-24 * 60 - 1, "orders", "delivered", 100); // just too old
        Add(-24 * 60, "orders", "delivered", 1);
        Add(-12 * 60, "orders", "timeout", 2);
        Add(0, "orders", "delivered", 4);
        Add(-90, "stock", "delivered", 8);
        Assert.Equal((7, 5), Of(await counts.OfLastDayAsync(Stop), "orders"));
        Assert.Equal((8, 8), Of(await counts.OfLastDayAsync(Stop), "stock"));
        Assert.Equal(1, (await counts.OfLastDayAsync(Stop))["stock"].Share);
        Add(0, "orders", "delivered", 10);
        Assert.Equal((7, 5), Of(await counts.OfLastDayAsync(Stop), "orders")); // for some seconds
        time.Advance(StatsKeeper.Pause);
        Assert.Equal((17, 15), Of(await counts.OfLastDayAsync(Stop), "orders"));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((16, 14), Of(await counts.OfLastDayAsync(Stop), "orders"));
        time.Advance(TimeSpan.FromHours(13));
        Assert.Equal((14, 14), Of(await counts.OfLastDayAsync(Stop), "orders"));
        time.Advance(TimeSpan.FromHours(13));
        Assert.Empty(await counts.OfLastDayAsync(Stop));

        void Add(int minutes, string destination, string outcome, int count)
        {
            var tally = new Tally();
            for (var i = 0; i < count; i++) tally.Note(TimeSpan.FromMilliseconds(3), null);
            var at = StatsQuery.Floor(Now, StatsQuery.MinuteSeconds).AddMinutes(minutes);
            store.DeliveryStats.Add([new(at, new(destination, "", outcome), tally)]);
        }

        static (long, long) Of(IReadOnlyDictionary<string, AttemptCount> counts, string name) =>
            (counts[name].Attempts, counts[name].Delivered);
    }

    [Fact]
    public void A_breaker_says_that_it_is_open_until_when_and_half_open_while_it_asks()
    {
        var time = new FakeTimeProvider(Now);
        var breaker = new Breaker(time, () => 0);
        Assert.Equal(new(BreakerState.Closed, null), breaker.State);
        for (var i = 0; i < Breaker.FailuresLimit; i++) breaker.Failed();
        Assert.Equal(new(BreakerState.Open, Now.AddSeconds(1)), breaker.State);
        time.Advance(TimeSpan.FromSeconds(1));
        breaker.Started();
        Assert.Equal(new(BreakerState.HalfOpen, null), breaker.State);
        breaker.Succeeded();
        Assert.Equal(new(BreakerState.Closed, null), breaker.State);
        breaker.Hold(TimeSpan.FromMinutes(5)); // it asked to be left alone
        Assert.Equal(BreakerState.Open, breaker.State.Word);
    }

    static AttemptCounts Counts(IEventStore store, FakeTimeProvider time) => new(
        new StatsKeeper(new([]), new(), store.DeliveryStats, time, NullLogger<StatsKeeper>.Instance), time);

    static JsonElement One(TestListener listener) =>
        listener.GetAsync("/destinations/app").GetAwaiter().GetResult().Json;

    static string? WordOf(TestListener listener) => One(listener).GetProperty("breaker").GetString();

    static DateTimeOffset Moment(JsonElement of, string name) =>
        DateTimeOffset.Parse(of.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
}
