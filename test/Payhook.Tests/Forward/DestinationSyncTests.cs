using Payhook.Forward;
using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Forward;

/// <summary>The file is the word for its own destinations, and takes nothing from the others.</summary>
public sealed class DestinationSyncTests
{
    [Theory, EveryStore]
    public async Task Those_of_the_file_are_added_changed_and_paused_when_they_leave_it(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        await SyncAsync(store, Given("orders"), Given("ledger", beginsAtStart: true));
        var rows = await RowsAsync(store);
        Assert.Equal(["ledger", "orders"], rows.Select(r => r.Name));
        Assert.All(rows, r => Assert.True(r.IsFromFile && r.State == DestinationState.Active));

        await SyncAsync(store, Given("orders"), Given("ledger"));
        Assert.Equal(rows, await RowsAsync(store)); // nothing to change
        await SyncAsync(store, Given("orders", "https://other.example"));
        rows = await RowsAsync(store);
        Assert.Equal("https://other.example", DestinationText.Read(rows[1]).Destination!.Url.OriginalString);
        Assert.Equal((DestinationState.Paused, DestinationSync.NotInFile, false),
            (rows[0].State, rows[0].StateReason, rows[0].IsFromFile));

        await SyncAsync(store, Given("orders", "https://other.example"), Given("ledger"));
        rows = await RowsAsync(store);
        Assert.Equal((DestinationState.Active, "", true), (rows[0].State, rows[0].StateReason, rows[0].IsFromFile));
        var acts = await store.Audit.Entries(long.MaxValue, 100, Stop).Select(e => $"{e.Act} {e.Target}")
            .ToListAsync(Stop);
        Assert.Equal(
            [
                "destination-changed ledger", "destination-paused ledger", "destination-changed orders",
                "destination-added ledger", "destination-added orders",
            ], acts);
    }

    [Theory, EveryStore]
    public async Task A_new_one_begins_at_the_end_of_the_feed_unless_it_is_to_have_all(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(test);
        await listener.PostAsync(PaymentBodies.Razorpay("payment.captured", "pay_1"));
        await WaitForHeadAsync(listener.Store);
        await SyncAsync(listener.Store, Given("orders"), Given("ledger", beginsAtStart: true));
        var rows = await RowsAsync(listener.Store);
        Assert.Equal(default, rows[0].Cursor);
        var behind = await listener.Store.Feed.PageAsync(
            new(), new(rows[1].Cursor, new(ulong.MaxValue, long.MaxValue)), 10, false, Stop);
        Assert.Empty(behind.Events);
    }

    [Theory, EveryStore]
    public async Task What_a_person_has_paused_stays_so_and_what_is_not_of_the_file_is_left_alone(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var now = TimeProvider.System.GetUtcNow();
        var other = new DestinationRow
        {
            Name = "other", SettingsJson = "{}", SecretsJson = "{}", CreatedAt = now, UpdatedAt = now,
        };
        Assert.NotNull(store.Destinations.Add(other, default, new(now, "cli:me", "destination-added", "other", "")));
        await SyncAsync(store, Given("orders"));
        var id = (await RowsAsync(store)).Single(r => r.Name == "orders").Id;
        Assert.True(store.Destinations.SetState(id, DestinationState.Paused, "paused by me", null));
        await SyncAsync(store, Given("orders", "https://other.example"));
        await SyncAsync(store);
        await SyncAsync(store, Given("orders"));
        var rows = await RowsAsync(store);
        Assert.Equal(("paused by me", DestinationState.Paused, true),
            (rows[0].StateReason, rows[0].State, rows[0].IsFromFile));
        Assert.Equal((DestinationState.Active, false, "{}"), (rows[1].State, rows[1].IsFromFile, rows[1].SettingsJson));

        await SyncAsync(store, Given("other")); // the file takes over what has the name
        Assert.True((await RowsAsync(store))[1].IsFromFile);
    }

    [Theory, EveryStore]
    public async Task Several_listeners_that_start_at_once_agree(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var first = test.Open();
        await using var second = test.Open();
        DestinationGiven[] given = [.. Enumerable.Range(0, 10).Select(i => Given($"d{i}"))];
        await Task.WhenAll(Task.Run(() => SyncAsync(first, given), Stop),
            Task.Run(() => SyncAsync(second, given), Stop));
        Assert.Equal(10, (await RowsAsync(first)).Count);
    }

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>In PostgreSQL the end of the feed is where no transaction is under way any more.</summary>
    internal static async Task WaitForHeadAsync(IEventStore store)
    {
        for (var i = 0; ; i++)
        {
            var head = (await store.Feed.HeadAsync(Stop)).Latest;
            if ((await store.Feed.PageAsync(new(), new(default, head), 1, false, Stop)).Events.Count > 0) return;
            Assert.True(i < 200);
            await Task.Delay(25, Stop);
        }
    }

    static async Task SyncAsync(IEventStore store, params DestinationGiven[] given) => Assert.Empty(
        await DestinationSync.SyncAsync(store.Destinations, store.Feed, given, TimeProvider.System, Stop));

    static async Task<List<DestinationRow>> RowsAsync(IEventStore store) =>
        await store.Destinations.All(Stop).ToListAsync(Stop);

    static DestinationGiven Given(
        string name, string url = "https://orders.example.com", bool beginsAtStart = false) =>
        new(new() { Name = name, Url = new(url) }, beginsAtStart);
}
