using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Payhook.Store;

/// <summary>The feed of a SQLite file: there is one writer at a time, so numbers are the order of commits.</summary>
sealed class SqliteFeed(SqliteStore store) : IEventFeed
{
    public const string SpanSql = """
        select min(sequence), max(sequence) from payhook_events indexed by payhook_events_received
        where received_at >= $1 and received_at < $2
        """;

    public async ValueTask<FeedHead> HeadAsync(CancellationToken cancellation)
    {
        var latest = await store.QueryAsync("select coalesce(max(sequence), 0) from payhook_events",
            row => row.GetInt64(0), cancellation).FirstOrDefaultAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
        // Of an empty store nothing can be told: perhaps its events were deleted.
        return new(new(0, latest), latest == 0 ? new(ulong.MaxValue, long.MaxValue) : new(0, latest + 1));
    }

    public async ValueTask<FeedSpan?> SpanAsync(
        DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation) => await store.QueryAsync(
        SpanSql,
        row => row.IsDBNull(0)
            ? (FeedSpan?)null
            : new FeedSpan(new(0, row.GetInt64(0) - 1), new(0, row.GetInt64(1))),
        cancellation, SqliteStore.Microseconds(from), SqliteStore.Microseconds(until))
        .FirstOrDefaultAsync(cancellation);

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

    /// <summary>The statement of a page.</summary>
    public static (string Sql, object[] Values) PageSql(
        FeedFilter filter, FeedSpan span, int limitEvents, bool withBody)
    {
        var (sql, values) = Sql(SqliteStore.EventColumns + (withBody ? ", headers, body" : ""), filter, span);
        var order = span.IsNewestFirst ? "sequence desc" : "sequence";
        return ($"{sql} order by {order} limit ${values.Count + 1}", [.. values, limitEvents]);
    }

    /// <summary>The statement of how many events a part has.</summary>
    public static (string Sql, object[] Values) CountSql(FeedFilter filter, FeedSpan span)
    {
        var (sql, values) = Sql("count(*)", filter, span);
        return (sql, [.. values]);
    }

    /// <summary>
    /// What pages and counts have in common. SQLite keeps no statistics here, so the index is named: the narrowest that
    /// has a part.
    /// </summary>
    static (string Sql, List<object> Values) Sql(string columns, FeedFilter filter, FeedSpan span)
    {
        var values = new List<object>();
        var index = filter switch
        {
            { PaymentId: not null } or { EventId: not null } => "not indexed", // but for the sequences of its events
            { HasConflict: true } => "indexed by payhook_events_feed_conflict",
            { OnlyType: not null } => "indexed by payhook_events_feed_type",
            { OnlySource: not null } => "indexed by payhook_events_feed_source",
            _ => "not indexed", // but for the sequence itself
        };
        var sql = $"""
            select {columns} from payhook_events {index}
            where sequence > {Add(span.After.Sequence)} and sequence <= {Add(span.Until.Sequence)}
            """;
        if (filter.PaymentId is { } payment)
            sql += $" and sequence in {PaymentSql.Sequences(Add(payment), Dialect.Sqlite)}";
        if (filter.EventId is { } id) sql += $" and sequence in {FeedFilter.SequencesOf(Add(id))}";
        if (filter.HasConflict) sql += " and conflict_count > 0";
        if (filter.OnlyType is { } only) sql += $" and event_type = {Add(only)}";
        else if (filter.Types.Count > 0)
        {
            sql += $" and ({string.Join(" or ", filter.Types.Select(type => FeedFilter.IsPattern(type)
                ? $"event_type glob {Add(Glob(type))}"
                : $"event_type = {Add(type)}"))})";
        }
        if (filter.OnlySource is { } source) sql += $" and source = {Add(source)}";
        else if (filter.SourceNames is { } names) sql += $" and source in ({string.Join(", ", names.Select(Add))})";
        if (filter.ReceivedFrom is { } from) sql += $" and received_at >= {Add(SqliteStore.Microseconds(from))}";
        if (filter.ReceivedTo is { } to) sql += $" and received_at < {Add(SqliteStore.Microseconds(to))}";
        return (sql, values);

        string Add(object value)
        {
            values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${values.Count}");
        }
    }

    /// <summary>Of SQLite's wildcards only the star is ours.</summary>
    static string Glob(string type) => type.Replace("[", "[[]", StringComparison.Ordinal)
        .Replace("?", "[?]", StringComparison.Ordinal);

    static FeedEvent Read(SqliteDataReader row, bool withBody)
    {
        var stored = SqliteStore.ReadEvent(row, withBody);
        return new(new(0, stored.Sequence), stored);
    }
}
