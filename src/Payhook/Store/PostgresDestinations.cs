using System.Globalization;
using Npgsql;

namespace Payhook.Store;

/// <summary>Destinations in PostgreSQL: one made at one listener is served by all of them.</summary>
sealed class PostgresDestinations(PostgresStore store, TimeProvider time) : IDestinationStore
{
    /// <summary>"paydest" in ASCII: destinations are added one after another, so that none passes the limit.</summary>
    const long AddLock = 0x7061_7964_6573_74;

    public IAsyncEnumerable<DestinationRow> All(CancellationToken cancellation) => store.QueryAsync(
        DestinationSql.All(", cursor_xid"),
        row => DestinationSql.Read(row, Moment(row), row.GetBoolean(6)), cancellation);

    public long? Add(DestinationRow row, FeedPosition cursor, AuditEntry entry) => Write<long?>(connection =>
    {
        PostgresStore.Run(connection, $"select pg_advisory_xact_lock({AddLock})");
        var count = PostgresStore.Numbers(
            connection, "select count(*) from payhook_destinations where removed_at is null");
        if (count[0] >= StoreLimits.Destinations) return null;
        var ids = PostgresStore.Numbers(connection,
            """
            insert into payhook_destinations (name, settings, secrets, state, state_reason, is_from_file, revision,
                                              created_at, updated_at, cursor_xid, cursor_sequence)
            values ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9::xid8, $10) on conflict do nothing returning sequence
            """,
            row.Name, row.SettingsJson, row.SecretsJson, (int)row.State, row.StateReason, row.IsFromFile,
            row.CreatedAt, row.UpdatedAt, Text(cursor), cursor.Sequence);
        if (ids.Length == 0) return null;
        PostgresAudit.Insert(connection, entry);
        return ids[0];
    });

    public bool Change(DestinationRow row, AuditEntry entry) => Write(connection =>
    {
        if (PostgresStore.Run(connection,
            """
            update payhook_destinations
            set settings = $3, secrets = $4, state = $5, state_reason = $6, is_from_file = $7, updated_at = $8,
                revision = revision + 1
            where sequence = $1 and revision = $2 and removed_at is null
            """,
            row.Id, row.Revision, row.SettingsJson, row.SecretsJson, (int)row.State, row.StateReason, row.IsFromFile,
            row.UpdatedAt) == 0) return false;
        PostgresAudit.Insert(connection, entry);
        return true;
    });

    public bool SetState(long id, DestinationState state, string reason, AuditEntry? entry) => Write(connection =>
    {
        if (PostgresStore.Run(connection,
            """
            update payhook_destinations
            set state = $2, state_reason = $3, updated_at = $4, revision = revision + 1
            where sequence = $1 and removed_at is null
            """,
            id, (int)state, reason, entry?.At ?? time.GetUtcNow()) == 0) return false;
        if (entry is not null) PostgresAudit.Insert(connection, entry);
        return true;
    });

    public bool Remove(long id, AuditEntry entry) => Write(connection =>
    {
        if (PostgresStore.Run(connection,
            """
            update payhook_destinations set removed_at = $2, lease_owner = null, lease_until = null
            where sequence = $1 and removed_at is null
            """,
            id, entry.At) == 0) return false;
        PostgresStore.Run(connection,
            "update payhook_replays set state = 3 where destination_id = $1 and state = 1", id);
        PostgresAudit.Insert(connection, entry);
        return true;
    });

    public bool Prune(int limitDeliveries) => store.Write(connection =>
    {
        // Another process that prunes has the row; it goes on by itself.
        var removed = PostgresStore.Numbers(connection, """
            select sequence from payhook_destinations where removed_at is not null order by sequence limit 1
            for update skip locked
            """);
        if (removed is not [var id]) return false;
        var part = PostgresStore.Numbers(connection, PruneSql, id, limitDeliveries);
        PostgresStore.Run(connection, "delete from payhook_attempts where delivery_sequence = any ($1)", part);
        PostgresStore.Run(connection, "delete from payhook_deliveries where sequence = any ($1)", part);
        if (part.Length == limitDeliveries) return true;
        PostgresStore.Run(connection, "delete from payhook_replays where destination_id = $1", id);
        PostgresStore.Run(connection, "delete from payhook_destinations where sequence = $1", id);
        return true;
    });

