using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>A place that is kept moves forward only, unless somebody says so, and outlives everything.</summary>
public sealed class ConsumerStoreTests
{
    static readonly DateTimeOffset Moment = Receipted.Moment;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Keeps_a_consumer_as_it_was_made_and_makes_it_once(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using (var store = test.Open())
        {
            Assert.Equal(ConsumerAdded.Added, Add(store, "orders", Place(kind, 5)));
            Assert.Equal(ConsumerAdded.Known, Add(store, "orders", Place(kind, 9)));
            Assert.Equal(ConsumerAdded.Added, Add(store, "books-2", default));
        }
        await using var again = test.Open();
        Assert.Equal(new Consumer("orders", Place(kind, 5), Moment, null), await FindAsync(again, "orders"));
        Assert.Null(await FindAsync(again, "Orders"));
        Assert.Equal(["books-2", "orders"],
            (await again.Consumers.All(Cancellation).ToListAsync(Cancellation)).Select(l => l.Consumer.Name));
        Assert.Equal(2, test.Count("payhook_audit"));
    }

    [Theory, EveryStore]
    public async Task Moves_forward_and_never_back(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        Add(store, "orders", Place(kind, 5));
        var later = Moment.AddHours(1);
        Assert.Equal(new Consumer("orders", Place(kind, 7), Moment, later),
            store.Consumers.Acknowledge("orders", Place(kind, 7), later));
        foreach (var sequence in new[] { 7, 6, 0 })
        {
            Assert.Equal(new Consumer("orders", Place(kind, 7), Moment, later),
                store.Consumers.Acknowledge("orders", Place(kind, sequence), later.AddHours(1)));
        }
        Assert.Null(store.Consumers.Acknowledge("others", Place(kind, 7), later));
        Assert.Equal(Place(kind, 7), (await FindAsync(store, "orders"))!.Cursor);
    }

    [Fact]
    public async Task Compares_places_by_their_transaction_first()
    {
        using var test = new TestStore(StoreKind.Postgres);
        await using var store = test.Open();
        Add(store, "orders", new(5, 900));
        Assert.Equal(new(5, 900), store.Consumers.Acknowledge("orders", new(4, 901), Moment)!.Cursor);
        Assert.Equal(new(6, 1), store.Consumers.Acknowledge("orders", new(6, 1), Moment)!.Cursor);
        Assert.Equal(new(6, 2), store.Consumers.Acknowledge("orders", new(6, 2), Moment)!.Cursor);
    }

    [Theory, EveryStore]
    public async Task Rewinds_where_it_is_told_to_and_writes_down_what_changed_something(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        Add(store, "orders", Place(kind, 5));
        var entry = new AuditEntry(Moment.AddDays(1), "local", AuditEntry.ConsumerRewound, "orders", "back");
        Assert.Equal(Place(kind, 2), store.Consumers.Rewind("orders", Place(kind, 2), entry)!.Cursor);
        Assert.Equal(Place(kind, 2), store.Consumers.Rewind("orders", Place(kind, 2), entry)!.Cursor);
        Assert.Null(store.Consumers.Rewind("others", Place(kind, 2), entry));
        Assert.Equal(["consumer-rewound", "consumer-created"],
            await store.Audit.Entries(long.MaxValue, 10, Cancellation).Select(e => e.Act).ToListAsync(Cancellation));
    }

    [Theory, EveryStore]
    public async Task Removes_one_once(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        Add(store, "orders", default);
        var entry = new AuditEntry(Moment, "local", AuditEntry.ConsumerDeleted, "orders", "");
        Assert.True(store.Consumers.Remove("orders", entry));
        Assert.False(store.Consumers.Remove("orders", entry));
        Assert.Null(await FindAsync(store, "orders"));
        Assert.Equal(2, test.Count("payhook_audit"));
    }

