using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>What is due, what there is, and what may be tried again, for the forwarder and for people.</summary>
public sealed class DeliveryListTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Gives_what_is_due_the_longest_due_first_with_its_event(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 5);
        var (lease, other) = (Owed.Served(store), Owed.Served(store, "other"));
        Owed.Settle(store, lease, Owed.Failed(lease, events[0], At(3)), Owed.Failed(lease, events[1], At(1)),
            Owed.Failed(lease, events[2], At(2), key: "k"), Owed.Failed(lease, events[3], At(9)),
            Owed.Failed(lease, events[4], At(0), DeliveryState.Dead));
        Owed.Settle(store, other, Owed.Failed(other, events[0], At(0)));

        var due = await DueAsync(lease, 3);
        Assert.Equal([events[1], events[2], events[0]],
            due.Select(d => d.Event with { Event = d.Event.Event with { Body = null, HeadersJson = null } }));
        Assert.Equal("""{"id":"evt_1"}"""u8, due[0].Event.Event.Body!);
        Assert.Equal("""{"Content-Type":"application/json"}"""u8, due[0].Event.Event.HeadersJson!);
        Assert.Equal((await Owed.RowsAsync(store)).Single(r => r.OrderingKey == "k"), due[1].Delivery);

        Assert.Equal([events[2].Event.Sequence],
            Events(await DueAsync(lease, 3, except: [due[0].Delivery.Sequence, 77], limit: 1)));
        Assert.Equal([events[1].Event.Sequence], Events(await DueAsync(lease, 1)));
        Assert.Empty(await DueAsync(lease, 0));

        ValueTask<IReadOnlyList<DueDelivery>> DueAsync(
            Lease of, int until, IReadOnlyCollection<long>? except = null, int limit = 100) =>
            store.Deliveries.DueAsync(of.DestinationId, At(until), except ?? [], limit, Cancellation);
    }

    [Theory, EveryStore]
    public async Task What_is_due_is_bounded_in_bytes(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 5, new('x', StoreLimits.PageBytes / 2));
        var lease = Owed.Served(store);
        Owed.Settle(store, lease, [.. events.Select(e => Owed.Failed(lease, e))]);
        var due = await store.Deliveries.DueAsync(lease.DestinationId, Owed.Moment, [], 100, Cancellation);
        Assert.Equal(2, due.Count);
    }

    [Theory, EveryStore]
    public async Task Counts_what_is_pending_and_dead(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 5);
        var (a, b, c) = (Owed.Served(store, "a"), Owed.Served(store, "b"), Owed.Served(store, "c"));
        Owed.Settle(store, a, Owed.Failed(a, events[0], At(3)), Owed.Failed(a, events[1], At(1)),
            Owed.Failed(a, events[2], At(0), DeliveryState.Dead), Owed.Delivered(a, events[3]));
        Owed.Settle(store, b, Owed.Failed(b, events[0], state: DeliveryState.Dead));
        Owed.Settle(store, c, Owed.Delivered(c, events[0]), Owed.Failed(c, events[1], state: DeliveryState.Cancelled));
        Assert.Equal([new(a.DestinationId, 2, 1, At(1), Owed.Moment), new(b.DestinationId, 0, 1, null, null)],
            (await store.Deliveries.CountsAsync(Cancellation)).OrderBy(count => count.DestinationId));
        store.Destinations.Remove(b.DestinationId, Owed.Entry());
        Assert.Single(await store.Deliveries.CountsAsync(Cancellation));
    }

    [Theory, EveryStore]
    public async Task The_oldest_pending_counts_from_its_first_attempt_or_from_when_it_was_put_off(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 2);
        var lease = Owed.Served(store);
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        Owed.Settle(store, lease, Owed.PutOff(lease, events[0], "k"));
        Owed.Settle(store, lease, Owed.Failed(lease, events[1]));
        var count = Assert.Single(await store.Deliveries.CountsAsync(Cancellation));
        Assert.InRange(count.OldestPendingAt!.Value, before, before.AddMinutes(1));
    }

    [Theory, EveryStore]
    public async Task Tells_the_places_behind_a_cursor_the_newest_first(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        Assert.Empty(await store.Deliveries.PlacesBehindAsync(default, 10, Cancellation));
        var places = (await Owed.EventsAsync(store, 5)).ConvertAll(e => e.Position);
        places.Reverse();
        Assert.Equal(places, await store.Deliveries.PlacesBehindAsync(default, 10, Cancellation));
        Assert.Equal(places[..2], await store.Deliveries.PlacesBehindAsync(default, 2, Cancellation));
        Assert.Equal(places[..3], await store.Deliveries.PlacesBehindAsync(places[3], 10, Cancellation));
        Assert.Empty(await store.Deliveries.PlacesBehindAsync(places[0], 10, Cancellation));
    }

    [Theory, EveryStore]
    public async Task Lists_deliveries_by_what_is_asked_the_newest_first(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var e = await Owed.EventsAsync(store, 4);
        var (a, b) = (Owed.Served(store, "a"), Owed.Served(store, "b"));
        Owed.Settle(store, a, Owed.Delivered(a, e[0]), Owed.Failed(a, e[1]),
            Owed.Failed(a, e[2], state: DeliveryState.Dead, failure: FailureClass.Status));
        Owed.Settle(store, b, Owed.Failed(b, e[1]), Owed.Delivered(b, e[0], replay: 5),
            Owed.Failed(b, e[3], replay: 5, failure: FailureClass.Dns));
        var all = await store.Deliveries.Deliveries(new(100), Cancellation)
            .Select(l => l.Delivery.Sequence).Reverse().ToArrayAsync(Cancellation);
        Assert.Equal(all.Order(), all);

        var (ofA, ofB) = (a.DestinationId, b.DestinationId);
        await AssertAsync(new(2), 5, 4);
        await AssertAsync(new(2) { BeforeSequence = all[4] }, 3, 2);
        await AssertAsync(new(100) { DestinationId = ofA }, 2, 1, 0);
        await AssertAsync(new(1) { DestinationId = ofA, BeforeSequence = all[2] }, 1);
        await AssertAsync(new(100) { EventSequence = e[1].Event.Sequence }, 3, 1);
        await AssertAsync(new(100) { EventSequence = e[1].Event.Sequence, DestinationId = ofB }, 3);
        await AssertAsync(new(100) { EventSequence = 99 });
        await AssertAsync(new(100) { State = DeliveryState.Pending }, 5, 3, 1);
        await AssertAsync(new(100) { State = DeliveryState.Delivered }, 4, 0);
        await AssertAsync(new(100) { State = DeliveryState.Dead, DestinationId = ofA }, 2);
        await AssertAsync(new(100) { State = DeliveryState.Delivered, DestinationId = ofB }, 4);
        await AssertAsync(new(100) { Failure = FailureClass.Timeout }, 3, 1);
        await AssertAsync(new(100) { Failure = FailureClass.None }, 4, 0);
        await AssertAsync(new(100) { Failure = FailureClass.Timeout, DestinationId = ofA }, 1);
        await AssertAsync(new(100) { Failure = FailureClass.Timeout, State = DeliveryState.Dead });
        await AssertAsync(new(100) { ReplayId = 5 }, 5, 4);
        await AssertAsync(new(100) { ReplayId = 5, State = DeliveryState.Pending }, 5);
        await AssertAsync(new(100) { ReplayId = 0, DestinationId = ofB }, 3);

        async Task AssertAsync(DeliveryPage page, params int[] expected) => Assert.Equal(
            expected.Select(i => all[i]),
            await store.Deliveries.Deliveries(page, Cancellation).Select(l => l.Delivery.Sequence)
                .ToArrayAsync(Cancellation));
    }

    [Theory, EveryStore]
    public async Task Dead_letters_are_revived_with_their_attempts(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 4);
        var (a, b) = (Owed.Served(store, "a"), Owed.Served(store, "b"));
        Owed.Settle(store, a,
            [.. events.Skip(1).Select(e => Owed.Failed(a, e, state: DeliveryState.Dead)),
                Owed.Delivered(a, events[0])]);
        Owed.Settle(store, b, Owed.Failed(b, events[0], state: DeliveryState.Dead));
        var rows = await Owed.RowsAsync(store, new(100) { DestinationId = a.DestinationId });

        Assert.Equal(1, store.Deliveries.Revive(a.DestinationId, rows[1].Sequence, At(5)));
        Assert.Equal(0, store.Deliveries.Revive(a.DestinationId, rows[1].Sequence, At(6)));
        Assert.Equal(0, store.Deliveries.Revive(b.DestinationId, rows[0].Sequence, At(6)));
        Assert.Equal(2, store.Deliveries.Revive(a.DestinationId, null, At(7)));
        Assert.Equal(0, store.Deliveries.Revive(a.DestinationId, null, At(8)));
        DeliveryState pending = DeliveryState.Pending;
        Assert.Equal(
            [rows[0] with { State = pending, DueAt = At(7) }, rows[1] with { State = pending, DueAt = At(5) },
                rows[2] with { State = pending, DueAt = At(7) }, rows[3]],
            await Owed.RowsAsync(store, new(100) { DestinationId = a.DestinationId }));
        Assert.Single(await Owed.AttemptsAsync(store, rows[0].Sequence));
        Assert.Equal(new DeliveryCount(b.DestinationId, 0, 1, null, null),
            (await store.Deliveries.CountsAsync(Cancellation)).Single(c => c.DestinationId == b.DestinationId));
    }

    [Theory, EveryStore]
    public async Task Dead_letters_are_counted_and_revived_by_why_they_failed_last(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 6);
        var (a, b) = (Owed.Served(store, "a"), Owed.Served(store, "b"));
        Owed.Settle(store, a, Dead(a, 0, FailureClass.Status), Dead(a, 1, FailureClass.Timeout),
            Dead(a, 2, FailureClass.Status), Owed.Failed(a, events[3]), Owed.Delivered(a, events[4]));
        Owed.Settle(store, b, Dead(b, 0, FailureClass.Timeout));
        Assert.Equal([(FailureClass.Timeout, 1L), (FailureClass.Status, 2L)], await CountsAsync(a));
        Assert.Equal(2, store.Deliveries.Revive(a.DestinationId, null, At(1), FailureClass.Status));
        Assert.Equal(0, store.Deliveries.Revive(a.DestinationId, null, At(1), FailureClass.Dns));
        Assert.Equal([(FailureClass.Timeout, 1L)], await CountsAsync(a));
        Assert.Equal([(FailureClass.Timeout, 1L)], await CountsAsync(b));
        Assert.Equal(1, store.Deliveries.Revive(a.DestinationId, null, At(1), FailureClass.Timeout));
        Assert.Empty(await CountsAsync(a));

        SettledDelivery Dead(Lease of, int i, FailureClass failure) =>
            Owed.Failed(of, events[i], state: DeliveryState.Dead, failure: failure);

        async Task<IReadOnlyList<(FailureClass, long)>> CountsAsync(Lease of) =>
            await store.Deliveries.DeadByFailureAsync(of.DestinationId, Cancellation);
    }

    [Theory, EveryStore]
    public async Task Any_number_of_dead_letters_is_revived(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var lease = Owed.Served(store);
        const int count = 2 * StoreLimits.DeliveriesPerPart + 1;
        Owed.Settle(store, lease, [.. Enumerable.Range(1, count).Select(i => Owed.Failed(
            lease, new(new(0, i), new(i, "", "", "", "", null, At(0), 1, false, 0)), state: DeliveryState.Dead))]);
        Assert.Equal(count, store.Deliveries.Revive(lease.DestinationId, null, At(1)));
        Assert.Equal(
            [new(lease.DestinationId, count, 0, At(1), Owed.Moment)], await store.Deliveries.CountsAsync(Cancellation));
    }

    static IEnumerable<long> Events(IReadOnlyList<DueDelivery> due) => due.Select(d => d.Event.Event.Sequence);

    static DateTimeOffset At(int minutes) => Owed.Moment.AddMinutes(minutes);
}