    public IReadOnlyList<long> AddReplays(IReadOnlyList<ReplayRow> replays, AuditEntry entry) =>
        Write<IReadOnlyList<long>>(connection =>
        {
            // The rows are held, so that nobody removes a destination or goes past the limit beside this.
            foreach (var ofOne in replays.GroupBy(r => r.DestinationId).OrderBy(g => g.Key))
            {
                var running = PostgresStore.Numbers(connection,
                    """
                    with held as (
                        select sequence from payhook_destinations where sequence = $1 and removed_at is null
                        for no key update)
                    select (select count(*) from payhook_replays r where r.destination_id = $1 and r.state = 1)
                    from held
                    """, ofOne.Key);
                if (running is not [var count] || count + ofOne.Count() > StoreLimits.ReplaysRunning) return [];
            }
            var ids = replays.Select(replay => Insert(connection, replay)).ToList();
            if (ids.Count > 0) PostgresAudit.Insert(connection, entry);
            return ids;
        });

    public IAsyncEnumerable<ReplayRow> Replays(ReplayPage page, CancellationToken cancellation)
    {
        var (sql, values) = ReplaysSql(page);
        return store.QueryAsync(sql, row => DestinationSql.ReadReplay(row, Moment(row)), cancellation, values);
    }

    public bool CancelReplay(long id, DateTimeOffset at, AuditEntry entry)
    {
        var isCancelled = Write(connection =>
        {
            if (PostgresStore.Run(connection,
                "update payhook_replays set state = 3 where sequence = $1 and state = 1", id) == 0) return false;
            PostgresAudit.Insert(connection, entry);
            return true;
        });
        // Also where it was cancelled before, in case that ended in the middle.
        for (var from = 0L; from >= 0;) from = CancelPart(id, from, at);
        return isCancelled;
    }

    public const string PruneSql = """
        select sequence from payhook_deliveries where destination_id = $1 order by sequence limit $2
        """;

    public const string CancelSql = """
        select sequence from payhook_deliveries
        where replay_id = $1 and replay_id <> 0 and sequence > $2 order by sequence limit $3
        """;

    const string CancelledSql = """
        with cancelled as (
            update payhook_deliveries set state = 4, changed_at = $1
            where sequence = any ($2) and state = 1 returning ordering_key)
        select distinct ordering_key from cancelled where ordering_key is not null
        """;

    public static (string Sql, object[] Values) ReplaysSql(ReplayPage page) =>
        DestinationSql.Replays(page, ", after_xid, until_xid, cursor_xid", "");

    /// <summary>Cancels some of a replay's deliveries that are pending; tells where to go on, or -1.</summary>
    long CancelPart(long id, long after, DateTimeOffset at) => Write(connection =>
    {
        var destination = PostgresStore.Numbers(connection,
            "select destination_id from payhook_replays where sequence = $1 and state = 3", id);
        if (destination is not [var destinationId]) return -1;
        PostgresStore.Run(connection, PostgresDeliveries.HoldSql, destinationId);
        var part = PostgresStore.Numbers(connection, CancelSql, id, after, StoreLimits.DeliveriesPerPart);
        var keys = new List<string>();
        using (var cancel = PostgresStore.Command(connection, CancelledSql, at, part))
        using (var reader = cancel.ExecuteReader())
        {
            while (reader.Read()) keys.Add(reader.GetString(0));
        }
        if (keys.Count > 0)
            PostgresStore.Run(connection, PostgresSettle.ReleaseKeysSql, at, destinationId, keys.ToArray());
        return part.Length == StoreLimits.DeliveriesPerPart ? part[^1] : -1;
    });

    static long Insert(NpgsqlConnection connection, ReplayRow replay) => PostgresStore.Numbers(connection,
        """
        insert into payhook_replays (destination_id, filter, after_xid, after_sequence, until_xid, until_sequence,
                                     cursor_xid, cursor_sequence, state, rate_limit, event_count, planned_count,
                                     created_by, created_at)
        values ($1, $2, $3::xid8, $4, $5::xid8, $6, $7::xid8, $8, $9, $10, $11, $12, $13, $14) returning sequence
        """,
        replay.DestinationId, replay.FilterJson, Text(replay.Span.After), replay.Span.After.Sequence,
        Text(replay.Span.Until), replay.Span.Until.Sequence, Text(DestinationSql.StartOf(replay)),
        DestinationSql.StartOf(replay).Sequence, (int)replay.State, replay.RateLimitPerSecond, replay.EventCount,
        replay.PlannedCount, replay.CreatedBy, replay.CreatedAt)[0];

    /// <summary>Whatever the server's default is: what is answered survives a power cut.</summary>
    T Write<T>(Func<NpgsqlConnection, T> write) => store.Write(connection =>
    {
        PostgresStore.Run(connection, PostgresKeys.Synced);
        return write(connection);
    });

    static string Text(FeedPosition position) => position.Transaction.ToString(CultureInfo.InvariantCulture);

    static Func<int, DateTimeOffset> Moment(NpgsqlDataReader row) => column => PostgresStore.Moment(row, column);
}
