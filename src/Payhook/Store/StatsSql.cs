using System.Data.Common;
using System.Globalization;

namespace Payhook.Store;

/// <summary>The statements on counts that are the same in both dialects: times are whole seconds since 1970.</summary>
static class StatsSql
{
    /// <summary>Adds a row: $1 the span, $2 its start, then the words of the kind, then the tally.</summary>
    public static string Add(StatsTable table, string parameterMark)
    {
        var count = 2 + table.Words.Length + table.Fields.Length;
        return $"""
            insert into {table.Name} as s (span, at, {Words(table)}, {Fields(table)})
            values ({string.Join(", ", Enumerable.Range(1, count).Select(i => $"{parameterMark}{i}"))})
            {OnConflict(table)}
            """;
    }

    /// <summary>The oldest start of a span that lies before a moment.</summary>
    public static string Oldest(StatsTable table, long span, DateTimeOffset before) => string.Create(
        CultureInfo.InvariantCulture,
        $"select min(at) from {table.Name} where span = {span} and at < {before.ToUnixTimeSeconds()}");

    public static string Delete(StatsTable table, long span, long at) => string.Create(CultureInfo.InvariantCulture,
        $"delete from {table.Name} where span = {span} and at = {at}");

    /// <summary>Adds minutes to their hour.</summary>
    /// <param name="table">The table.</param>
    /// <param name="from">The table, or the name of what was deleted.</param>
    /// <param name="at">The minute.</param>
    public static string AddToHour(StatsTable table, string from, long at)
    {
        var hour = at / StatsQuery.HourSeconds * StatsQuery.HourSeconds;
        return string.Create(CultureInfo.InvariantCulture, $"""
            insert into {table.Name} as s (span, at, {Words(table)}, {Fields(table)})
            select {StatsQuery.HourSeconds}, {hour}, {Words(table)}, {Fields(table)}
            from {from} where span = {StatsQuery.MinuteSeconds} and at = {at}
            {OnConflict(table)}
            """);
    }

    /// <summary>The sums of each bucket.</summary>
    public static (string Sql, object[] Values) Sums(StatsTable table, StatsQuery query)
    {
        var values = new List<object>();
        var bucket = Place(query.BucketSeconds);
        var filter = $"span in ({StatsQuery.MinuteSeconds}, {StatsQuery.HourSeconds})"
            + $" and at >= {Place(query.From.ToUnixTimeSeconds())} and at < {Place(query.Until.ToUnixTimeSeconds())}";
        if (query.SourceNames is { } names) filter += In(table.Owner, names);
        if (query.EventTypes.Count > 0) filter += In("type", query.EventTypes);
        if (query.Outcomes.Count > 0) filter += In("outcome", query.Outcomes);
        string[] columns =
            [query.BySource ? table.Owner : "''", query.ByType ? "type" : "''", query.ByOutcome ? "outcome" : "''"];
        var sums = string.Join(", ", table.Fields.Select(f => $"cast(sum({f}) as bigint) as {f}"));
        var sql = $"""
            select (at / {bucket}) * {bucket} as bucket, {string.Join(", ", columns)}, {sums}
            from {table.Name} where {filter}
            group by {string.Join(", ", columns.Where(c => c != "''").Prepend("bucket"))}
            limit {Place(query.LimitRows + 1L)}
            """;
        return (sql, [.. values]);

        // Nothing is in an empty list, and SQL has none.
        string In(string column, IReadOnlyList<string> words) =>
            words.Count == 0 ? " and 1 = 0" : $" and {column} in ({string.Join(", ", words.Select(Place))})";

        string Place(object value)
        {
            values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${values.Count}");
        }
    }

    /// <summary>When the latest event of each of some sources was received: one step down an index for each.</summary>
    /// <param name="sourceCount">How many sources.</param>
    /// <param name="latest">The statement that finds it for the source <c>name</c>.</param>
    public static string LatestEvents(int sourceCount, string latest) => $"""
        with named (name) as (values {Values(sourceCount)}),
        latest as (select name, ({latest}) as at from named)
        select name, at from latest where at is not null
        """;

    static string Words(StatsTable table) => string.Join(", ", table.Words);

    static string Fields(StatsTable table) => string.Join(", ", table.Fields);

    /// <summary>What adds to the row that is there.</summary>
    static string OnConflict(StatsTable table) => $"on conflict (span, at, {Words(table)}) do update set "
        + string.Join(", ", table.Fields.Select(f => $"{f} = s.{f} + excluded.{f}"));

    static string Values(int count) => string.Join(", ", Enumerable.Range(1, count).Select(i => $"(${i})"));

    /// <summary>Reads a row of <see cref="Sums"/>.</summary>
    public static StatsRow Read(StatsTable table, DbDataReader row)
    {
        var tally = new Tally();
        for (var i = 0; i < table.Fields.Length; i++) tally[i] = row.GetInt64(4 + i);
        return new(DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(0)),
            new(row.GetString(1), row.GetString(2), row.GetString(3)), tally);
    }
}
