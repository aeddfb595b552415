using Npgsql;

namespace Payhook.Store;

/// <summary>Sessions and the admin password in PostgreSQL: who signed in at one listener is known to all.</summary>
sealed class PostgresSessions(PostgresStore store) : ISessionStore
{
    /// <summary>"payses" in ASCII: sessions are begun one after another, so that none goes past the limit.</summary>
    const long AddLock = 0x7061_7973_6573;

    public long Add(Session session, AuditEntry entry) => store.Write(connection =>
    {
        PostgresStore.Run(connection, PostgresKeys.Synced);
        return Insert(connection, session, entry);
    });

    public long? UseLink(byte[] linkHash, Session session, AuditEntry entry) => store.Write<long?>(connection =>
    {
        PostgresStore.Run(connection, PostgresKeys.Synced);
        // Who comes second waits here for the first one's commit, and then finds no row.
        PostgresStore.Run(connection, $"select pg_advisory_xact_lock({AddLock})");
        return PostgresStore.Run(connection,
            "delete from payhook_sessions where hash = $1 and kind = 'link' and expires_at > $2",
            linkHash, entry.At) == 0
            ? null
            : Insert(connection, session, entry);
    });

    public bool End(long id, AuditEntry entry) => store.Write(connection =>
    {
        PostgresStore.Run(connection, PostgresKeys.Synced);
        var isEnded = PostgresStore.Run(connection, "delete from payhook_sessions where sequence = $1", id) > 0;
        if (isEnded) PostgresAudit.Insert(connection, entry);
        return isEnded;
    });

    public IAsyncEnumerable<Session> Sessions(CancellationToken cancellation) => store.QueryAsync(
        $"select {SessionWords.Columns} from payhook_sessions where kind = 'session' order by sequence",
        Read, cancellation);

    public ValueTask<string?> PasswordAsync(CancellationToken cancellation) => store.QueryAsync(
        "select password_hash from payhook_admin", row => (string?)row.GetString(0), cancellation)
        .FirstOrDefaultAsync(cancellation);

    public void SetPassword(string hash, Session? kept, AuditEntry entry) => store.Write(connection =>
    {
        PostgresStore.Run(connection, PostgresKeys.Synced);
        PostgresStore.Run(connection, $"select pg_advisory_xact_lock({AddLock})");
        PostgresStore.Run(connection,
            """
            insert into payhook_admin (id, password_hash, changed_at) values (1, $1, $2)
            on conflict (id) do update set password_hash = $1, changed_at = $2
            """,
            hash, entry.At);
        PostgresStore.Run(connection,
            "delete from payhook_sessions where ground in ('link', 'password') and sequence <> $1", kept?.Id ?? 0);
        if (kept is not null)
        {
            PostgresStore.Run(connection,
                "update payhook_sessions set proof = $1::bytea where sequence = $2", kept.Proof, kept.Id);
        }
        PostgresAudit.Insert(connection, entry);
        return true;
    });

    static long Insert(NpgsqlConnection connection, Session session, AuditEntry entry)
    {
        var kind = SessionWords.Kind(session);
        PostgresStore.Run(connection, $"select pg_advisory_xact_lock({AddLock})");
        PostgresStore.Run(connection, "delete from payhook_sessions where expires_at <= $1", entry.At);
        PostgresStore.Run(connection,
            """
            delete from payhook_sessions where sequence in (
                select sequence from payhook_sessions where kind = $1 order by sequence desc offset $2)
            """,
            kind, StoreLimits.Sessions - 1L);
        using var insert = PostgresStore.Command(connection,
            """
            insert into payhook_sessions
                (hash, kind, ground, actor, scopes, created_at, expires_at, key_sequence, proof)
            values ($1, $2, $3, $4, $5, $6, $7, $8::bigint, $9::bytea) returning sequence
            """,
            session.Hash, kind, SessionWords.Ground(session), session.Actor, ScopeWords.Text(session.Scopes),
            session.CreatedAt, session.ExpiresAt, session.KeyId, session.Proof);
        var id = (long)insert.ExecuteScalar()!;
        PostgresAudit.Insert(connection, entry);
        return id;
    }

    static Session Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Hash = row.GetFieldValue<byte[]>(1),
        IsLink = SessionWords.IsLink(row.GetString(2)),
        Ground = SessionWords.Ground(row.GetString(3)),
        Actor = row.GetString(4),
        Scopes = ScopeWords.Parse(row.GetString(5)),
        CreatedAt = PostgresStore.Moment(row, 6),
        ExpiresAt = PostgresStore.Moment(row, 7),
        KeyId = row.IsDBNull(8) ? null : row.GetInt64(8),
        Proof = row.IsDBNull(9) ? null : row.GetFieldValue<byte[]>(9),
    };
}
