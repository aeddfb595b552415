using System.Buffers;
using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Payhook.Store;

/// <summary>
/// Writes what became of deliveries in PostgreSQL: all in one round trip, so that no process that stops in the middle
/// leaves a destination locked. The first statement locks the destinations; the others do nothing where not all leases
/// are held, which is rare, and then the rest is written once more without those that were lost.
/// </summary>
static class PostgresSettle
{
    static readonly SearchValues<char> Refused = SearchValues.Create(
        [.. Enumerable.Range(0xD800, 0x800).Select(c => (char)c), '\0']);

    public const string LockSql = """
        select d.sequence from payhook_destinations d
        join unnest($1, $2) as l (id, epoch) on d.sequence = l.id and d.lease_epoch = l.epoch
        where d.removed_at is null order by d.sequence for no key update of d
        """;

    /// <summary>Whoever cancels a replay waits, and then finds what is written here.</summary>
    const string LockReplaysSql = """
        select from payhook_replays where sequence = any ($1) order by sequence for no key update
        """;

    /// <summary>Asked once a statement, and so without an effect on what the planner thinks of its rows.</summary>
    const string AllHeld = """
        (select count(*) from payhook_destinations k
         join unnest($1, $2) as l (id, epoch) on k.sequence = l.id and k.lease_epoch = l.epoch
         where k.removed_at is null) = cardinality($1)
        """;

    const string Rows = """
        unnest($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
            as u (destination_id, state, attempt_count, first_attempt_at, due_at, last_failure, number, at, duration,
                status, failure, detail, answer, sequence, commit_xid, event_sequence, replay_id, ordering_key)
        """;

    /// <summary>
    /// Numbers are handed out first, so that an attempt finds its delivery; one of an event that has a row already gets
    /// none, and its attempt is dropped with it. What is still under way for a cancelled replay is not tried again.
    /// </summary>
    public const string AddSql = $"""
        with r as materialized (
            select u.*, nextval('payhook_delivery_numbers') as new_sequence from {Rows} where {AllHeld}),
        added as (
            insert into payhook_deliveries (sequence, destination_id, commit_xid, event_sequence, replay_id, state,
                attempt_count, first_attempt_at, due_at, ordering_key, last_failure, changed_at)
            select r.new_sequence, r.destination_id, r.commit_xid::xid8, r.event_sequence, r.replay_id,
                case when r.replay_id <> 0 and r.state = 1
                    and (select p.state from payhook_replays p where p.sequence = r.replay_id) = 3
                    then 4 else r.state end,
                r.attempt_count, r.first_attempt_at, r.due_at, r.ordering_key, r.last_failure, $3
            from r
            on conflict (destination_id, commit_xid, event_sequence, replay_id) do nothing
            returning sequence)
        insert into payhook_attempts (delivery_sequence, number, at, duration, status, failure, detail, answer)
        select r.new_sequence, r.number, r.at, r.duration, r.status, r.failure, r.detail, r.answer
        from r join added on added.sequence = r.new_sequence where r.number <> 0
        """;

    public const string ChangeSql = $"""
        with r as materialized (select u.* from {Rows} where {AllHeld}),
        changed as (
            update payhook_deliveries d
            set state = case d.state when 1 then r.state else d.state end, attempt_count = r.attempt_count,
                first_attempt_at = coalesce(d.first_attempt_at, r.first_attempt_at), due_at = r.due_at,
                last_failure = r.last_failure, changed_at = $3
            from r where d.sequence = r.sequence and d.destination_id = r.destination_id and d.state in (1, 4))
        insert into payhook_attempts (delivery_sequence, number, at, duration, status, failure, detail, answer)
        select r.sequence, r.number, r.at, r.duration, r.status, r.failure, r.detail, r.answer
        from r join payhook_deliveries d on d.sequence = r.sequence and d.destination_id = r.destination_id
        where r.number <> 0 on conflict do nothing
        """;

    const string MoveSql = $"""
        update payhook_destinations d set cursor_xid = r.xid::xid8, cursor_sequence = r.sequence
        from unnest($3, $4, $5) as r (destination_id, xid, sequence)
        where {AllHeld} and d.sequence = r.destination_id
            and (d.cursor_xid, d.cursor_sequence) < (r.xid::xid8, r.sequence)
        """;

    const string ProgressSql = $"""
        update payhook_replays p set planned_count = p.planned_count + r.planned,
            state = case when p.state = 1 and r.is_done then 2 else p.state end,
            cursor_xid = greatest(p.cursor_xid, r.xid::xid8),
            cursor_sequence = case
                when (p.cursor_xid, p.cursor_sequence) < (r.xid::xid8, r.sequence) then r.sequence
                else p.cursor_sequence end
        from unnest($3, $4, $5, $6, $7, $8) as r (destination_id, id, xid, sequence, planned, is_done)
        where {AllHeld} and p.sequence = r.id and p.destination_id = r.destination_id
        """;

