using Microsoft.Data.Sqlite;

namespace Payhook.Store;

/// <summary>Keys in the file of the events; each change synced, since a lost revocation lets somebody in.</summary>
sealed class SqliteKeys(SqliteStore store) : IKeyStore
{
    public long? Add(ApiKey key, AuditEntry entry)
    {
        long? id = null;
        store.Write(isSynced: true, connection =>
        {
            using var count = connection.CreateCommand();
            count.CommandText = "select count(*) from payhook_keys where revoked_at is null";
            if ((long)count.ExecuteScalar()! >= StoreLimits.KeysNotRevoked) return;
            id = Insert(connection, key);
            SqliteAudit.Insert(connection, entry);
        });
        return id;
    }

    public bool Revoke(long id, AuditEntry entry)
    {
        var isRevoked = false;
        store.Write(isSynced: true, connection =>
        {
            using var revoke = new SqliteStatement(connection.Handle!,
                "update payhook_keys set revoked_at = ?1 where sequence = ?2 and revoked_at is null");
            isRevoked = revoke.Bind(SqliteStore.Microseconds(entry.At)).Bind(id).Run() > 0;
            if (!isRevoked) return;
            SqliteAudit.Insert(connection, entry);
            using var prune = new SqliteStatement(connection.Handle!, """
                delete from payhook_keys where sequence in (
                    select sequence from payhook_keys where revoked_at is not null
                    order by revoked_at desc, sequence desc limit -1 offset ?1)
                """);
            prune.Bind(StoreLimits.KeysRevokedKept).Run();
        });
        return isRevoked;
    }

    public IAsyncEnumerable<ApiKey> Keys(CancellationToken cancellation) => store.QueryAsync(
        """
        select sequence, prefix, hash, name, scopes, created_at, created_by, expires_at, last_used_at, revoked_at
        from payhook_keys order by sequence
        """,
        Read, cancellation);

    public void NoteUses(IReadOnlyCollection<KeyValuePair<long, DateTimeOffset>> uses) =>
        store.Write(isSynced: false, connection =>
        {
            using var note = new SqliteStatement(connection.Handle!, """
                update payhook_keys set last_used_at = ?1 where sequence = ?2 and coalesce(last_used_at, 0) < ?1
                """);
            foreach (var (id, at) in uses) note.Bind(SqliteStore.Microseconds(at)).Bind(id).Run();
        });

    static long Insert(SqliteConnection connection, ApiKey key)
    {
        using var insert = new SqliteStatement(connection.Handle!, """
            insert into payhook_keys (prefix, hash, name, scopes, created_at, created_by, expires_at)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7) returning sequence
            """);
        insert.Bind(key.Prefix).BindBlob(key.Hash).Bind(key.Name).Bind(ScopeWords.Text(key.Scopes))
            .Bind(SqliteStore.Microseconds(key.CreatedAt)).Bind(key.CreatedBy);
        _ = key.ExpiresAt is { } at ? insert.Bind(SqliteStore.Microseconds(at)) : insert.BindNull();
        insert.Step();
        var id = insert.Int64(0);
        insert.Reset();
        return id;
    }

    static ApiKey Read(SqliteDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Prefix = row.GetString(1),
        Hash = row.GetFieldValue<byte[]>(2),
        Name = row.GetString(3),
        Scopes = ScopeWords.Parse(row.GetString(4)),
        CreatedAt = SqliteStore.Moment(row.GetInt64(5)),
        CreatedBy = row.GetString(6),
        ExpiresAt = Moment(row, 7),
        LastUsedAt = Moment(row, 8),
        RevokedAt = Moment(row, 9),
    };

    static DateTimeOffset? Moment(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : SqliteStore.Moment(row.GetInt64(column));
}

/// <summary>The audit log in the file of the events.</summary>
sealed class SqliteAudit(SqliteStore store) : IAuditStore
{
    public void Append(AuditEntry entry) =>
        store.Write(isSynced: true, connection => Insert(connection, entry));

    public IAsyncEnumerable<AuditEntry> Entries(long beforeSequence, int limit, CancellationToken cancellation) =>
        store.QueryAsync(
            """
            select sequence, at, actor, act, target, detail from payhook_audit where sequence < $1
            order by sequence desc limit $2
            """,
            row => new AuditEntry(SqliteStore.Moment(row.GetInt64(1)), row.GetString(2), row.GetString(3),
                row.GetString(4), row.GetString(5)) { Sequence = row.GetInt64(0) },
            cancellation, beforeSequence, limit);

    /// <summary>Adds an entry to the transaction of the act.</summary>
    public static void Insert(SqliteConnection connection, AuditEntry entry)
    {
        using var insert = new SqliteStatement(connection.Handle!,
            "insert into payhook_audit (at, actor, act, target, detail) values (?1, ?2, ?3, ?4, ?5)");
        insert.Bind(SqliteStore.Microseconds(entry.At)).Bind(entry.Actor).Bind(entry.Act).Bind(entry.Target)
            .Bind(entry.Detail).Run();
    }
}
