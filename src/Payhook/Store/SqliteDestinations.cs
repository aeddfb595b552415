using Microsoft.Data.Sqlite;

namespace Payhook.Store;

/// <summary>Destinations in the file of the events; each change synced, with who made it.</summary>
sealed class SqliteDestinations(SqliteStore store, TimeProvider time) : IDestinationStore
{
    public IAsyncEnumerable<DestinationRow> All(CancellationToken cancellation) => store.QueryAsync(
        DestinationSql.All(""), row => DestinationSql.Read(row, Moment(row), row.GetInt64(6) != 0), cancellation);

    public long? Add(DestinationRow row, FeedPosition cursor, AuditEntry entry) => Write<long?>(connection =>
    {
        if (Number(connection, "select count(*) from payhook_destinations where removed_at is null")
            >= StoreLimits.Destinations) return null;
        var id = Number(connection,
            """
            insert into payhook_destinations (name, settings, secrets, state, state_reason, is_from_file, revision,
                                              created_at, updated_at, cursor_sequence)
            values ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9) on conflict do nothing returning sequence
            """,
            row.Name, row.SettingsJson, row.SecretsJson, (int)row.State, row.StateReason, row.IsFromFile ? 1 : 0,
            SqliteStore.Microseconds(row.CreatedAt), SqliteStore.Microseconds(row.UpdatedAt), cursor.Sequence);
        if (id is not null) SqliteAudit.Insert(connection, entry);
        return id;
    });

    public bool Change(DestinationRow row, AuditEntry entry) => Write(connection =>
    {
        if (SqliteStore.Run(connection,
            """
            update payhook_destinations
            set settings = $3, secrets = $4, state = $5, state_reason = $6, is_from_file = $7, updated_at = $8,
                revision = revision + 1
            where sequence = $1 and revision = $2 and removed_at is null
            """,
            row.Id, row.Revision, row.SettingsJson, row.SecretsJson, (int)row.State, row.StateReason,
            row.IsFromFile ? 1 : 0, SqliteStore.Microseconds(row.UpdatedAt)) == 0) return false;
        SqliteAudit.Insert(connection, entry);
        return true;
    });

    public bool SetState(long id, DestinationState state, string reason, AuditEntry? entry) => Write(connection =>
    {
        if (SqliteStore.Run(connection,
            """
            update payhook_destinations
            set state = $2, state_reason = $3, updated_at = $4, revision = revision + 1
            where sequence = $1 and removed_at is null
            """,
            id, (int)state, reason, SqliteStore.Microseconds(entry?.At ?? time.GetUtcNow())) == 0) return false;
        if (entry is not null) SqliteAudit.Insert(connection, entry);
        return true;
    });

    public bool Remove(long id, AuditEntry entry) => Write(connection =>
    {
        if (SqliteStore.Run(connection,
            """
            update payhook_destinations set removed_at = $2, lease_owner = null, lease_until = null
            where sequence = $1 and removed_at is null
            """,
            id, SqliteStore.Microseconds(entry.At)) == 0) return false;
        SqliteStore.Run(connection,
            "update payhook_replays set state = 3 where destination_id = $1 and state = 1", id);
        SqliteAudit.Insert(connection, entry);
        return true;
    });

    public bool Prune(int limitDeliveries) => Write(connection =>
    {
        if (Number(connection, "select min(sequence) from payhook_destinations where removed_at is not null")
            is not { } id) return false;
        SqliteStore.Run(connection, $"delete from payhook_attempts where delivery_sequence in ({PruneSql})",
            id, limitDeliveries);
        var deleted = SqliteStore.Run(
            connection, $"delete from payhook_deliveries where sequence in ({PruneSql})", id, limitDeliveries);
        if (deleted == limitDeliveries) return true;
        SqliteStore.Run(connection, "delete from payhook_replays where destination_id = $1", id);
        SqliteStore.Run(connection, "delete from payhook_destinations where sequence = $1", id);
        return true;
    }, isSynced: false);