    /// <summary>
    /// Makes the first pending delivery of a key due, where it was never tried: one that was tried has a time of its
    /// own, and those behind it wait for it.
    /// </summary>
    public const string ReleaseSql = $"""
        update payhook_deliveries d set due_at = $3 from unnest($4, $5) as r (destination_id, key)
        where {AllHeld} and d.attempt_count = 0 and d.due_at > $3 and d.sequence = (
            select f.sequence from payhook_deliveries f
            where f.destination_id = r.destination_id and f.ordering_key = r.key and f.state = 1
            order by f.commit_xid, f.event_sequence, f.sequence limit 1)
        """;

    /// <summary>The same for keys of one destination.</summary>
    public const string ReleaseKeysSql = """
        update payhook_deliveries d set due_at = $1 from unnest($3) as r (key)
        where d.attempt_count = 0 and d.due_at > $1 and d.sequence = (
            select f.sequence from payhook_deliveries f
            where f.destination_id = $2 and f.ordering_key = r.key and f.state = 1
            order by f.commit_xid, f.event_sequence, f.sequence limit 1)
        """;

    /// <summary>
    /// Until the end of the transaction: what is committed is synced, whatever the server's default is, and a table
    /// that the server still believes to be small is not read from end to end.
    /// </summary>
    const string ConfigureSql = """
        select set_config('enable_seqscan', 'off', true), set_config('synchronous_commit',
            case current_setting('synchronous_commit') when 'remote_apply' then 'remote_apply' else 'on' end, true)
        """;

    public static IReadOnlyList<long> Run(
        NpgsqlConnection connection, IReadOnlyList<Settlement> settlements, DateTimeOffset now)
    {
        var lost = new HashSet<Lease>();
        while (settlements.Count > 0)
        {
            var leases = settlements.Select(s => s.Lease).Distinct().ToArray();
            var held = Try(connection, settlements, leases, now);
            // Of two leases of one destination one is older.
            if (held.Count == leases.Length) break;
            var current = leases.GroupBy(l => l.DestinationId).Select(g => g.MaxBy(l => l.Epoch)).ToHashSet();
            lost.UnionWith(leases.Where(l => !held.Contains(l.DestinationId) || !current.Contains(l)));
            settlements = [.. settlements.Where(s => !lost.Contains(s.Lease))];
        }
        return [.. lost.Select(l => l.DestinationId).Distinct()];
    }

    /// <summary>Writes all, where all leases are held; tells which ones are.</summary>
    static HashSet<long> Try(
        NpgsqlConnection connection, IReadOnlyList<Settlement> settlements, Lease[] leases, DateTimeOffset now)
    {
        using var batch = new NpgsqlBatch(connection) { Timeout = StoreLimits.LockWaitSeconds };
        batch.BatchCommands.Add(new(ConfigureSql));
        Add(batch, LockSql, leases);
        AddReplayLocks(batch, settlements);
        AddDeliveries(batch, settlements, leases, now);
        AddCursors(batch, settlements, leases);
        AddProgress(batch, settlements, leases);
        AddReleases(batch, settlements, leases, now);

        var held = new HashSet<long>();
        using var reader = batch.ExecuteReader();
        reader.NextResult();
        while (reader.Read()) held.Add(reader.GetInt64(0));
        while (reader.NextResult())
        {
            // A fault of a later statement shows when its turn comes.
        }
        return held;
    }

    static void AddReplayLocks(NpgsqlBatch batch, IReadOnlyList<Settlement> settlements)
    {
        var ids = settlements.SelectMany(s => s.Replays.Select(r => r.ReplayId)
                .Concat(s.Deliveries.Select(d => d.Delivery.ReplayId).Where(id => id != 0)))
            .Distinct().ToArray();
        if (ids.Length > 0) PostgresArrays.AddTo(batch, LockReplaysSql, ids).Column(NpgsqlDbType.Bigint, id => id);
    }

    static void AddDeliveries(
        NpgsqlBatch batch, IReadOnlyList<Settlement> settlements, Lease[] leases, DateTimeOffset now)
    {
        var rows = settlements.SelectMany(s => s.Deliveries.Select(d => new Row(s.Lease.DestinationId, d)))
            .ToLookup(row => row.Settled.Delivery.Sequence == 0);
        if (rows[true].Any()) AddRows(batch, AddSql, [.. rows[true]], leases, now);
        if (rows[false].Any()) AddRows(batch, ChangeSql, [.. rows[false]], leases, now);
    }

