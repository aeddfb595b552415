using System.Text;
using Payhook.Tests.Support;

namespace Payhook.Tests.Contract;

/// <summary>
/// What makes two receipts one event: what is signed, decided by the database, after verification only.
/// </summary>
public sealed class DeduplicationTests
{
    [Theory, EveryStore]
    public async Task Two_hundred_posts_of_one_event_at_once_give_exactly_one_success(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        var body = Bodies.Mocked("evt_1");

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => listener.PostAsync(body)));

        Assert.All(answers, a => Assert.Equal(200, a.Status));
        Assert.Single(answers, a => a.Member("status") == "success");
        Assert.Equal(199, answers.Count(a => a.Member("status") == "duplicate"));
        Assert.Single(store.EventIds());
    }

    [Theory, EveryStore]
    public async Task A_forged_request_never_takes_the_id_of_the_genuine_event(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);

        Assert.Equal(403, (await listener.PostAsync(
            Bodies.Mocked("evt_1"), ("X-Razorpay-Signature", new string('a', 64)))).Status);
        Assert.Equal("success", (await listener.PostAsync(Bodies.Mocked("evt_1"))).Member("status"));
    }

    [Theory, EveryStore]
    public async Task Two_changes_of_one_second_are_two_events(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(
            store, ("LEMONSQUEEZY_WEBHOOK_SECRET", "ls"), ("CASHFREE_CLIENT_SECRET", "cf"),
            ("ADYEN_PLATFORMS_HMAC_KEY", "AB"));

        foreach (var (name, secret, body) in new[]
        {
            ("lemonsqueezy", "ls", """
                {"meta":{"event_name":"subscription_updated"},"data":{"type":"subscriptions","id":"1",
                "attributes":{"status":"STATUS","updated_at":"2026-01-01T00:00:00.000000Z"}}}
                """),
            ("cashfree", "cf", """
                {"type":"REFUND_STATUS_WEBHOOK","event_time":"2026-01-01T00:00:00+05:30",
                "data":{"refund":{"cf_refund_id":"1","refund_status":"STATUS"}}}
                """),
            ("adyen-platforms", "AB", """
                {"type":"balancePlatform.paymentInstrument.updated","timestamp":"2026-01-01T00:00:00Z",
                "data":{"id":"PI1","status":"STATUS"}}
                """),
        })
        {
            foreach (var (status, told) in new[] { ("one", "success"), ("two", "success"), ("one", "duplicate") })
            {
                var answer = await listener.PostSignedAsync(
                    "/webhook/" + name, name, secret, body.Replace("STATUS", status, StringComparison.Ordinal));
                Assert.Equal(200, answer.Status);
                if (name != "adyen-platforms") Assert.Equal(told, answer.Member("status"));
            }
        }
        Assert.Equal(6, store.EventIds().Count);
    }

    [Theory, EveryStore]
    public async Task Same_signed_id_with_other_bytes_is_a_duplicate_and_kept_as_a_conflict_once(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        var other = Bodies.Mocked("evt_1", amount: 1);

        await listener.PostAsync(Bodies.Mocked("evt_1", amount: 5000));
        Assert.Equal("duplicate", (await listener.PostAsync(other)).Member("status"));
        Assert.Equal("duplicate", (await listener.PostAsync(other)).Member("status"));

        var stored = (await listener.GetAsync("/events/evt_1?include=payload")).Json;
        Assert.Equal(2, stored.GetProperty("conflict_count").GetInt32());
        var conflict = Assert.Single(stored.GetProperty("conflicts").EnumerateArray());
        Assert.Equal("other_body", conflict.GetProperty("kind").GetString());
        Assert.Equal(other, conflict.GetProperty("body").GetString());
        Assert.Equal(Bodies.Mocked("evt_1", amount: 5000), stored.GetProperty("body").GetString());
        var log = await listener.StopAsync();
        Assert.Contains("DuplicateWithOtherBody", log);
        Assert.Contains("\"level\":\"warning\"", log);
    }

    [Theory, EveryStore]
    public async Task Same_bytes_under_the_same_header_id_are_a_plain_duplicate(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);

        Assert.Equal("success",
            (await listener.PostAsync(Bodies.Real(), ("X-Razorpay-Event-Id", "evt_h"))).Member("status"));
        Assert.Equal("duplicate",
            (await listener.PostAsync(Bodies.Real(), ("X-Razorpay-Event-Id", "evt_h"))).Member("status"));

        Assert.Equal(0, (await listener.GetAsync("/events/evt_h")).Json.GetProperty("conflict_count").GetInt32());
    }

    [Theory, EveryStore]
    public async Task Same_bytes_under_another_header_id_are_a_duplicate_marked_as_a_possible_replay(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);

        await listener.PostAsync(Bodies.Real(), ("X-Razorpay-Event-Id", "evt_first"));
        var replay = await listener.PostAsync(Bodies.Real(), ("X-Razorpay-Event-Id", "evt_other"));

        Assert.Equal("duplicate", replay.Member("status"));
        Assert.Single(store.EventIds());
        var stored = (await listener.GetAsync("/events/evt_first")).Json;
        var conflict = Assert.Single(stored.GetProperty("conflicts").EnumerateArray());
        Assert.Equal("possible_replay", conflict.GetProperty("kind").GetString());
        Assert.Equal("evt_other", conflict.GetProperty("event_id").GetString());
        Assert.Contains("PossibleReplay: source razorpay, event evt_first", await listener.StopAsync());
    }

    [Theory, EveryStore]
    public async Task Other_bytes_under_a_known_header_id_are_an_event_of_their_own_and_marked(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);

        await listener.PostAsync(Bodies.Real(amount: 1), ("X-Razorpay-Event-Id", "evt_h"));
        var second = await listener.PostAsync(Bodies.Real(amount: 2), ("X-Razorpay-Event-Id", "evt_h"));

        Assert.Equal("success", second.Member("status"));
        Assert.Equal(2, store.EventIds().Count);
        var stored = (await listener.GetAsync("/events/evt_h")).Json;
        var other = Assert.Single(stored.GetProperty("others_with_this_id").EnumerateArray());
        Assert.True(other.GetProperty("reused_event_id").GetBoolean());
        Assert.False(stored.TryGetProperty("reused_event_id", out _));
    }

    [Theory, EveryStore]
    public async Task Other_bytes_under_one_header_id_at_once_are_all_stored_and_all_but_one_marked(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);

        await Task.WhenAll(Enumerable.Range(1, 20).Select(i =>
            listener.PostAsync(Bodies.Real(amount: i), ("X-Razorpay-Event-Id", "evt_h"))));

        Assert.Equal(20, store.EventIds().Count);
        Assert.Equal(19, store.Count("payhook_events where under_known_id"));
    }

    [Theory, EveryStore]
    public async Task An_endless_replay_does_not_fill_the_store(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        for (var i = 0; i < 60; i++) await listener.PostAsync(Bodies.Real(), ("X-Razorpay-Event-Id", $"evt_{i}"));

        Assert.Equal(20, store.Count("payhook_conflicts"));
        Assert.Equal(59, (await listener.GetAsync("/events/evt_0")).Json.GetProperty("conflict_count").GetInt32());
    }

    [Theory, EveryStore]
    public async Task One_id_from_two_payments_ends_with_the_first(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await listener.PostAsync(Bodies.Mocked("evt_1", "pay_a"));
        await listener.PostAsync(Bodies.Mocked("evt_1", "pay_b"));

        Assert.Single((await listener.GetAsync("/payments/pay_a/events")).Json.EnumerateArray());
        Assert.Empty((await listener.GetAsync("/payments/pay_b/events")).Json.EnumerateArray());
    }

    /// <summary>Stored bytes are the received bytes, whatever a JSON library would make of them.</summary>
    [Theory, EveryStore]
    public async Task Odd_bodies_are_stored_byte_for_byte(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        var million = new string('x', (1 << 20) - 300);
        string[] odd =
        [
            """{"id":"0","event":"x.y","u":"\u00dc\/\u003c","n":1.00,"e":1e2}""",
            """{"id":"1","event":"x.y","ü":"日本語 🎉","<>":"&'"}""",
            """{"id":"2","event":"x.y","a":1,"a":2,"event":"x.y"}""",
            "\uFEFF" + """{"id":"3","event":"x.y"}""",
            """{"id":"4","event":"x.y"}""" + "  \r\n\t \n",
            "\n\n { \"id\" : \"5\" ,\r\n \"event\" : \"x.y\" }",
            $$"""{"id":"6","event":"x.y","pad":"{{million}}"}""",
            """{"id":"7","event":"x.y","zero":"\u0000","lone":"\ud800"}""",
        ];
        for (var i = 0; i < odd.Length; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(odd[i]);
            var answer = await listener.PostAsync(bytes);
            Assert.True(answer.Status == 200, $"body {i}: {answer.Text}");
            var stored = await listener.Store.EventsWithId($"{i}", true, TestContext.Current.CancellationToken)
                .SingleAsync(TestContext.Current.CancellationToken);
            Assert.Equal(bytes, stored.Body);
            var shown = await listener.GetAsync($"/events/{i}?include=payload");
            Assert.Equal(odd[i], shown.Member("body"));
        }
    }
}
