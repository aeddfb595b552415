using Microsoft.Data.Sqlite;

namespace Payhook.Store;

/// <summary>Sessions and the admin password in the file of the events; each change synced.</summary>
sealed class SqliteSessions(SqliteStore store) : ISessionStore
{
    public long Add(Session session, AuditEntry entry)
    {
        long id = 0;
        store.Write(isSynced: true, connection => id = Insert(connection, session, entry));
        return id;
    }

    public long? UseLink(byte[] linkHash, Session session, AuditEntry entry)
    {
        long? id = null;
        store.Write(isSynced: true, connection =>
        {
            if (SqliteStore.Run(connection,
                "delete from payhook_sessions where hash = $1 and kind = 'link' and expires_at > $2",
                linkHash, SqliteStore.Microseconds(entry.At)) == 0) return;
            id = Insert(connection, session, entry);
        });
        return id;
    }

    public bool End(long id, AuditEntry entry)
    {
        var isEnded = false;
        store.Write(isSynced: true, connection =>
        {
            isEnded = SqliteStore.Run(connection, "delete from payhook_sessions where sequence = $1", id) > 0;
            if (isEnded) SqliteAudit.Insert(connection, entry);
        });
        return isEnded;
    }

    public IAsyncEnumerable<Session> Sessions(CancellationToken cancellation) => store.QueryAsync(
        $"select {SessionWords.Columns} from payhook_sessions where kind = 'session' order by sequence",
        Read, cancellation);

    public ValueTask<string?> PasswordAsync(CancellationToken cancellation) => store.QueryAsync(
        "select password_hash from payhook_admin", row => (string?)row.GetString(0), cancellation)
        .FirstOrDefaultAsync(cancellation);

    public void SetPassword(string hash, Session? kept, AuditEntry entry) =>
        store.Write(isSynced: true, connection =>
        {
            SqliteStore.Run(connection, """
                insert into payhook_admin (id, password_hash, changed_at) values (1, $1, $2)
                on conflict (id) do update set password_hash = $1, changed_at = $2
                """, hash, SqliteStore.Microseconds(entry.At));
            SqliteStore.Run(connection,
                "delete from payhook_sessions where ground in ('link', 'password') and sequence <> $1", kept?.Id ?? 0);
            if (kept is not null)
            {
                SqliteStore.Run(connection, "update payhook_sessions set proof = $1 where sequence = $2",
                    (object?)kept.Proof ?? DBNull.Value, kept.Id);
            }
            SqliteAudit.Insert(connection, entry);
        });

    static long Insert(SqliteConnection connection, Session session, AuditEntry entry)
    {
        var kind = SessionWords.Kind(session);
        SqliteStore.Run(connection, "delete from payhook_sessions where expires_at <= $1",
            SqliteStore.Microseconds(entry.At));
        SqliteStore.Run(connection, """
            delete from payhook_sessions where sequence in (
                select sequence from payhook_sessions where kind = $1 order by sequence desc limit -1 offset $2)
            """, kind, StoreLimits.Sessions - 1);
        using var insert = new SqliteStatement(connection.Handle!, """
            insert into payhook_sessions
                (hash, kind, ground, actor, scopes, created_at, expires_at, key_sequence, proof)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) returning sequence
            """);
        insert.BindBlob(session.Hash).Bind(kind).Bind(SessionWords.Ground(session)).Bind(session.Actor)
            .Bind(ScopeWords.Text(session.Scopes)).Bind(SqliteStore.Microseconds(session.CreatedAt))
            .Bind(SqliteStore.Microseconds(session.ExpiresAt));
        _ = session.KeyId is { } key ? insert.Bind(key) : insert.BindNull();
        _ = session.Proof is { } proof ? insert.BindBlob(proof) : insert.BindNull();
        insert.Step();
        var id = insert.Int64(0);
        insert.Reset();
        SqliteAudit.Insert(connection, entry);
        return id;
    }

    static Session Read(SqliteDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Hash = row.GetFieldValue<byte[]>(1),
        IsLink = SessionWords.IsLink(row.GetString(2)),
        Ground = SessionWords.Ground(row.GetString(3)),
        Actor = row.GetString(4),
        Scopes = ScopeWords.Parse(row.GetString(5)),
        CreatedAt = SqliteStore.Moment(row.GetInt64(6)),
        ExpiresAt = SqliteStore.Moment(row.GetInt64(7)),
        KeyId = row.IsDBNull(8) ? null : row.GetInt64(8),
        Proof = row.IsDBNull(9) ? null : row.GetFieldValue<byte[]>(9),
    };
}
