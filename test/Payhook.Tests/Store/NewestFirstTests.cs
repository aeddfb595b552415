using Payhook.Query;
using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>The feed read backwards, for people who look at what came last.</summary>
public sealed class NewestFirstTests
{
    const int Events = 200, Filters = 120;
    static readonly string[] Types = ["payment.captured", "payment.failed", "refund.created", "order.paid"];
    static readonly string[] SourceNames = ["razorpay", "stripe", "other"];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Pages_backwards_are_the_feed_turned_round_under_every_filter(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var random = new Random(20260131);
        Fill(store, random);
        var head = (await store.SettledAsync()).Latest;
        using var reader = new FeedReader(store.Feed, store.Consumers);
        var found = 0;
        for (var i = 0; i < Filters; i++)
        {
            var filter = AnyFilter(random);
            var request = new FeedRequest(filter, null, false, null, random.Next(2) == 0, default);
            var span = await reader.NarrowAsync(filter, new(default, head), Cancellation);
            var forward = await ReadAsync(reader, request, span, 1000);
            var backward = await ReadAsync(
                reader, request, span with { IsNewestFirst = true }, random.Next(1, 60));
            forward.Reverse();
            Assert.Equal(forward, backward);
            found += forward.Count;
        }
        Assert.InRange(found, Filters, Filters * Events / 2); // some filters let something pass, and few everything
    }

    /// <summary>It has a smaller number than the newest, and a reader must learn of neither before its end.</summary>
    [Fact]
    public async Task What_a_transaction_may_still_put_before_an_event_hides_it_from_both_ends()
    {
        using var test = new TestStore(StoreKind.Postgres);
        await using var store = test.Open();
        store.Store(Receipted.Of("evt_old"));
        await store.SettledAsync();
        using var slow = test.Connect();
        using var command = slow.CreateCommand();
        command.CommandText = "begin; insert into payhook_events (source, identity, event_id, event_type, "
            + "received_at, secret_number, headers, body) "
            + "values ('a', 'evt_slow', 'evt_slow', 'x.y', now(), 1, '{}', '')";
        command.ExecuteNonQuery();
        store.Store(Receipted.Of("evt_fast"));
        using var reader = new FeedReader(store.Feed, store.Consumers);
        var request = new FeedRequest(new(), null, false, null, false, default) { IsNewestFirst = true };

        var (before, _) = await reader.SpanAsync(request, Cancellation);
        Assert.Equal(["evt_old"], await IdsAsync(before));
        command.CommandText = "commit";
        command.ExecuteNonQuery();
        await store.SettledAsync();
        var (after, _) = await reader.SpanAsync(request, Cancellation);
        Assert.Equal(["evt_fast", "evt_slow", "evt_old"], await IdsAsync(after));

        async Task<IEnumerable<string>> IdsAsync(FeedSpan span) =>
            (await reader.PageAsync(request, span, 10, Cancellation)).Events.Select(e => e.Event.EventId);
    }

    static async Task<List<string>> ReadAsync(FeedReader reader, FeedRequest request, FeedSpan span, int limit)
    {
        var seen = new List<string>();
        while (true)
        {
            var page = await reader.PageAsync(request, span, limit, Cancellation);
            seen.AddRange(page.Events.Select(e => $"{e.Position}/{e.Event.EventId}/{e.Event.Body?.Length}"));
            if (!page.IsCut) return seen;
            span = span.Behind(page.Events[^1].Position);
        }
    }

    /// <summary>In batches, so that in PostgreSQL several events share a transaction.</summary>
    static void Fill(IEventStore store, Random random)
    {
        for (var stored = 0; stored < Events;)
        {
            var batch = Enumerable.Range(stored, random.Next(1, 12)).Select(n => Receipted.Of(
                $"evt_{n}", Types[random.Next(Types.Length)], SourceNames[random.Next(SourceNames.Length)],
                random.Next(3) == 0 ? null : $"pay_{n / 5}", Receipted.Moment.AddMinutes(random.Next(600)),
                body: $"{{\"n\":{n}}}")).ToArray();
            store.Store(batch);
            stored += batch.Length;
        }
        for (var i = 0; i < 5; i++)
            store.Store(Receipted.Of($"evt_{i * 9}", body: "{\"other\":1}", source: SourceNames[i % 3]));
    }

    static FeedFilter AnyFilter(Random random)
    {
        var from = Receipted.Moment.AddMinutes(random.Next(500));
        return new()
        {
            Types = random.Next(4) switch
            {
                0 => [Types[random.Next(Types.Length)]],
                1 => ["payment.*", "order.paid"],
                _ => [],
            },
            SourceNames = random.Next(4) switch
            {
                0 => [SourceNames[random.Next(SourceNames.Length)]],
                1 => ["stripe", "other"],
                _ => null,
            },
            PaymentId = random.Next(5) == 0 ? $"pay_{random.Next(Events / 5)}" : null,
            EventId = random.Next(8) == 0 ? $"evt_{random.Next(Events)}" : null,
            HasConflict = random.Next(8) == 0,
            ReceivedFrom = random.Next(4) == 0 ? from : null,
            ReceivedTo = random.Next(4) == 0 ? from.AddMinutes(random.Next(300)) : null,
        };
    }
}
