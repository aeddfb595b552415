using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>A dump restored into a young server brings places of that server's future: no event is skipped.</summary>
public sealed class RestoredTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Destinations_go_on_where_they_were_and_get_what_is_new()
    {
        using var test = new TestStore(StoreKind.Postgres);
        var first = test.Open();
        var events = await Owed.EventsAsync(first, 6);
        var (middle, ended, began) = (Owed.Served(first, "m"), Owed.Served(first, "e"), Owed.Served(first, "b"));
        Owed.Settle(first, middle, Owed.Delivered(middle, events[0]), Owed.Delivered(middle, events[4]));
        Owed.Settle(first, ended, Owed.Delivered(ended, events[5]));
        await first.DisposeAsync();
        // Numbers are not in the order of transactions, and the first events are from before the column.
        for (var i = 0; i < 6; i++)
        {
            var xid = i < 2 ? 3 : 99_999_999_999 + (10 - i);
            foreach (var (table, column) in new[] { ("events", "sequence"), ("deliveries", "event_sequence") })
            {
                test.Scalar($"update payhook_{table} set commit_xid = '{xid}' "
                    + $"where {column} = {events[i].Event.Sequence}");
            }
        }
        // The order of before: 0 1 5 4 3 2. One is behind 4, one behind all, one behind 0.
        var sequences = events.Select(e => e.Event.Sequence).ToArray();
        Move(test, middle, 99_999_999_999 + 6, sequences[4]);
        Move(test, ended, 99_999_999_999_999, long.MaxValue);
        Move(test, began, 3, sequences[0]);

        await using var store = test.Open();
        store.Store(Receipted.Of("new"));
        await store.SettledAsync();
        Assert.Superset(new HashSet<string> { "evt_2", "evt_3", "new" }, await OwedAsync(store, middle));
        Assert.DoesNotContain("evt_4", await OwedAsync(store, middle));
        Assert.Equal(["new"], await OwedAsync(store, ended));
        Assert.Superset(
            new HashSet<string> { "evt_1", "evt_2", "evt_3", "evt_4", "evt_5", "new" }, await OwedAsync(store, began));

        // A second start changes nothing more.
        var before = await Owed.FindAsync(store, middle.DestinationId);
        await test.Open().DisposeAsync();
        Assert.Equal(before, await Owed.FindAsync(store, middle.DestinationId));
    }

    [Fact]
    public async Task Replays_still_go_through_what_is_left_of_them()
    {
        using var test = new TestStore(StoreKind.Postgres);
        var first = test.Open();
        var events = await Owed.EventsAsync(first, 5);
        var destination = Owed.Add(first);
        var ids = first.Destinations.AddReplays(
        [
            DestinationStoreTests.Replay(destination, new(default, events[3].Position)),
            DestinationStoreTests.Replay(destination, new(events[3].Position, events[3].Position)),
        ], Owed.Entry());
        await first.DisposeAsync();
        test.Scalar("update payhook_events set commit_xid = '99999999999'");
        test.Scalar($"update payhook_replays set until_xid = '99999999999', cursor_xid = '99999999999', "
            + $"cursor_sequence = {events[1].Event.Sequence} where sequence = {ids[0]}");
        test.Scalar("update payhook_replays set until_xid = '99999999999', cursor_xid = '99999999999' "
            + $"where sequence = {ids[1]}");

        await using var store = test.Open();
        store.Store(Receipted.Of("new"));
        await store.SettledAsync();
        Assert.Equal(["evt_2", "evt_3"], await LeftAsync(ids[0]));
        Assert.Empty(await LeftAsync(ids[1]));

        async Task<List<string>> LeftAsync(long id)
        {
            var replay = Assert.Single(await DestinationStoreTests.ReplaysAsync(store, new(10) { Id = id }));
            var page = await store.Feed.PageAsync(
                new(), replay.Span with { After = replay.Cursor }, 100, false, Cancellation);
            return [.. page.Events.Select(e => e.Event.EventId)];
        }
    }

    static void Move(TestStore test, Lease lease, long xid, long sequence) => test.Scalar(
        $"update payhook_destinations set cursor_xid = '{xid}', cursor_sequence = {sequence} "
        + $"where sequence = {lease.DestinationId}");

    /// <summary>What a forwarder would send: behind the cursor, and without a row.</summary>
    static async Task<HashSet<string>> OwedAsync(IEventStore store, Lease lease)
    {
        var backlog = await store.Deliveries.BacklogAsync(lease.DestinationId, Cancellation);
        var head = await store.Feed.HeadAsync(Cancellation);
        var page = await store.Feed.PageAsync(new(), new(backlog.Cursor, head.Latest), 100, false, Cancellation);
        return [.. page.Events.Where(e => !backlog.Behind.Contains(e.Event.Sequence)).Select(e => e.Event.EventId)];
    }
}
