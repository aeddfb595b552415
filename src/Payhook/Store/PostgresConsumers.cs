using System.Globalization;
using Npgsql;

namespace Payhook.Store;

/// <summary>Consumers' places in PostgreSQL: whichever listener is asked knows them.</summary>
sealed class PostgresConsumers(PostgresStore store) : IConsumerStore
{
    /// <summary>"paycon" in ASCII: consumers are made one after another, so that none goes past the limit.</summary>
    const long AddLock = 0x7061_7963_6f6e;

    const string Columns = "name, cursor_xid, cursor_sequence, created_at, acknowledged_at";

    /// <summary>What a reader would get now; see the feed.</summary>
    const string Waiting = """
        from payhook_events e where (e.commit_xid, e.sequence) > (c.cursor_xid, c.cursor_sequence)
        and e.commit_xid < pg_snapshot_xmin(pg_current_snapshot())
        """;

    public IAsyncEnumerable<ConsumerLag> All(CancellationToken cancellation) => store.QueryAsync(
        $"""
        select {Columns},
            (select count(*) from (select 1 {Waiting} limit $1) as w),
            (select received_at {Waiting} order by e.commit_xid, e.sequence limit 1)
        from payhook_consumers c order by name collate "C"
        """,
        row => new ConsumerLag(Read(row), row.GetInt64(5), Moment(row, 6)),
        cancellation, ConsumerLag.CountLimitEvents);

    public ValueTask<Consumer?> FindAsync(string name, CancellationToken cancellation) => store.QueryAsync(
        $"select {Columns} from payhook_consumers where name = $1",
        row => (Consumer?)Read(row), cancellation, name).FirstOrDefaultAsync(cancellation);

    public ConsumerAdded Add(Consumer consumer, AuditEntry entry) => store.Write(connection =>
    {
        PostgresStore.Run(connection, PostgresKeys.Synced);
        PostgresStore.Run(connection, $"select pg_advisory_xact_lock({AddLock})");
        if (Find(connection, consumer.Name) is not null) return ConsumerAdded.Known;
        var count = PostgresStore.Run(connection,
            """
            insert into payhook_consumers (name, cursor_xid, cursor_sequence, created_at)
            select $1, $2::xid8, $3, $4 where (select count(*) from payhook_consumers) < $5
            """,
            consumer.Name, Transaction(consumer.Cursor), consumer.Cursor.Sequence, consumer.CreatedAt,
            StoreLimits.Consumers);
        if (count == 0) return ConsumerAdded.TooMany;
        PostgresAudit.Insert(connection, entry);
        return ConsumerAdded.Added;
    });

    public Consumer? Acknowledge(string name, FeedPosition cursor, DateTimeOffset at) => store.Write(connection =>
    {
        PostgresStore.Run(connection, "set local synchronous_commit = off");
        PostgresStore.Run(connection,
            """
            update payhook_consumers set cursor_xid = $1::xid8, cursor_sequence = $2, acknowledged_at = $3
            where name = $4 and (cursor_xid, cursor_sequence) < ($1::xid8, $2)
            """,
            Transaction(cursor), cursor.Sequence, at, name);
        return Find(connection, name);
    });

    public Consumer? Rewind(string name, FeedPosition cursor, AuditEntry entry) => store.Write(connection =>
    {
        PostgresStore.Run(connection, PostgresKeys.Synced);
        var count = PostgresStore.Run(connection,
            """
            update payhook_consumers set cursor_xid = $1::xid8, cursor_sequence = $2, acknowledged_at = $3
            where name = $4 and (cursor_xid, cursor_sequence) <> ($1::xid8, $2)
            """,
            Transaction(cursor), cursor.Sequence, entry.At, name);
        if (count > 0) PostgresAudit.Insert(connection, entry);
        return Find(connection, name);
    });

    public bool Remove(string name, AuditEntry entry) => store.Write(connection =>
    {
        PostgresStore.Run(connection, PostgresKeys.Synced);
        if (PostgresStore.Run(connection, "delete from payhook_consumers where name = $1", name) == 0) return false;
        PostgresAudit.Insert(connection, entry);
        return true;
    });

    static Consumer? Find(NpgsqlConnection connection, string name)
    {
        using var command = PostgresStore.Command(
            connection, $"select {Columns} from payhook_consumers where name = $1", name);
        using var row = command.ExecuteReader();
        return row.Read() ? Read(row) : null;
    }

    static string Transaction(FeedPosition cursor) => cursor.Transaction.ToString(CultureInfo.InvariantCulture);

    static Consumer Read(NpgsqlDataReader row) => new(
        row.GetString(0), new(row.GetFieldValue<ulong>(1), row.GetInt64(2)), PostgresStore.Moment(row, 3),
        Moment(row, 4));

    static DateTimeOffset? Moment(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : PostgresStore.Moment(row, column);
}
