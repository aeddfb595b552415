using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Payhook.Stats;
using Payhook.Store;
using Payhook.Tests.Reference;
using Payhook.Tests.Support;
using static Payhook.Tests.Support.Eventually;

namespace Payhook.Tests.Contract;

/// <summary>What GET /stats/deliveries tells is what was tried, at once, in every form, and after a stop.</summary>
public sealed class DeliveryStatsContractTests
{
    const string Path = "/stats/deliveries";

    static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 30, 30, TimeSpan.Zero);

    [Theory, EveryStore]
    public async Task Tells_at_once_what_was_tried_and_how_it_ended_and_the_same_after_a_start(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync(500, 500, 200);
        using var file = DestinationFile.To(application, """, "concurrency_limit": 1""");
        await using (var listener = await TestListener.StartAsync(store, file.Settings))
        {
            Assert.Equal(0, Count((await listener.GetAsync(Path)).Json.GetProperty("totals")));
            await listener.PostAsync(Bodies.Mocked("evt_1"));
            await ForAsync(() => store.Count("payhook_attempts") == 3);

            var answer = await listener.GetAsync(Path + "?group_by=destination,outcome");
            ApiAnswerTests.Check("GET", Path, answer);
            var totals = answer.Json.GetProperty("totals");
            Assert.Equal([("app", "delivered", 1), ("app", "status", 2)], Groups(totals));
            Assert.Equal(3, Count(totals));
            Assert.InRange(totals.GetProperty("p99_ms").GetDouble(), 0.01, 15_000);
            Assert.False(totals.TryGetProperty("within_timeout", out _));
            Assert.Equal(3, answer.Json.GetProperty("buckets").EnumerateArray().Sum(Count));
            await listener.StopAsync();
        }
        Assert.Equal(2, store.Count("payhook_delivery_stats where destination = 'app'"));
        await using var again = await TestListener.StartAsync(store);
        Assert.Equal([(null, "delivered", 1), (null, "status", 2)],
            Groups((await again.GetAsync(Path + "?group_by=outcome")).Json.GetProperty("totals")));
        // Requests are counted apart.
        Assert.Equal(1, Count((await again.GetAsync("/stats")).Json.GetProperty("totals")));
    }

    [Theory, EveryStore]
    public async Task Takes_filters_and_exports_lines_and_cells(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await FillAsync(store);
        await using var listener = await TestListener.StartAsync(store, new FakeTimeProvider(Now));
        foreach (var (query, count) in new[]
        {
            ("", 6), ("destination=orders", 5), ("destination=orders,stock", 6), ("destination=nobody", 0),
            ("outcome=timeout", 2), ("outcome=timeout,delivered", 6), ("destination=orders&outcome=delivered", 3),
            ("bucket=day", 6), ("bucket=minute", 6), ("until=2026-03-01T12:00:00Z", 3),
        })
        {
            var answer = await listener.GetAsync($"{Path}?{query}");
            Assert.Equal((200, count), (answer.Status, Count(answer.Json.GetProperty("totals"))));
        }
        const string grouped = Path + "?bucket=hour&group_by=destination,outcome&from=2026-03-01T12:00:00Z";
        var csv = await listener.GetAsync(grouped, ("Accept", "text/csv"));
        Assert.Equal("text/csv", csv.ContentType);
        Assert.Equal(
        [
            "at,bucket_seconds,destination,outcome,count,rate_per_second,p50_ms,p99_ms",
            "2026-03-01T12:00:00Z,3600,orders,timeout,2,0.0011,15000,19900",
            "2026-03-01T12:00:00Z,3600,stock,delivered,1,0.0005,3.5,4.97", "",
        ], csv.Text.Split("\r\n"));
        var lines = await listener.GetAsync(grouped, ("Accept", "application/x-ndjson"));
        Assert.Equal("""
            {"at":"2026-03-01T12:00:00Z","bucket_seconds":3600,"destination":"orders","outcome":"timeout",
            "count":2,"rate_per_second":0.0011,"p50_ms":15000,"p99_ms":19900}
            """.ReplaceLineEndings(""), lines.Text.Split('\n')[0]);
    }

    [Theory, EveryStore]
    public async Task Names_the_parameter_that_it_cannot_follow(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, new FakeTimeProvider(Now));
        foreach (var (query, name) in new[]
        {
            ("outcome=stored", "outcome"), ("outcome=none", "outcome"), ("group_by=source", "group_by"),
            ("group_by=type", "group_by"), ("bucket=week", "bucket"), ("from=2000-01-01T00:00:00Z", "from"),
            ("destination=", "destination"),
        })
        {
            var answer = await listener.GetAsync($"{Path}?{query}");
            Assert.Equal((400, name), (answer.Status, answer.Member("parameter")));
        }
        Assert.Equal(400, (await listener.GetAsync(Path + "?source=razorpay")).Status);
    }

    [Theory, EveryStore]
    public async Task Minutes_become_hours_and_several_processes_add_up(StoreKind kind)
    {
        using var test = new TestStore(kind);
        var time = new FakeTimeProvider(Now);
        await using var one = test.Open();
        await using var two = test.Open();
        AttemptStats[] both = [Stats(one), Stats(two)];
        foreach (var stats in both)
        {
            stats.Note("orders", "delivered", Now, TimeSpan.FromMilliseconds(3));
            stats.Note("orders", "timeout", Now, TimeSpan.FromSeconds(15));
            await stats.Keeper.StoreAsync();
        }
        time.Advance(TimeSpan.FromDays(3));
        both[0].Keeper.Tidy();
        Assert.Equal(2, test.Count("payhook_delivery_stats"));
        Assert.Equal(2, test.Count("payhook_delivery_stats where span = 3600"));
        Assert.Equal(0, test.Count("payhook_stats"));
        var query = new StatsQuery
        {
            From = Now.AddDays(-1), Until = Now.AddDays(1), BucketSeconds = 3600, LimitRows = 10,
        };
        var sum = Assert.Single(await both[1].Keeper.SumsAsync(query, TestContext.Current.CancellationToken));
        Assert.Equal((4, 4.25), (sum.Tally.Count, sum.Tally.Milliseconds(0.375)));
        time.Advance(TimeSpan.FromDays(400));
        both[0].Keeper.Tidy();
        Assert.Equal(0, test.Count("payhook_delivery_stats"));

        AttemptStats Stats(IEventStore store)
        {
            var meter = new StatsMeter([]);
            return new(meter, new(meter, new(), store.DeliveryStats, time, NullLogger<StatsKeeper>.Instance));
        }
    }

    [Fact]
    public void Counting_one_more_of_a_known_kind_allocates_nothing()
    {
        var stats = new AttemptStats(new([]), null!);
        NoteAttempt();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) NoteAttempt();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void NoteAttempt() =>
            stats.Note("orders", FailureClass.Timeout.Outcome(), Now, TimeSpan.FromMilliseconds(3));
    }

    static async Task FillAsync(TestStore test)
    {
        await using var store = test.Open();
        store.DeliveryStats.Add(
        [
            Row(-60, "orders", "delivered", 3, 3), Row(0, "orders", "timeout", 2, 15_000),
            Row(0, "stock", "delivered", 1, 3),
        ]);

        static StatsRow Row(int minutes, string destination, string outcome, int count, int milliseconds)
        {
            var tally = new Tally();
            for (var i = 0; i < count; i++) tally.Note(TimeSpan.FromMilliseconds(milliseconds), null);
            return new(Now.AddSeconds(-30).AddMinutes(minutes), new(destination, "", outcome), tally);
        }
    }

    static int Count(JsonElement of) => of.GetProperty("count").GetInt32();

    static List<(string?, string?, int)> Groups(JsonElement of) =>
    [
        .. of.GetProperty("groups").EnumerateArray().Select(g => (
            g.TryGetProperty("destination", out var name) ? name.GetString() : null,
            g.GetProperty("outcome").GetString(), Count(g))),
    ];
}
