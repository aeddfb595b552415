using Payhook.Store;
using Payhook.Tests.Support;
using static Payhook.Tests.Support.Eventually;

namespace Payhook.Tests.Forward;

/// <summary>From a 200 to the merchant's application, through the real listener and both stores.</summary>
public sealed class ForwarderTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Hands_on_every_event_once_and_notes_it(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync();
        using var file = DestinationFile.To(application);
        await using var listener = await TestListener.StartAsync(store, file.Settings);
        await PostAsync(listener, 1, 200);

        await application.WaitForAsync(200);
        await ForAsync(() => store.Count("payhook_attempts") == 200);

        Assert.Equal(Names(1, 200), application.Taken.Order());
        Assert.Equal(200, store.Count("payhook_deliveries where state = 2 and attempt_count = 1"));
    }

    [Theory, EveryStore]
    public async Task Goes_on_after_a_restart_where_it_stood_and_gets_what_came_meanwhile(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync();
        using var file = DestinationFile.To(application);
        await using (var listener = await TestListener.StartAsync(store, file.Settings))
        {
            await PostAsync(listener, 1, 20);
            await application.WaitForAsync(20);
        }
        // Without a file its destinations are paused; what comes is owed all the same.
        await using (var listener = await TestListener.StartAsync(store)) await PostAsync(listener, 21, 40);
        Assert.Equal(20, application.Taken.Count);
        await using (var listener = await TestListener.StartAsync(store, file.Settings))
        {
            await application.WaitForAsync(40);
            await PostAsync(listener, 41, 42);
            await application.WaitForAsync(42);
        }
        Assert.Equal(Names(1, 42), application.Taken.Order());
    }

    [Theory, EveryStore]
    public async Task Tries_again_until_it_is_taken_and_keeps_every_attempt(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync(500, 429, 404, 200);
        using var file = DestinationFile.To(application, """, "concurrency_limit": 1""");
        await using var listener = await TestListener.StartAsync(store, file.Settings);
        await PostAsync(listener, 1, 1);

        await application.WaitForAsync(1);
        await ForAsync(() => store.Count("payhook_attempts") == 4);

        Assert.Equal([1, 2, 3, 4], application.Arrivals.Select(a => a.Attempt));
        Assert.Single(application.Arrivals.Select(a => a.MessageId).Distinct());
        var delivery = await listener.Store.Deliveries.Deliveries(new(10), Stop).SingleAsync(Stop);
        Assert.Equal(DeliveryState.Delivered, delivery.Delivery.State);
        var attempts = await listener.Store.Deliveries.AttemptsOf(delivery.Delivery.Sequence, Stop).ToListAsync(Stop);
        Assert.Equal([500, 429, 404, 200], attempts.Select(a => a.Status));
        Assert.Equal(
            [FailureClass.Status, FailureClass.Status, FailureClass.Status, FailureClass.None],
            attempts.Select(a => a.Failure));
    }

    [Theory, EveryStore]
    public async Task Is_disabled_by_410_and_what_is_owed_waits(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync(410, 200);
        using var file = DestinationFile.To(application, """, "concurrency_limit": 1""");
        await using var listener = await TestListener.StartAsync(store, file.Settings);
        await PostAsync(listener, 1, 3);
        await ForAsync(() => store.Count("payhook_destinations where state = 3") == 1);
        var tried = application.Arrivals.Count;

        await Task.Delay(500, Stop);
        Assert.Equal(tried, application.Arrivals.Count);

        var row = await listener.Store.Destinations.All(Stop).SingleAsync(Stop);
        Assert.Contains("410", row.StateReason, StringComparison.Ordinal);
        listener.Store.Destinations.SetState(row.Id, DestinationState.Active, "", null);
        await application.WaitForAsync(3);
    }

    [Theory, EveryStore]
    public async Task A_destination_that_hangs_or_is_dead_delays_no_other(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync();
        await using var hanging = await Application.StartAsync(async request =>
        {
            await Task.Delay(Timeout.Infinite, request.HttpContext.RequestAborted).ContinueWith(static _ => { }, Stop);
            return 200;
        });
        using var file = new DestinationFile($$"""
            { "app": { "url": "{{application.Url}}" }, "hanging": { "url": "{{hanging.Url}}" },
              "dead": { "url": "http://127.0.0.1:{{Receiver.FreePort()}}/" } }
            """);
        await using var listener = await TestListener.StartAsync(store, file.Settings);
        await PostAsync(listener, 1, 300);

        await application.WaitForAsync(300, seconds: 10);

        Assert.Equal(Names(1, 300), application.Taken.Order());
    }

    [Theory, EveryStore]
    public async Task A_destination_that_is_back_gets_all_that_waited(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync();
        using var file = DestinationFile.To(application);
        await using var listener = await TestListener.StartAsync(store, file.Settings);
        await PostAsync(listener, 1, 5);
        await application.WaitForAsync(5);
        await application.StopAsync();
        await PostAsync(listener, 6, 400);
        await Task.Delay(300, Stop);
        // The breaker is open: nearly all still wait in the feed, and not as rows that are tried one after another.
        Assert.InRange(store.Count("payhook_deliveries where state = 1"), 1, 60);

        await application.StartAgainAsync();
        await application.WaitForAsync(400);

        Assert.Empty(Names(1, 400).Except(application.Taken));
    }

    [Theory, EveryStore]
    public async Task Events_of_one_payment_arrive_in_order_whatever_fails(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync(
            _ => Task.FromResult(Random.Shared.Next(4) == 0 ? 503 : 200));
        using var file = DestinationFile.To(application, """, "ordering": "payment", "concurrency_limit": 16""");
        await using var listener = await TestListener.StartAsync(store, file.Settings);
        for (var i = 0; i < 600; i++) await listener.PostAsync(Bodies.Mocked($"evt_{i:D4}", $"pay_{i % 20}"));

        await application.WaitForAsync(600, seconds: 60);

        foreach (var ofPayment in application.Taken.GroupBy(id => int.Parse(id[4..]) % 20))
            Assert.Equal(ofPayment.Order(StringComparer.Ordinal), ofPayment);
    }

    [Theory, EveryStore]
    public async Task What_is_filtered_out_is_never_sent_and_holds_nothing_up(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync();
        using var file = DestinationFile.To(
            application, """, "filter": { "types": ["payment.captured"], "statuses": ["captured"] }""");
        await using var listener = await TestListener.StartAsync(store, file.Settings);
        for (var i = 0; i < 1000; i++)
            await listener.PostAsync(Bodies.Mocked($"evt_{i:D4}", $"pay_{i}", i == 999 ? "payment.captured" : "x.y"));

        await application.WaitForAsync(1);

        Assert.Equal(["evt_0999"], application.Taken);
        await ForAsync(() => Convert.ToInt64(store.Scalar("select cursor_sequence from payhook_destinations")) >= 1000);
        Assert.Equal(1, store.Count("payhook_deliveries"));
    }

    [Fact]
    public async Task Processes_on_one_store_share_destinations_and_take_over_from_one_that_died()
    {
        using var store = new TestStore(StoreKind.Postgres);
        await using var first = await Application.StartAsync();
        await using var second = await Application.StartAsync();
        using var file = new DestinationFile($$"""
            { "first": { "url": "{{first.Url}}" }, "second": { "url": "{{second.Url}}" } }
            """);
        var (portA, portB) = (PrivatePostgres.FreePort(), PrivatePostgres.FreePort());
        using var a = await PayhookProcess.ListenAsync(store, portA, file.Settings);
        using var b = await PayhookProcess.ListenAsync(store, portB, file.Settings);
        await ForAsync(() => Convert.ToInt64(store.Scalar(
            "select count(distinct lease_owner) from payhook_destinations")) == 2, seconds: 20);

        await using var load = new Load(portA, "evt", senders: 4);
        await load.WaitForMoreAsync(300);
        b.Kill();
        await load.WaitForMoreAsync(300);
        await load.StopAsync();
        var acknowledged = load.Acknowledged.Count;
        await first.WaitForAsync(acknowledged);
        await second.WaitForAsync(acknowledged);

        Assert.Empty(load.Acknowledged.Except(first.Taken));
        Assert.Empty(load.Acknowledged.Except(second.Taken));
        Assert.Empty(b.Errors);
    }

    static async Task PostAsync(TestListener listener, int from, int to)
    {
        for (var i = from; i <= to; i++)
            Assert.Equal(200, (await listener.PostAsync(Bodies.Mocked($"evt_{i:D4}", $"pay_{i}"))).Status);
    }

    static IEnumerable<string> Names(int from, int to) =>
        Enumerable.Range(from, to - from + 1).Select(i => $"evt_{i:D4}");
}
