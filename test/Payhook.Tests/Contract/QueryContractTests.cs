using System.Text.RegularExpressions;
using Payhook.Tests.Support;

namespace Payhook.Tests.Contract;

/// <summary>What is read back, by whom, and how health is told.</summary>
public sealed class QueryContractTests
{
    [Theory, EveryStore]
    public async Task The_events_of_a_payment_come_in_the_order_of_their_receipt(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        foreach (var type in new[] { "payment.authorized", "payment.captured", "refund.created" })
            await listener.PostAsync(Bodies.Mocked($"evt_{type}", "pay_014", type));
        await listener.PostAsync(Bodies.Mocked("evt_other", "pay_other"));

        var answer = await listener.GetAsync("/payments/pay_014/events");

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json", answer.ContentType);
        var events = answer.Json.EnumerateArray().ToList();
        Assert.Equal(["payment.authorized", "payment.captured", "refund.created"],
            events.Select(e => e.GetProperty("event_type").GetString()!));
        Assert.All(events, e => Assert.Matches(
            new Regex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"), e.GetProperty("received_at").GetString()));
    }

    [Theory, EveryStore]
    public async Task A_payment_nobody_knows_has_an_empty_list_and_an_unknown_event_is_404(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);

        Assert.Equal("[]", (await listener.GetAsync("/payments/pay_nobody/events")).Text);
        ReceiveContractTests.AssertProblem(await listener.GetAsync("/events/evt_nobody"), 404, "No such event");
    }

    [Theory, EveryStore]
    public async Task A_long_list_comes_in_pages_that_miss_nothing(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await Task.WhenAll(Enumerable.Range(0, 25).Select(i => listener.PostAsync(Bodies.Mocked($"evt_{i}"))));

        var seen = new List<string>();
        for (long after = 0; ;)
        {
            var page = (await listener.GetAsync($"/payments/pay_1/events?limit=10&after={after}"))
                .Json.EnumerateArray().ToList();
            if (page.Count == 0) break;
            seen.AddRange(page.Select(e => e.GetProperty("event_id").GetString()!));
            after = page[^1].GetProperty("sequence").GetInt64();
        }

        Assert.Equal(25, seen.Count);
        Assert.Equal(25, seen.Distinct().Count());
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=501")]
    [InlineData("limit=x")]
    [InlineData("after=-1")]
    [InlineData("include=everything")]
    public async Task A_query_that_cannot_be_understood_is_400(string query)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        ReceiveContractTests.AssertProblem(
            await listener.GetAsync($"/payments/pay_1/events?{query}"), 400, "Bad request");
    }

    [Theory, EveryStore]
    public async Task Payload_shows_body_headers_and_verification_and_never_the_signature(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        var body = Bodies.Mocked("evt_1");
        await listener.PostAsync(body, ("User-Agent", "Razorpay-Webhook/v1"), ("Content-Type", "application/json"));

        var answer = await listener.GetAsync("/payments/pay_1/events?include=payload");

        var stored = Assert.Single(answer.Json.EnumerateArray());
        Assert.Equal(body, stored.GetProperty("body").GetString());
        Assert.Equal(5000, stored.GetProperty("payload").GetProperty("payload")
            .GetProperty("payment").GetProperty("entity").GetProperty("amount").GetInt32());
        Assert.Equal("verified", stored.GetProperty("verification").GetProperty("verdict").GetString());
        var headers = stored.GetProperty("headers");
        Assert.Equal("Razorpay-Webhook/v1", headers.GetProperty("User-Agent").GetString());
        Assert.Equal("***", headers.GetProperty("X-Razorpay-Signature").GetString());
        Assert.DoesNotContain(TestListener.Sign(System.Text.Encoding.UTF8.GetBytes(body)), answer.Text);
    }

    [Theory, EveryStore]
    public async Task Ids_with_odd_characters_are_found_again(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        const string id = "evt/ü 🎉'\"%2F";
        var body = Bodies.Mocked(@"evt/ü 🎉'\""%2F", "pay");

        Assert.Equal(id, (await listener.PostAsync(body)).Member("event_id"));
        Assert.Equal(id, (await listener.GetAsync($"/events/{Uri.EscapeDataString(id)}")).Member("event_id"));
    }

    [Fact]
    public async Task Without_keys_only_this_machine_reads_and_not_through_a_proxy()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        const string path = "/payments/pay_014/events";

        Assert.Equal(200, (await listener.GetAsync(path)).Status);
        foreach (var header in new[] { "X-Forwarded-For", "Forwarded", "X-Real-IP" })
        {
            var refused = await listener.GetAsync(path, (header, "203.0.113.7"));
            ReceiveContractTests.AssertProblem(refused, 401, "Reading is not allowed from here");
            Assert.Contains("API_KEYS", refused.Member("detail"));
        }
        Assert.Equal(401, (await listener.GetAsync(path, ("Host", "pay.example.com"))).Status);
        Assert.Equal(401, (await listener.GetAsync(path, ("Host", "203.0.113.9"))).Status);
        Assert.Equal(401, (await listener.GetAsync("/events/evt_1", ("Forwarded", "for=203.0.113.7"))).Status);
    }

    /// <summary>nginx in its default settings sets no header and hides the public name.</summary>
    [Fact]
    public async Task Without_keys_a_proxy_that_speaks_HTTP_1_0_does_not_read()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/payments/pay_1/events") { Version = new(1, 0) };
        using var response = await listener.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)response.StatusCode);
    }

    [Theory, EveryStore]
    public async Task Reading_from_a_store_that_is_away_is_a_503_and_no_bug(StoreKind kind)
    {
        using var server = kind == StoreKind.Postgres ? new PrivatePostgres() : null;
        using var store = server is null ? new TestStore(kind) : new TestStore(server);
        await using var listener = await TestListener.StartAsync(store);
        Assert.Equal(200, (await listener.GetAsync("/payments/pay_1/events")).Status);

        if (server is null) File.Delete(store.SqlitePath);
        else server.Stop("immediate");

        for (var i = 0; i < 3; i++)
            ReceiveContractTests.AssertProblem(
                await listener.GetAsync("/payments/pay_1/events"), 503, "The store is not available now");
    }

    [Fact]
    public async Task With_keys_everybody_needs_one()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        const string first = "first-key-0123456789", second = "second-key-0123456789";
        await using var listener = await TestListener.StartAsync(store, ("API_KEYS", $"{first},{second}"));
        const string path = "/payments/pay_014/events";

        Assert.Equal(401, (await listener.GetAsync(path)).Status);
        Assert.Equal(401, (await listener.GetAsync(path, ("X-API-Key", first + "x"))).Status);
        Assert.Equal(401, (await listener.GetAsync(path, ("Authorization", $"Basic {first}"))).Status);
        Assert.Equal(200, (await listener.GetAsync(path, ("Authorization", $"Bearer {first}"))).Status);
        Assert.Equal(200,
            (await listener.GetAsync(path, ("X-API-Key", second), ("X-Forwarded-For", "203.0.113.7"))).Status);
        Assert.DoesNotContain("first-key", await listener.StopAsync());
    }

    [Theory, EveryStore]
    public async Task Health_writes_to_the_store(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("COMMIT_DEADLINE_SECONDS", "1"));
        var healthy = await listener.GetAsync("/health");
        Assert.Equal(200, healthy.Status);
        Assert.Equal("healthy", healthy.Member("status"));
        Assert.EndsWith("Z", healthy.Member("timestamp"));

        using (store.HoldWrites())
        {
            var unhealthy = await listener.GetAsync("/health");
            Assert.Equal(503, unhealthy.Status);
            Assert.Equal("unhealthy", unhealthy.Member("status"));
            Assert.Equal(200, (await listener.GetAsync("/health/live")).Status);
        }
    }
}