    static void AddRows(NpgsqlBatch batch, string sql, Row[] rows, Lease[] leases, DateTimeOffset now)
    {
        new PostgresArrays<Row>(Add(batch, sql, leases, now), rows)
            .Column(NpgsqlDbType.Bigint, r => r.DestinationId)
            .Column(NpgsqlDbType.Integer, r => (int)r.Settled.Delivery.State)
            .Column(NpgsqlDbType.Integer, r => r.Settled.Delivery.AttemptCount)
            .Column(NpgsqlDbType.TimestampTz, r => r.Settled.Delivery.FirstAttemptAt?.UtcDateTime)
            .Column(NpgsqlDbType.TimestampTz, r => r.Settled.Delivery.DueAt.UtcDateTime)
            .Column(NpgsqlDbType.Integer, r => (int)r.Settled.Delivery.LastFailure)
            .Column(NpgsqlDbType.Integer, r => r.Settled.Attempt?.Number ?? 0)
            .Column(NpgsqlDbType.TimestampTz, r => r.Settled.Attempt?.At.UtcDateTime)
            .Column(NpgsqlDbType.Bigint, r => (long)(r.Settled.Attempt?.Duration.TotalMicroseconds ?? 0))
            .Column(NpgsqlDbType.Integer, r => r.Settled.Attempt?.Status ?? 0)
            .Column(NpgsqlDbType.Integer, r => (int)(r.Settled.Attempt?.Failure ?? FailureClass.None))
            .Column(NpgsqlDbType.Text, r => Storable(r.Settled.Attempt?.Detail ?? ""))
            .Column(NpgsqlDbType.Bytea, r => r.Settled.Attempt?.Answer ?? [])
            .Column(NpgsqlDbType.Bigint, r => r.Settled.Delivery.Sequence)
            .Column(NpgsqlDbType.Text, r => Text(r.Settled.Position))
            .Column(NpgsqlDbType.Bigint, r => r.Settled.Delivery.EventSequence)
            .Column(NpgsqlDbType.Bigint, r => r.Settled.Delivery.ReplayId)
            .Column(NpgsqlDbType.Text, r => r.Settled.Delivery.OrderingKey);
    }

    static void AddCursors(NpgsqlBatch batch, IReadOnlyList<Settlement> settlements, Lease[] leases)
    {
        var cursors = settlements.Where(s => s.Cursor is not null).GroupBy(s => s.Lease.DestinationId)
            .Select(g => (Id: g.Key, Position: g.Max(s => s.Cursor!.Value))).ToArray();
        if (cursors.Length == 0) return;
        new PostgresArrays<(long Id, FeedPosition Position)>(Add(batch, MoveSql, leases), cursors)
            .Column(NpgsqlDbType.Bigint, c => c.Id)
            .Column(NpgsqlDbType.Text, c => Text(c.Position))
            .Column(NpgsqlDbType.Bigint, c => c.Position.Sequence);
    }

    static void AddProgress(NpgsqlBatch batch, IReadOnlyList<Settlement> settlements, Lease[] leases)
    {
        var replays = settlements.SelectMany(s => s.Replays.Select(r => (s.Lease.DestinationId, Progress: r)))
            .GroupBy(r => (r.DestinationId, r.Progress.ReplayId))
            .Select(g => (Id: g.Key.DestinationId, Progress: new ReplayProgress(g.Key.ReplayId,
                g.Max(r => r.Progress.Cursor), g.Sum(r => r.Progress.Planned), g.Any(r => r.Progress.IsDone))))
            .ToArray();
        if (replays.Length == 0) return;
        new PostgresArrays<(long Id, ReplayProgress Progress)>(Add(batch, ProgressSql, leases), replays)
            .Column(NpgsqlDbType.Bigint, r => r.Id)
            .Column(NpgsqlDbType.Bigint, r => r.Progress.ReplayId)
            .Column(NpgsqlDbType.Text, r => Text(r.Progress.Cursor))
            .Column(NpgsqlDbType.Bigint, r => r.Progress.Cursor.Sequence)
            .Column(NpgsqlDbType.Bigint, r => r.Progress.Planned)
            .Column(NpgsqlDbType.Boolean, r => r.Progress.IsDone);
    }

    static void AddReleases(
        NpgsqlBatch batch, IReadOnlyList<Settlement> settlements, Lease[] leases, DateTimeOffset now)
    {
        var keys = settlements.SelectMany(s => s.KeysReleased.Select(key => (Id: s.Lease.DestinationId, Key: key)))
            .Distinct().ToArray();
        if (keys.Length == 0) return;
        new PostgresArrays<(long Id, string Key)>(Add(batch, ReleaseSql, leases, now), keys)
            .Column(NpgsqlDbType.Bigint, k => k.Id).Column(NpgsqlDbType.Text, k => k.Key);
    }

    /// <summary>Adds a statement that begins with the leases, and perhaps the time.</summary>
    static NpgsqlBatchCommand Add(NpgsqlBatch batch, string sql, Lease[] leases, DateTimeOffset? now = null)
    {
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        new PostgresArrays<Lease>(command, leases)
            .Column(NpgsqlDbType.Bigint, l => l.DestinationId).Column(NpgsqlDbType.Bigint, l => l.Epoch);
        if (now is { } at)
            command.Parameters.Add(new() { Value = at.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        return command;
    }

    /// <summary>
    /// What the outside says may hold what PostgreSQL refuses: zeros, and halves of characters that were cut.
    /// </summary>
    static string Storable(string text) => text.AsSpan().ContainsAny(Refused)
        ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD')
        : text;

    static string Text(FeedPosition position) => position.Transaction.ToString(CultureInfo.InvariantCulture);

    /// <summary>A delivery, and whose it is.</summary>
    readonly record struct Row(long DestinationId, SettledDelivery Settled);
}
