using System.Text;
using Payhook.Store;
using Payhook.Tests.Contract;
using Payhook.Tests.Support;

namespace Payhook.Tests.Query;

/// <summary>Pulling by a name over real sockets: nothing is missed, whatever dies before it said so.</summary>
public sealed class ConsumersContractTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task What_was_not_acknowledged_is_given_again_and_what_was_is_not(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        Assert.Equal(201, (await SendAsync(listener, "PUT", "orders", """{"from":"start"}""")).Status);
        foreach (var id in new[] { "a", "b", "c" }) await listener.PostAsync(Bodies.Mocked(id));
        await listener.Store.SettledAsync();

        var first = await listener.GetAsync("/events?consumer=orders&limit=2");
        Assert.Equal("ab", Ids(first));
        Assert.Equal("ab", Ids(await listener.GetAsync("/events?consumer=orders&limit=2")));
        var answer = await AcknowledgeAsync(listener, "orders", first.Member("next")!);
        Assert.Equal((200, first.Member("next")), (answer.Status, answer.Member("cursor")));
        Assert.NotNull(answer.Member("acknowledged_at"));
        Assert.Equal(answer.Text, (await AcknowledgeAsync(listener, "orders", first.Member("next")!)).Text);
        Assert.Equal("c", Ids(await listener.GetAsync("/events?consumer=orders")));
    }

    [Theory, EveryStore]
    public async Task A_puller_that_dies_at_any_moment_misses_nothing(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await SendAsync(listener, "PUT", "orders");
        var sending = Task.WhenAll(Enumerable.Range(0, 60).Select(i => listener.PostAsync(Bodies.Mocked($"evt_{i}"))));
        var (seen, deaths) = (new List<string>(), 0);
        for (var round = 0; seen.Distinct().Count() < 60; round++)
        {
            Assert.True(round < 200, "Events did not come");
            var page = await listener.GetAsync("/events?consumer=orders&limit=7&wait=5");
            seen.AddRange(page.Json.GetProperty("events").EnumerateArray()
                .Select(e => e.GetProperty("event_id").GetString()!));
            if (round % 3 == 1) deaths++; // before it said so
            else await AcknowledgeAsync(listener, "orders", page.Member("next")!);
        }
        Assert.All(await sending, a => Assert.Equal(200, a.Status));
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"evt_{i}").Order(), seen.Distinct().Order());
        Assert.True(seen.Count <= 60 + (deaths * 7), $"{seen.Count} were seen");
    }

    [Theory, EveryStore]
    public async Task Goes_past_what_its_filters_leave_out(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await SendAsync(listener, "PUT", "orders");
        await listener.PostAsync(Bodies.Mocked("a", type: "payment.captured"));
        await listener.PostAsync(Bodies.Mocked("b", type: "refund.created"));
        await listener.Store.SettledAsync();
        var page = await listener.GetAsync("/events?consumer=orders&type=payment.*");
        Assert.Equal("a", Ids(page));
        await AcknowledgeAsync(listener, "orders", page.Member("next")!);
        var waited = listener.GetAsync("/events?consumer=orders&type=payment.*&wait=20");
        await listener.PostAsync(Bodies.Mocked("c", type: "payment.failed"));
        Assert.Equal("c", Ids(await waited));
        Assert.Equal("c", Ids(await listener.GetAsync("/events?consumer=orders")));
    }

    [Theory, EveryStore]
    public async Task Begins_where_it_was_told_to_and_is_made_once(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await listener.PostAsync(Bodies.Mocked("a"));
        await listener.PostAsync(Bodies.Mocked("b"));
        await listener.Store.SettledAsync();
        var cursor = (await listener.GetAsync("/events?limit=1")).Member("next")!;
        await SendAsync(listener, "PUT", "all");
        await SendAsync(listener, "PUT", "now", """{"from":"now"}""");
        await SendAsync(listener, "PUT", "some", $$"""{"from":"{{cursor}}"}""");
        var again = await SendAsync(listener, "PUT", "some", """{"from":"now"}""");
        Assert.Equal((200, cursor), (again.Status, again.Member("cursor")));
        Assert.Equal("ab", Ids(await listener.GetAsync("/events?consumer=all")));
        Assert.Equal("b", Ids(await listener.GetAsync("/events?consumer=some")));
        await listener.PostAsync(Bodies.Mocked("c"));
        await listener.Store.SettledAsync();
        Assert.Equal("c", Ids(await listener.GetAsync("/events?consumer=now")));

        var list = (await listener.GetAsync("/consumers")).Json.EnumerateArray().ToList();
        Assert.Equal([("all", 3), ("now", 1), ("some", 2)],
            list.Select(c => (c.GetProperty("name").GetString()!, c.GetProperty("behind").GetInt32())));
        Assert.All(list, c => Assert.NotNull(c.GetProperty("behind_since").GetString()));
    }

    [Theory, EveryStore]
    public async Task Goes_back_only_where_it_is_told_to_and_every_such_act_is_written_down(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await listener.PostAsync(Bodies.Mocked("a"));
        var head = (await listener.Store.SettledAsync()).Latest;
        await SendAsync(listener, "PUT", "orders", """{"from":"now"}""");
        var stayed = await AcknowledgeAsync(listener, "orders", "start");
        Assert.Equal((200, $"{head}"), (stayed.Status, stayed.Member("cursor")));
        var back = await SendAsync(listener, "POST", "orders/acknowledge", """{"cursor":"start","rewind":true}""");
        Assert.Equal((200, "0-0"), (back.Status, back.Member("cursor")));
        Assert.Equal("a", Ids(await listener.GetAsync("/events?consumer=orders")));
        Assert.Equal(204, (await SendAsync(listener, "DELETE", "orders")).Status);
        ReceiveContractTests.AssertProblem(await SendAsync(listener, "DELETE", "orders"), 404, "No such consumer");

        var entries = await listener.Store.Audit.Entries(long.MaxValue, 10, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(
            [("consumer-deleted", "at 0-0"), ("consumer-rewound", $"from {head} to 0-0"),
                ("consumer-created", $"from {head}")],
            entries.Select(e => (e.Act, e.Detail)));
        Assert.All(entries, e => Assert.Equal(("local", "orders"), (e.Actor, e.Target)));
    }

    [Theory, EveryStore]
    public async Task A_cursor_of_nowhere_changes_nothing(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await SendAsync(listener, "PUT", "orders");
        foreach (var cursor in new[] { "x", "", "0-", "1-1-1", "ffffffffffffffff-1" })
        {
            var answer = await AcknowledgeAsync(listener, "orders", cursor);
            ReceiveContractTests.AssertProblem(answer, 400, "Not a cursor of this store");
            var rewound = await SendAsync(
                listener, "POST", "orders/acknowledge", $$"""{"cursor":"{{cursor}}","rewind":true}""");
            ReceiveContractTests.AssertProblem(rewound, 400, "Not a cursor of this store");
            ReceiveContractTests.AssertProblem(
                await SendAsync(listener, "PUT", "other", $$"""{"from":"{{cursor}}"}"""), 400,
                "Not a cursor of this store");
        }
        var only = Assert.Single((await listener.GetAsync("/consumers")).Json.EnumerateArray());
        Assert.Equal(("orders", "0-0"), (only.GetProperty("name").GetString(), only.GetProperty("cursor").GetString()));
    }

    /// <summary>An empty store cannot tell whose a cursor is, but events would hide behind this one.</summary>
    [Fact]
    public async Task A_cursor_of_another_store_is_refused_by_an_empty_one()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        await SendAsync(listener, "PUT", "orders");
        Assert.Equal(400, (await AcknowledgeAsync(listener, "orders", "0-ff")).Status);
    }

    [Theory]
    [InlineData("PUT", "orders", "x")]
    [InlineData("PUT", "orders", "[]")]
    [InlineData("PUT", "orders", """{"form":"now"}""")]
    [InlineData("PUT", "orders", """{"from":1}""")]
    [InlineData("PUT", "orders", """{"from":"now","from":"now"}""")]
    [InlineData("PUT", "Orders", "")]
    [InlineData("PUT", "-", "")]
    [InlineData("PUT", "a%2Fb", "")]
    [InlineData("PUT", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "")]
    [InlineData("POST", "orders/acknowledge", "")]
    [InlineData("POST", "orders/acknowledge", "{}")]
    [InlineData("POST", "orders/acknowledge", """{"cursor":null}""")]
    [InlineData("POST", "orders/acknowledge", """{"cursor":"start","rewind":"yes"}""")]
    [InlineData("POST", "orders/acknowledge", """{"cursor":"start","back":true}""")]
    public async Task Tells_what_a_consumer_can_be_told(string method, string path, string body)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        var answer = await SendAsync(listener, method, path, body);
        ReceiveContractTests.AssertProblem(answer, 400, "Not what a consumer can be told");
    }

    [Theory, EveryStore]
    public async Task A_name_that_nobody_has_is_told(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        foreach (var name in new[] { "none", "No", "a_b", "%F0%9F%8E%89" })
        {
            ReceiveContractTests.AssertProblem(
                await AcknowledgeAsync(listener, name, "start"), 404, "No such consumer");
            ReceiveContractTests.AssertProblem(await SendAsync(listener, "DELETE", name), 404, "No such consumer");
        }
        ReceiveContractTests.AssertProblem(await listener.GetAsync("/events?consumer=none"), 404, "No such consumer");
        foreach (var query in new[] { "consumer=No", "consumer=a&after=start", "consumer=a&consumer=b" })
        {
            var answer = await listener.GetAsync($"/events?{query}");
            Assert.Equal((400, "consumer"), (answer.Status, answer.Member("parameter")));
        }
    }

    [Theory, EveryStore]
    public async Task There_are_so_many_and_no_more(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        for (var i = 0; i < StoreLimits.Consumers; i++)
            Assert.Equal(201, (await SendAsync(listener, "PUT", $"c-{i}")).Status);
        ReceiveContractTests.AssertProblem(await SendAsync(listener, "PUT", "more"), 409, "Too many consumers");
    }

    [Fact]
    public async Task Another_page_in_a_browser_on_this_machine_moves_nothing()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        var own = listener.Client.BaseAddress!.ToString().TrimEnd('/');
        foreach (var (origin, status) in new[] { ("https://evil.example", 401), ("null", 401), (own, 201) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, "/consumers/orders");
            request.Headers.Add("Origin", origin);
            using var response = await listener.Client.SendAsync(request, Cancellation);
            Assert.Equal((origin, status), (origin, (int)response.StatusCode));
        }
    }

    static string Ids(Answer answer) => string.Concat(answer.Json.GetProperty("events").EnumerateArray()
        .Select(e => e.GetProperty("event_id").GetString()));

    static Task<Answer> AcknowledgeAsync(TestListener listener, string name, string cursor) =>
        SendAsync(listener, "POST", $"{name}/acknowledge", $$"""{"cursor":"{{cursor}}"}""");

    static async Task<Answer> SendAsync(TestListener listener, string method, string path, string body = "")
    {
        using var request = new HttpRequestMessage(new(method), $"/consumers/{path}")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
        };
        using var response = await listener.Client.SendAsync(request, Cancellation);
        return await Answer.ReadAsync(response);
    }
}
