using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests.Contract;

/// <summary>Several senders at one listener: each at its own address, and all of them at the common one.</summary>
public sealed class SourcesTests
{
    const string StripeSecret = "whsec_of_the_tests";
    const string AdyenKey = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";
    const string StandardSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    static readonly (string, string)[] Settings =
    [
        ("STRIPE_WEBHOOK_SECRET", StripeSecret), ("ADYEN_HMAC_KEY", AdyenKey), ("GOCARDLESS_WEBHOOK_SECRET", "gc"),
        ("KLARNA_SIGNING_KEY", "kl"), ("STANDARD_WEBHOOKS_SECRET", StandardSecret), ("BRAINTREE_PRIVATE_KEY", "priv"),
        ("BRAINTREE_PUBLIC_KEY", "pub"),
    ];

    [Theory, EveryStore]
    public async Task Each_source_has_an_address_and_the_common_one_knows_them_all(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, Settings);

        foreach (var path in new[] { "/webhook/stripe", "/webhook/payments" })
        {
            var id = "evt_" + path.Split('/')[2];
            var answer = await listener.PostSignedAsync(path, "stripe", StripeSecret, Stripe(id));
            Assert.Equal(
                (200, $$"""{"status":"success","event_id":"{{id}}","payment_id":"pi_1"}"""),
                (answer.Status, answer.Text));
        }
        Assert.Equal(200, (await listener.PostAsync(Bodies.Mocked("evt_rzp"))).Status);

