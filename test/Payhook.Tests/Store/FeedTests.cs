using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>What every store promises to whoever reads it as a feed.</summary>
public sealed class FeedTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Two_writers_and_readers_of_small_pages_miss_nothing_and_see_nothing_twice(StoreKind kind)
    {
        const int writers = 2, eventsEach = 2000;
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var writing = Enumerable.Range(0, writers).Select(w => Task.Run(() =>
        {
            using var writer = store.OpenWriter();
            for (var i = 0; i < eventsEach;)
            {
                var batch = Enumerable.Range(i, 1 + i % 7).Where(n => n < eventsEach)
                    .Select(n => Receipted.Of($"evt_{w}_{n}")).ToArray();
                writer.Append(batch);
                i += batch.Length;
            }
        }, Cancellation)).ToArray();

        var readers = new[] { 1, 7, 100 }.Select(limit => Task.Run(async () =>
        {
            var seen = new List<string>();
            for (var after = default(FeedPosition); seen.Count < writers * eventsEach;)
            {
                var head = await store.Feed.HeadAsync(Cancellation);
                var page = await store.Feed.PageAsync(new(), new(after, head.Latest), limit, false, Cancellation);
                seen.AddRange(page.Events.Select(e => e.Event.EventId));
                after = page.IsCut ? page.Events[^1].Position : head.Latest;
            }
            return seen;
        }, Cancellation)).ToArray();

        await Task.WhenAll(writing);
        var expected = Enumerable.Range(0, writers)
            .SelectMany(w => Enumerable.Range(0, eventsEach).Select(i => $"evt_{w}_{i}")).Order().ToList();
        foreach (var seen in await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(60), Cancellation))
            Assert.Equal(expected, seen.Order());
    }

    /// <summary>The second writer commits a larger number while the first still holds a smaller one.</summary>
    [Fact]
    public async Task A_number_that_becomes_visible_late_is_missed_by_its_order_and_not_by_the_feed()
    {
        using var test = new TestStore(StoreKind.Postgres);
        await using var store = test.Open();
        using var slow = test.Connect();
        Execute(slow, "begin");
        Execute(slow, Insert("evt_slow"));
        var before = (await store.Feed.HeadAsync(Cancellation)).Latest;
        store.Store(Receipted.Of("evt_fast"));

        var naive = Convert.ToInt64(test.Scalar("select max(sequence) from payhook_events"));
        var (seen, after) = await ReadAsync(store, default);
        Execute(slow, "commit");

        Assert.DoesNotContain("evt_slow", test.EventIdsAfter(naive)); // its number is smaller than one already seen
        Assert.Empty(seen);
        Assert.True(after >= before);
        await store.SettledAsync();
        (seen, after) = await ReadAsync(store, after);
        Assert.Equal(["evt_slow", "evt_fast"], seen);
        Assert.Empty((await ReadAsync(store, after)).Seen);
    }

    [Theory, EveryStore]
    public async Task Every_filter_lets_through_what_it_names(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var day = TimeSpan.FromDays(1);
        store.Store(Receipted.Of("1", "payment.captured", "razorpay", "pay_1"));
        store.Store(Receipted.Of("2", "payment.failed", "stripe", "pay_2", Receipted.Moment + day));
        store.Store(Receipted.Of("3", "refund.created", "stripe", null, Receipted.Moment + day * 2));
        store.Store(Receipted.Of("4", "pay%ent_[a?", "other", "pay_1", Receipted.Moment + day * 3));
        store.Store(Receipted.Of("2", body: "{}", source: "stripe"));

        Assert.Equal("1234", await IdsAsync(new()));
        Assert.Equal("12", await IdsAsync(new() { Types = ["payment.*"] }));
        Assert.Equal("1", await IdsAsync(new() { Types = ["payment.captured"] }));
        Assert.Equal("13", await IdsAsync(new() { Types = ["payment.captured", "*.created"] }));
        Assert.Equal("", await IdsAsync(new() { Types = ["PAYMENT.*"] }));
        Assert.Equal("4", await IdsAsync(new() { Types = ["pay%ent_[*"] }));
        Assert.Equal("4", await IdsAsync(new() { Types = ["pay%ent_[a?"] }));
        Assert.Equal("", await IdsAsync(new() { Types = ["pay%*t.captured", "payment_cap*", "payment?cap*"] }));
        Assert.Equal("23", await IdsAsync(new() { SourceNames = ["stripe"] }));
        Assert.Equal("234", await IdsAsync(new() { SourceNames = ["stripe", "other"] }));
        Assert.Equal("", await IdsAsync(new() { SourceNames = [] }));
        Assert.Equal("14", await IdsAsync(new() { PaymentId = "pay_1" }));
        Assert.Equal("3", await IdsAsync(new() { EventId = "3" }));
        Assert.Equal("", await IdsAsync(new() { EventId = "3", PaymentId = "pay_1" }));
        Assert.Equal("2", await IdsAsync(new() { HasConflict = true }));
        Assert.Equal("34", await IdsAsync(new() { ReceivedFrom = Receipted.Moment + day * 2 }));
        Assert.Equal("12", await IdsAsync(new() { ReceivedTo = Receipted.Moment + day * 2 }));
        Assert.Equal("2", await IdsAsync(new()
        {
            ReceivedFrom = Receipted.Moment + day,
            ReceivedTo = Receipted.Moment + day * 2,
            SourceNames = ["stripe"],
            Types = ["payment.*"],
            PaymentId = "pay_2",
            HasConflict = true,
        }));

        async Task<string> IdsAsync(FeedFilter filter)
        {
            var head = await store.SettledAsync();
            var page = await store.Feed.PageAsync(filter, new(default, head.Latest), 10, false, Cancellation);
            Assert.Equal(
                page.Events.Count, await store.Feed.CountAsync(filter, new(default, head.Latest), Cancellation));
            return string.Concat(page.Events.Select(e => e.Event.EventId));
        }
    }

    [Theory, EveryStore]
    public async Task The_places_of_a_time_hold_all_of_its_events_and_little_else(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var at = Receipted.Moment;
        foreach (var (id, hour) in new[] { ("a", 1), ("b", 3), ("c", 2), ("d", 4), ("e", 5) })
            store.Store(Receipted.Of(id, at: at.AddHours(hour)));

        var span = await store.Feed.SpanAsync(at.AddHours(2), at.AddHours(4), Cancellation);
        var page = await store.Feed.PageAsync(new(), span!.Value, 10, false, Cancellation);

        Assert.Equal(["b", "c"], page.Events.Select(e => e.Event.EventId));
        Assert.Null(await store.Feed.SpanAsync(at.AddHours(6), DateTimeOffset.MaxValue, Cancellation));
        Assert.NotNull(await store.Feed.SpanAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, Cancellation));
    }

    [Theory, EveryStore]
    public async Task A_page_with_bodies_ends_at_a_bound_in_bytes(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var body = $"\"{new string('x', StoreLimits.PageBytes / 3)}\"";
        for (var i = 0; i < 5; i++) store.Store(Receipted.Of($"evt_{i}", body: body));

        var head = await store.SettledAsync();
        var page = await store.Feed.PageAsync(new(), new(default, head.Latest), 10, true, Cancellation);
        Assert.True(page.IsCut);
        Assert.Equal(3, page.Events.Count);
        var rest = await store.Feed.PageAsync(
            new(), new(page.Events[^1].Position, head.Latest), 10, true, Cancellation);
        Assert.Equal(["evt_3", "evt_4"], rest.Events.Select(e => e.Event.EventId));
        Assert.False(rest.IsCut);
    }

    [Theory, EveryStore]
    public async Task Events_of_before_the_feed_come_first_and_in_order(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await test.Open().DisposeAsync();
        if (kind == StoreKind.Postgres)
        {
            test.Scalar("alter table payhook_events drop column commit_xid"); // its indexes go with it
        }
        else
        {
            foreach (var name in new[] { "feed_source", "feed_type", "feed_conflict", "received" })
                test.Scalar($"drop index payhook_events_{name}");
        }
        test.Scalar("delete from payhook_schema where version = 4");
        for (var i = 0; i < 3; i++) test.Scalar(Insert($"old_{i}", kind == StoreKind.Sqlite ? "1" : "now()"));

        await using var store = test.Open();
        store.Store(Receipted.Of("new"));
        await store.SettledAsync();
        Assert.Equal(["old_0", "old_1", "old_2", "new"], (await ReadAsync(store, default)).Seen);
    }

    /// <summary>A dump restored into a young server brings transactions of that server's future.</summary>
    [Fact]
    public async Task A_restored_database_hides_nothing_and_knows_no_cursor_of_before()
    {
        using var test = new TestStore(StoreKind.Postgres);
        var first = test.Open();
        first.Store(Receipted.Of("evt_1"), Receipted.Of("evt_2"));
        await first.DisposeAsync();
        test.Scalar("update payhook_events set commit_xid = '99999999999'");

        await using var store = test.Open();
        store.Store(Receipted.Of("evt_3"));
        await store.SettledAsync();
        Assert.Equal(["evt_1", "evt_2", "evt_3"], (await ReadAsync(store, default)).Seen);
        Assert.True(new FeedPosition(99999999999, 1) >= (await store.Feed.HeadAsync(Cancellation)).Unused);
    }

    [Theory]
    [InlineData("0-0", true)]
    [InlineData("1f-7fffffffffffffff", true)]
    [InlineData("ffffffffffffffff-1", true)]
    [InlineData("", false)]
    [InlineData("-", false)]
    [InlineData("1", false)]
    [InlineData("1-", false)]
    [InlineData("1-8000000000000000", false)]
    [InlineData("1-2-3", false)]
    [InlineData("10000000000000000-1", false)]
    [InlineData(" 1-1", false)]
    public void A_place_is_read_as_it_was_written_and_nothing_else_is(string text, bool isPlace)
    {
        Assert.Equal(isPlace, FeedPosition.TryParse(text, out var place));
        if (isPlace) Assert.Equal(text, place.ToString());
    }

    static async Task<(List<string> Seen, FeedPosition After)> ReadAsync(IEventStore store, FeedPosition after)
    {
        var head = await store.Feed.HeadAsync(Cancellation);
        var page = await store.Feed.PageAsync(new(), new(after, head.Latest), 100, false, Cancellation);
        return ([.. page.Events.Select(e => e.Event.EventId)], head.Latest);
    }

    static string Insert(string id, string now = "current_timestamp") => $$"""
        insert into payhook_events
            (source, identity, event_id, event_type, received_at, secret_number, headers, body)
        values ('razorpay', '{{id}}', '{{id}}', 'x.y', {{now}}, 1, '{}', {{(now == "1" ? "x''" : "''")}})
        """;

    static void Execute(System.Data.Common.DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
