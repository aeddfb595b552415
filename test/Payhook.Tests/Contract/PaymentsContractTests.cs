using Microsoft.Extensions.Time.Testing;
using Payhook.Tests.Support;

namespace Payhook.Tests.Contract;

/// <summary>Where a payment stands, asked over HTTP right after the events were acknowledged.</summary>
public sealed class PaymentsContractTests
{
    [Theory, EveryStore]
    public async Task What_a_200_acknowledged_the_next_answer_knows(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        foreach (var (event_, status) in new[]
            { ("payment.failed", "failed"), ("payment.authorized", "authorized"), ("payment.captured", "captured") })
        {
            Assert.Equal(200, (await listener.PostAsync(PaymentBodies.Razorpay(event_, "pay_1"))).Status);
            Assert.Equal(status, (await listener.GetAsync("/payments/pay_1")).Member("status"));
            var row = Assert.Single(
                (await listener.GetAsync("/payments")).Json.GetProperty("payments").EnumerateArray().ToList());
            Assert.Equal(status, row.GetProperty("status").GetString());
        }
    }

    [Theory, EveryStore]
    public async Task A_payment_tells_amounts_children_and_a_timeline_that_names_events(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await listener.PostAsync(PaymentBodies.Razorpay("payment.captured", "pay_1", 3, "evt_captured"));
        await listener.PostAsync(PaymentBodies.Razorpay("payment.authorized", "pay_1", 2, "evt_authorized"));
        await listener.PostAsync(PaymentBodies.Razorpay(
            "refund.processed", "pay_1", 4, "evt_refund", PaymentBodies.Refund("pay_1", 400), refunded: 400));
        await listener.PostAsync(PaymentBodies.Razorpay("something.new", "pay_1", 5, "evt_new"));

        var payment = (await listener.GetAsync("/payments/pay_1")).Json;

        Assert.Equal(
            ("pay_1", "razorpay", "partially_refunded", "INR", 2, 1000, 1000, 400),
            (payment.GetProperty("payment_id").GetString(), payment.GetProperty("provider").GetString(),
                payment.GetProperty("status").GetString(), payment.GetProperty("currency").GetString(),
                payment.GetProperty("currency_exponent").GetInt32(), payment.GetProperty("amount").GetInt32(),
                payment.GetProperty("captured").GetInt32(), payment.GetProperty("refunded").GetInt32()));
        Assert.Equal("order_1", payment.GetProperty("order_id").GetString());
        Assert.Equal("a@example.com", payment.GetProperty("email").GetString());
        var refund = Assert.Single(payment.GetProperty("refunds").EnumerateArray().ToList());
        Assert.Equal(("rfnd_1", "succeeded", 400),
            (refund.GetProperty("id").GetString(), refund.GetProperty("status").GetString(),
                refund.GetProperty("amount").GetInt32()));
        Assert.Equal(
            [
                "authorized authorized evt_authorized late", "captured captured evt_captured ",
                "refund_succeeded partially_refunded evt_refund ", "noted partially_refunded evt_new ",
            ],
            payment.GetProperty("timeline").EnumerateArray().Select(t =>
                $"{t.GetProperty("change")} {t.GetProperty("status")} {t.GetProperty("event_id")} "
                + (t.TryGetProperty("late", out _) ? "late" : "")));
        Assert.Equal(["evt_captured", "evt_authorized", "evt_refund", "evt_new"],
            payment.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("event_id").GetString()!));
        Assert.Empty(payment.GetProperty("gaps").EnumerateArray());
    }

    [Theory, EveryStore]
    public async Task What_must_have_happened_unheard_is_a_gap(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await listener.PostAsync(PaymentBodies.Razorpay("payment.captured", "pay_1", refunded: 400));
        Assert.Equal(["authorization", "refund"], await GapsAsync());
        await listener.PostAsync(PaymentBodies.Razorpay("payment.authorized", "pay_1"));
        await listener.PostAsync(PaymentBodies.Razorpay(
            "refund.processed", "pay_1", more: PaymentBodies.Refund("pay_1", 400), refunded: 400));
        Assert.Empty(await GapsAsync());

        async Task<IEnumerable<string>> GapsAsync() =>
            (await listener.GetAsync("/payments/pay_1")).Json.GetProperty("gaps").EnumerateArray()
                .Select(g => g.GetString()!);
    }

    [Theory, EveryStore]
    public async Task The_past_can_be_asked(StoreKind kind)
    {
        using var store = new TestStore(kind);
        var time = new FakeTimeProvider(new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await using var listener = await TestListener.StartAsync(store, time);
        await listener.PostAsync(PaymentBodies.Razorpay("payment.authorized", "pay_1"));
        time.Advance(TimeSpan.FromMinutes(10));
        await listener.PostAsync(PaymentBodies.Razorpay("payment.captured", "pay_1"));

        Assert.Equal(("captured", 2), await AtAsync("2026-03-01T12:10:00Z"));
        Assert.Equal(("captured", 2), await AtAsync("2030-01-01T00:00:00Z"));
        Assert.Equal(("authorized", 1), await AtAsync("2026-03-01T12:09:59.999Z"));
        Assert.Equal(("authorized", 1), await AtAsync("2026-03-01T13:00:00%2B01:00"));
        ReceiveContractTests.AssertProblem(
            await listener.GetAsync("/payments/pay_1?as_of=2026-03-01T11:59:59Z"), 404, "No such payment");

        async Task<(string?, int)> AtAsync(string moment)
        {
            var payment = (await listener.GetAsync($"/payments/pay_1?as_of={moment}")).Json;
            Assert.Equal(payment.GetProperty("event_count").GetInt32(), payment.GetProperty("events").GetArrayLength());
            Assert.Equal("2026-03-01T12:00:00Z", payment.GetProperty("first_event_at").GetString());
            return (payment.GetProperty("status").GetString(), payment.GetProperty("event_count").GetInt32());
        }
    }

    [Theory, EveryStore]
    public async Task A_payment_is_found_by_each_of_its_ids_and_two_with_one_id_are_told_apart(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(
            store, ("STRIPE_WEBHOOK_SECRET", StripeSecret), ("ADYEN_HMAC_KEY", AdyenKey));
        await PostStripeAsync(listener, "pi_1", "ch_1");
        foreach (var id in new[] { "pi_1", "ch_1" })
            Assert.Equal("pi_1", (await listener.GetAsync($"/payments/{id}")).Member("payment_id"));

        await listener.PostAsync(PaymentBodies.Razorpay("payment.captured", "ch_1"));
        var both = (await listener.GetAsync("/payments/ch_1")).Json;
        var other = Assert.Single(both.GetProperty("others").EnumerateArray().ToList());
        string[] providers = [both.GetProperty("provider").GetString()!, other.GetProperty("provider").GetString()!];
        Assert.Equal(["razorpay", "stripe"], providers.Order());
        foreach (var provider in providers)
        {
            var chosen = (await listener.GetAsync($"/payments/ch_1?provider={provider}")).Json;
            Assert.Equal(provider, chosen.GetProperty("provider").GetString());
        }
        Assert.Equal(404, (await listener.GetAsync("/payments/ch_1?provider=adyen")).Status);
        Assert.Equal(404, (await listener.GetAsync("/payments/ch_1?provider=stripe&account=x")).Status);
    }

    [Theory, EveryStore]
    public async Task Who_has_the_answer_is_told_so_until_something_changes(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await listener.PostAsync(PaymentBodies.Razorpay("payment.authorized", "pay_1"));
        var tag = await TagAsync();

        Assert.Equal(304, (await listener.GetAsync("/payments/pay_1", ("If-None-Match", tag))).Status);
        await listener.PostAsync(PaymentBodies.Razorpay("something.new", "pay_1"));
        Assert.Equal(200, (await listener.GetAsync("/payments/pay_1", ("If-None-Match", tag))).Status);

        async Task<string> TagAsync()
        {
            using var response = await listener.Client.GetAsync(
                new Uri("/payments/pay_1", UriKind.Relative), TestContext.Current.CancellationToken);
            return response.Headers.ETag!.ToString();
        }
    }

    [Theory, EveryStore]
    public async Task Ids_with_odd_characters_are_found_again(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        const string id = "pay/ü 🎉'%2F?";
        await listener.PostAsync(PaymentBodies.Razorpay("payment.captured", id));

        Assert.Equal(id, (await listener.GetAsync($"/payments/{Uri.EscapeDataString(id)}")).Member("payment_id"));
        var found = (await listener.GetAsync($"/payments?text={Uri.EscapeDataString(id)}")).Json;
        Assert.Equal(1, found.GetProperty("payments").GetArrayLength());
    }

    [Fact]
    public async Task A_payment_that_nobody_knows_is_404_and_a_slip_is_named()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        ReceiveContractTests.AssertProblem(await listener.GetAsync("/payments/pay_x"), 404, "No such payment");
        Assert.Equal("as_of", (await listener.GetAsync("/payments/pay_x?as_of=tomorrow")).Member("parameter"));
        Assert.Equal(400, (await listener.GetAsync("/payments/pay_x?asof=1")).Status);
    }

    [Theory, EveryStore]
    public async Task Whoever_may_not_see_personal_data_can_neither_read_nor_confirm_an_address(StoreKind kind)
    {
        const string key = "a-key-that-may-do-everything";
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("API_KEYS", key));
        await listener.PostAsync(PaymentBodies.Razorpay("payment.captured", "pay_1", orderId: "a@example.com"));
        var all = ("Authorization", $"Bearer {key}");
        var (made, text) = ApiKey.Create("a", Scopes.Read, null, "cli:me", TimeProvider.System.GetUtcNow());
        listener.Store.Keys.Add(made, AuditEntry.Created(made));
        var read = ("Authorization", $"Bearer {text}");
        await WaitForKeyAsync(listener, read);

        foreach (var path in new[] { "/payments", "/payments/pay_1" })
        {
            Assert.Contains("a@example.com", (await listener.GetAsync(path, all)).Text);
            var masked = await listener.GetAsync(path, read);
            Assert.Equal(200, masked.Status);
            Assert.DoesNotContain("example.com", masked.Text);
            Assert.Contains("***", masked.Text);
        }
        foreach (var format in new[] { "text/csv", "application/x-ndjson" })
            Assert.DoesNotContain("example.com", (await listener.GetAsync("/payments", read, ("Accept", format))).Text);
        var found = await listener.GetAsync("/payments?text=A@Example.com", all);
        Assert.Equal(1, found.Json.GetProperty("payments").GetArrayLength());
        foreach (var address in new[] { "a@example.com", "nobody@example.com" })
        {
            var refused = await listener.GetAsync($"/payments?text={address}", read);
            Assert.Equal((403, "Not allowed"), (refused.Status, refused.Member("error")));
        }
    }

    /// <summary>The keys are in memory for two seconds at most.</summary>
    static async Task WaitForKeyAsync(TestListener listener, (string, string) header)
    {
        for (var i = 0; i < 100 && (await listener.GetAsync("/payments", header)).Status == 401; i++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
    }

    const string StripeSecret = "whsec_test", AdyenKey =
        "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";

    static async Task PostStripeAsync(TestListener listener, string intent, string charge)
    {
        var answer = await listener.PostSignedAsync("/webhook/stripe", "stripe", StripeSecret, $$$"""
            {"id":"evt_{{{charge}}}","object":"event","type":"payment_intent.succeeded","created":1700000000,
            "livemode":true,"data":{"object":{"id":"{{{intent}}}","object":"payment_intent","amount":1000,
            "amount_received":1000,"latest_charge":"{{{charge}}}","currency":"usd"} } }
            """);
        Assert.Equal(200, answer.Status);
    }
}