    [Theory, EveryStore]
    public async Task Takes_only_so_many_also_at_once(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        for (var i = 2; i < StoreLimits.Consumers; i++) Add(store, $"c-{i}", default);
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(
            () => Add(store, $"late-{i}", default), Cancellation)));
        Assert.Equal([ConsumerAdded.TooMany, ConsumerAdded.TooMany, ConsumerAdded.Added, ConsumerAdded.Added],
            results.Order());
        Assert.Equal(StoreLimits.Consumers, test.Count("payhook_consumers"));
        Assert.Equal(ConsumerAdded.Known, Add(store, "c-2", default));
    }

    [Theory, EveryStore]
    public async Task Tells_how_many_events_wait_and_since_when(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        Add(store, "orders", default);
        Add(store, "now", (await store.Feed.HeadAsync(Cancellation)).Latest);
        using (var writer = store.OpenWriter())
        {
            writer.Append(Receipted.Of("evt_1", at: Moment.AddMinutes(1)), Receipted.Of("evt_2"));
            writer.Append(Receipted.Of("evt_3", at: Moment.AddMinutes(3)));
        }
        var head = await store.SettledAsync();
        var events = (await store.Feed.PageAsync(new(), new(default, head.Latest), 10, false, Cancellation)).Events;
        store.Consumers.Acknowledge("orders", events[1].Position, Moment);
        Assert.Equal((1, Moment.AddMinutes(3)), await LagAsync("orders"));
        Assert.Equal((3, Moment.AddMinutes(1)), await LagAsync("now"));
        store.Consumers.Acknowledge("orders", head.Latest, Moment);
        Assert.Equal((0, null), await LagAsync("orders"));

        async Task<(long, DateTimeOffset?)> LagAsync(string name)
        {
            var lag = await store.Consumers.All(Cancellation).FirstAsync(l => l.Consumer.Name == name, Cancellation);
            return (lag.Behind, lag.BehindSince);
        }
    }

    /// <summary>Transactions of another server's future become the oldest; whoever reads must go with them.</summary>
    [Theory]
    [InlineData("0-0", "", "1 2 3 4 5 6")]
    [InlineData("0-1", "", "2 3 4 5 6")]
    [InlineData("0-2", "", "3 4 5 6")]
    [InlineData("174876e7ff-3", "", "4 5 6")]
    [InlineData("174876e7ff-7fffffffffffffff", "", "6")]
    [InlineData("2bc-3", "3", "4 5 3 6")]
    [InlineData("2bc-3", "3 4 5", "4 5 6")]
    public async Task Skips_nothing_in_a_restored_database(string cursor, string oldEvents, string expected)
    {
        using var test = new TestStore(StoreKind.Postgres);
        Assert.True(FeedPosition.TryParse(cursor, out var place));
        var old = test.Open();
        using (var writer = old.OpenWriter())
        {
            for (var i = 1; i <= 5; i++) writer.Append(Receipted.Of($"{i}"));
        }
        Add(old, "orders", place);
        var destination = new DestinationRow
        {
            Name = "orders", SettingsJson = "{}", SecretsJson = "{}", CreatedAt = Moment, UpdatedAt = Moment,
        };
        var id = old.Destinations.Add(destination, place, new(Moment, "local", "destination-added", "orders", ""));
        await old.DisposeAsync();
        // Two from before the column, the rest of a server that was ahead; but for some that this server was past.
        test.Scalar("update payhook_events set commit_xid = case when sequence <= 2 then '0'::xid8 "
            + "else '99999999999'::xid8 end");
        foreach (var sequence in oldEvents.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            test.Scalar($"update payhook_events set commit_xid = '700' where sequence = {sequence}");

        for (var start = 0; start < 2; start++) await test.Open().DisposeAsync();
        await using var store = test.Open();
        using (var writer = store.OpenWriter()) writer.Append(Receipted.Of("6"));
        var head = await store.SettledAsync();
        var consumer = await FindAsync(store, "orders");
        var page = await store.Feed.PageAsync(new(), new(consumer!.Cursor, head.Latest), 10, false, Cancellation);
        Assert.Equal(expected, string.Join(' ', page.Events.Select(e => e.Event.EventId)));
        Assert.Equal(consumer.Cursor, (await store.Deliveries.BacklogAsync(id!.Value, Cancellation)).Cursor);
    }

    static ConsumerAdded Add(IEventStore store, string name, FeedPosition cursor) => store.Consumers.Add(
        new(name, cursor, Moment, null), new(Moment, "local", AuditEntry.ConsumerCreated, name, ""));

    static FeedPosition Place(StoreKind kind, long sequence) => new(kind == StoreKind.Sqlite ? 0UL : 3, sequence);

    static ValueTask<Consumer?> FindAsync(IEventStore store, string name) =>
        store.Consumers.FindAsync(name, Cancellation);
}
