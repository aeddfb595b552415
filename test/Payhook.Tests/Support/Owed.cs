using Payhook.Store;

namespace Payhook.Tests.Support;

/// <summary>Destinations and deliveries as a forwarder would write them.</summary>
static class Owed
{
    public static readonly DateTimeOffset Moment = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset Never = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly TimeSpan LeaseDuration = TimeSpan.FromMinutes(5);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static AuditEntry Entry(string act = "test-act", string target = "shop") =>
        new(Moment, "cli:me", act, target, "");

    public static DestinationRow Row(string name = "shop") => new()
    {
        Name = name,
        SettingsJson = """{"url":"https://shop.example/hooks"}""",
        SecretsJson = """{"signing":["whsec_c2VjcmV0"]}""",
        CreatedAt = Moment,
        UpdatedAt = Moment,
    };

    public static long Add(IEventStore store, string name = "shop", FeedPosition cursor = default) =>
        store.Destinations.Add(Row(name), cursor, Entry())!.Value;

    /// <summary>A destination that this process serves.</summary>
    public static Lease Served(IEventStore store, string name = "shop", FeedPosition cursor = default)
    {
        var id = Add(store, name, cursor);
        return store.Deliveries.KeepLeases("process", LeaseDuration).Leases.Single(l => l.DestinationId == id);
    }

    /// <summary>Some events in the feed, in its order.</summary>
    public static async Task<List<FeedEvent>> EventsAsync(IEventStore store, int count, string? body = null)
    {
        for (var i = 0; i < count; i++)
            store.Store(Receipted.Of($"evt_{i}", payment: $"pay_{i % 2}", source: "razorpay", body: body));
        var head = await store.SettledAsync();
        var page = await store.Feed.PageAsync(new(), new(default, head.Latest), count, false, Cancellation);
        Assert.Equal(count, page.Events.Count);
        return [.. page.Events];
    }

    public static Attempt Attempt(int number = 1, FailureClass failure = FailureClass.None, string detail = "") => new(
        number, Moment.AddSeconds(number), TimeSpan.FromMilliseconds(12.5), failure == FailureClass.None ? 200 : 500,
        failure, detail, "answer"u8.ToArray());

    public static SettledDelivery Delivered(Lease lease, FeedEvent of, long replay = 0) => new(new()
    {
        DestinationId = lease.DestinationId,
        EventSequence = of.Event.Sequence,
        ReplayId = replay,
        State = DeliveryState.Delivered,
        AttemptCount = 1,
        FirstAttemptAt = Moment,
        DueAt = Moment,
    }, of.Position, Attempt());

    public static SettledDelivery Failed(
        Lease lease, FeedEvent of, DateTimeOffset? due = null, DeliveryState state = DeliveryState.Pending,
        string? key = null, FailureClass failure = FailureClass.Timeout, long replay = 0)
    {
        var delivered = Delivered(lease, of, replay);
        return delivered with
        {
            Delivery = delivered.Delivery with
            {
                State = state, DueAt = due ?? Moment, OrderingKey = key, LastFailure = failure,
            },
            Attempt = Attempt(1, failure),
        };
    }

    /// <summary>One that waits for the one before it.</summary>
    public static SettledDelivery PutOff(Lease lease, FeedEvent of, string key, DateTimeOffset? due = null) => new(new()
    {
        DestinationId = lease.DestinationId,
        EventSequence = of.Event.Sequence,
        State = DeliveryState.Pending,
        DueAt = due ?? Never,
        OrderingKey = key,
    }, of.Position, null);

    public static void Settle(IEventStore store, Lease lease, params SettledDelivery[] deliveries) =>
        Assert.Empty(store.Deliveries.Settle([new(lease) { Deliveries = deliveries }]));

    public static async Task<List<Delivery>> RowsAsync(IEventStore store, DeliveryPage? page = null) =>
        await store.Deliveries.Deliveries(page ?? new(1000), Cancellation).Select(line => line.Delivery)
            .Reverse().ToListAsync(Cancellation);

    public static async Task<List<Attempt>> AttemptsAsync(IEventStore store, long delivery) =>
        await store.Deliveries.AttemptsOf(delivery, Cancellation).ToListAsync(Cancellation);

    public static async Task<DestinationRow> FindAsync(IEventStore store, long id) =>
        (await store.Destinations.All(Cancellation).ToListAsync(Cancellation)).Single(d => d.Id == id);

    /// <summary>A process that is not heard of any more.</summary>
    public static void Die(TestStore test, string process)
    {
        var past = test.Kind == StoreKind.Sqlite ? "1" : "now() - interval '1 second'";
        test.Scalar($"update payhook_forwarders set seen_until = {past} where process = '{process}'");
        test.Scalar($"update payhook_destinations set lease_until = {past} where lease_owner = '{process}'");
    }
}
