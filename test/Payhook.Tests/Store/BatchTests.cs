using System.Buffers;
using System.Text;
using Payhook.Providers;
using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>A delivery with several events is committed whole or not at all, and each event only once.</summary>
public sealed class BatchTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static readonly Source Sender = new("many", ProviderCatalog.All[0], new Credentials());

    [Theory, EveryStore]
    public async Task Every_event_has_its_own_part_and_the_delivery_is_kept_whole(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var events = store.Open();
        using var writer = events.OpenWriter();

        var receipts = Append(writer, "[one,two,three]", "one", "two", "three");

        Assert.All(receipts, r => Assert.Equal(StoreOutcome.Stored, r.Outcome));
        Assert.Equal(1, store.Count("payhook_batches"));
        Assert.Equal("[one,two,three]", Text(store, "select body from payhook_batches"));
        Assert.Equal("{\"User-Agent\":\"x\"}", store.Scalar("select headers from payhook_batches"));
        Assert.Equal("two", Text(store, "select body from payhook_events where event_id = 'two'"));
        Assert.Equal(3L, Convert.ToInt64(store.Scalar("""
            select count(*) from payhook_events e join payhook_batches b on b.sequence = e.batch_sequence
            where b.event_count = 3 and b.source = 'many' and e.received_at = b.received_at
            """)));
        var read = await events.EventsWithId("three", true, Cancellation).SingleAsync(Cancellation);
        Assert.NotNull(read.BatchSequence);
    }

    [Theory, EveryStore]
    public async Task An_event_that_comes_again_in_another_batch_is_a_duplicate(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var events = store.Open();
        using var writer = events.OpenWriter();
        Append(writer, "[one,two]", "one", "two");

        var second = Append(writer, "[two,three]", "two", "three");
        var third = Append(writer, "[three,one]", "three", "one");

        Assert.Equal([StoreOutcome.Duplicate, StoreOutcome.Stored], second.Select(r => r.Outcome));
        Assert.All(third, r => Assert.Equal(StoreOutcome.Duplicate, r.Outcome));
        Assert.Equal(["one", "three", "two"], store.EventIds().Order());
        Assert.Equal(2, store.Count("payhook_batches")); // the third brought nothing new
        Assert.Equal(0, store.Count("payhook_conflicts"));
    }

    [Theory, EveryStore]
    public async Task One_event_that_cannot_be_stored_fails_its_own_batch_and_no_other(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var events = store.Open();
        using var writer = events.OpenWriter();
        store.RefuseEvent("bad");

        var receipts = Make("[one,bad,two]", "one", "bad", "two");
        Assert.ThrowsAny<Exception>(() => writer.Append(receipts));

        Assert.All(receipts, r => Assert.Equal(StoreOutcome.NotStored, r.Outcome));
        Assert.Empty(store.EventIds());
        Assert.Equal(0, store.Count("payhook_batches"));
        Assert.All(Append(writer, "[one,two]", "one", "two"), r => Assert.Equal(StoreOutcome.Stored, r.Outcome));
        Assert.Equal(1, store.Count("payhook_batches"));
    }

    [Theory, EveryStore]
    public async Task An_event_twice_in_one_batch_is_stored_once(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var events = store.Open();
        using var writer = events.OpenWriter();

        var receipts = Append(writer, "[one,two,one]", "one", "two", "one");

        Assert.Equal([StoreOutcome.Stored, StoreOutcome.Stored, StoreOutcome.Duplicate],
            receipts.Select(r => r.Outcome).Order());
        Assert.Equal(["one", "two"], store.EventIds().Order());
    }

    [Theory, EveryStore]
    public async Task Batches_and_single_events_share_a_commit(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var events = store.Open();
        using var writer = events.OpenWriter();

        Receipt[] all = [.. Make("[one,two]", "one", "two"), .. Make("three"), .. Make("[four,one]", "four", "one")];
        writer.Append(all);

        Assert.Equal(1, all.Count(r => r.Outcome == StoreOutcome.Duplicate));
        Assert.Equal(["four", "one", "three", "two"], store.EventIds().Order());
        Assert.Null(store.Scalar("select batch_sequence from payhook_events where event_id = 'three'") as long?);
    }

    static Receipt[] Append(IEventWriter writer, string body, params string[] ids)
    {
        var receipts = Make(body, ids);
        writer.Append(receipts);
        return receipts;
    }

    /// <summary>Each event's part is its id, found in the body; without ids the body is one event.</summary>
    static Receipt[] Make(string body, params string[] ids)
    {
        var bytes = new PooledBytes(256);
        bytes.Write(Encoding.UTF8.GetBytes(body));
        var from = 0;
        var read = ids.Select(id =>
        {
            var start = body.IndexOf(id, from, StringComparison.Ordinal);
            from = start + id.Length;
            return Event(id) with { Place = new(start, from) };
        }).ToList();
        if (ids.Length == 0) read.Add(Event(body));
        var first = Receipts.Of(
            Sender, new DictionaryHeaders([new("User-Agent", "x")]), read, 1, DateTimeOffset.UnixEpoch.AddDays(1),
            bytes);
        return first.Batch?.Receipts ?? [first];
    }

    static PaymentEvent Event(string id) => new() { EventId = id, IsEventIdSigned = true, EventType = "x" };

    static string Text(TestStore store, string sql) => Encoding.UTF8.GetString((byte[])store.Scalar(sql)!);
}
