using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Payhook.Tests.Contract;
using Payhook.Tests.Support;

namespace Payhook.Tests.Attention;

/// <summary>From a webhook to the list of what somebody must act on, and out of it again.</summary>
public sealed class AttentionContractTests
{
    const string Key = "0123456789abcdef";

    readonly FakeTimeProvider _time = new(Paid.Start);
    int _second;

    [Theory, EveryStore]
    public async Task A_failed_refund_is_shown_acknowledged_and_back_with_the_next_one(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await StartAsync(store);
        await PaidAsync(listener, "pay_1");
        Assert.Empty(await KindsAsync(listener));
        await PostAsync(listener, "refund.failed", "pay_1", refund: "rfnd_1");

        var item = Assert.Single(await ItemsAsync(listener));
        Assert.Equal(("refund_failed", "pay_1", "razorpay"), (Text(item, "kind"), Text(item, "payment_id"),
            Text(item, "source")));
        Assert.Equal(["rfnd_1"], item.GetProperty("evidence").GetProperty("refunds").EnumerateArray()
            .Select(r => r.GetString()));
        var path = $"/attention/{Text(item, "id")}/acknowledge";
        var answer = await AcknowledgeAsync(listener, path, """{"note":"sent by bank"}""");
        Assert.Equal((200, "sent by bank"), (answer.Status, Text(answer.Json.GetProperty("acknowledged"), "note")));
        Assert.Empty(await ItemsAsync(listener));
        var seen = Assert.Single(await ItemsAsync(listener, "?acknowledged=true"));
        Assert.Equal("API_KEYS:1", Text(seen.GetProperty("acknowledged"), "by"));
        var audited = (await GetAsync(listener, "/audit")).GetProperty("entries")[0];
        Assert.Equal(("attention-acknowledged", Text(item, "id")), (Text(audited, "act"), Text(audited, "target")));

        await PostAsync(listener, "refund.failed", "pay_1", refund: "rfnd_2");
        Assert.Equal(["refund_failed"], await KindsAsync(listener)); // news
        Assert.Equal(1, (await CountsAsync(listener)).GetProperty("refund_failed").GetInt32());
        await PostAsync(listener, "refund.processed", "pay_1", refund: "rfnd_3");
        Assert.Empty(await KindsAsync(listener)); // solved by itself
        Assert.Equal(404, (await AcknowledgeAsync(listener, path, "")).Status);
    }

    [Theory, EveryStore]
    public async Task Two_payments_captured_for_one_order_are_shown_once_until_one_goes_back(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await StartAsync(store);
        await PaidAsync(listener, "pay_1", "order_1");
        await PaidAsync(listener, "pay_2", "order_2");
        Assert.Empty(await KindsAsync(listener));
        await PaidAsync(listener, "pay_3", "order_1");
        await PostAsync(listener, "payment.captured", "pay_1", "order_1"); // marks the first one too
        Assert.Equal(2, store.Count("payhook_payments where attention = 4"));

        var item = Assert.Single(await ItemsAsync(listener));
        Assert.Equal(("captured_twice", "pay_3"), (Text(item, "kind"), Text(item, "payment_id")));
        await PostAsync(listener, "refund.processed", "pay_1", "order_1", refund: "rfnd_1", refunded: 5000);
        Assert.Empty(await KindsAsync(listener));
    }

    [Theory, EveryStore]
    public async Task Both_payments_of_an_order_in_one_batch_are_found(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await StartAsync(store);
        await Task.WhenAll(Enumerable.Range(0, 12)
            .Select(i => PostAsync(listener, "order.paid", $"pay_{i}", $"order_{i / 2}")));
        Assert.Equal(6, (await KindsAsync(listener)).Length);
    }

    [Theory, EveryStore]
    public async Task An_authorisation_is_shown_after_a_day_until_it_is_captured(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await StartAsync(store);
        await PostAsync(listener, "payment.authorized", "pay_1");
        _time.Advance(TimeSpan.FromHours(23));
        Assert.Empty(await KindsAsync(listener));
        _time.Advance(TimeSpan.FromHours(2));
        var item = Assert.Single(await ItemsAsync(listener, "?kind=not_captured&provider=razorpay&source=razorpay"));
        Assert.Equal("2026-03-04T12:00:01Z", Text(item, "deadline"));
        Assert.Equal(200, (await AcknowledgeAsync(listener, $"/attention/{Text(item, "id")}/acknowledge", "")).Status);
        Assert.Empty(await KindsAsync(listener));
        Assert.Single(await ItemsAsync(listener, "?acknowledged=true"));
        await PostAsync(listener, "payment.captured", "pay_1");
        Assert.Empty(await ItemsAsync(listener, "?acknowledged=true"));
    }