        var events = await listener.GetAsync("/payments/pi_1/events?include=payload");
        Assert.Equal(2, events.Json.GetArrayLength());
        Assert.All(events.Json.EnumerateArray(), e => Assert.Equal("stripe", e.GetProperty("source").GetString()));
        Assert.DoesNotContain("v1=", events.Text);
    }

    [Fact]
    public async Task A_name_that_is_not_configured_is_like_any_path_that_is_not_there()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, Settings);

        foreach (var path in new[] { "/webhook/paddle", "/webhook/nobody", "/webhook/Stripe", "/elsewhere" })
        {
            var answer = await listener.PostSignedAsync(path, "stripe", StripeSecret, Stripe("evt_1"));
            ReceiveContractTests.AssertProblem(answer, 404, "Not found");
        }
        foreach (var path in new[] { "/webhook/stripe", "/webhook/nobody", "/webhook/payments" })
            Assert.Equal((405, "POST"), await StatusAndAllowAsync(listener, path));
    }

    [Fact]
    public async Task A_sources_secret_verifies_at_its_own_address_only()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, Settings);
        var body = Stripe("evt_1");

        ReceiveContractTests.AssertProblem(
            await listener.PostSignedAsync("/webhook/stripe", "stripe", "whsec_other", body), 403, "Invalid signature");
        ReceiveContractTests.AssertProblem(
            await listener.PostSignedAsync("/webhook/razorpay", "stripe", StripeSecret, body), 403,
            "Missing signature header");
        ReceiveContractTests.AssertProblem(
            await listener.PostSignedAsync("/webhook/stripe", "razorpay", TestListener.Secret, body), 403,
            "Missing signature header");
        Assert.Empty(store.EventIds());
    }

    [Fact]
    public async Task A_rightly_signed_delivery_from_yesterday_is_refused()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, Settings);
        var yesterday = TimeProvider.System.GetUtcNow().AddDays(-1);

        var late = await listener.PostSignedAsync(
            "/webhook/stripe", "stripe", StripeSecret, Stripe("evt_1"), yesterday);

        ReceiveContractTests.AssertProblem(late, 403, "Invalid signature");
        Assert.Contains("outside-tolerance", await listener.StopAsync());
    }

    [Theory, EveryStore]
    public async Task The_events_of_one_delivery_are_stored_each_on_its_own(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, Settings);

        var first = await PostGoCardlessAsync(listener, "EV1", "EV2");
        var second = await PostGoCardlessAsync(listener, "EV2", "EV3");
        var third = await PostGoCardlessAsync(listener, "EV3");

        Assert.Equal("""{"status":"success","event_id":"EV1","payment_id":"PM1","event_count":2}""", first.Text);
        Assert.Equal(("success", "duplicate"), (second.Member("status"), third.Member("status")));
        Assert.Equal(["EV1", "EV2", "EV3"], store.EventIds().Order());
        var stored = await listener.GetAsync("/events/EV2?include=payload");
        Assert.Equal("EV2", stored.Json.GetProperty("payload").GetProperty("id").GetString());
        Assert.Equal(0, stored.Json.GetProperty("conflict_count").GetInt64());
    }

    [Fact]
    public async Task Providers_read_the_answers_that_they_want()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, Settings);
        const string adyen = """
            {"live":"false","notificationItems":[{"NotificationRequestItem":{"additionalData":{},"amount":{
            "currency":"EUR","value":1130},"eventCode":"AUTHORISATION","merchantAccountCode":"M",
            "merchantReference":"R","pspReference":"psp_1","success":"true"}}]}
            """;

        var accepted = await listener.PostSignedAsync("/webhook/adyen", "adyen", AdyenKey, adyen);
        Assert.Equal((200, "text/plain", "[accepted]"), (accepted.Status, accepted.ContentType, accepted.Text));
        Assert.Equal("[accepted]", (await listener.PostSignedAsync("/webhook/adyen", "adyen", AdyenKey, adyen)).Text);
        Assert.Single(store.EventIds());
        var wrong = await listener.PostSignedAsync("/webhook/gocardless", "gocardless", "other", GoCardless("EV1"));
        Assert.Equal(498, wrong.Status);
        Assert.Equal(400, (await listener.PostSignedAsync("/webhook/klarna", "klarna", "other", "{}")).Status);
        var challenge = await listener.GetAsync("/webhook/braintree?bt_challenge=20f9f8ed05f77439fe955c977e4c8a53");
        Assert.Equal(200, challenge.Status);
        Assert.StartsWith("pub|", challenge.Text);
        Assert.Equal(405, (await listener.GetAsync("/webhook/braintree?bt_challenge=x")).Status);
    }

    [Fact]
    public async Task A_header_that_two_providers_share_is_held_against_both()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, Settings);

        var goCardless = await PostGoCardlessAsync(listener, "EV1", path: "/webhook/payments");
        var standard = await listener.PostSignedAsync("/webhook/payments", "standard-webhooks", StandardSecret,
            """{"type":"payment.captured","timestamp":"2026-01-01T00:00:00Z","data":{"id":"p_1"}}""");

        Assert.Equal((200, 200), (goCardless.Status, standard.Status));
        Assert.Equal(["gocardless", "standard-webhooks"], (await SourcesAsync(store)).Order());
    }

    [Fact]
    public async Task A_provider_without_a_header_is_recognised_by_its_body_where_that_is_configured()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        const string body = """
            {"order_id":"o_1","status_code":"200","gross_amount":"10000.00","transaction_id":"t_1",
            "transaction_status":"settlement","currency":"IDR"}
            """;
        await using (var listener = await TestListener.StartAsync(store, ("MIDTRANS_SERVER_KEY", "key")))
        {
            ReceiveContractTests.AssertProblem(
                await listener.PostSignedAsync("/webhook/payments", "midtrans", "key", body), 403,
                "Missing signature header");
            Assert.Equal(200, (await listener.PostSignedAsync("/webhook/midtrans", "midtrans", "key", body)).Status);
        }
        await using var recognising = await TestListener.StartAsync(
            store, ("MIDTRANS_SERVER_KEY", "key"), ("MIDTRANS_BY_BODY", "true"));
        var again = await recognising.PostSignedAsync("/webhook/payments", "midtrans", "key", body);
        Assert.Equal("duplicate", again.Member("status"));
        ReceiveContractTests.AssertProblem(
            await recognising.PostToAsync("/webhook/payments", "{}"u8.ToArray()), 403, "Missing signature header");
    }

    [Fact]
    public async Task The_common_address_is_no_way_around_the_rules_of_a_source()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        const string midtrans = """
            {"order_id":"o_1","status_code":"200","gross_amount":"1.00","transaction_status":"settlement"}
            """;
        (string, string)[] elsewhere =
        [
            ("GOCARDLESS_ALLOWED_IPS", "192.0.2.1"), ("MIDTRANS_SERVER_KEY", "key"), ("MIDTRANS_BY_BODY", "true"),
            ("MIDTRANS_ALLOWED_IPS", "192.0.2.1"), ("STANDARD_WEBHOOKS_BODY_LIMIT_BYTES", "1024"),
        ];
        await using var listener = await TestListener.StartAsync(store, [.. Settings, .. elsewhere]);

        foreach (var path in new[] { "/webhook/gocardless", "/webhook/payments" })
            Assert.Equal(403, (await PostGoCardlessAsync(listener, "EV1", path: path)).Status);
        foreach (var path in new[] { "/webhook/midtrans", "/webhook/payments" })
        {
            ReceiveContractTests.AssertProblem(
                await listener.PostSignedAsync(path, "midtrans", "key", midtrans), 403, "Address not allowed");
        }
        foreach (var path in new[] { "/webhook/standard-webhooks", "/webhook/payments" })
        {
            var large = $$$"""{"type":"payment.captured","data":{"id":"p_1","text":"{{{new string('a', 2000)}}}"} }""";
            ReceiveContractTests.AssertProblem(
                await listener.PostSignedAsync(path, "standard-webhooks", StandardSecret, large), 413,
                "Request body too large");
        }
        Assert.Empty(store.EventIds());
    }

    [Fact]
    public async Task The_common_address_takes_what_the_own_one_takes()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(
            store, [.. Settings, ("BODY_LIMIT_BYTES", "1024"), ("GOCARDLESS_BODY_LIMIT_BYTES", "65536"),
                ("MIDTRANS_SERVER_KEY", "key"), ("MIDTRANS_BY_BODY", "true"), ("MIDTRANS_BODY_LIMIT_BYTES", "65536")]);
        var large = $$$"""
            {"events":[{"id":"EV1","resource_type":"payments","action":"paid","text":"{{{new string('a', 2000)}}}"}]}
            """;
        var midtrans = $$"""
            {"order_id":"o_1","status_code":"200","gross_amount":"1.00","transaction_status":"settlement",
            "text":"{{new string('a', 2000)}}"}
            """;

        Assert.Equal(200, (await listener.PostSignedAsync("/webhook/payments", "gocardless", "gc", large)).Status);
        Assert.Equal(200, (await listener.PostSignedAsync("/webhook/payments", "midtrans", "key", midtrans)).Status);
    }

    [Fact]
    public async Task A_header_that_everybody_may_send_does_not_hide_who_signed()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(
            store, ("PHONEPE_WEBHOOK_CREDENTIALS", "user:password"), ("CHECKOUTCOM_SIGNATURE_KEY", "cko"));
        var body = """{"id":"evt_1","type":"payment_captured","data":{"id":"pay_1"}}"""u8.ToArray();
        var checkout = ProviderCatalog.Find("checkoutcom")!;
        Assert.True(checkout.TryReadKey("cko", out var key));
        var signed = checkout.Sign(body, new(key!), default)!.Headers.Single();

        var answer = await listener.PostToAsync("/webhook/payments", body,
            ("Authorization", "the value that was typed into the workflow"), (signed.Key, signed.Value));

        Assert.Equal(200, answer.Status);
        Assert.Equal(["checkoutcom"], await SourcesAsync(store));
        ReceiveContractTests.AssertProblem(
            await listener.PostToAsync("/webhook/payments", body, ("Authorization", "Basic dTpw")), 403,
            "Invalid signature");
    }

    static async Task<(int, string?)> StatusAndAllowAsync(TestListener listener, string path)
    {
        var answer = await listener.GetAsync(path);
        return (answer.Status, answer.Allow);
    }

    static Task<Answer> PostGoCardlessAsync(TestListener listener, string id, string? other = null,
        string path = "/webhook/gocardless") =>
        listener.PostSignedAsync(path, "gocardless", "gc", other is null ? GoCardless(id) : GoCardless(id, other));

    static string GoCardless(params string[] ids)
    {
        var events = ids.Select(id => $$$"""
            {"id":"{{{id}}}","created_at":"2026-01-01T00:00:00.000Z","resource_type":"payments","action":"confirmed",
            "links":{"payment":"PM1"} }
            """);
        return $$$"""{"events":[{{{string.Join(',', events)}}}],"meta":{"webhook_id":"WB1"} }""";
    }

    static string Stripe(string id) => $$$$"""
        {"id":"{{{{id}}}}","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1","object":"payment_intent"}}}
        """;

    static async Task<IReadOnlyList<string>> SourcesAsync(TestStore store)
    {
        await using var connection = store.Connect();
        await using var command = connection.CreateCommand();
        command.CommandText = "select source from payhook_events";
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var sources = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) sources.Add(reader.GetString(0));
        return sources;
    }
}
