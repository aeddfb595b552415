using Microsoft.Data.Sqlite;
using Payhook.Attention;
using Payhook.Payments;

namespace Payhook.Store;

/// <summary>What the rules about attention ask of a SQLite file, and who looked at what they found.</summary>
sealed class SqliteAttention(SqliteStore store) : IAttentionStore
{
    /// <summary>Each step finds the first event of the source behind a place, by the index of sources.</summary>
    public static readonly string ReceivedSql = $"""
        with recursive last (sequence, received_at) as (
            select sequence, received_at from payhook_events indexed by payhook_events_feed_source
            where source = $1 order by sequence desc limit 1),
        first (sequence) as (
            select sequence from payhook_events indexed by payhook_events_received
            where received_at >= (select received_at - $2 from last) order by received_at limit 1),
        step (n) as (select 0 union all select n + 1 from step where n < {GoneQuiet.SamplesLimit})
        select (
            select e.received_at from payhook_events e indexed by payhook_events_feed_source
            where e.source = $1
                and e.sequence >= first.sequence + (last.sequence - first.sequence) * n / {GoneQuiet.SamplesLimit}
            order by e.sequence limit 1)
        from step, first, last
        """;

    public IAsyncEnumerable<MarkedPayment> Marked(MarkedPage page, CancellationToken cancellation)
    {
        var (sql, values) = AttentionSql.Marked(
            page, "indexed by payhook_payments_attention", moment => SqliteStore.Microseconds(moment));
        return store.QueryAsync(sql, ReadMarked, cancellation, values);
    }

    public IAsyncEnumerable<MarkedPayment> Payment(long number, CancellationToken cancellation) =>
        store.QueryAsync(AttentionSql.Payment, ReadMarked, cancellation, number);

    public IAsyncEnumerable<MarkedPayment> OfOrder(
        string provider, string account, string orderId, CancellationToken cancellation) =>
        store.QueryAsync(AttentionSql.OfOrder, ReadMarked, cancellation, provider, account, orderId);

    public IAsyncEnumerable<ConflictingEvent> Conflicting(
        long beforeSequence, int limit, CancellationToken cancellation) =>
        store.QueryAsync(AttentionSql.Conflicting, ReadConflicting, cancellation, beforeSequence, limit);

    public IAsyncEnumerable<ConflictingEvent> ConflictingEvent(long eventSequence, CancellationToken cancellation) =>
        store.QueryAsync(AttentionSql.ConflictingEvent, ReadConflicting, cancellation, eventSequence);

    public IAsyncEnumerable<PaymentRow> TestPayments(string source, int limit, CancellationToken cancellation) =>
        store.QueryAsync(AttentionSql.TestPayments, row => ReadMarked(row).Row, cancellation, source, limit);

    public IAsyncEnumerable<DateTimeOffset> Received(string source, CancellationToken cancellation) =>
        store.QueryAsync(ReceivedSql, row => row.IsDBNull(0) ? default : SqliteStore.Moment(row.GetInt64(0)),
                cancellation, source, (long)GoneQuiet.Past.TotalMicroseconds)
            .Where(at => at != default).Distinct();

    public ValueTask<long> CountSinceAsync(string source, DateTimeOffset from, CancellationToken cancellation) =>
        store.QueryAsync(AttentionSql.CountSince, row => row.GetInt64(0), cancellation, source,
            SqliteStore.Microseconds(from)).FirstOrDefaultAsync(cancellation);

    public IAsyncEnumerable<Acknowledgement> Acknowledgements(
        IReadOnlyList<string> items, CancellationToken cancellation)
    {
        var places = string.Join(", ", Enumerable.Range(1, items.Count).Select(i => $"${i}"));
        return store.QueryAsync(
            $"select item, mark, actor, at, note from payhook_acknowledgements where item in ({places})",
            row => new Acknowledgement(row.GetString(0), row.GetString(1), row.GetString(2),
                SqliteStore.Moment(row.GetInt64(3)), row.GetString(4)),
            cancellation, [.. items]);
    }

    public void Acknowledge(Acknowledgement acknowledgement, AuditEntry entry) =>
        store.Write(isSynced: true, connection =>
        {
            using var write = new SqliteStatement(connection.Handle!, AttentionSql.Acknowledge);
            write.Bind(acknowledgement.Item).Bind(acknowledgement.Mark).Bind(acknowledgement.Actor)
                .Bind(SqliteStore.Microseconds(acknowledgement.At)).Bind(acknowledgement.Note).Run();
            SqliteAudit.Insert(connection, entry);
        });

    static MarkedPayment ReadMarked(SqliteDataReader row) => new(
        PaymentSql.Read(row, column => SqliteStore.Moment(row.GetInt64(column))),
        row.GetInt64(AttentionSql.AttentionColumn));

    static ConflictingEvent ReadConflicting(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetString(4),
        row.IsDBNull(5) ? null : row.GetString(5), SqliteStore.Moment(row.GetInt64(6)),
        SqliteStore.Moment(row.GetInt64(7)), row.GetInt64(8));
}
