using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Contract;

/// <summary>What GET /stats tells is what came in, at once, in every form, and within its bounds.</summary>
public sealed class StatsContractTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 30, 30, TimeSpan.Zero);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Tells_at_once_what_came_in_and_what_became_of_it(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("STRIPE_WEBHOOK_SECRET", "whsec_test"));
        await listener.PostAsync(Bodies.Mocked("evt_1"));
        await listener.PostAsync(Bodies.Mocked("evt_1"));
        await listener.PostAsync(Bodies.Mocked("evt_1", amount: 1));
        await listener.PostAsync(Bodies.Mocked("evt_2", type: "refund.created"));
        await listener.PostAsync(Bodies.Mocked("evt_3"), ("X-Razorpay-Signature", new('0', 64)));
        await listener.PostToAsync("/webhook/stripe", "{}"u8.ToArray());

        var answer = await listener.GetAsync("/stats?group_by=source,type,outcome");
        Assert.Equal((200, "application/json"), (answer.Status, answer.ContentType));
        var totals = answer.Json.GetProperty("totals");
        Assert.Equal(6, totals.GetProperty("count").GetInt64());
        Assert.Equal(
        [
            ("razorpay", null, "wrong-signature", 1), ("razorpay", "payment.captured", "conflict", 1),
            ("razorpay", "payment.captured", "duplicate", 1), ("razorpay", "payment.captured", "stored", 1),
            ("razorpay", "refund.created", "stored", 1), ("stripe", null, "missing-signature", 1),
        ], Groups(totals));
        // Stripe publishes no timeout, so its request is not held against one.
        Assert.Equal((5, 1d), (totals.GetProperty("within_timeout").GetInt64(),
            totals.GetProperty("within_timeout_share").GetDouble()));
        Assert.InRange(totals.GetProperty("p99_ms").GetDouble(), 0.01, 30_000);

        var sources = answer.Json.GetProperty("sources").EnumerateArray().ToDictionary(
            s => s.GetProperty("source").GetString()!);
        Assert.Equal(5, sources["razorpay"].GetProperty("timeout_seconds").GetInt32());
        Assert.NotNull(sources["razorpay"].GetProperty("last_event_at").GetString());
        Assert.Equal(JsonValueKind.Null, sources["stripe"].GetProperty("timeout_seconds").ValueKind);
        Assert.Equal(JsonValueKind.Null, sources["stripe"].GetProperty("last_event_at").ValueKind);
        Assert.Equal(6, answer.Json.GetProperty("buckets").EnumerateArray()
            .Sum(b => b.GetProperty("count").GetInt64()));
    }

    [Theory, EveryStore]
    public async Task Takes_filters_and_tells_them_apart(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("STRIPE_WEBHOOK_SECRET", "whsec_test"));
        await listener.PostAsync(Bodies.Mocked("evt_1"));
        await listener.PostAsync(Bodies.Mocked("evt_2", type: "refund.created"));
        await listener.PostAsync(Bodies.Mocked("evt_2", type: "refund.created"));
        await listener.PostToAsync("/webhook/stripe", "{}"u8.ToArray());
        foreach (var (query, count) in new[]
        {
            ("", 4), ("source=razorpay", 3), ("source=stripe", 1), ("source=nobody", 0), ("provider=razorpay", 3),
            ("provider=stripe&source=razorpay", 0), ("type=refund.created", 2), ("type=refund.created,no.such", 2),
            ("outcome=stored", 2), ("outcome=stored,duplicate", 3), ("outcome=missing-signature", 1),
            ("type=refund.created&outcome=stored", 1), ("bucket=minute", 4), ("bucket=day", 4),
            ("from=2026-01-01T00:00:00Z", 4), ("until=2026-01-01T00:00:00Z", 0),
        })
        {
            var answer = await listener.GetAsync($"/stats?{query}");
            Assert.Equal(200, answer.Status);
            Assert.Equal(count, answer.Json.GetProperty("totals").GetProperty("count").GetInt32());
        }
    }

    [Theory, EveryStore]
    public async Task Tells_the_same_after_the_stop_and_a_start(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using (var listener = await TestListener.StartAsync(store))
        {
            await listener.PostAsync(Bodies.Mocked("evt_1"));
            await listener.StopAsync();
        }
        await using var again = await TestListener.StartAsync(store);
        await again.PostAsync(Bodies.Mocked("evt_2"));
        var answer = await again.GetAsync("/stats?outcome=stored");
        Assert.Equal(2, answer.Json.GetProperty("totals").GetProperty("count").GetInt32());
    }

    [Theory, EveryStore]
    public async Task Divides_the_range_into_buckets_without_a_gap(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await FillAsync(store);
        await using var listener = await TestListener.StartAsync(store, new FakeTimeProvider(Now));
        var answer = await listener.GetAsync("/stats?from=2026-03-01T11:58:30Z&bucket=minute&group_by=type");
        var buckets = answer.Json.GetProperty("buckets").EnumerateArray().ToArray();
        Assert.Equal(("2026-03-01T11:58:00Z", "2026-03-01T12:31:00Z", "minute"),
            (answer.Member("from"), answer.Member("until"), answer.Member("bucket")));
        Assert.Equal(33, buckets.Length);
        var full = buckets.Single(b => b.GetProperty("at").GetString() == "2026-03-01T12:00:00Z");
        Assert.Equal((60, 1d), (full.GetProperty("count").GetInt32(), full.GetProperty("rate_per_second").GetDouble()));
        Assert.Equal([(null, "payment.captured", null, 60)], Groups(full));
        // Half of the last minute has passed.
        Assert.Equal(2, buckets[^1].GetProperty("rate_per_second").GetDouble());
        Assert.Equal(0, buckets[^2].GetProperty("count").GetInt32());
        Assert.Equal(JsonValueKind.Null, buckets[^2].GetProperty("p50_ms").ValueKind);

        var hours = (await listener.GetAsync("/stats")).Json;
        Assert.Equal("hour", hours.GetProperty("bucket").GetString());
        Assert.Equal(25, hours.GetProperty("buckets").GetArrayLength());
        Assert.Equal(120, hours.GetProperty("totals").GetProperty("count").GetInt32());
    }

    [Theory, EveryStore]
    public async Task Exports_lines_and_cells(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await FillAsync(store);
        await using var listener = await TestListener.StartAsync(store, new FakeTimeProvider(Now));
        const string path = "/stats?bucket=hour&group_by=source,outcome";
        var csv = await listener.GetAsync(path, ("Accept", "text/csv"));
        Assert.Equal("text/csv", csv.ContentType);
        Assert.Equal(
        [
            "at,bucket_seconds,source,type,outcome,count,rate_per_second,p50_ms,p99_ms,within_timeout,"
            + "within_timeout_share",
            "2026-03-01T12:00:00Z,3600,razorpay,,stored,120,0.0656,3.5,4.97,120,1", "",
        ], csv.Text.Split("\r\n"));
        var lines = await listener.GetAsync(path, ("Accept", "application/x-ndjson"));
        Assert.Equal("application/x-ndjson", lines.ContentType);
        var line = JsonDocument.Parse(Assert.Single(lines.Text.TrimEnd('\n').Split('\n'))).RootElement;
        Assert.Equal(("stored", 120), (line.GetProperty("outcome").GetString(), line.GetProperty("count").GetInt32()));
        var plain = await listener.GetAsync("/stats?bucket=hour", ("Accept", "application/x-ndjson"));
        Assert.Equal(25, plain.Text.TrimEnd('\n').Split('\n').Length);
    }

    [Theory, EveryStore]
    public async Task Names_the_parameter_that_it_cannot_follow(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, new FakeTimeProvider(Now));
        foreach (var (query, name) in new[]
        {
            ("bucket=week", "bucket"), ("bucket=minute&from=2026-02-27T12:00:00Z", "bucket"),
            ("bucket=minute&from=2026-02-28T11:00:00Z", "bucket"), // of two days, and 1530 of them
            ("bucket=hour&from=2025-01-01T00:00:00Z", "bucket"), ("from=2000-01-01T00:00:00Z", "from"),
            ("from=yesterday", "from"), ("from=2026-03-01T13:00:00Z", "from"), ("until=1969-01-01T00:00:00Z", "until"),
            ("from=0001-01-01T00:00:00Z", "from"), ("until=9999-12-31T23:59:59Z&from=9999-12-31T00:00:00Z", "from"),
            ("outcome=fine", "outcome"), ("group_by=hour", "group_by"), ("group_by=source,type,outcome,source",
            "group_by"), ("provider=nobody", "provider"), ("type=", "type"), ("source=a&source=b", "source"),
        })
        {
            var answer = await listener.GetAsync($"/stats?{query}");
            Assert.Equal(400, answer.Status);
            Assert.Equal("urn:payhook:problem:bad-parameter", answer.Member("type"));
            Assert.Equal(name, answer.Member("parameter"));
        }
        Assert.Equal(400, (await listener.GetAsync("/stats?form=2026-03-01T00:00:00Z")).Status);
        Assert.Equal(200, (await listener.GetAsync("/stats?until=9999-12-31T23:59:59Z")).Status);
        Assert.Equal(200, (await listener.GetAsync("/stats?bucket=minute&from=2026-02-28T12:00:00Z")).Status);
    }

    [Fact]
    public async Task Refuses_more_rows_than_an_answer_may_have()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await store.Open().DisposeAsync();
        store.Scalar("with recursive n(n) as (select 0 union all select n + 1 from n where n < 20999) "
            + $"insert into payhook_stats (span, at, source, type, outcome, {string.Join(", ", Tally.Fields)}) "
            + $"select 60, {Now.ToUnixTimeSeconds() / 60 * 60} - n % 105 * 60, 'razorpay', 'type.' || (n / 105), "
            + $"'stored', {string.Join(", ", Tally.Fields.Select(_ => "1"))} from n");
        await using var listener = await TestListener.StartAsync(store, new FakeTimeProvider(Now));
        var answer = await listener.GetAsync("/stats?bucket=minute&from=2026-03-01T09:00:00Z&group_by=type");
        Assert.Equal((400, "group_by"), (answer.Status, answer.Member("parameter")));
        Assert.Equal(200, (await listener.GetAsync("/stats?bucket=hour&group_by=type")).Status);
    }

    [Fact]
    public async Task Two_processes_on_one_database_add_up()
    {
        using var store = new TestStore(StoreKind.Postgres);
        await using var one = await TestListener.StartAsync(store);
        await using var two = await TestListener.StartAsync(store);
        await one.PostAsync(Bodies.Mocked("evt_1"));
        await two.PostAsync(Bodies.Mocked("evt_1"));
        await two.PostAsync(Bodies.Mocked("evt_2"));
        await two.StopAsync();
        var totals = (await one.GetAsync("/stats?group_by=outcome")).Json.GetProperty("totals");
        Assert.Equal([(null, null, "duplicate", 1), (null, null, "stored", 2)], Groups(totals));
    }

    /// <summary>60 requests at 12:00 and 60 in the running minute, of 3 milliseconds each.</summary>
    static async Task FillAsync(TestStore test)
    {
        await using var store = test.Open();
        var key = new StatsKey("razorpay", "payment.captured", "stored");
        var tally = new Tally();
        for (var i = 0; i < 60; i++) tally.Note(TimeSpan.FromMilliseconds(3), TimeSpan.FromSeconds(5));
        store.Stats.Add([new(Now.AddSeconds(-1830), key, tally), new(Now.AddSeconds(-30), key, tally)]);
        var query = new StatsQuery { From = Now.AddDays(-1), Until = Now, BucketSeconds = 60, LimitRows = 10 };
        Assert.Equal(2, await store.Stats.Sums(query, Cancellation).CountAsync(Cancellation));
    }

    static List<(string?, string?, string?, int)> Groups(JsonElement of) =>
    [
        .. of.GetProperty("groups").EnumerateArray().Select(g => (
            Text(g, "source"), Text(g, "type"), Text(g, "outcome"), g.GetProperty("count").GetInt32())),
    ];

    static string? Text(JsonElement group, string name) =>
        group.TryGetProperty(name, out var value) ? value.GetString() : null;
}
