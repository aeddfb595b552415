using System.Text.Json;
using Payhook.Tests.Support;

namespace Payhook.Tests.Contract;

/// <summary>What GET /about tells of the listener, and what it must not.</summary>
public sealed class AboutContractTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Tells_what_runs_on_which_store_and_how_much_is_in_it(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("BODY_LIMIT_BYTES", "4096"));
        for (var i = 0; i < 3; i++) await listener.PostAsync(Bodies.Mocked($"evt_{i}", $"pay_{i % 2}"));
        await listener.PostAsync(Bodies.Mocked("evt_0", "pay_0"));

        var about = (await listener.GetAsync("/about")).Json;
        Assert.Equal(ProgramVersion.Text, about.GetProperty("version").GetString());
        Assert.Equal((3, 2), (about.GetProperty("events").GetInt64(), about.GetProperty("payments").GetInt64()));
        Assert.True(about.GetProperty("healthy").GetBoolean());
        var startedAt = about.GetProperty("started_at").GetDateTimeOffset();
        Assert.True(startedAt <= about.GetProperty("now").GetDateTimeOffset());
        var told = about.GetProperty("store");
        Assert.Equal(kind == StoreKind.Sqlite ? "sqlite" : "postgres", told.GetProperty("kind").GetString());
        Assert.Contains(told.GetProperty("name").GetString()!, store.Url);
        Assert.Equal(Convert.ToInt64(store.Scalar("select max(version) from payhook_schema")),
            told.GetProperty("schema_version").GetInt64());
        Assert.NotEmpty(told.GetProperty("engine_version").GetString()!);
        Assert.InRange(told.GetProperty("size_bytes").GetInt64(), 10_000, 1_000_000_000);
        var settings = about.GetProperty("settings").EnumerateArray()
            .ToDictionary(s => s.GetProperty("name").GetString()!);
        Assert.Equal(Settings.Common.Select(s => s.Name), settings.Keys);
        Assert.Equal(("4096", "1048576"), (Value(settings, "BODY_LIMIT_BYTES"),
            settings["BODY_LIMIT_BYTES"].GetProperty("default").GetString()));
        Assert.Equal("10000", Value(settings, "QUEUE_LIMIT_EVENTS"));
    }

    [Theory, EveryStore]
    public async Task Tells_of_secrets_only_whether_they_are_set(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(
            store, ("WEBHOOK_SECRET", "hunter1"), ("API_KEYS", "hunter2-0123456789"),
            ("STRIPE_WEBHOOK_SECRET", "hunter3"), ("STRIPE_RETIRED_SECRETS", "hunter4"),
            ("SQUARE_SIGNATURE_KEY", "hunter5"),
            ("SQUARE_NOTIFICATION_URL", "https://u:hunter6@shop.example/p?k=hunter7"));
        var answer = await listener.GetAsync("/about", ("X-API-Key", "hunter2-0123456789"));
        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain("hunter", answer.Text);
        Assert.DoesNotContain("postgresql://", answer.Json.GetProperty("store").ToString());
        var settings = answer.Json.GetProperty("settings").EnumerateArray()
            .ToDictionary(s => s.GetProperty("name").GetString()!);
        foreach (var name in new[] { "WEBHOOK_SECRET", "API_KEYS", "DATABASE_URL", "STRIPE_WEBHOOK_SECRET" })
        {
            Assert.Null(Value(settings, name));
            Assert.True(settings[name].GetProperty("is_secret").GetBoolean());
        }
        Assert.Equal("https://***@shop.example/p?***", Value(settings, "SQUARE_NOTIFICATION_URL"));
        Assert.Equal(401, (await listener.GetAsync("/about")).Status);
    }

    [Theory, EveryStore]
    public async Task Is_not_healthy_where_nothing_can_be_stored(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        Assert.True((await listener.GetAsync("/about")).Json.GetProperty("healthy").GetBoolean());
        using (store.HoldWrites())
            Assert.False((await listener.GetAsync("/about")).Json.GetProperty("healthy").GetBoolean());
        Assert.True((await listener.GetAsync("/about")).Json.GetProperty("healthy").GetBoolean());
    }

    [Fact]
    public async Task Warns_where_anybody_can_sign()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("WEBHOOK_SECRET", "test_secret"));
        var warnings = (await listener.GetAsync("/about")).Json.GetProperty("warnings").EnumerateArray();
        Assert.Contains(warnings, w => w.GetString()!.StartsWith("WEBHOOK_SECRET is", StringComparison.Ordinal));
    }

    /// <summary>Of many the estimate is told, and before there is one the largest number.</summary>
    [Fact]
    public async Task Counts_many_events_of_PostgreSQL_without_reading_them()
    {
        using var test = new TestStore(StoreKind.Postgres);
        await using var store = test.Open();
        test.Scalar("insert into payhook_events (source, identity, event_id, event_type, received_at, secret_number, "
            + "headers, body) select 'a', n, n, 'x.y', now(), 1, '{}', '' from generate_series(1, 12000) as n");
        var unknown = await store.Stats.SizeAsync(Cancellation);
        test.Scalar("vacuum analyze payhook_events");
        var known = await store.Stats.SizeAsync(Cancellation);
        Assert.InRange(unknown.Events, 11_000, 13_000);
        Assert.InRange(known.Events, 11_000, 13_000);
        Assert.Equal(0, known.Payments);
    }

    static string? Value(Dictionary<string, JsonElement> settings, string name) =>
        settings[name].GetProperty("value").GetString();
}
