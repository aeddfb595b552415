using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>A replay knows how far it is, and once cancelled nothing of it is sent any more.</summary>
public sealed class ReplayStoreTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Gives_replays_back_as_they_were_made_the_newest_first(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 3);
        var (a, b) = (Owed.Add(store, "a"), Owed.Add(store, "b"));
        var span = new FeedSpan(events[0].Position, events[2].Position);
        ReplayRow[] rows =
        [
            DestinationStoreTests.Replay(a, span),
            DestinationStoreTests.Replay(b, span) with { Cursor = events[1].Position },
        ];
        var ids = store.Destinations.AddReplays(rows, Owed.Entry("replayed"));
        Assert.Equal([rows[1] with { Id = ids[1] }, rows[0] with { Id = ids[0], Cursor = events[0].Position }],
            await ReplaysAsync(new(10)));
        Assert.Equal(ids[0], Assert.Single(await ReplaysAsync(new(10) { DestinationId = a })).Id);
        Assert.Equal(ids[0], Assert.Single(await ReplaysAsync(new(10) { Id = ids[0] })).Id);
        Assert.Equal(ids[0], Assert.Single(await ReplaysAsync(new(10) { BeforeId = ids[1] })).Id);
        Assert.Equal(ids[1], Assert.Single(await ReplaysAsync(new(1))).Id);
        Assert.Empty(await ReplaysAsync(new(10) { State = ReplayState.Done }));
        Assert.Equal(1, await store.Audit.Entries(long.MaxValue, 100, Cancellation)
            .CountAsync(e => e.Act == "replayed", Cancellation));

        Task<List<ReplayRow>> ReplaysAsync(ReplayPage page) => DestinationStoreTests.ReplaysAsync(store, page);
    }

    [Theory, EveryStore]
    public async Task Adds_all_or_none(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var (a, b) = (Owed.Add(store, "a"), Owed.Add(store, "b"));
        Assert.Empty(store.Destinations.AddReplays(
            [DestinationStoreTests.Replay(a), DestinationStoreTests.Replay(99)], Owed.Entry()));
        var many = Enumerable.Repeat(DestinationStoreTests.Replay(a), StoreLimits.ReplaysRunning - 1).ToList();
        Assert.Equal(many.Count, store.Destinations.AddReplays(many, Owed.Entry()).Count);
        Assert.Empty(store.Destinations.AddReplays([.. many.Take(2)], Owed.Entry()));
        Assert.Single(store.Destinations.AddReplays([.. many.Take(1)], Owed.Entry()));
        store.Destinations.Remove(b, Owed.Entry());
        Assert.Empty(store.Destinations.AddReplays([DestinationStoreTests.Replay(b)], Owed.Entry()));
        Assert.Equal(StoreLimits.ReplaysRunning, test.Count("payhook_replays"));
    }

    [Theory, EveryStore]
    public async Task Tells_how_far_it_is_and_goes_forward_only(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 3);
        var (lease, other) = (Owed.Served(store), Owed.Served(store, "other"));
        var id = store.Destinations.AddReplays(
            [DestinationStoreTests.Replay(lease.DestinationId, new(default, events[2].Position))], Owed.Entry())[0];

        Progress(lease, new ReplayProgress(id, events[1].Position, 2, false));
        await AssertAsync(events[1].Position, 2, ReplayState.Running);
        Progress(lease, new ReplayProgress(id, events[0].Position, 1, false));
        await AssertAsync(events[1].Position, 3, ReplayState.Running);
        Progress(other, new ReplayProgress(id, events[2].Position, 1, true));
        await AssertAsync(events[1].Position, 3, ReplayState.Running);
        Progress(lease, new ReplayProgress(id, events[2].Position, 0, true));
        await AssertAsync(events[2].Position, 3, ReplayState.Done);
        Assert.False(store.Destinations.CancelReplay(id, Owed.Moment, Owed.Entry()));
        await AssertAsync(events[2].Position, 3, ReplayState.Done);

        void Progress(Lease of, ReplayProgress progress) =>
            Assert.Empty(store.Deliveries.Settle([new(of) { Replays = [progress] }]));

        async Task AssertAsync(FeedPosition cursor, long planned, ReplayState state)
        {
            var replay = Assert.Single(await DestinationStoreTests.ReplaysAsync(store, new(10) { Id = id }));
            Assert.Equal((cursor, planned, state), (replay.Cursor, replay.PlannedCount, replay.State));
        }
    }

    [Theory, EveryStore]
    public async Task A_cancelled_one_takes_what_is_pending_with_it_and_lets_others_go_on(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 4);
        var lease = Owed.Served(store);
        var ids = store.Destinations.AddReplays(
        [
            DestinationStoreTests.Replay(lease.DestinationId), DestinationStoreTests.Replay(lease.DestinationId),
        ], Owed.Entry());
        Owed.Settle(store, lease, Owed.Delivered(lease, events[0], ids[0]),
            Owed.Failed(lease, events[1], Owed.Never, key: "k", replay: ids[0]),
            Owed.Failed(lease, events[1], Owed.Never, replay: ids[1]), Owed.PutOff(lease, events[3], "k"));
        var before = await Owed.RowsAsync(store);

        Assert.True(store.Destinations.CancelReplay(ids[0], Owed.Moment, Owed.Entry("cancelled")));
        Assert.False(store.Destinations.CancelReplay(ids[0], Owed.Moment, Owed.Entry("again")));
        Assert.False(store.Destinations.CancelReplay(99, Owed.Moment, Owed.Entry("again")));
        Assert.Equal(
            [before[0], before[1] with { State = DeliveryState.Cancelled }, before[2],
                before[3] with { DueAt = Owed.Moment }],
            await Owed.RowsAsync(store));
        Assert.Equal([ReplayState.Running, ReplayState.Cancelled],
            (await DestinationStoreTests.ReplaysAsync(store, new(10))).Select(r => r.State));
        Assert.Equal(["cancelled"], await store.Audit.Entries(long.MaxValue, 100, Cancellation)
            .Select(e => e.Act).Where(act => act != "test-act").ToListAsync(Cancellation));

        // What was under way is written; it is not tried again.
        var tried = before[1] with { AttemptCount = 2, DueAt = Owed.Moment };
        Owed.Settle(store, lease, new SettledDelivery(tried, events[1].Position, Owed.Attempt(2, FailureClass.Dns)),
            Owed.Failed(lease, events[2], replay: ids[0]), Owed.Delivered(lease, events[3], ids[0]));
        var after = await Owed.RowsAsync(store);
        Assert.Equal(tried with { State = DeliveryState.Cancelled }, after[1]);
        Assert.Equal(2, (await Owed.AttemptsAsync(store, after[1].Sequence)).Count);
        Assert.Equal([DeliveryState.Cancelled, DeliveryState.Delivered], after.Skip(4).Select(d => d.State));
    }

    [Theory, EveryStore]
    public async Task Any_number_of_deliveries_is_cancelled(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var lease = Owed.Served(store);
        var id = store.Destinations.AddReplays(
            [DestinationStoreTests.Replay(lease.DestinationId)], Owed.Entry())[0];
        const int count = 2 * StoreLimits.DeliveriesPerPart + 1;
        Owed.Settle(store, lease, [.. Enumerable.Range(1, count).Select(i => Owed.Failed(lease,
            new(new(0, i), new(i, "", "", "", "", null, Owed.Moment, 1, false, 0)), replay: id))]);
        Assert.True(store.Destinations.CancelReplay(id, Owed.Moment, Owed.Entry()));
        Assert.Empty(await store.Deliveries.CountsAsync(Cancellation));
        Assert.Equal((long)count, Convert.ToInt64(
            test.Scalar("select count(*) from payhook_deliveries where state = 4")));
    }
}
