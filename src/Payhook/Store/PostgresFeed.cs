using System.Globalization;
using Npgsql;

namespace Payhook.Store;

/// <summary>
/// The feed of a PostgreSQL database. A number is handed out before its commit, so the order is that of transactions,
/// and what a running one may still put before a place is not read yet.
/// </summary>
sealed class PostgresFeed(PostgresStore store) : IEventFeed
{
    public const string HeadSql = """
        select pg_snapshot_xmin(s), pg_snapshot_xmax(s) from pg_current_snapshot() as s
        """;

    public const string SpanSql = """
        with places as materialized (
            select commit_xid, sequence from payhook_events where received_at >= $1 and received_at < $2)
        (select commit_xid, sequence from places order by commit_xid, sequence limit 1)
        union all
        (select commit_xid, sequence from places order by commit_xid desc, sequence desc limit 1)
        """;

    public async ValueTask<FeedHead> HeadAsync(CancellationToken cancellation)
    {
        var (oldestRunning, next) = await store.QueryAsync(HeadSql,
            row => (row.GetFieldValue<ulong>(0), row.GetFieldValue<ulong>(1)), cancellation).FirstAsync(cancellation);
        return new(new(oldestRunning - 1, long.MaxValue), new(next, 0));
    }

    public async ValueTask<FeedSpan?> SpanAsync(
        DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation)
    {
        var ends = await store.QueryAsync(SpanSql,
            row => new FeedPosition(row.GetFieldValue<ulong>(0), row.GetInt64(1)),
            cancellation, from.UtcDateTime, until.UtcDateTime).ToListAsync(cancellation);
        return ends.Count == 0 ? null : new(ends[0] with { Sequence = ends[0].Sequence - 1 }, ends[^1]);
    }

    public ValueTask<FeedPage> PageAsync(
        FeedFilter filter, FeedSpan span, int limitEvents, bool withBody, CancellationToken cancellation)
    {
        var (sql, values) = PageSql(filter, span, limitEvents, withBody);
        var rows = store.QueryAsync(sql, row => Read(row, withBody), cancellation, values);
        return FeedPage.OfAsync(rows, limitEvents, cancellation);
    }

    public async ValueTask<long> CountAsync(FeedFilter filter, FeedSpan span, CancellationToken cancellation)
    {
        var (sql, values) = CountSql(filter, span);
        var count = await store.QueryAsync(sql, row => row.GetInt64(0), cancellation, values)
            .FirstOrDefaultAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
        return count;
    }

    public ValueTask<byte[]?> DeliveryAsync(long batchSequence, CancellationToken cancellation) =>
        store.QueryAsync("select body from payhook_batches where sequence = $1",
            row => row.GetFieldValue<byte[]>(0), cancellation, batchSequence).FirstOrDefaultAsync(cancellation);

    /// <summary>The statement of a page; which index it takes is PostgreSQL's to know.</summary>
    public static (string Sql, object[] Values) PageSql(
        FeedFilter filter, FeedSpan span, int limitEvents, bool withBody)
    {
        var (sql, values) = Sql(
            PostgresStore.EventColumns + (withBody ? ", headers, body" : "") + ", commit_xid", filter, span);
        var order = span.IsNewestFirst ? "commit_xid desc, sequence desc" : "commit_xid, sequence";
        return ($"{sql} order by {order} limit ${values.Count + 1}", [.. values, limitEvents]);
    }

    /// <summary>The statement of how many events a part has.</summary>
    public static (string Sql, object[] Values) CountSql(FeedFilter filter, FeedSpan span)
    {
        var (sql, values) = Sql("count(*)", filter, span);
        return (sql, [.. values]);
    }

    static (string Sql, List<object> Values) Sql(string columns, FeedFilter filter, FeedSpan span)
    {
        var values = new List<object>();
        var sql = $"""
            select {columns} from payhook_events
            where (commit_xid, sequence) > ({Transaction(span.After)}, {Add(span.After.Sequence)})
            and (commit_xid, sequence) <= ({Transaction(span.Until)}, {Add(span.Until.Sequence)})
            """;
        if (filter.PaymentId is { } payment)
            sql += $" and sequence in {PaymentSql.Sequences(Add(payment), Dialect.Postgres)}";
        if (filter.EventId is { } id) sql += $" and sequence in {FeedFilter.SequencesOf(Add(id))}";
        if (filter.HasConflict) sql += " and conflict_count > 0";
        if (filter.OnlyType is { } only) sql += $" and event_type = {Add(only)}";
        else if (filter.Types.Count > 0)
        {
            sql += $" and ({string.Join(" or ", filter.Types.Select(type => FeedFilter.IsPattern(type)
                ? $"event_type like {Add(Like(type))}"
                : $"event_type = {Add(type)}"))})";
        }
        if (filter.OnlySource is { } source) sql += $" and source = {Add(source)}";
        else if (filter.SourceNames is { } names) sql += $" and source = any ({Add(names.ToArray())})";
        if (filter.ReceivedFrom is { } from) sql += $" and received_at >= {Add(from.UtcDateTime)}";
        if (filter.ReceivedTo is { } to) sql += $" and received_at < {Add(to.UtcDateTime)}";
        return (sql, values);

        string Add(object value)
        {
            values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${values.Count}");
        }

        string Transaction(FeedPosition position) =>
            Add(position.Transaction.ToString(CultureInfo.InvariantCulture)) + "::xid8";
    }

    /// <summary>Of the wildcards of LIKE none is ours, and the star is none of them.</summary>
    static string Like(string type) => type.Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)
        .Replace('*', '%');

    static FeedEvent Read(NpgsqlDataReader row, bool withBody)
    {
        var stored = PostgresStore.ReadEvent(row, withBody);
        return new(new(row.GetFieldValue<ulong>(row.FieldCount - 1), stored.Sequence), stored);
    }
}
