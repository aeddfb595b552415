using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Store;

/// <summary>Counts of a range are read as a range, in a store that has a year of them.</summary>
public sealed class StatsPlanTests
{
    const int Hours = 9_000;

    static readonly StatsTable[] Tables = [StatsTable.Requests, StatsTable.Attempts];

    [Theory, EveryStore]
    public async Task Every_reading_and_moving_is_found_through_the_key(StoreKind kind)
    {
        using var test = await FillAsync(kind);
        var until = DateTimeOffset.FromUnixTimeSeconds(Hours * 3600L);
        var query = new StatsQuery
        {
            From = until.AddDays(-2), Until = until, BucketSeconds = 3600, LimitRows = 1000, BySource = true,
        };
        foreach (var table in Tables)
        {
            foreach (var asked in new[]
            {
                query, query with { BucketSeconds = 60 }, query with { SourceNames = ["name_1"] },
                query with { Outcomes = ["delivered"], ByOutcome = true },
                query with { EventTypes = table.HasTypes ? ["type"] : [], ByType = table.HasTypes },
            })
            {
                var (sql, values) = StatsSql.Sums(table, asked);
                AssertRange(kind, table, Plans.Of(test, sql, values));
            }
            AssertRange(kind, table, Plans.Of(test, StatsSql.Oldest(table, 60, until.AddDays(-2)), []));
            AssertRange(kind, table, Plans.Of(test, StatsSql.Delete(table, 3600, 7200), []));
        }
    }

    [Theory, EveryStore]
    public async Task The_latest_event_of_a_source_is_one_step_down_an_index(StoreKind kind)
    {
        using var test = await FeedPlanTests.FillAsync(kind);
        var latest = kind == StoreKind.Sqlite ? SqliteStats.LatestEvent : PostgresStats.LatestEvent;
        var plan = Plans.Of(test, StatsSql.LatestEvents(2, latest), ["source_1", "rare"]);
        Assert.Contains("payhook_events_feed_source", plan);
        FeedPlanTests.AssertNoScan(kind, plan);
        Assert.DoesNotContain("TEMP B-TREE", plan);
        Assert.DoesNotContain("Sort", plan);
    }

    static void AssertRange(StoreKind kind, StatsTable table, string plan)
    {
        Assert.Contains(kind == StoreKind.Sqlite ? "PRIMARY KEY" : table.Name + "_pkey", plan);
        FeedPlanTests.AssertNoScan(kind, plan);
    }

    static async Task<TestStore> FillAsync(StoreKind kind)
    {
        var test = new TestStore(kind);
        await test.Open().DisposeAsync();
        var numbers = kind == StoreKind.Sqlite
            ? $"(with recursive s(n) as (select 1 union all select n + 1 from s where n < {Hours}) select n from s)"
            : $"generate_series(1, {Hours}) as n";
        foreach (var table in Tables)
        {
            var words = string.Join(", ", table.Words.Select((w, i) => i == 0 ? "'name_' || n % 3" : $"'{w}'"));
            test.Scalar($"insert into {table.Name} (span, at, {string.Join(", ", [.. table.Words, .. table.Fields])}) "
                + $"select 3600, n * 3600, {words}, {string.Join(", ", table.Fields.Select(_ => "1"))} from {numbers}");
            if (kind == StoreKind.Postgres) test.Scalar($"vacuum analyze {table.Name}");
        }
        return test;
    }
}
