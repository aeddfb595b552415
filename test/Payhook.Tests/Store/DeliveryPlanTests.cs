using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>No question about deliveries reads all of them, in a store that has enough to tell.</summary>
public sealed class DeliveryPlanTests
{
    const int Deliveries = 20_000;

    /// <summary>Few of the deliveries are its own.</summary>
    const long QuietId = 4;

    static readonly DateTime At = Owed.Moment.UtcDateTime;

    [Theory, EveryStore]
    public async Task Every_list_is_a_walk_down_an_index(StoreKind kind)
    {
        using var test = await FillAsync(kind);
        using var plans = new Plans(test);
        (string Index, DeliveryPage Page)[] cases =
        [
            ("", new(100)),
            ("event", new(100) { EventSequence = 777 }),
            ("event", new(100) { EventSequence = 777, DestinationId = QuietId }),
            ("destination", new(100) { DestinationId = QuietId }),
            ("state", new(100) { State = DeliveryState.Dead }),
            ("open", new(100) { State = DeliveryState.Dead, DestinationId = 1 }),
            ("open", new(1) { State = DeliveryState.Dead, DestinationId = 1, IsOldestFirst = true }),
            ("failure", new(100) { Failure = FailureClass.Tls }),
            ("failing", new(100) { Failure = FailureClass.Timeout, DestinationId = 1 }),
            ("replay", new(100) { ReplayId = 3 }),
        ];
        foreach (var (index, page) in cases)
        {
            var (sql, values) = kind == StoreKind.Sqlite
                ? SqliteDeliveries.PageSql(page)
                : PostgresDeliveries.PageSql(page);
            // PostgreSQL may sort the few of a quiet destination.
            AssertIndex(plans, kind, index == "destination" && kind == StoreKind.Postgres ? "" : index, sql, values);
            if (index != "event" && kind == StoreKind.Sqlite) plans.AssertNoSort(sql, values, $"{page}");
        }
    }

    [Theory, EveryStore]
    public async Task What_is_due_and_what_lies_behind_a_cursor_are_ranges_of_an_index(StoreKind kind)
    {
        using var test = await FillAsync(kind);
        using var plans = new Plans(test);
        if (kind == StoreKind.Sqlite)
        {
            AssertIndex(plans, kind, "due", SqliteDeliveries.DueSql, [1L, long.MaxValue, "[1,2]", 100]);
            plans.AssertNoSort(SqliteDeliveries.DueSql, [1L, long.MaxValue, "[1,2]", 100], "due");
            AssertIndex(plans, kind, "event", SqliteDeliveries.BehindSql, [1L, 19_900L]);
            AssertIndex(plans, kind, "destination", SqliteDestinations.PruneSql, [1L, 100]);
            AssertIndex(plans, kind, "replay", SqliteDestinations.CancelSql, [3L, 0L, 100]);
            AssertIndex(plans, kind, "key", SqliteSettler.ReleaseSql, [1L, "key_1", 1L]);
            AssertIndex(plans, kind, "open", SqliteDeliveries.CountsSql, []);
        }
        else
        {
            AssertIndex(plans, kind, "due", PostgresDeliveries.DueSql, [1L, At, new[] { 1L, 2 }, 100]);
            AssertIndex(plans, kind, "event", PostgresDeliveries.BehindSql, [1L, "0", 19_900L]);
            AssertIndex(plans, kind, "destination", PostgresDestinations.PruneSql, [QuietId, 100]);
            AssertIndex(plans, kind, "replay", PostgresDestinations.CancelSql, [3L, 0L, 100]);
            AssertIndex(plans, kind, "open", PostgresDeliveries.DeadSql(null), [1L, 0L, long.MaxValue, 100]);
            AssertIndex(plans, kind, "key", PostgresSettle.ReleaseKeysSql, [At, 1L, new[] { "key_1" }]);
            AssertIndex(plans, kind, "open", PostgresDeliveries.CountsSql, []);
        }
        AssertIndex(plans, kind, "due", DeliverySql.PendingCount, [1L]);
        AssertIndex(plans, kind, "key", DeliverySql.PendingKeys, [1L]);
        var attempts = plans.Of(DeliverySql.Attempts, [77L]);
        Assert.Contains(kind == StoreKind.Sqlite ? "PRIMARY KEY" : "payhook_attempts_pkey", attempts);
    }

    [Theory, EveryStore]
    public async Task Dead_letters_of_one_failure_are_a_range_of_an_index_of_their_own(StoreKind kind)
    {
        using var test = await FillAsync(kind);
        using var plans = new Plans(test);
        var (revived, counted) = kind == StoreKind.Sqlite
            ? (SqliteDeliveries.DeadSql(FailureClass.Timeout), SqliteDeliveries.DeadByFailureSql)
            : (PostgresDeliveries.DeadSql(FailureClass.Timeout), PostgresDeliveries.DeadByFailureSql);
        AssertIndex(plans, kind, "dead", revived, [1L, 0L, long.MaxValue, 100]);
        AssertIndex(plans, kind, "dead", counted, [1L, 100]);
        plans.AssertNoSort(revived, [1L, 0L, long.MaxValue, 100], "revived");
        Assert.Contains(kind == StoreKind.Sqlite ? "COVERING INDEX" : "Index Only Scan", plans.Of(counted, [1L, 100]));
    }

