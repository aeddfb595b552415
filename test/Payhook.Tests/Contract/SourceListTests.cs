using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Payhook.Tests.Support;

namespace Payhook.Tests.Contract;

/// <summary>What GET /sources tells of each sender, and what it must not.</summary>
public sealed class SourceListTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 30, 30, TimeSpan.Zero);

    [Theory, EveryStore]
    public async Task Tells_how_each_is_configured_and_no_secret(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(
            store, ("STRIPE_WEBHOOK_SECRET", "whsec_hunter2"), ("STRIPE_RETIRED_SECRETS", "whsec_hunter1"),
            ("STRIPE_ALLOWED_IPS", "192.0.2.0/24"), ("STRIPE_BODY_LIMIT_BYTES", "4096"),
            ("SQUARE_SIGNATURE_KEY", "hunter3"),
            ("SQUARE_NOTIFICATION_URL", "https://u:hunter4@shop.example/p?k=hunter5"),
            ("PAYPAL_WEBHOOK_ID", "WH-hunter6"), ("PAYPAL_ENVIRONMENT", "sandbox"));

        var answer = await listener.GetAsync("/sources");
        Assert.DoesNotContain("hunter", answer.Text);
        var sources = answer.Json.EnumerateArray().ToDictionary(s => s.GetProperty("name").GetString()!);
        Assert.Equal(["paypal", "razorpay", "square", "stripe"], sources.Keys.Order());
        var stripe = sources["stripe"];
        Assert.Equal(("Stripe", "/webhook/stripe", 1, 1), (Text(stripe, "provider_name"), Text(stripe, "address"),
            Number(stripe, "secret_count"), Number(stripe, "retired_secret_count")));
        Assert.Equal((300, 4096), (Number(stripe, "tolerance_seconds"), Number(stripe, "body_limit_bytes")));
        Assert.Equal("192.0.2.0/24", stripe.GetProperty("allowed_ips")[0].GetString());
        Assert.Equal("notification_url https://***@shop.example/p?***", Text(sources["square"], "parameter"));
        Assert.True(sources["paypal"].GetProperty("sandbox").GetBoolean());
        Assert.Empty(sources["paypal"].GetProperty("mocks").EnumerateArray()); // it alone has the key
        Assert.Equal("captured", sources["razorpay"].GetProperty("mocks").EnumerateArray()
            .Select(m => m.GetString()).First(m => m == "captured"));
        Assert.All(sources.Values, s => Assert.Equal("new", Text(s, "state")));
        Assert.All(sources.Values, s => Assert.False(s.GetProperty("uses_default_secret").GetBoolean()));
        Assert.True(sources["razorpay"].GetProperty("common_address").GetBoolean());
    }

    [Fact]
    public async Task Says_where_anybody_can_sign()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("WEBHOOK_SECRET", "test_secret"));
        Assert.True((await listener.GetAsync("/sources")).Json[0].GetProperty("uses_default_secret").GetBoolean());
    }

    [Theory, EveryStore]
    public async Task Counts_what_came_in_and_what_was_refused(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("STRIPE_WEBHOOK_SECRET", "whsec_test"));
        await listener.PostAsync(Bodies.Mocked("evt_1"));
        await listener.PostAsync(Bodies.Mocked("evt_1"));
        await listener.PostAsync(Bodies.Mocked("evt_2"));
        await listener.PostAsync(Bodies.Mocked("evt_3"), ("X-Razorpay-Signature", new('0', 64)));

        var sources = (await listener.GetAsync("/sources")).Json.EnumerateArray()
            .ToDictionary(s => s.GetProperty("name").GetString()!);
        var razorpay = sources["razorpay"];
        Assert.Equal((3, 3, 1), (Number(razorpay, "count_24h"), Number(razorpay, "count_1h"),
            Number(razorpay, "rejected_24h")));
        Assert.Equal(0.25, razorpay.GetProperty("rejected_share_24h").GetDouble());
        Assert.Equal(JsonValueKind.Null, razorpay.GetProperty("usual_1h").ValueKind); // no full hour yet
        Assert.NotNull(Text(razorpay, "last_event_at"));
        Assert.Equal("ok", Text(razorpay, "state"));
        Assert.Equal((0, "new"), (Number(sources["stripe"], "count_24h"), Text(sources["stripe"], "state")));
        Assert.Equal(JsonValueKind.Null, sources["stripe"].GetProperty("rejected_share_24h").ValueKind);
    }

    [Theory, EveryStore]
    public async Task Says_what_is_usual_by_the_mean_of_the_hours_that_are_known(StoreKind kind)
    {
        using var store = new TestStore(kind);
        var time = new FakeTimeProvider(Now);
        await using var listener = await TestListener.StartAsync(store, time, ("COMMIT_DEADLINE_SECONDS", "60"));
        for (var i = 0; i < 8; i++) await listener.PostAsync(Bodies.Mocked($"evt_{i}"));
        time.Advance(TimeSpan.FromHours(4));
        await listener.PostAsync(Bodies.Mocked("evt_now"));

        var razorpay = (await listener.GetAsync("/sources")).Json[0];
        Assert.Equal((9, 1), (Number(razorpay, "count_24h"), Number(razorpay, "count_1h")));
        Assert.Equal(2, razorpay.GetProperty("usual_1h").GetDouble()); // eight in four hours
    }

    [Theory, EveryStore]
    public async Task Says_where_what_looks_like_the_providers_is_refused(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        for (var i = 0; i < 3; i++) await listener.PostAsync("""{"signed":"and no event"}""");
        var state = "";
        for (var i = 0; i < 100 && state != "rejecting"; i++)
        {
            state = Text((await listener.GetAsync("/sources")).Json[0], "state");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
        Assert.Equal("rejecting", state);
    }

    [Theory, EveryStore]
    public async Task Says_where_a_source_has_gone_quiet(StoreKind kind)
    {
        using var store = new TestStore(kind);
        var time = new FakeTimeProvider(Now);
        await using var listener = await TestListener.StartAsync(store, time, ("COMMIT_DEADLINE_SECONDS", "60"));
        using (var writer = listener.Store.OpenWriter())
        {
            // One after another: the past is looked at by transactions.
            for (var hour = -80; hour < 0; hour++) writer.Append(Receipted.Of($"evt_{hour}", at: Now.AddHours(hour)));
        }
        await listener.Store.SettledAsync();
        Assert.Equal("ok", Text((await listener.GetAsync("/sources")).Json[0], "state"));
        time.Advance(TimeSpan.FromHours(12));
        Assert.Equal("quiet", Text((await listener.GetAsync("/sources")).Json[0], "state"));
    }

    static string? Text(JsonElement source, string name) => source.GetProperty(name).GetString();

    static long Number(JsonElement source, string name) => source.GetProperty(name).GetInt64();
}