    public IReadOnlyList<long> AddReplays(IReadOnlyList<ReplayRow> replays, AuditEntry entry) =>
        Write<IReadOnlyList<long>>(connection =>
        {
            foreach (var ofOne in replays.GroupBy(r => r.DestinationId))
            {
                var running = Number(connection,
                    """
                    select count(r.sequence) from payhook_destinations d
                    left join payhook_replays r on r.destination_id = d.sequence and r.state = 1
                    where d.sequence = $1 and d.removed_at is null group by d.sequence
                    """, ofOne.Key);
                if (running is not { } count || count + ofOne.Count() > StoreLimits.ReplaysRunning) return [];
            }
            var ids = replays.Select(replay => Insert(connection, replay)).ToList();
            if (ids.Count > 0) SqliteAudit.Insert(connection, entry);
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
            if (SqliteStore.Run(connection,
                "update payhook_replays set state = 3 where sequence = $1 and state = 1", id) == 0) return false;
            SqliteAudit.Insert(connection, entry);
            return true;
        });
        // Also where it was cancelled before, in case that ended in the middle.
        for (var from = 0L; from >= 0;) from = CancelPart(id, from, SqliteStore.Microseconds(at));
        return isCancelled;
    }

    public const string PruneSql = """
        select sequence from payhook_deliveries indexed by payhook_deliveries_destination
        where destination_id = $1 order by sequence limit $2
        """;

    public const string CancelSql = """
        select sequence, destination_id, state, ordering_key from payhook_deliveries
        indexed by payhook_deliveries_replay
        where replay_id = $1 and replay_id <> 0 and sequence > $2 order by sequence limit $3
        """;

    public static (string Sql, object[] Values) ReplaysSql(ReplayPage page) =>
        DestinationSql.Replays(page, "", "indexed by payhook_replays_running");

    /// <summary>Cancels some of a replay's deliveries that are pending; tells where to go on, or -1.</summary>
    long CancelPart(long id, long after, long at) => Write(connection =>
    {
        if (Number(connection, "select 1 from payhook_replays where sequence = $1 and state = 3", id) is null)
            return -1;
        using var part = new SqliteStatement(connection.Handle!, CancelSql);
        part.Bind(id).Bind(after).Bind(StoreLimits.DeliveriesPerPart);
        var (last, count) = (-1L, 0);
        var pending = new List<(long Sequence, long DestinationId, string? Key)>();
        while (part.Step())
        {
            (last, count) = (part.Int64(0), count + 1);
            if (part.Int64(2) == (long)DeliveryState.Pending)
                pending.Add((last, part.Int64(1), part.IsNull(3) ? null : part.Text(3)));
        }
        part.Reset();
        using var cancel = new SqliteStatement(connection.Handle!,
            "update payhook_deliveries set state = 4, changed_at = ?1 where sequence = ?2");
        foreach (var (sequence, _, _) in pending) cancel.Bind(at).Bind(sequence).Run();
        using var release = new SqliteStatement(connection.Handle!, SqliteSettler.ReleaseSql);
        foreach (var (destination, key) in pending.Select(p => (p.DestinationId, p.Key)).Distinct())
        {
            if (key is not null) release.Bind(destination).Bind(key).Bind(at).Run();
        }
        return count == StoreLimits.DeliveriesPerPart ? last : -1;
    });

    static long Insert(SqliteConnection connection, ReplayRow replay) => Number(connection,
        """
        insert into payhook_replays (destination_id, filter, after_sequence, until_sequence, cursor_sequence, state,
                                     rate_limit, event_count, planned_count, created_by, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning sequence
        """,
        replay.DestinationId, replay.FilterJson, replay.Span.After.Sequence, replay.Span.Until.Sequence,
        DestinationSql.StartOf(replay).Sequence, (int)replay.State, replay.RateLimitPerSecond, replay.EventCount,
        replay.PlannedCount, replay.CreatedBy, SqliteStore.Microseconds(replay.CreatedAt))!.Value;

    T Write<T>(Func<SqliteConnection, T> write, bool isSynced = true)
    {
        var result = default(T)!;
        store.Write(isSynced, connection => result = write(connection));
        return result;
    }

    /// <summary>The number that a statement gives; null where it gives none.</summary>
    static long? Number(SqliteConnection connection, string sql, params ReadOnlySpan<object> values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${i + 1}", values[i]);
        return command.ExecuteScalar() as long?;
    }

    static Func<int, DateTimeOffset> Moment(SqliteDataReader row) =>
        column => SqliteStore.Moment(row.GetInt64(column));
}