    [Theory, EveryStore]
    public async Task What_lies_behind_a_cursor_is_a_walk_back_from_the_newest(StoreKind kind)
    {
        using var test = await FillAsync(kind);
        using var plans = new Plans(test);
        var (sql, index, values) = kind == StoreKind.Sqlite
            ? (SqliteDeliveries.PlacesBehindSql, "INTEGER PRIMARY KEY", new object[] { 100L, 10_000 })
            : (PostgresDeliveries.PlacesBehindSql, "Index Only Scan Backward using payhook_events_feed",
                new object[] { "0", 100L, 10_000 });
        Assert.Contains(index, plans.Of(sql, values), StringComparison.Ordinal);
        plans.AssertNoScan(sql, values, "behind");
        plans.AssertNoSort(sql, values, "behind");
    }

    [Fact]
    public async Task What_is_settled_is_found_by_its_number()
    {
        using var test = await FillAsync(StoreKind.Postgres);
        test.Scalar($"alter database {test.Url.Split('/')[^1].Split('?')[0]} set enable_seqscan = off");
        using var plans = new Plans(test);
        var (one, many) = (new[] { 1 }, new[] { 1L });
        object[] rows =
        [
            many, many, At, many, one, one, new[] { At }, new[] { At }, one, one, new[] { At }, many, one, one,
            new[] { "" }, new[] { Array.Empty<byte>() }, many, new[] { "0" }, many, many, new[] { "k" },
        ];
        AssertIndex(plans, StoreKind.Postgres, "destination", PostgresSettle.ChangeSql, rows);
        AssertIndex(plans, StoreKind.Postgres, "", PostgresSettle.AddSql, rows);
        AssertIndex(plans, StoreKind.Postgres, "key", PostgresSettle.ReleaseSql, [many, many, At, many, new[] { "k" }]);
    }

    [Theory, EveryStore]
    public async Task Replays_that_run_are_found_among_many_that_ran(StoreKind kind)
    {
        using var test = await FillAsync(kind);
        using var plans = new Plans(test);
        var page = new ReplayPage(100) { State = ReplayState.Running };
        foreach (var (name, of) in new[]
        {
            ("running", page), ("running", page with { DestinationId = 1 }),
            ("destination", new ReplayPage(100) { DestinationId = QuietId }),
        })
        {
            var (sql, values) = kind == StoreKind.Sqlite
                ? SqliteDestinations.ReplaysSql(of)
                : PostgresDestinations.ReplaysSql(of);
            var plan = plans.Of(sql, values);
            Assert.Contains($"payhook_replays_{name}", plan);
            Assert.DoesNotContain("Seq Scan", plan);
        }
    }

    static void AssertIndex(Plans plans, StoreKind kind, string index, string sql, object[] values)
    {
        var plan = plans.Of(sql, values);
        Assert.True(index.Length == 0 || plan.Contains($"payhook_deliveries_{index}", StringComparison.Ordinal), plan);
        // There are at most a thousand destinations, and reading them all is what some questions ask.
        Assert.DoesNotMatch(kind == StoreKind.Sqlite
            ? "SCAN (payhook_deliveries|payhook_attempts|payhook_events|e|p)\\b"
            : "Seq Scan on payhook_(deliveries|attempts|events)", plan);
    }

    static async Task<TestStore> FillAsync(StoreKind kind)
    {
        var test = await FeedPlanTests.FillAsync(kind);
        var isSqlite = kind == StoreKind.Sqlite;
        var (at, no) = isSqlite ? ("n", "0") : ("to_timestamp(n)", "false");
        var (xid, xidColumn) = isSqlite ? ("", "") : (", '0'::xid8", ", cursor_xid");
        var numbers = $"with recursive s(n) as (select 1 union all select n + 1 from s where n < {Deliveries})";
        test.Scalar($"""
            {numbers} insert into payhook_destinations (name, settings, secrets, state, state_reason, is_from_file,
                revision, created_at, updated_at, cursor_sequence{xidColumn})
            select 'd' || n, '', '', 1, '', {no}, 1, {at}, {at}, 0{xid} from s where n <= 4
            """);
        test.Scalar($"""
            {numbers} insert into payhook_deliveries (sequence, destination_id, event_sequence, replay_id, state,
                attempt_count, first_attempt_at, due_at, ordering_key, last_failure,
                changed_at{(isSqlite ? "" : ", commit_xid")})
            select n, case when n % 4000 = 0 then {QuietId} else n % 3 + 1 end, n,
                case when n % 1000 = 7 then 3 else 0 end,
                case when n % 100 = 0 then 1 when n % 100 = 1 then 3 else 2 end, 1, {at}, {at}, 'key_' || n % 50,
                case when n % 100 <> 1 then 0 when n % 5000 = 1 then 3 else 4 end, {at}{xid} from s
            """);
        test.Scalar($"""
            {numbers} insert into payhook_attempts (delivery_sequence, number, at, duration, status, failure, detail,
                answer)
            select n, 1, {at}, 1, 200, 0, '', {(isSqlite ? "x''" : "''::bytea")} from s
            """);
        test.Scalar($"""
            {numbers} insert into payhook_replays (destination_id, filter, after_sequence, until_sequence,
                cursor_sequence, state, rate_limit, event_count, planned_count, created_by,
                created_at{(isSqlite ? "" : ", after_xid, until_xid, cursor_xid")})
            select case when n % 4000 = 0 then {QuietId} else n % 3 + 1 end, '', 0, 0, 0,
                case when n % 400 = 0 then 1 else 2 end, 0, 0, 0, '', {at}{xid}{xid}{xid} from s
            """);
        if (!isSqlite)
        {
            foreach (var table in new[] { "destinations", "deliveries", "attempts", "replays" })
                test.Scalar($"vacuum analyze payhook_{table}");
        }
        return test;
    }
}