    [Theory, EveryStore]
    public async Task A_missing_authorisation_is_shown_where_the_source_is_sent_them(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using (var listener = await StartAsync(store))
        {
            await PostAsync(listener, "payment.captured", "pay_0"); // none was seen yet: perhaps not subscribed
            await PaidAsync(listener, "pay_1");
        }
        Assert.Equal(0, store.Count("payhook_payments where attention <> 0"));
        await using var second = await StartAsync(store); // has to look into the store
        await PostAsync(second, "payment.captured", "pay_2");
        Assert.Empty(await KindsAsync(second));
        _time.Advance(TimeSpan.FromMinutes(11));
        var item = Assert.Single(await ItemsAsync(second));
        Assert.Equal(("capture_without_authorization", "pay_2"), (Text(item, "kind"), Text(item, "payment_id")));
        await PostAsync(second, "payment.authorized", "pay_2");
        Assert.Empty(await KindsAsync(second));
    }

    [Theory, EveryStore]
    public async Task An_id_with_another_body_is_shown_until_somebody_looked_and_again_with_the_next(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await StartAsync(store);
        await listener.PostAsync(Bodies.Mocked("evt_1", amount: 1));
        await listener.PostAsync(Bodies.Mocked("evt_1", amount: 2));
        await listener.PostAsync(Bodies.Mocked("evt_1", amount: 3));
        var item = Assert.Single(await ItemsAsync(listener));
        Assert.Equal(("other_body", 2), (Text(item, "kind"),
            item.GetProperty("evidence").GetProperty("conflict_count").GetInt32()));
        var answer = await AcknowledgeAsync(listener, $"/attention/{Text(item, "id")}/acknowledge", "{}");
        Assert.Equal(200, answer.Status);
        Assert.Empty(await KindsAsync(listener));
        await listener.PostAsync(Bodies.Mocked("evt_1", amount: 4));
        Assert.Equal(["other_body"], await KindsAsync(listener));
    }

    [Theory, EveryStore]
    public async Task A_source_that_went_quiet_is_shown_until_it_speaks(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await StartAsync(store);
        for (var i = 0; i < 900; i++)
        {
            listener.Store.Store(Receipted.Of(
                $"evt_{i}", at: Paid.Start.AddMinutes(i * 15), source: i % 3 == 0 ? "other" : "razorpay"));
        }
        var last = Paid.Start.AddMinutes(899 * 15);
        _time.SetUtcNow(last.AddMinutes(50));
        Assert.Empty(await KindsAsync(listener));
        _time.SetUtcNow(last.AddHours(5));
        var item = Assert.Single(await ItemsAsync(listener));
        Assert.Equal("source-razorpay-gone_quiet", Text(item, "id"));
        Assert.Equal(JsonText.Moment(last), Text(item.GetProperty("evidence"), "last_event_at"));
        Assert.InRange(item.GetProperty("evidence").GetProperty("longest_silence_seconds").GetInt32(), 1800, 3600);
        await PaidAsync(listener, "pay_1");
        Assert.Empty(await KindsAsync(listener));
    }

    [Theory, EveryStore]
    public async Task Refused_deliveries_are_shown_with_their_window_and_a_scanner_is_not(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await StartAsync(store);
        for (var i = 0; i < 5; i++) await RefusedAsync(listener, $$"""{"cmd":{{i}}}""");
        await listener.Store.Rejections.WaitForAsync(5);
        Assert.Empty(await KindsAsync(listener));
        await PaidAsync(listener, "pay_1");
        for (var i = 0; i < 4; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await RefusedAsync(listener, Bodies.Mocked($"evt_{i}"));
        }
        await listener.Store.Rejections.WaitForAsync(9);
        var item = Assert.Single(await ItemsAsync(listener));
        Assert.Equal("source-razorpay-rejections_running", Text(item, "id"));
        Assert.Equal("2026-03-02T12:01:00Z", Text(item, "deadline"));
        var evidence = item.GetProperty("evidence");
        Assert.Equal(("2026-03-01T12:01:00Z", "2026-03-01T12:04:00Z"),
            (Text(evidence, "replay_from"), Text(evidence, "replay_until")));
        _time.Advance(TimeSpan.FromMinutes(1));
        await PaidAsync(listener, "pay_2");
        Assert.Empty(await KindsAsync(listener)); // the secret is right again
    }

