using Npgsql;

namespace Payhook.Store;

/// <summary>Keys in PostgreSQL: one made or revoked at one listener holds at all of them.</summary>
sealed class PostgresKeys(PostgresStore store) : IKeyStore
{
    /// <summary>"paykey" in ASCII: keys are made one after another, so that none goes past the limit.</summary>
    const long AddLock = 0x7061_796b_6579;

    /// <summary>Whatever the server's default is: what is answered survives a power cut.</summary>
    public const string Synced = "set local synchronous_commit = on";

    public long? Add(ApiKey key, AuditEntry entry) => store.Write<long?>(connection =>
    {
        Run(connection, Synced);
        Run(connection, $"select pg_advisory_xact_lock({AddLock})");
        using var count = PostgresStore.Command(
            connection, "select count(*) from payhook_keys where revoked_at is null");
        if ((long)count.ExecuteScalar()! >= StoreLimits.KeysNotRevoked) return null;
        using var insert = PostgresStore.Command(connection,
            """
            insert into payhook_keys (prefix, hash, name, scopes, created_at, created_by, expires_at)
            values ($1, $2, $3, $4, $5, $6, $7::timestamptz) returning sequence
            """,
            key.Prefix, key.Hash, key.Name, ScopeWords.Text(key.Scopes), key.CreatedAt, key.CreatedBy, key.ExpiresAt);
        var id = (long)insert.ExecuteScalar()!;
        PostgresAudit.Insert(connection, entry);
        return id;
    });

    public bool Revoke(long id, AuditEntry entry) => store.Write(connection =>
    {
        Run(connection, Synced);
        if (Run(connection, "update payhook_keys set revoked_at = $1 where sequence = $2 and revoked_at is null",
            entry.At, id) == 0) return false;
        PostgresAudit.Insert(connection, entry);
        Run(connection,
            """
            delete from payhook_keys where sequence in (
                select sequence from payhook_keys where revoked_at is not null
                order by revoked_at desc, sequence desc offset $1)
            """,
            (long)StoreLimits.KeysRevokedKept);
        return true;
    });

    public IAsyncEnumerable<ApiKey> Keys(CancellationToken cancellation) => store.QueryAsync(
        """
        select sequence, prefix, hash, name, scopes, created_at, created_by, expires_at, last_used_at, revoked_at
        from payhook_keys order by sequence
        """,
        Read, cancellation);

    public void NoteUses(IReadOnlyCollection<KeyValuePair<long, DateTimeOffset>> uses) => store.Write(connection =>
    {
        Run(connection, "set local synchronous_commit = off");
        // In one order, so that two listeners never wait for each other in a circle.
        foreach (var (id, at) in uses.OrderBy(u => u.Key))
        {
            Run(connection,
                "update payhook_keys set last_used_at = greatest(last_used_at, $1) where sequence = $2", at, id);
        }
        return true;
    });

    static int Run(NpgsqlConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        using var command = PostgresStore.Command(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    static ApiKey Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Prefix = row.GetString(1),
        Hash = row.GetFieldValue<byte[]>(2),
        Name = row.GetString(3),
        Scopes = ScopeWords.Parse(row.GetString(4)),
        CreatedAt = PostgresStore.Moment(row, 5),
        CreatedBy = row.GetString(6),
        ExpiresAt = Moment(row, 7),
        LastUsedAt = Moment(row, 8),
        RevokedAt = Moment(row, 9),
    };

    static DateTimeOffset? Moment(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : PostgresStore.Moment(row, column);
}

/// <summary>The audit log in PostgreSQL, of all listeners that share it.</summary>
sealed class PostgresAudit(PostgresStore store) : IAuditStore
{
    public void Append(AuditEntry entry) => store.Write(connection =>
    {
        using var synced = PostgresStore.Command(connection, PostgresKeys.Synced);
        synced.ExecuteNonQuery();
        Insert(connection, entry);
        return true;
    });

    public IAsyncEnumerable<AuditEntry> Entries(long beforeSequence, int limit, CancellationToken cancellation) =>
        store.QueryAsync(
            """
            select sequence, at, actor, act, target, detail from payhook_audit where sequence < $1
            order by sequence desc limit $2
            """,
            row => new AuditEntry(PostgresStore.Moment(row, 1), row.GetString(2), row.GetString(3), row.GetString(4),
                row.GetString(5)) { Sequence = row.GetInt64(0) },
            cancellation, beforeSequence, limit);

    /// <summary>Adds an entry to the transaction of the act.</summary>
    public static void Insert(NpgsqlConnection connection, AuditEntry entry)
    {
        using var insert = PostgresStore.Command(connection,
            "insert into payhook_audit (at, actor, act, target, detail) values ($1, $2, $3, $4, $5)",
            entry.At, entry.Actor, entry.Act, entry.Target, entry.Detail);
        insert.ExecuteNonQuery();
    }
}
