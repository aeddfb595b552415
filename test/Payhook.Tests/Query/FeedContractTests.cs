using Payhook.Tests.Contract;
using Payhook.Tests.Support;

namespace Payhook.Tests.Query;

/// <summary>The feed over real sockets: pages, filters, waits and faults.</summary>
public sealed class FeedContractTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task A_reader_that_goes_on_from_its_cursor_sees_every_event_once(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        var sending = Task.WhenAll(Enumerable.Range(0, 60).Select(i => listener.PostAsync(Bodies.Mocked($"evt_{i}"))));

        var seen = new List<string>();
        for (var after = "start"; seen.Count < 60;)
        {
            var page = (await listener.GetAsync($"/events?limit=7&wait=5&after={after}")).Json;
            var events = page.GetProperty("events").EnumerateArray().ToList();
            if (events.Count == 7)
                Assert.Equal(events[^1].GetProperty("cursor").GetString(), page.GetProperty("next").GetString());
            seen.AddRange(events.Select(e => e.GetProperty("event_id").GetString()!));
            after = page.GetProperty("next").GetString()!;
        }

        Assert.All(await sending, a => Assert.Equal(200, a.Status));
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"evt_{i}").Order(), seen.Order());
    }

    [Theory, EveryStore]
    public async Task Filters_by_what_the_query_names(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("STRIPE_WEBHOOK_SECRET", "whsec_abcdefgh"));
        await listener.PostAsync(Bodies.Mocked("a", "pay_1", "payment.captured"), ("Content-Type", "application/json"));
        await listener.PostAsync(Bodies.Mocked("b", "pay_2", "payment.failed"));
        await listener.PostAsync(Bodies.Mocked("c", "pay_2", "refund.created"));
        await listener.PostAsync(Bodies.Mocked("a", "pay_1", "payment.captured", 1));
        await listener.Store.SettledAsync();

        Assert.Equal("abc", await IdsAsync(""));
        Assert.Equal("ab", await IdsAsync("type=payment.*"));
        Assert.Equal("ac", await IdsAsync("type=*.captured&type=refund.created"));
        Assert.Equal("bc", await IdsAsync("type=payment.failed,refund.*"));
        Assert.Equal("abc", await IdsAsync("provider=razorpay&source=razorpay"));
        Assert.Equal("", await IdsAsync("provider=stripe"));
        Assert.Equal("", await IdsAsync("provider=stripe&source=razorpay"));
        Assert.Equal("bc", await IdsAsync("payment_id=pay_2"));
        Assert.Equal("a", await IdsAsync("conflict=true"));
        Assert.Equal("abc", await IdsAsync("received_from=2020-01-01T00:00:00+05:30"));
        Assert.Equal("", await IdsAsync("received_from=2120-01-01T00:00:00.5Z"));
        Assert.Equal("", await IdsAsync("received_to=2020-01-01t00:00:00z"));
        Assert.Equal("", await IdsAsync("after=now"));
        var full = await listener.GetAsync("/events?include=payload&limit=1");
        var first = Assert.Single(full.Json.GetProperty("events").EnumerateArray());
        Assert.Equal(Bodies.Mocked("a", "pay_1", "payment.captured"), first.GetProperty("body").GetString());
        Assert.Equal("***", first.GetProperty("headers").GetProperty("X-Razorpay-Signature").GetString());

        async Task<string> IdsAsync(string query) => string.Concat((await listener.GetAsync($"/events?{query}"))
            .Json.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("event_id").GetString()));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("limit=1&limit=2", "limit")]
    [InlineData("after=x", "after")]
    [InlineData("after=1-", "after")]
    [InlineData("after=0-ffffffff", "after")]
    [InlineData("wait=61", "wait")]
    [InlineData("wait=-1", "wait")]
    [InlineData("include=everything", "include")]
    [InlineData("conflict=1", "conflict")]
    [InlineData("provider=nobody", "provider")]
    [InlineData("received_from=2026-01-31", "received_from")]
    [InlineData("received_to=2026-01-31T00:00:00", "received_to")]
    [InlineData("type=", "type")]
    [InlineData("type=*a*b*c*d*", "type")]
    [InlineData("type=%00", "type")]
    [InlineData("payment_id=%00", "payment_id")]
    [InlineData("source=%00", "source")]
    public async Task A_parameter_that_is_wrong_is_named(string query, string parameter)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        await listener.PostAsync(Bodies.Mocked("evt_1"));

        var answer = await listener.GetAsync($"/events?{query}");

        ReceiveContractTests.AssertProblem(answer, 400, "Bad request");
        Assert.EndsWith(":bad-parameter", answer.Member("type"));
        Assert.Equal(parameter, answer.Member("parameter"));
        Assert.Contains(parameter, answer.Member("detail"));
        if (parameter is not ("limit" or "wait"))
            Assert.Equal(400, (await listener.GetAsync($"/events/stream?{query}")).Status);
    }

    [Fact]
    public async Task A_parameter_that_is_unknown_is_refused_and_not_repeated()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        var answer = await listener.GetAsync("/events?tpye=payment.captured");
        ReceiveContractTests.AssertProblem(answer, 400, "Bad request");
        Assert.DoesNotContain("tpye", answer.Text);
        Assert.Contains("type, source", answer.Member("detail"));
    }

    [Theory, EveryStore]
    public async Task A_wait_ends_with_the_first_event_that_matches(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        var waiting = listener.GetAsync("/events?after=now&type=payment.*&wait=30");
        await Task.Delay(500, Cancellation);
        await listener.PostAsync(Bodies.Mocked("evt_other", type: "order.paid"));
        await Task.Delay(300, Cancellation);
        Assert.False(waiting.IsCompleted);

        await listener.PostAsync(Bodies.Mocked("evt_1"));

        var page = (await waiting.WaitAsync(TimeSpan.FromSeconds(15), Cancellation)).Json;
        Assert.Equal("evt_1", Assert.Single(page.GetProperty("events").EnumerateArray())
            .GetProperty("event_id").GetString());
    }

    [Theory, EveryStore]
    public async Task A_wait_sees_what_another_process_commits_and_ends_when_it_is_over(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await using var other = store.Open();
        var waiting = listener.GetAsync("/events?wait=20");
        await Task.Delay(300, Cancellation);
        other.Store(Receipted.Of("evt_1"));
        var page = (await waiting.WaitAsync(TimeSpan.FromSeconds(15), Cancellation)).Json;
        Assert.Single(page.GetProperty("events").EnumerateArray());

        var next = page.GetProperty("next").GetString();
        var late = await listener.GetAsync($"/events?wait=1&after={next}");
        Assert.Empty(late.Json.GetProperty("events").EnumerateArray());
        Assert.NotNull(late.Member("next"));
    }

    [Fact]
    public async Task More_waiting_clients_than_allowed_are_a_503_and_a_stop_lets_the_others_go()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("STREAM_CLIENTS_LIMIT", "1"));
        var waiting = listener.GetAsync("/events?wait=60");
        await Task.Delay(500, Cancellation);

        foreach (var path in new[] { "/events?wait=1", "/events/stream" })
        {
            ReceiveContractTests.AssertProblem(
                await listener.GetAsync(path), 503, "Too many clients are following");
        }
        Assert.Equal(200, (await listener.GetAsync("/events")).Status);

        var stopping = listener.StopAsync();
        var answer = await waiting.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
        Assert.Empty(answer.Json.GetProperty("events").EnumerateArray());
        await stopping.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
    }

    [Fact]
    public async Task Whoever_may_not_read_reads_none_of_it()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("API_KEYS", "a-key-0123456789abc"));
        await listener.PostAsync(Bodies.Mocked("evt_1"));
        foreach (var path in new[] { "/events", "/events/stream", "/events/evt_1", "/events/evt_1/raw" })
            Assert.Equal(401, (await listener.GetAsync(path)).Status);
    }
}