    [Theory, EveryStore]
    public async Task A_test_event_in_a_source_that_is_said_to_be_live_is_shown(StoreKind kind)
    {
        const string body = """
            {"id":"evt_1","type":"charge.succeeded","created":1772366400,"livemode":false,"data":{"object":{
            "id":"ch_1","object":"charge","amount":100,"currency":"usd","captured":true,"status":"succeeded"}}}
            """;
        using var store = new TestStore(kind);
        foreach (var (setting, expected) in new[] { ("sandbox", 0), ("live", 1) })
        {
            await using var listener = await StartAsync(
                store, ("STRIPE_WEBHOOK_SECRET", "whsec_test"), ("STRIPE_ENVIRONMENT", setting));
            await listener.PostSignedAsync("/webhook/stripe", "stripe", "whsec_test", body, _time.GetUtcNow());
            var items = await ItemsAsync(listener);
            Assert.Equal(expected, items.Length);
            if (expected > 0) Assert.Equal("source-stripe-test_in_live", Text(items[0], "id"));
        }
    }

    [Theory, EveryStore]
    public async Task Pages_show_each_item_once(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await StartAsync(store);
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await PostAsync(listener, "payment.authorized", $"pay_waits_{i}");
            await PaidAsync(listener, $"pay_{i}");
            await PostAsync(listener, "refund.failed", $"pay_{i}", refund: $"rfnd_{i}");
            await listener.PostAsync(Bodies.Mocked($"evt_{i}", amount: 1, paymentId: "pay_x"));
            await listener.PostAsync(Bodies.Mocked($"evt_{i}", amount: 1, paymentId: "pay_y"));
        }
        _time.Advance(TimeSpan.FromDays(2));
        var (ids, next) = (new List<string>(), "");
        do
        {
            var page = await GetAsync(listener, $"/attention?limit=2{next}");
            var items = page.GetProperty("items").EnumerateArray().Select(i => Text(i, "id")!).ToArray();
            Assert.InRange(items.Length, 0, 2);
            ids.AddRange(items);
            next = page.GetProperty("next").GetString() is { } after ? $"&after={after}" : "";
        }
        while (next.Length > 0);
        var all = await GetAsync(listener, "/attention?limit=500");
        Assert.Equal(all.GetProperty("items").EnumerateArray().Select(i => Text(i, "id")), ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal(5, ids.Count(i => i.EndsWith("-not_captured", StringComparison.Ordinal)));
        Assert.Equal(5, ids.Count(i => i.EndsWith("-refund_failed", StringComparison.Ordinal)));
        Assert.Equal(5, ids.Count(i => i.EndsWith("-other_body", StringComparison.Ordinal)));
        Assert.Equal(ids.Count, (await CountsAsync(listener)).EnumerateObject().Sum(c => c.Value.GetInt32()));
    }

