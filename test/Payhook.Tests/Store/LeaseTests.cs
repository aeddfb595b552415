using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>A destination has one process that serves it, and one that lost it cannot write any more.</summary>
public sealed class LeaseTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Processes_share_what_there_is(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var ids = Enumerable.Range(0, 5).Select(i => Owed.Add(store, $"d{i}")).ToArray();

        var first = Keep(store, "a");
        Assert.Equal((5, 1), (first.Share, first.ProcessCount));
        Assert.Equal(ids, first.Leases.Select(l => l.DestinationId));
        var second = Keep(store, "b");
        Assert.Equal((3, 2), (second.Share, second.ProcessCount));
        Assert.Empty(second.Leases);

        first = Keep(store, "a");
        Assert.Equal((3, 5), (first.Share, first.Leases.Count));
        foreach (var lease in first.Leases.Skip(first.Share)) store.Deliveries.Release(lease);
        second = Keep(store, "b");
        Assert.Equal(ids[3..], second.Leases.Select(l => l.DestinationId));
        Assert.All(second.Leases, l => Assert.Equal(2, l.Epoch));
        Assert.Equal(ids[..3], Keep(store, "a").Leases.Select(l => l.DestinationId));
    }

    [Theory, EveryStore]
    public async Task A_process_takes_no_more_than_its_share(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        Keep(store, "a");
        Keep(store, "b");
        foreach (var i in Enumerable.Range(0, 5)) Owed.Add(store, $"d{i}");
        Assert.Equal(3, Keep(store, "a").Leases.Count);
        Assert.Equal(2, Keep(store, "b").Leases.Count);
        Assert.Equal(3, Keep(store, "a").Leases.Count);
    }

    [Theory, EveryStore]
    public async Task What_a_dead_process_served_is_taken_over_and_what_it_writes_is_refused(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 2);
        var id = Owed.Add(store);
        var old = Assert.Single(Keep(store, "a").Leases);
        Assert.Empty(Keep(store, "b").Leases);
        Owed.Die(test, "a");
        var taken = Keep(store, "b");
        Assert.Equal([new Lease(id, old.Epoch + 1)], taken.Leases);
        Assert.Equal((1, 1), (taken.Share, taken.ProcessCount));

        var lost = store.Deliveries.Settle(
        [
            new(old)
            {
                Deliveries = [Owed.Delivered(old, events[0])],
                Cursor = events[1].Position,
                KeysReleased = ["pay_1"],
            },
        ]);
        Assert.Equal([id], lost);
        Assert.Empty(await Owed.RowsAsync(store));
        Assert.Equal(0, test.Count("payhook_attempts"));
        Assert.Equal(default, (await Owed.FindAsync(store, id)).Cursor);
        Assert.Empty(Keep(store, "a").Leases);
    }

    [Theory, EveryStore]
    public async Task A_lost_lease_does_not_hold_up_the_others(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var of = Assert.Single(await Owed.EventsAsync(store, 1));
        var (lost, kept) = (Owed.Served(store, "a"), Owed.Served(store, "b"));
        var stale = lost with { Epoch = lost.Epoch - 1 };
        Assert.Equal([lost.DestinationId], store.Deliveries.Settle(
        [
            new(stale) { Deliveries = [Owed.Delivered(lost, of)] },
            new(kept) { Deliveries = [Owed.Delivered(kept, of)], Cursor = of.Position },
        ]));
        Assert.Equal(kept.DestinationId, Assert.Single(await Owed.RowsAsync(store)).DestinationId);
        Assert.Equal(of.Position, (await Owed.FindAsync(store, kept.DestinationId)).Cursor);
    }

    [Theory, EveryStore]
    public async Task Of_two_leases_of_a_destination_the_newer_one_counts(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 2);
        var old = Owed.Served(store);
        store.Deliveries.Release(old);
        var held = Assert.Single(Keep(store, "process").Leases);
        Assert.Equal([old.DestinationId], store.Deliveries.Settle(
        [
            new(old) { Deliveries = [Owed.Delivered(old, events[0])] },
            new(held) { Deliveries = [Owed.Delivered(held, events[1])] },
        ]));
        Assert.Equal(events[1].Event.Sequence, Assert.Single(await Owed.RowsAsync(store)).EventSequence);
    }

    /// <summary>The one that takes over has not committed when the old holder's results come.</summary>
    [Fact]
    public async Task Results_wait_for_a_takeover_and_are_refused_then()
    {
        using var test = new TestStore(StoreKind.Postgres);
        await using var store = test.Open();
        var of = Assert.Single(await Owed.EventsAsync(store, 1));
        var lease = Owed.Served(store);
        Task<IReadOnlyList<long>> settle;
        await using (var takeover = test.Connect())
        {
            await using var command = takeover.CreateCommand();
            command.CommandText = "begin; update payhook_destinations set lease_epoch = lease_epoch + 1";
            await command.ExecuteNonQueryAsync(Cancellation);
            settle = Task.Run(
                () => store.Deliveries.Settle([new(lease) { Deliveries = [Owed.Delivered(lease, of)] }]), Cancellation);
            await Task.Delay(300, Cancellation);
            Assert.False(settle.IsCompleted);
            command.CommandText = "commit";
            await command.ExecuteNonQueryAsync(Cancellation);
        }
        Assert.Equal([lease.DestinationId], await settle);
        Assert.Empty(await Owed.RowsAsync(store));
    }

    [Theory, EveryStore]
    public async Task A_lease_that_was_kept_lasts_and_an_expired_one_that_nobody_took_is_kept(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        Owed.Add(store);
        var lease = Assert.Single(Keep(store, "a").Leases);
        Owed.Die(test, "a");
        Assert.Equal(lease, Assert.Single(Keep(store, "a").Leases));
        Assert.Empty(Keep(store, "b").Leases);
    }

    [Theory, EveryStore]
    public async Task What_is_paused_disabled_or_removed_is_served_by_nobody(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var ids = new[] { "a", "b", "c", "d" }.Select(name => Owed.Add(store, name)).ToArray();
        Assert.Equal(4, Keep(store, "p").Leases.Count);
        store.Destinations.SetState(ids[0], DestinationState.Paused, "a rest", Owed.Entry());
        store.Destinations.SetState(ids[1], DestinationState.Disabled, "410", null);
        store.Destinations.Remove(ids[2], Owed.Entry());
        var report = Keep(store, "p");
        Assert.Equal((ids[3], 1), (Assert.Single(report.Leases).DestinationId, report.Share));

        store.Destinations.SetState(ids[0], DestinationState.Active, "", Owed.Entry());
        Assert.Equal([new(ids[0], 2), new(ids[3], 1)], Keep(store, "p").Leases);
    }

    [Theory, EveryStore]
    public async Task What_was_under_way_when_it_was_paused_is_still_written(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 2);
        var lease = Owed.Served(store);
        store.Destinations.SetState(lease.DestinationId, DestinationState.Paused, "", Owed.Entry());
        Keep(store, "process");
        Owed.Settle(store, lease, Owed.Delivered(lease, events[0]));
        Assert.Single(await Owed.RowsAsync(store));

        store.Destinations.Remove(lease.DestinationId, Owed.Entry());
        Assert.Equal([lease.DestinationId], store.Deliveries.Settle(
            [new(lease) { Deliveries = [Owed.Delivered(lease, events[1])] }]));
        Assert.Single(await Owed.RowsAsync(store));
    }

    [Theory, EveryStore]
    public async Task A_process_that_ends_leaves_all_and_has_no_share(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        foreach (var name in new[] { "a", "b" }) Owed.Add(store, name);
        var before = Keep(store, "first").Leases;
        store.Deliveries.ReleaseAll("first");
        var after = Keep(store, "second");
        Assert.Equal((2, 1), (after.Share, after.ProcessCount));
        Assert.Equal(before.Select(l => l with { Epoch = 2 }), after.Leases);
        // A release that comes late is of a lease that is somebody else's now.
        store.Deliveries.Release(before[0]);
        Assert.Equal(after.Leases, Keep(store, "second").Leases);
    }

    [Theory, EveryStore]
    public async Task Two_processes_that_claim_at_once_never_share_one(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        foreach (var i in Enumerable.Range(0, 20)) Owed.Add(store, $"d{i}");
        for (var round = 0; round < 10; round++)
        {
            string[] processes = ["a", "b", "c", "d"];
            var reports = await Task.WhenAll(processes.Select(p => Task.Run(() => Keep(store, p), Cancellation)));
            var all = reports.SelectMany(r => r.Leases).ToArray();
            Assert.Equal(all.Length, all.Select(l => l.DestinationId).Distinct().Count());
            if (round % 2 == 0) continue;
            foreach (var process in processes) store.Deliveries.ReleaseAll(process);
        }
    }

    static LeaseReport Keep(IEventStore store, string process) =>
        store.Deliveries.KeepLeases(process, Owed.LeaseDuration);
}
