using Npgsql;
using Payhook.Attention;
using Payhook.Payments;

namespace Payhook.Store;

/// <summary>What the rules about attention ask of PostgreSQL, and who looked at what they found.</summary>
sealed class PostgresAttention(PostgresStore store) : IAttentionStore
{
    /// <summary>Each step finds the first event of the source behind a place, by the index of sources.</summary>
    static readonly string ReceivedSql = $"""
        with last as materialized (
            select commit_xid::text::bigint as xid, received_at from payhook_events
            where source = $1 order by commit_xid desc, sequence desc limit 1),
        first as materialized (
            select commit_xid::text::bigint as xid from payhook_events
            where received_at >= (select received_at - $2::interval from last)
            order by received_at, commit_xid, sequence limit 1)
        select e.received_at
        from last, first, generate_series(0, {GoneQuiet.SamplesLimit}) n, lateral (
            select received_at from payhook_events
            where source = $1 and commit_xid >=
                (least(first.xid, last.xid) + abs(last.xid - first.xid) * n / {GoneQuiet.SamplesLimit})::text::xid8
            order by commit_xid, sequence limit 1) e
        union all
        select received_at from last
        """;

    public IAsyncEnumerable<MarkedPayment> Marked(MarkedPage page, CancellationToken cancellation)
    {
        var (sql, values) = AttentionSql.Marked(page, "", moment => moment.UtcDateTime);
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
        store.QueryAsync(ReceivedSql, row => PostgresStore.Moment(row, 0), cancellation, source, GoneQuiet.Past)
            .Distinct();

    public ValueTask<long> CountSinceAsync(string source, DateTimeOffset from, CancellationToken cancellation) =>
        store.QueryAsync(
            AttentionSql.CountSince.Replace("order by sequence", "order by commit_xid desc, sequence",
                StringComparison.Ordinal),
            row => row.GetInt64(0), cancellation, source, from.UtcDateTime).FirstOrDefaultAsync(cancellation);

    public IAsyncEnumerable<Acknowledgement> Acknowledgements(
        IReadOnlyList<string> items, CancellationToken cancellation) => store.QueryAsync(
        "select item, mark, actor, at, note from payhook_acknowledgements where item = any ($1)",
        row => new Acknowledgement(row.GetString(0), row.GetString(1), row.GetString(2), PostgresStore.Moment(row, 3),
            row.GetString(4)),
        cancellation, [items.ToArray()]);

    public void Acknowledge(Acknowledgement acknowledgement, AuditEntry entry) => store.Write(connection =>
    {
        using var synced = PostgresStore.Command(connection, PostgresKeys.Synced);
        synced.ExecuteNonQuery();
        using var write = PostgresStore.Command(connection, AttentionSql.Acknowledge, acknowledgement.Item,
            acknowledgement.Mark, acknowledgement.Actor, acknowledgement.At, acknowledgement.Note);
        write.ExecuteNonQuery();
        PostgresAudit.Insert(connection, entry);
        return true;
    });

    static MarkedPayment ReadMarked(NpgsqlDataReader row) => new(
        PaymentSql.Read(row, column => PostgresStore.Moment(row, column)), row.GetInt64(AttentionSql.AttentionColumn));

    static ConflictingEvent ReadConflicting(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetString(4),
        row.IsDBNull(5) ? null : row.GetString(5), PostgresStore.Moment(row, 6), PostgresStore.Moment(row, 7),
        row.GetInt64(8));
}
