using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>What became of a delivery is written once, with every attempt, and nothing that is owed is lost.</summary>
public sealed class DeliveryStoreTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Gives_back_deliveries_and_attempts_as_they_were_settled(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 4);
        var lease = Owed.Served(store);
        SettledDelivery[] settled =
        [
            Owed.Delivered(lease, events[0]),
            Owed.Failed(lease, events[1], Owed.Moment.AddMinutes(1), key: "pay_1"),
            Owed.PutOff(lease, events[3], "pay_1"),
            Owed.Failed(lease, events[2], state: DeliveryState.Dead, failure: FailureClass.Status),
        ];
        Owed.Settle(store, lease, settled);

        var rows = await Owed.RowsAsync(store);
        Assert.Equal(settled.Select(s => s.Delivery), rows.Select(r => r with { Sequence = 0 }));
        Assert.True(rows.Zip(rows.Skip(1)).All(p => p.First.Sequence < p.Second.Sequence));
        var attempt = Assert.Single(await Owed.AttemptsAsync(store, rows[1].Sequence));
        Assert.Equal(settled[1].Attempt! with { Answer = attempt.Answer }, attempt);
        Assert.Equal("answer"u8, attempt.Answer);
        Assert.Empty(await Owed.AttemptsAsync(store, rows[2].Sequence));
        Assert.Equal(3, test.Count("payhook_attempts"));

        var line = await store.Deliveries.Deliveries(new(1), Cancellation).SingleAsync(Cancellation);
        Assert.Equal((events[2].Event.EventId, "payment.captured", "razorpay"),
            (line.EventId, line.EventType, line.SourceName));
        Assert.True(line.ChangedAt > Owed.Moment);
    }

    [Theory, EveryStore]
    public async Task A_delivery_that_is_tried_again_keeps_its_number_and_all_its_attempts(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var of = Assert.Single(await Owed.EventsAsync(store, 1));
        var lease = Owed.Served(store);
        Owed.Settle(store, lease, Owed.Failed(lease, of, Owed.Moment.AddMinutes(1)));
        var row = Assert.Single(await Owed.RowsAsync(store));
        var again = row with
        {
            State = DeliveryState.Delivered, AttemptCount = 2, LastFailure = FailureClass.None,
            FirstAttemptAt = Owed.Moment.AddHours(1),
        };
        Owed.Settle(store, lease, new SettledDelivery(again, of.Position, Owed.Attempt(2)));
        Assert.Equal(again with { FirstAttemptAt = Owed.Moment }, Assert.Single(await Owed.RowsAsync(store)));
        Assert.Equal([1, 2], (await Owed.AttemptsAsync(store, row.Sequence)).Select(a => a.Number));

        // What has ended stays as it ended.
        var late = row with { State = DeliveryState.Dead, AttemptCount = 3 };
        Owed.Settle(store, lease, new SettledDelivery(late, of.Position, null));
        Assert.Equal(DeliveryState.Delivered, Assert.Single(await Owed.RowsAsync(store)).State);
    }

    [Theory, EveryStore]
    public async Task An_event_is_owed_once_and_a_second_row_leaves_nothing_behind(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var of = Assert.Single(await Owed.EventsAsync(store, 1));
        var (a, b) = (Owed.Served(store, "a"), Owed.Served(store, "b"));
        Owed.Settle(store, a, Owed.Failed(a, of), Owed.Delivered(a, of));
        Owed.Settle(store, a, Owed.Delivered(a, of));
        Owed.Settle(store, b, Owed.Delivered(b, of));
        Owed.Settle(store, a, Owed.Delivered(a, of, replay: 7));
        var rows = await Owed.RowsAsync(store);
        Assert.Equal(
            [(a.DestinationId, 0L, DeliveryState.Pending), (b.DestinationId, 0, DeliveryState.Delivered),
                (a.DestinationId, 7, DeliveryState.Delivered)],
            rows.Select(r => (r.DestinationId, r.ReplayId, r.State)));
        Assert.Equal(3, test.Count("payhook_attempts"));
        Assert.Equal(FailureClass.Timeout, Assert.Single(await Owed.AttemptsAsync(store, rows[0].Sequence)).Failure);
    }

    [Theory, EveryStore]
    public async Task A_delivery_of_another_destination_is_not_touched(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var of = Assert.Single(await Owed.EventsAsync(store, 1));
        var (a, b) = (Owed.Served(store, "a"), Owed.Served(store, "b"));
        Owed.Settle(store, a, Owed.Failed(a, of));
        var row = Assert.Single(await Owed.RowsAsync(store));
        var foreign = row with { DestinationId = b.DestinationId, State = DeliveryState.Dead };
        Owed.Settle(store, b, new SettledDelivery(foreign, of.Position, Owed.Attempt(2)));
        Assert.Equal(row, Assert.Single(await Owed.RowsAsync(store)));
        Assert.Equal(1, test.Count("payhook_attempts"));
    }

    [Theory, EveryStore]
    public async Task The_cursor_goes_forward_only_and_what_lies_behind_it_is_known(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 5);
        var lease = Owed.Served(store, cursor: events[0].Position);
        var id = lease.DestinationId;
        Move(events[2].Position);
        Move(events[1].Position);
        Move(null);
        Assert.Equal(events[2].Position, (await Owed.FindAsync(store, id)).Cursor);

        Owed.Settle(store, lease, Owed.Delivered(lease, events[2]), Owed.Delivered(lease, events[4]),
            Owed.Delivered(lease, events[3], replay: 3), Owed.Failed(lease, events[1], Owed.Moment.AddHours(2)),
            Owed.Failed(lease, events[0], Owed.Moment.AddHours(1), key: "pay_0"));
        var backlog = await store.Deliveries.BacklogAsync(id, Cancellation);
        Assert.Equal(events[2].Position, backlog.Cursor);
        Assert.Equal([events[4].Event.Sequence], backlog.Behind);
        Assert.Equal(["pay_0"], backlog.PendingKeys);
        Assert.Equal((2, Owed.Moment.AddHours(1)), (backlog.PendingCount, backlog.NextDueAt));

        void Move(FeedPosition? to) => Assert.Empty(store.Deliveries.Settle([new(lease) { Cursor = to }]));
    }

    [Theory, EveryStore]
    public async Task A_destination_that_owes_nothing_has_no_backlog(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var backlog = await store.Deliveries.BacklogAsync(Owed.Add(store), Cancellation);
        Assert.Equal((default, 0, null), (backlog.Cursor, backlog.PendingCount, backlog.NextDueAt));
        Assert.Empty(backlog.Behind);
        Assert.Empty(backlog.PendingKeys);
        Assert.Empty(await store.Deliveries.CountsAsync(Cancellation));
        Assert.Empty(store.Deliveries.Settle([]));
    }

    [Theory, EveryStore]
    public async Task The_next_of_a_key_is_due_when_the_one_before_it_has_ended(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 6);
        var lease = Owed.Served(store);
        // Rows come in any order; that of the feed counts.
        Owed.Settle(store, lease, Owed.PutOff(lease, events[4], "k"), Owed.PutOff(lease, events[2], "k"),
            Owed.PutOff(lease, events[3], "other"));
        Settle(Owed.Delivered(lease, events[0]), "k", "nothing waits for this");
        Assert.Equal([events[2].Event.Sequence], await DueAsync());

        // The first one fails and has a time of its own: those behind it wait for it.
        var first = (await Owed.RowsAsync(store)).Single(r => r.EventSequence == events[2].Event.Sequence);
        first = first with { AttemptCount = 1, DueAt = Owed.Never, FirstAttemptAt = Owed.Moment };
        Settle(new(first, events[2].Position, Owed.Attempt(1, FailureClass.Timeout)), "k");
        Assert.Empty(await DueAsync());
        Settle(new(first with { State = DeliveryState.Dead, AttemptCount = 2 }, events[2].Position, null), "k");
        Assert.Equal([events[4].Event.Sequence], await DueAsync());

        void Settle(SettledDelivery delivery, params string[] keys) => Assert.Empty(
            store.Deliveries.Settle([new(lease) { Deliveries = [delivery], KeysReleased = keys }]));

        async Task<List<long>> DueAsync() => [.. (await store.Deliveries.DueAsync(
            lease.DestinationId, TimeProvider.System.GetUtcNow().AddMinutes(1), [], 100, Cancellation))
            .Select(d => d.Event.Event.Sequence)];
    }

    [Theory, EveryStore]
    public async Task A_text_from_outside_cannot_spoil_what_is_written_with_it(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var of = Assert.Single(await Owed.EventsAsync(store, 1));
        var lease = Owed.Served(store);
        var settled = Owed.Failed(lease, of);
        Owed.Settle(store, lease, settled with
        {
            Attempt = Owed.Attempt(1, FailureClass.Connection, "a\0b\ud83c") with { Answer = [] },
        });
        var row = Assert.Single(await Owed.RowsAsync(store));
        var attempt = Assert.Single(await Owed.AttemptsAsync(store, row.Sequence));
        Assert.StartsWith("a", attempt.Detail, StringComparison.Ordinal);
        Assert.Empty(attempt.Answer);
    }

    [Theory, EveryStore]
    public async Task Events_results_and_leases_are_written_at_once(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 100);
        var lease = Owed.Served(store);
        await Task.WhenAll(
            Task.Run(() =>
            {
                using var writer = store.OpenWriter();
                for (var i = 0; i < 100; i++) writer.Append(Receipted.Of($"more_{i}", payment: $"pay_{i}"));
            }, Cancellation),
            Task.Run(() =>
            {
                foreach (var of in events) Owed.Settle(store, lease, Owed.Delivered(lease, of));
            }, Cancellation),
            Task.Run(() =>
            {
                for (var i = 0; i < 50; i++) store.Deliveries.KeepLeases("process", Owed.LeaseDuration);
            }, Cancellation));
        Assert.Equal((200, 100, 100), (test.Count("payhook_events"), test.Count("payhook_deliveries"),
            test.Count("payhook_attempts")));
    }
}
