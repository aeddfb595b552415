using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>No filter of the feed reads the whole table, in a store that has enough events to tell.</summary>
public sealed class FeedPlanTests
{
    const int Events = 20_000;

    [Theory, EveryStore]
    public Task Every_page_is_found_through_an_index(StoreKind kind) => AssertPlansAsync(kind, isNewestFirst: false);

    [Theory, EveryStore]
    public Task Every_page_backwards_is_found_through_an_index(StoreKind kind) =>
        AssertPlansAsync(kind, isNewestFirst: true);

    static async Task AssertPlansAsync(StoreKind kind, bool isNewestFirst)
    {
        using var test = await FillAsync(kind);
        var at = Receipted.Moment.AddSeconds(Events / 2);
        (string Index, FeedFilter Filter)[] cases =
        [
            ("feed", new()),
            ("feed", new() { Types = ["payment.*", "refund.created"] }),
            ("feed", new() { SourceNames = ["source_1", "source_2"] }),
            ("feed_type", new() { Types = ["rare.type"] }),
            ("feed_source", new() { SourceNames = ["rare"] }),
            ("unlinked", new() { PaymentId = "pay_77" }),
            ("label", new() { EventId = "evt_77" }),
            ("identity", new() { EventId = "evt_77" }),
            ("feed_conflict", new() { HasConflict = true }),
            ("", new() { ReceivedFrom = at, ReceivedTo = at.AddSeconds(10) }),
            ("", new() { ReceivedFrom = at }),
        ];
        foreach (var (index, filter) in cases)
        {
            var until = kind == StoreKind.Postgres ? new FeedPosition(ulong.MaxValue, 0) : new(0, long.MaxValue);
            var span = new FeedSpan(new(0, 5000), until) { IsNewestFirst = isNewestFirst };
            var (sql, values) = kind == StoreKind.Postgres
                ? PostgresFeed.PageSql(filter, span, 100, withBody: true)
                : SqliteFeed.PageSql(filter, span, 100, withBody: true);
            var plan = Plans.Of(test, sql, values);
            var isWalk = index is "feed" or "";
            var name = kind == StoreKind.Sqlite && isWalk ? "INTEGER PRIMARY KEY" : $"payhook_events_{index}";
            Assert.Contains(name, plan);
            AssertNoScan(kind, plan);
            // A few may be sorted; where there are many, a page would wait for the last.
            if (index == "feed") Assert.DoesNotMatch("ORDER BY|Sort", plan);
            (sql, values) = kind == StoreKind.Postgres
                ? PostgresFeed.CountSql(filter, span)
                : SqliteFeed.CountSql(filter, span);
            if (!isWalk) Assert.Contains(name, Plans.Of(test, sql, values));
        }
    }

    [Theory, EveryStore]
    public async Task The_places_of_a_time_are_one_range_of_an_index_alone(StoreKind kind)
    {
        using var test = await FillAsync(kind);
        var (from, until) = (Receipted.Moment.AddHours(1), Receipted.Moment.AddHours(2));
        var plan = kind == StoreKind.Postgres
            ? Plans.Of(test, PostgresFeed.SpanSql, [from.UtcDateTime, until.UtcDateTime])
            : Plans.Of(test, SqliteFeed.SpanSql, [SqliteStore.Microseconds(from), SqliteStore.Microseconds(until)]);
        Assert.Contains("payhook_events_received", plan);
        Assert.Contains(kind == StoreKind.Postgres ? "Index Only Scan" : "COVERING INDEX", plan);
        AssertNoScan(kind, plan);
    }

    internal static void AssertNoScan(StoreKind kind, string plan)
    {
        Assert.DoesNotContain(kind == StoreKind.Sqlite ? "SCAN payhook" : "Seq Scan", plan);
    }

    internal static async Task<TestStore> FillAsync(StoreKind kind)
    {
        var test = new TestStore(kind);
        await test.Open().DisposeAsync();
        var start = SqliteStore.Microseconds(Receipted.Moment);
        var (numbers, at, body) = kind == StoreKind.Sqlite
            ? ($"(with recursive s(n) as (select 1 union all select n + 1 from s where n < {Events}) select n from s)",
                $"{start} + n * 1000000", "x'7b7d'")
            : ($"generate_series(1, {Events}) as n", $"to_timestamp({start / 1_000_000} + n)", @"'\x7b7d'::bytea");
        test.Scalar("insert into payhook_events (source, identity, event_id, event_type, payment_id, received_at, "
            + "secret_number, conflict_count, headers, body) "
            + "select case when n % 4000 = 0 then 'rare' else 'source_' || n % 3 end, 'evt_' || n, 'evt_' || n, "
            + "case when n % 4000 = 0 then 'rare.type' else 'payment.' || n % 5 end, 'pay_' || n / 4, "
            + $"{at}, 1, case when n % 4000 = 0 then 1 else 0 end, '{{}}', {body} from {numbers}");
        test.Scalar("insert into payhook_payment_names (name, provider, account, payment_number) "
            + $"select 'pay_' || n, 'razorpay', '', n from {numbers}");
        test.Scalar("insert into payhook_payments (number, provider, account, payment_id, source, status, mode, "
            + "first_event_at, last_event_at, event_count, attention, facts, events) select n, 'razorpay', '', "
            + $"'pay_' || n, 'razorpay', 0, 0, {at}, {at}, 1, 0, '{{}}', '[' || n || ']' from {numbers}");
        if (kind == StoreKind.Postgres)
        {
            foreach (var table in new[] { "events", "payment_names", "payments" })
                test.Scalar($"vacuum analyze payhook_{table}");
        }
        return test;
    }
}
