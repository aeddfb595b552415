using Microsoft.Data.Sqlite;

namespace Payhook.Store;

/// <summary>Consumers' places in the file of the events.</summary>
sealed class SqliteConsumers(SqliteStore store) : IConsumerStore
{
    const string Columns = "name, cursor_sequence, created_at, acknowledged_at";

    public IAsyncEnumerable<ConsumerLag> All(CancellationToken cancellation) => store.QueryAsync(
        $"""
        select {Columns},
            (select count(*) from (select 1 from payhook_events e where e.sequence > c.cursor_sequence limit $1)),
            (select received_at from payhook_events e where e.sequence > c.cursor_sequence order by sequence limit 1)
        from payhook_consumers c order by name
        """,
        row => new ConsumerLag(Read(row), row.GetInt64(4), Moment(row, 5)),
        cancellation, ConsumerLag.CountLimitEvents);

    public ValueTask<Consumer?> FindAsync(string name, CancellationToken cancellation) => store.QueryAsync(
        $"select {Columns} from payhook_consumers where name = $1",
        row => (Consumer?)Read(row), cancellation, name).FirstOrDefaultAsync(cancellation);

    public ConsumerAdded Add(Consumer consumer, AuditEntry entry)
    {
        var added = ConsumerAdded.TooMany;
        store.Write(isSynced: true, connection =>
        {
            if (Find(connection, consumer.Name) is not null)
            {
                added = ConsumerAdded.Known;
                return;
            }
            using var insert = new SqliteStatement(connection.Handle!, """
                insert into payhook_consumers (name, cursor_sequence, created_at)
                select ?1, ?2, ?3 where (select count(*) from payhook_consumers) < ?4
                """);
            insert.Bind(consumer.Name).Bind(consumer.Cursor.Sequence)
                .Bind(SqliteStore.Microseconds(consumer.CreatedAt)).Bind(StoreLimits.Consumers);
            if (insert.Run() == 0) return;
            SqliteAudit.Insert(connection, entry);
            added = ConsumerAdded.Added;
        });
        return added;
    }

    public Consumer? Acknowledge(string name, FeedPosition cursor, DateTimeOffset at)
    {
        Consumer? found = null;
        store.Write(isSynced: false, connection =>
        {
            using var move = new SqliteStatement(connection.Handle!, """
                update payhook_consumers set cursor_sequence = ?1, acknowledged_at = ?2
                where name = ?3 and cursor_sequence < ?1
                """);
            move.Bind(cursor.Sequence).Bind(SqliteStore.Microseconds(at)).Bind(name).Run();
            found = Find(connection, name);
        });
        return found;
    }

    public Consumer? Rewind(string name, FeedPosition cursor, AuditEntry entry)
    {
        Consumer? found = null;
        store.Write(isSynced: true, connection =>
        {
            using var move = new SqliteStatement(connection.Handle!, """
                update payhook_consumers set cursor_sequence = ?1, acknowledged_at = ?2
                where name = ?3 and cursor_sequence <> ?1
                """);
            move.Bind(cursor.Sequence).Bind(SqliteStore.Microseconds(entry.At)).Bind(name);
            if (move.Run() > 0) SqliteAudit.Insert(connection, entry);
            found = Find(connection, name);
        });
        return found;
    }

    public bool Remove(string name, AuditEntry entry)
    {
        var isRemoved = false;
        store.Write(isSynced: true, connection =>
        {
            using var remove = new SqliteStatement(
                connection.Handle!, "delete from payhook_consumers where name = ?1");
            isRemoved = remove.Bind(name).Run() > 0;
            if (isRemoved) SqliteAudit.Insert(connection, entry);
        });
        return isRemoved;
    }

    static Consumer? Find(SqliteConnection connection, string name)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"select {Columns} from payhook_consumers where name = $name";
        command.Parameters.AddWithValue("$name", name);
        using var row = command.ExecuteReader();
        return row.Read() ? Read(row) : null;
    }

    static Consumer Read(SqliteDataReader row) => new(
        row.GetString(0), new(0, row.GetInt64(1)), SqliteStore.Moment(row.GetInt64(2)), Moment(row, 3));

    static DateTimeOffset? Moment(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : SqliteStore.Moment(row.GetInt64(column));
}
