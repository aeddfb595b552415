using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>A destination is what was last written of it, by whoever saw it last, and its end leaves nothing.</summary>
public sealed class DestinationStoreTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Gives_destinations_back_as_they_were_made_by_their_names(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 1);
        var row = Owed.Row("shop") with
        {
            State = DestinationState.Paused, StateReason = "für später 🎉", IsFromFile = true,
            UpdatedAt = Owed.Moment.AddHours(1),
        };
        var id = store.Destinations.Add(row, events[0].Position, Owed.Entry("destination-created"));
        Owed.Add(store, "books");
        Assert.Null(store.Destinations.Add(row, default, Owed.Entry()));

        var all = await AllAsync(store);
        Assert.Equal(["books", "shop"], all.Select(d => d.Name));
        Assert.Equal(row with { Id = id!.Value, Revision = 1, Cursor = events[0].Position }, all[1]);
        Assert.Equal(["test-act", "destination-created"], await ActsAsync(store));
    }

    [Theory, EveryStore]
    public async Task Takes_only_so_many(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        Owed.Add(store, "first");
        test.Scalar($"""
            with recursive s(n) as (select 2 union all select n + 1 from s where n < {StoreLimits.Destinations})
            insert into payhook_destinations (name, settings, secrets, state, state_reason, is_from_file, revision,
                created_at, updated_at, cursor_sequence{(kind == StoreKind.Sqlite ? "" : ", cursor_xid")})
            select 'd' || n, settings, secrets, state, state_reason, is_from_file, revision, created_at, updated_at,
                cursor_sequence{(kind == StoreKind.Sqlite ? "" : ", cursor_xid")} from payhook_destinations, s
            """);
        Assert.Null(store.Destinations.Add(Owed.Row("one too many"), default, Owed.Entry()));
        var all = await AllAsync(store);
        Assert.Equal(StoreLimits.Destinations, all.Count);
        Assert.True(store.Destinations.Remove(all[0].Id, Owed.Entry()));
        Assert.NotNull(store.Destinations.Add(Owed.Row("the last"), default, Owed.Entry()));
    }

    [Theory, EveryStore]
    public async Task Is_changed_only_by_who_has_seen_the_last_change(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var seen = await Owed.FindAsync(store, Owed.Add(store));
        var changed = seen with
        {
            SettingsJson = "{}", SecretsJson = "[]", State = DestinationState.Disabled, StateReason = "gone",
            IsFromFile = true, UpdatedAt = Owed.Moment.AddDays(1),
        };
        Assert.True(store.Destinations.Change(changed, Owed.Entry("changed")));
        Assert.False(store.Destinations.Change(changed, Owed.Entry("too late")));
        Assert.Equal(changed with { Revision = seen.Revision + 1 }, await Owed.FindAsync(store, seen.Id));

        Assert.True(store.Destinations.SetState(seen.Id, DestinationState.Active, "", null));
        Assert.False(store.Destinations.Change(changed with { Revision = seen.Revision + 1 }, Owed.Entry("too late")));
        Assert.True(store.Destinations.SetState(seen.Id, DestinationState.Paused, "lunch", Owed.Entry("paused")));
        var paused = await Owed.FindAsync(store, seen.Id);
        Assert.Equal((DestinationState.Paused, "lunch", Owed.Moment),
            (paused.State, paused.StateReason, paused.UpdatedAt));
        Assert.False(store.Destinations.SetState(99, DestinationState.Paused, "", Owed.Entry("nobody")));
        Assert.Equal(["paused", "changed", "test-act"], await ActsAsync(store));
    }

    [Theory, EveryStore]
    public async Task A_removed_one_is_gone_at_once_and_what_it_leaves_goes_in_parts(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = await Owed.EventsAsync(store, 5);
        var (lease, other) = (Owed.Served(store), Owed.Served(store, "other"));
        Owed.Settle(store, lease, [.. events.Select(e => Owed.Delivered(lease, e))]);
        Owed.Settle(store, other, Owed.Failed(other, events[0]));
        store.Destinations.AddReplays([Replay(lease.DestinationId)], Owed.Entry());
        Assert.False(store.Destinations.Prune(2));

        Assert.True(store.Destinations.Remove(lease.DestinationId, Owed.Entry("removed")));
        Assert.False(store.Destinations.Remove(lease.DestinationId, Owed.Entry("removed again")));
        Assert.Equal(["other"], (await AllAsync(store)).Select(d => d.Name));
        Assert.Equal("removed", (await ActsAsync(store))[0]);
        Assert.Empty(await ReplaysAsync(store, new(10) { State = ReplayState.Running }));
        var again = Owed.Add(store); // the name is free
        Assert.NotEqual(lease.DestinationId, again);

        Assert.True(store.Destinations.Prune(2));
        Assert.Equal((4, 4), (test.Count("payhook_deliveries"), test.Count("payhook_attempts")));
        Assert.True(store.Destinations.Prune(2));
        Assert.True(store.Destinations.Prune(2));
        Assert.False(store.Destinations.Prune(2));
        Assert.Equal((1, 1, 2, 0), (test.Count("payhook_deliveries"), test.Count("payhook_attempts"),
            test.Count("payhook_destinations"), test.Count("payhook_replays")));
        Assert.Equal(other.DestinationId, Assert.Single(await Owed.RowsAsync(store)).DestinationId);
    }

    [Theory, EveryStore]
    public async Task What_cannot_be_written_down_is_not_done(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var id = Owed.Add(store);
        var row = await Owed.FindAsync(store, id);
        var replay = store.Destinations.AddReplays([Replay(id)], Owed.Entry())[0];
        test.Scalar("drop table payhook_audit");
        Assert.ThrowsAny<Exception>(() => store.Destinations.Add(Owed.Row("b"), default, Owed.Entry()));
        Assert.ThrowsAny<Exception>(() => store.Destinations.Change(row with { SettingsJson = "{}" }, Owed.Entry()));
        Assert.ThrowsAny<Exception>(
            () => store.Destinations.SetState(id, DestinationState.Paused, "", Owed.Entry()));
        Assert.ThrowsAny<Exception>(() => store.Destinations.Remove(id, Owed.Entry()));
        Assert.ThrowsAny<Exception>(() => store.Destinations.AddReplays([Replay(id)], Owed.Entry()));
        Assert.ThrowsAny<Exception>(() => store.Destinations.CancelReplay(replay, Owed.Moment, Owed.Entry()));
        Assert.Equal(row, Assert.Single(await AllAsync(store)));
        Assert.Equal(ReplayState.Running, Assert.Single(await ReplaysAsync(store, new(10))).State);
    }

    internal static ReplayRow Replay(long destination, FeedSpan span = default) => new()
    {
        DestinationId = destination,
        FilterJson = """{"type":"payment.*"}""",
        Span = span,
        RateLimitPerSecond = 12.5,
        EventCount = 3,
        CreatedBy = "cli:me",
        CreatedAt = Owed.Moment,
    };

    internal static async Task<List<ReplayRow>> ReplaysAsync(IEventStore store, ReplayPage page) =>
        await store.Destinations.Replays(page, Cancellation).ToListAsync(Cancellation);

    static async Task<List<DestinationRow>> AllAsync(IEventStore store) =>
        await store.Destinations.All(Cancellation).ToListAsync(Cancellation);

    static async Task<List<string>> ActsAsync(IEventStore store) =>
        await store.Audit.Entries(long.MaxValue, 100, Cancellation).Select(e => e.Act).ToListAsync(Cancellation);
}
