using Payhook.Store;
using Payhook.Tests.Reference;
using Payhook.Tests.Support;
using static Payhook.Tests.Contract.DestinationsContractTests;
using static Payhook.Tests.Support.Eventually;

namespace Payhook.Tests.Contract;

/// <summary>Events once more: those that were asked for, to those that were named, until somebody cancels.</summary>
public sealed class ReplaysContractTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task A_selection_is_counted_first_and_then_sent_again_alone_and_known_as_the_same(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync();
        using var file = DestinationFile.To(
            application, $", \"secret\": \"{SigningSecret.Text(SigningSecret.Create())}\"");
        await using var listener = await StartAsync(store, file);
        await PostAsync(listener, 10);
        await application.WaitForAsync(10);

        var planned = await SendAsync(listener, "POST", "/replays?type=payment.*&to=app&dry_run=true");
        Assert.Equal(
            """{"dry_run":true,"event_count":5,"destinations":[{"name":"app","state":"active"}]}""", planned.Text);
        Assert.Equal(0, store.Count("payhook_replays"));
        var started = await SendAsync(listener, "POST", "/replays?type=payment.*&to=app");
        Assert.Equal((201, 5), (started.Status, started.Json.GetProperty("event_count").GetInt32()));
        var id = started.Json.GetProperty("destinations")[0].GetProperty("replay").GetInt64();
        var done = await DoneAsync(listener, id);
        Assert.Equal((5, 5, 1.0), (done.Json.GetProperty("planned_count").GetInt32(),
            done.Json.GetProperty("passed_count").GetInt32(), done.Json.GetProperty("done").GetDouble()));

        Assert.Equal(["evt_01", "evt_03", "evt_05", "evt_07", "evt_09"], Replayed(application, id).Order());
        Assert.Equal(15, application.Arrivals.Count);
        Assert.All(application.Arrivals.GroupBy(a => a.EventId), ofEvent => Assert.StartsWith(
            "msg_", Assert.Single(ofEvent.Select(a => a.MessageId).Distinct()), StringComparison.Ordinal));
        ApiAnswerTests.Check("POST", "/replays", planned);
        ApiAnswerTests.Check("POST", "/replays", started);
        ApiAnswerTests.Check("GET", "/replays/{id}", done);
        var list = await SendAsync(listener, "GET", "/replays?destination=app&state=done&limit=1");
        ApiAnswerTests.Check("GET", "/replays", list);
        Assert.Equal(id, list.Json.GetProperty("replays")[0].GetProperty("id").GetInt64());
        Assert.Empty((await SendAsync(listener, "GET", "/replays?state=running")).Json.GetProperty("replays")
            .EnumerateArray());
        Assert.Equal(["replay-started app"], await ActsAsync(listener));
    }

    [Theory, EveryStore]
    public async Task One_event_goes_to_all_destinations(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var first = await Application.StartAsync();
        await using var second = await Application.StartAsync();
        using var file = new DestinationFile($$"""
            { "first": { "url": "{{first.Url}}" }, "second": { "url": "{{second.Url}}" } }
            """);
        await using var listener = await StartAsync(store, file, destinations: 2);
        await PostAsync(listener, 4);
        await first.WaitForAsync(4);
        await second.WaitForAsync(4);

        var started = await SendAsync(listener, "POST", "/replays?event_id=evt_03&to=all");
        Assert.Equal(1, started.Json.GetProperty("event_count").GetInt32());
        foreach (var (destination, application) in
            started.Json.GetProperty("destinations").EnumerateArray().Zip([first, second]))
        {
            var id = destination.GetProperty("replay").GetInt64();
            await DoneAsync(listener, id);
            Assert.Equal(["evt_03"], Replayed(application, id));
        }
        Assert.Equal(0, (await SendAsync(listener, "POST", "/replays?event_id=evt_3&to=all&dry_run=true")).Json
            .GetProperty("event_count").GetInt32());
    }

    [Theory, EveryStore]
    public async Task A_destination_gets_only_what_its_own_filter_lets_pass(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync();
        using var file = DestinationFile.To(application, """, "filter": { "types": ["refund.processed"] }""");
        await using var listener = await StartAsync(store, file);
        await PostAsync(listener, 10);
        await application.WaitForAsync(5);

        var started = await SendAsync(listener, "POST", "/replays?everything=true&to=app");
        var done = await DoneAsync(listener, IdOf(started));
        Assert.Equal((10, 5), (done.Json.GetProperty("event_count").GetInt32(),
            done.Json.GetProperty("planned_count").GetInt32()));
        Assert.Equal(5, Replayed(application, IdOf(started)).Length);
    }

    [Theory, EveryStore]
    public async Task A_time_is_all_that_is_sent(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync();
        using var file = DestinationFile.To(application);
        await using var listener = await StartAsync(store, file);
        await PostAsync(listener, 3);
        await Task.Delay(50, Stop);
        var from = Uri.EscapeDataString($"{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ}");
        await PostAsync(listener, 6, from: 4);
        await application.WaitForAsync(6);

        var started = await SendAsync(listener, "POST", $"/replays?received_from={from}&to=app");
        await DoneAsync(listener, IdOf(started));
        Assert.Equal(["evt_04", "evt_05", "evt_06"], Replayed(application, IdOf(started)).Order());
        var none = await SendAsync(listener, "POST", "/replays?received_to=2020-01-01T00:00:00Z&to=app");
        Assert.Equal(0, none.Json.GetProperty("event_count").GetInt32());
        await DoneAsync(listener, IdOf(none));
    }

    [Theory, EveryStore]
    public async Task A_rate_is_kept_and_to_cancel_ends_it(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync();
        using var file = DestinationFile.To(application);
        await using var listener = await StartAsync(store, file);
        await PostAsync(listener, 60);
        await application.WaitForAsync(60);

        var begun = TimeProvider.System.GetTimestamp();
        var id = IdOf(await SendAsync(
            listener, "POST", "/replays?everything=true&to=app&rate_limit_per_second=10"));
        await ForAsync(() => Replayed(application, id).Length >= 10);
        var seconds = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        Assert.True(seconds > 0.8, $"10 in {seconds} s");
        var cancelled = await SendAsync(listener, "POST", $"/replays/{id}/cancel");
        Assert.Equal((200, "cancelled"), (cancelled.Status, cancelled.Member("state")));
        ApiAnswerTests.Check("POST", "/replays/{id}/cancel", cancelled);
        await Task.Delay(500, Stop);
        var sent = Replayed(application, id).Length;
        await Task.Delay(1000, Stop);
        Assert.Equal(sent, Replayed(application, id).Length);
        Assert.InRange(sent, 10, 30);
        ReceiveContractTests.AssertProblem(
            await SendAsync(listener, "POST", $"/replays/{id}/cancel"), 409, "The replay does not run");
        Assert.Equal(["replay-cancelled app", "replay-started app"], await ActsAsync(listener));
    }

    [Theory, EveryStore]
    public async Task Events_of_one_payment_are_replayed_in_order_whatever_fails(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync(
            _ => Task.FromResult(Random.Shared.Next(4) == 0 ? 503 : 200));
        using var file = DestinationFile.To(application, """, "ordering": "payment" """);
        await using var listener = await StartAsync(store, file);
        for (var i = 0; i < 200; i++) await listener.PostAsync(Bodies.Mocked($"evt_{i:D4}", $"pay_{i % 10}"));
        await application.WaitForAsync(200, seconds: 60);

        var id = IdOf(await SendAsync(listener, "POST", "/replays?everything=true&to=app"));
        await ForAsync(() => Replayed(application, id).Distinct().Count() == 200, seconds: 60);
        foreach (var ofPayment in Replayed(application, id).GroupBy(e => int.Parse(e[4..]) % 10))
            Assert.Equal(ofPayment.Order(StringComparer.Ordinal), ofPayment);
    }

    [Theory, EveryStore]
    public async Task One_to_a_paused_destination_waits_until_it_is_resumed_and_there_are_so_many(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync();
        using var file = DestinationFile.To(application);
        await using var listener = await StartAsync(store, file);
        await PostAsync(listener, 3);
        await application.WaitForAsync(3);
        await SendAsync(listener, "POST", "/destinations/app/pause");

        var started = await SendAsync(listener, "POST", "/replays?event_id=evt_02&to=app");
        Assert.Equal("It is paused: the replay runs when it is resumed.",
            started.Json.GetProperty("destinations")[0].GetProperty("note").GetString());
        await Task.Delay(300, Stop);
        Assert.Equal(3, application.Arrivals.Count);
        for (var i = 1; i < StoreLimits.ReplaysRunning; i++)
            Assert.Equal(201, (await SendAsync(listener, "POST", "/replays?event_id=none&to=app")).Status);
        ReceiveContractTests.AssertProblem(await SendAsync(listener, "POST", "/replays?event_id=evt_02&to=app"), 409,
            "Too many replays");

        await SendAsync(listener, "POST", "/destinations/app/resume");
        await DoneAsync(listener, IdOf(started));
        Assert.Equal(["evt_02"], Replayed(application, IdOf(started)));
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("to=app", 400)]
    [InlineData("to=app&payment_id=", 400)]
    [InlineData("everything=true", 400)]
    [InlineData("everything=true&to=", 400)]
    [InlineData("everything=yes&to=app", 400)]
    [InlineData("everything=true&to=app&type=x", 400)]
    [InlineData("type=x&to=app&dry_run=false", 400)]
    [InlineData("type=x&to=app&rate_limit_per_second=0", 400)]
    [InlineData("type=x&to=app&rate_limit_per_second=-1", 400)]
    [InlineData("type=x&to=app&rate_limit_per_second=1e9", 400)]
    [InlineData("type=x&to=app&rate=1", 400)]
    [InlineData("provider=none&to=app", 400)]
    [InlineData("type=x&to=other", 404)]
    [InlineData("type=x&to=all", 404)]
    public async Task What_cannot_be_meant_starts_nothing(string query, int status)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await DestinationsContractTests.StartAsync(store);
        Assert.Equal(status, (await SendAsync(listener, "POST", $"/replays?{query}")).Status);
        Assert.Equal(0, store.Count("payhook_replays"));
        foreach (var (method, path) in new[]
        {
            ("GET", "/replays/1"), ("GET", "/replays/x"), ("POST", "/replays/1/cancel"), ("POST", "/replays/-1/cancel"),
        })
            ReceiveContractTests.AssertProblem(await SendAsync(listener, method, path), 404, "No such replay");
        Assert.Equal(400, (await SendAsync(listener, "GET", "/replays?state=over")).Status);
        Assert.Empty((await SendAsync(listener, "GET", "/replays?destination=x")).Json.GetProperty("replays")
            .EnumerateArray());
    }

    static string[] Replayed(Application application, long id) =>
        [.. application.Arrivals.Where(a => a.Status / 100 == 2 && a.Headers["payhook-replay"] == $"{id}")
            .Select(a => a.EventId)];

    static long IdOf(Answer started) =>
        started.Json.GetProperty("destinations")[0].GetProperty("replay").GetInt64();

    /// <summary>A destination that is new gets what comes from then on.</summary>
    internal static async Task<TestListener> StartAsync(TestStore store, DestinationFile file, int destinations = 1)
    {
        var listener = await TestListener.StartAsync(store, [("API_KEYS", Master), .. file.Settings]);
        await ForAsync(() => store.Count("payhook_destinations") == destinations);
        return listener;
    }

    static async Task PostAsync(TestListener listener, int to, int from = 1)
    {
        for (var i = from; i <= to; i++)
        {
            Assert.Equal(200, (await listener.PostAsync(Bodies.Mocked(
                $"evt_{i:D2}", $"pay_{i}", i % 2 == 0 ? "refund.processed" : "payment.captured"))).Status);
        }
    }

    static async Task<Answer> DoneAsync(TestListener listener, long id)
    {
        for (var i = 0; i < 300; i++)
        {
            var answer = await SendAsync(listener, "GET", $"/replays/{id}");
            if (answer.Member("state") == "done") return answer;
            await Task.Delay(50, Stop);
        }
        Assert.Fail("The replay is not done");
        return null!;
    }

    static async Task<IEnumerable<string>> ActsAsync(TestListener listener) =>
        (await SendAsync(listener, "GET", "/audit")).Json.GetProperty("entries").EnumerateArray()
            .Where(e => e.GetProperty("actor").GetString() != "payhook.json")
            .Select(e => $"{e.GetProperty("act").GetString()} {e.GetProperty("target").GetString()}");
}
