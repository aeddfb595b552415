using System.Text;
using Payhook.Tests.Support;

namespace Payhook.Tests.Contract;

/// <summary>Mock events that the listener sends itself, as their providers would.</summary>
public sealed class MockContractTests
{
    [Theory, EveryStore]
    public async Task Sends_a_mock_event_that_is_stored_like_any_other(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(
            store, ("STRIPE_WEBHOOK_SECRET", "whsec_test"), ("ADYEN_HMAC_KEY", new('A', 64)));
        foreach (var (source, body, command) in new[]
        {
            ("razorpay", """{"mock":"captured"}""", "payhook send --mock captured --unique"),
            // Once more: it has ids of its own each time.
            ("razorpay", """{"mock":"captured"}""", "payhook send --mock captured --unique"),
            ("stripe", "", "payhook send --mock authorized --unique --provider stripe"),
        })
        {
            var sent = await SendAsync(listener, source, body);
            Assert.True(sent.Status == 200, sent.Text);
            Assert.Equal(200, sent.Json.GetProperty("status").GetInt32());
            Assert.Equal(command, sent.Member("command"));
            Assert.Equal("success", sent.Json.GetProperty("answer").GetProperty("status").GetString());
            var stored = await listener.GetAsync($"/events/{sent.Member("event_id")}");
            Assert.Equal((200, source), (stored.Status, stored.Member("source")));
            Assert.Equal(sent.Member("payment_id"), stored.Member("payment_id"));
        }
        Assert.Equal(3, store.Count("payhook_events"));
        Assert.Equal(3L, Convert.ToInt64(store.Scalar(
            "select count(*) from payhook_audit where act = 'mock-sent' and actor = 'local'")));
    }

    [Fact]
    public async Task Shows_what_came_back_where_the_source_refuses_it()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("RAZORPAY_ALLOWED_IPS", "192.0.2.1"));
        var sent = await SendAsync(listener, "razorpay", "");
        Assert.Equal((200, 403), (sent.Status, sent.Json.GetProperty("status").GetInt32()));
        Assert.EndsWith(":address-not-allowed", sent.Json.GetProperty("answer").GetProperty("type").GetString());
        Assert.Equal(0, store.Count("payhook_events"));
    }

    [Fact]
    public async Task Reaches_a_listener_that_listens_on_all_addresses()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("HOST", "0.0.0.0"));
        using var client = new HttpClient
        {
            BaseAddress = new($"http://127.0.0.1:{listener.Client.BaseAddress!.Port}"),
        };
        using var answer = await client.PostAsync(
            "/sources/razorpay/mock", null, TestContext.Current.CancellationToken);
        Assert.Equal(200, (await Answer.ReadAsync(answer)).Json.GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData("nobody", "", 404, "unknown-source")]
    [InlineData("paypal", "", 409, "no-mock")]
    [InlineData("github", "", 409, "no-mock")]
    [InlineData("razorpay", """{"mock":"no-such"}""", 400, "invalid-mock-request")]
    [InlineData("razorpay", """{"mock":7}""", 400, "invalid-mock-request")]
    [InlineData("razorpay", """{"mocks":"captured"}""", 400, "invalid-mock-request")]
    [InlineData("razorpay", "[", 400, "invalid-mock-request")]
    public async Task What_cannot_be_sent_is_told(string source, string body, int status, string problem)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(
            store, ("PAYPAL_WEBHOOK_ID", "WH-1"), ("GITHUB_WEBHOOK_SECRET", "a secret"));
        var answer = await SendAsync(listener, source, body);
        Assert.Equal(status, answer.Status);
        Assert.EndsWith(":" + problem, answer.Member("type"));
        Assert.Equal(0, store.Count("payhook_audit"));
    }

    [Fact]
    public async Task Is_for_who_operates_or_administers()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        foreach (var (scope, status) in new[]
        {
            (Scopes.Operate, 200), (Scopes.Admin, 200), (Scopes.Read, 403), (Scopes.Replay, 403),
        })
        {
            var (key, text) = ApiKey.Create("k", scope, null, "cli:test", TimeProvider.System.GetUtcNow());
            listener.Store.Keys.Add(key, AuditEntry.Created(key));
            await Task.Delay(TimeSpan.FromSeconds(2.1), TestContext.Current.CancellationToken); // keys are kept so long
            var answer = await listener.PostToAsync("/sources/razorpay/mock", [], ("X-API-Key", text));
            Assert.Equal(status, answer.Status);
        }
    }

    static Task<Answer> SendAsync(TestListener listener, string source, string body) =>
        listener.PostToAsync($"/sources/{source}/mock", Encoding.UTF8.GetBytes(body));
}