    [Theory]
    [InlineData("kind=refund")]
    [InlineData("limit=501")]
    [InlineData("after=x!")]
    [InlineData("after=MS4yLjM")]
    [InlineData("acknowledged=false")]
    [InlineData("state=open")]
    public async Task A_query_that_cannot_be_understood_is_400(string query)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await StartAsync(store);
        ReceiveContractTests.AssertProblem(
            await listener.GetAsync($"/attention?{query}", ("X-API-Key", Key)), 400, "Bad request");
    }

    [Theory]
    [InlineData("payment-1-refund_failed")]
    [InlineData("payment-x-refund_failed")]
    [InlineData("event-1-other_body")]
    [InlineData("source-nobody-gone_quiet")]
    [InlineData("payment-1-gone")]
    [InlineData("x")]
    public async Task What_is_not_there_cannot_be_acknowledged(string id)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await StartAsync(store);
        ReceiveContractTests.AssertProblem(
            await AcknowledgeAsync(listener, $"/attention/{id}/acknowledge", ""), 404, "No such item");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"note":1}""")]
    [InlineData("""{"text":"a"}""")]
    [InlineData("""{"note":"\u0000"}""")]
    [InlineData("{")]
    public async Task A_note_that_is_none_is_400(string body)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await StartAsync(store);
        ReceiveContractTests.AssertProblem(
            await AcknowledgeAsync(listener, "/attention/x/acknowledge", body), 400, "Not an acknowledgement");
        ReceiveContractTests.AssertProblem(await AcknowledgeAsync(
            listener, "/attention/x/acknowledge", $$"""{"note":"{{new string('a', 501)}}"}"""),
            400, "Not an acknowledgement");
    }

    [Fact]
    public async Task Is_read_by_readers_and_acknowledged_by_who_operates()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await StartAsync(store);
        foreach (var (scopes, status) in new[] { ("\"read\"", 403), ("\"read\",\"operate\"", 404) })
        {
            var body = Encoding.UTF8.GetBytes($$"""{"name":"a","scopes":[{{scopes}}]}""");
            var made = await listener.PostToAsync("/keys", body, ("X-API-Key", Key));
            var key = ("X-API-Key", made.Member("key")!);
            Assert.Equal(200, (await listener.GetAsync("/attention", key)).Status);
            Assert.Equal(status, (await listener.PostToAsync("/attention/x/acknowledge", [], key)).Status);
        }
    }

    Task<TestListener> StartAsync(TestStore store, params (string, string)[] settings) =>
        TestListener.StartAsync(store, _time, [("API_KEYS", Key), .. settings]);

    static Task<Answer> AcknowledgeAsync(TestListener listener, string path, string body) =>
        listener.PostToAsync(path, Encoding.UTF8.GetBytes(body), ("X-API-Key", Key));

    async Task PaidAsync(TestListener listener, string payment, string? order = null)
    {
        await PostAsync(listener, "payment.authorized", payment, order);
        await PostAsync(listener, "payment.captured", payment, order);
    }

    /// <summary>Posts an event of Razorpay, each a second after the one before.</summary>
    async Task PostAsync(
        TestListener listener, string type, string payment, string? order = null, string? refund = null,
        int refunded = 0)
    {
        var at = Paid.Start.ToUnixTimeSeconds() + Interlocked.Increment(ref _second);
        var more = refund is null ? "" : $$$"""
            ,"refund":{"entity":{"id":"{{{refund}}}","payment_id":"{{{payment}}}",
            "amount":{{{Math.Max(500, refunded)}}},"currency":"INR"}}
            """;
        var answer = await listener.PostAsync($$$"""
            {"entity":"event","event":"{{{type}}}","payload":{"payment":{"entity":{"id":"{{{payment}}}","amount":5000,
            "currency":"INR","order_id":"{{{order ?? payment}}}","captured":true,"amount_refunded":{{{refunded}}}
            } }{{{more}}} },"created_at":{{{at}}},"id":"evt_{{{at}}}"}
            """);
        Assert.Equal(200, answer.Status);
    }

    static async Task RefusedAsync(TestListener listener, string body)
    {
        var answer = await listener.PostAsync(
            body, ("X-Razorpay-Signature", TestListener.Sign(Encoding.UTF8.GetBytes(body), "another secret")));
        Assert.Equal(403, answer.Status);
    }

    static async Task<JsonElement> GetAsync(TestListener listener, string path)
    {
        var answer = await listener.GetAsync(path, ("X-API-Key", Key));
        Assert.Equal(200, answer.Status);
        return answer.Json;
    }

    static async Task<JsonElement[]> ItemsAsync(TestListener listener, string query = "") =>
        [.. (await GetAsync(listener, $"/attention{query}")).GetProperty("items").EnumerateArray()];

    static async Task<string[]> KindsAsync(TestListener listener) =>
        [.. (await ItemsAsync(listener)).Select(i => Text(i, "kind")!)];

    /// <summary>The counts, once those of before are too old.</summary>
    async Task<JsonElement> CountsAsync(TestListener listener)
    {
        _time.Advance(TimeSpan.FromSeconds(3));
        return (await GetAsync(listener, "/attention")).GetProperty("counts");
    }

    static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
