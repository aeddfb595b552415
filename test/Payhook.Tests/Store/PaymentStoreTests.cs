using Payhook.Payments;
using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>Payments as stores keep them: what the events say, whoever writes them, in whatever batches.</summary>
public sealed class PaymentStoreTests
{
    const int Orders = 12, EventsPerOrder = 25;

    [Theory, EveryStore]
    public async Task What_is_stored_is_what_the_events_say(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var random = new Random(7);
        var events = Events(random);
        using (var writer = store.OpenWriter())
        {
            // In batches of any size, and many of them twice.
            var sent = events.Concat(events.Where(_ => random.Next(3) == 0)).ToArray();
            random.Shuffle(sent);
            for (var i = 0; i < sent.Length;)
            {
                var batch = sent.Skip(i).Take(1 + random.Next(40)).ToArray();
                writer.Append(batch.Select(Receipt).ToArray());
                i += batch.Length;
            }
        }
        await AssertHoldsAsync(store, events);
    }

    /// <summary>They take the same names and the same rows at once, and learn that payments are one.</summary>
    [Theory, EveryStore]
    public async Task Several_writers_at_once_lose_nothing(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var events = Events(new Random(11));
        var parts = events.Index().GroupBy(e => e.Index % 3, e => e.Item).Select(g => g.ToArray());
        await Task.WhenAll(parts.Select(part => Task.Run(() =>
        {
            using var writer = store.OpenWriter();
            foreach (var batch in part.Chunk(5)) writer.Append(batch.Select(Receipt).ToArray());
        }, TestContext.Current.CancellationToken)));
        await AssertHoldsAsync(store, events);
    }

    [Theory, EveryStore]
    public async Task A_payment_of_very_many_events_has_them_all(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        const int count = PaymentRow.EventsLimit + 300;
        Change change = new() { Names = [new(NameKind.Payment, "pay_1")], Kind = ChangeKind.Noted };
        var receipts = Enumerable.Range(0, count).Select(i => Receipted.Of($"evt_{i}", changes: change)).ToArray();
        using (var writer = store.OpenWriter())
        {
            foreach (var batch in receipts.Chunk(100)) writer.Append(batch);
        }
        var cancellation = TestContext.Current.CancellationToken;
        var found = new List<string>();
        for (long after = 0; ;)
        {
            var page = await store.EventsOfPayment("pay_1", new(after, 100, false), cancellation)
                .ToListAsync(cancellation);
            if (page.Count == 0) break;
            found.AddRange(page.Select(e => e.EventId));
            after = page[^1].Sequence;
        }
        Assert.Equal(receipts.Select(r => r.EventId).Order(), found.Order());
        var row = Assert.Single(await store.PaymentsCalled("pay_1", cancellation).ToListAsync(cancellation));
        Assert.Equal(count, row.EventCount);
    }

    [Theory, EveryStore]
    public async Task One_id_at_two_accounts_is_two_payments(StoreKind kind)
    {
        using var test = new TestStore(kind);
        await using var store = test.Open();
        Change change = new() { Names = [new(NameKind.Payment, "pay_1")], Kind = ChangeKind.Created };
        store.Store(
            Receipted.Of("evt_1", source: "stripe", changes: change),
            Receipted.Of("evt_2", source: "square", changes: change));
        var cancellation = TestContext.Current.CancellationToken;
        var rows = await store.PaymentsCalled("pay_1", cancellation).ToListAsync(cancellation);
        Assert.Equal(["square", "stripe"], rows.Select(r => r.Provider).Order());
        var events = await store.EventsOfPayment("pay_1", new(0, 10, false), cancellation).ToListAsync(cancellation);
        Assert.Equal(2, events.Count);
    }

    sealed record Event(string Id, Change[] Changes, DateTimeOffset At);

    /// <summary>Events of orders whose payment goes by three ids, which some of them join.</summary>
    static List<Event> Events(Random random)
    {
        var events = new List<Event>();
        for (var order = 0; order < Orders; order++)
        {
            PaymentName[] names =
            [
                new(NameKind.Payment, $"pay_{order}"), new(NameKind.Order, $"order_{order}"),
                new(NameKind.Capture, $"capture_{order}"),
            ];
            for (var i = 0; i < EventsPerOrder; i++)
            {
                var at = Receipted.Moment.AddSeconds(random.Next(1000));
                var first = random.Next(3);
                Change change = new()
                {
                    Names = random.Next(3) == 0 ? [names[first], names[(first + 1) % 3]] : [names[first]],
                    Kind = (ChangeKind)random.Next(17),
                    At = at,
                    Amount = 100 + random.Next(3),
                    Currency = "INR",
                    ChildId = $"child_{random.Next(3)}",
                    OrderId = $"order_{order}",
                };
                events.Add(new($"evt_{order}_{i}", [change], at));
            }
            events.Add(new($"evt_{order}_join", [new() { Names = names, Kind = ChangeKind.Noted }], Receipted.Moment));
        }
        return events;
    }

    static Receipt Receipt(Event e) => Receipted.Of(
        e.Id, payment: e.Changes[0].Names[0].Id, at: e.At, changes: e.Changes);

    static async Task AssertHoldsAsync(IEventStore store, List<Event> events)
    {
        var cancellation = TestContext.Current.CancellationToken;
        for (var order = 0; order < Orders; order++)
        {
            var own = events.Where(e => e.Id.StartsWith($"evt_{order}_", StringComparison.Ordinal)).ToArray();
            var facts = new PaymentFacts();
            foreach (var change in own.SelectMany(e => e.Changes)) facts.Apply(change);
            foreach (var id in new[] { $"pay_{order}", $"order_{order}", $"capture_{order}" })
            {
                var row = Assert.Single(await store.PaymentsCalled(id, cancellation).ToListAsync(cancellation));
                Assert.Equal(FactsJson.Write(facts), FactsJson.Write(row.Facts));
                Assert.Equal(own.Length, row.EventCount);
                Assert.Equal(own.Min(e => e.At), row.FirstEventAt);
                Assert.Equal(own.Max(e => e.At), row.LastEventAt);
                var stored = await store.EventsOfPayment(id, new(0, 500, false), cancellation)
                    .ToListAsync(cancellation);
                Assert.Equal(own.Select(e => e.Id).Order(), stored.Select(e => e.EventId).Order());
                Assert.Equal(stored.Select(e => e.ReceivedAt).Order(), stored.Select(e => e.ReceivedAt));
                Assert.Equal(stored.Select(e => e.Sequence).Order(), row.Events.Order());
            }
        }
        var all = await store.Payments(new(), cancellation).ToListAsync(cancellation);
        Assert.Equal(Orders, all.Count);
    }
}
