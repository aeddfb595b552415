using System.Buffers;
using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Payhook.Store;

/// <summary>
/// Writes what became of deliveries in PostgreSQL: all in one round trip, so that no process that stops in the middle
/// leaves a destination locked. Every statement looks at the leases again, and the first one has them locked.
/// </summary>
static class PostgresSettle
{
    public const string LockSql = """
        select d.sequence from payhook_destinations d
        join unnest($1, $2) as l (id, epoch) on d.sequence = l.id and d.lease_epoch = l.epoch
        where d.removed_at is null order by d.sequence for no key update of d
        """;

    /// <summary>Whoever cancels a replay waits, and then finds what is written here.</summary>
    const string LockReplaysSql = """
        select from payhook_replays where sequence = any ($1) order by sequence for no key update
        """;

    static readonly SearchValues<char> Refused = SearchValues.Create(
        [.. Enumerable.Range(0xD800, 0x800).Select(c => (char)c), '\0']);

    const string Holds = """
        join payhook_destinations k
            on k.sequence = r.destination_id and k.lease_epoch = r.epoch and k.removed_at is null
        """;

    const string Columns = """
        (destination_id, epoch, state, attempt_count, first_attempt_at, due_at, last_failure, number, at, duration,
            status, failure, detail, answer, sequence, commit_xid, event_sequence, replay_id, ordering_key)
        """;

    const string Rows = $"""
        unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) as r {Columns}
        """;

    /// <summary>
    /// Numbers are handed out first, so that an attempt finds its delivery; one of an event that has a row already gets
    /// none, and its attempt is dropped with it. What is still under way for a cancelled replay is not tried again.
    /// </summary>
    public const string AddSql = $"""
        with r as materialized (
            select r.*, nextval('payhook_delivery_numbers') as new_sequence from {Rows} {Holds}),
        added as (
            insert into payhook_deliveries (sequence, destination_id, commit_xid, event_sequence, replay_id, state,
                attempt_count, first_attempt_at, due_at, ordering_key, last_failure, changed_at)
            select r.new_sequence, r.destination_id, r.commit_xid::xid8, r.event_sequence, r.replay_id,
                case when r.state = 1 and p.sequence is not null then 4 else r.state end, r.attempt_count,
                r.first_attempt_at, r.due_at, r.ordering_key, r.last_failure, $1
            from r left join payhook_replays p on p.sequence = r.replay_id and p.state = 3
            on conflict (destination_id, commit_xid, event_sequence, replay_id) do nothing
            returning sequence)
        insert into payhook_attempts (delivery_sequence, number, at, duration, status, failure, detail, answer)
        select r.new_sequence, r.number, r.at, r.duration, r.status, r.failure, r.detail, r.answer
        from r join added on added.sequence = r.new_sequence where r.number > 0
        """;

    public const string ChangeSql = $"""
        with r as materialized (select r.* from {Rows} {Holds}),
        changed as (
            update payhook_deliveries d
            set state = case d.state when 1 then r.state else d.state end, attempt_count = r.attempt_count,
                first_attempt_at = coalesce(d.first_attempt_at, r.first_attempt_at), due_at = r.due_at,
                last_failure = r.last_failure, changed_at = $1
            from r where d.sequence = r.sequence and d.destination_id = r.destination_id and d.state in (1, 4))
        insert into payhook_attempts (delivery_sequence, number, at, duration, status, failure, detail, answer)
        select r.sequence, r.number, r.at, r.duration, r.status, r.failure, r.detail, r.answer
        from r join payhook_deliveries d on d.sequence = r.sequence and d.destination_id = r.destination_id
        where r.number > 0 on conflict do nothing
        """;

    public const string MoveSql = """
        update payhook_destinations d set cursor_xid = r.xid::xid8, cursor_sequence = r.sequence
        from unnest($1, $2, $3, $4) as r (destination_id, epoch, xid, sequence)
        where d.sequence = r.destination_id and d.lease_epoch = r.epoch and d.removed_at is null
            and (d.cursor_xid, d.cursor_sequence) < (r.xid::xid8, r.sequence)
        """;

    public const string ProgressSql = $"""
        update payhook_replays p set planned_count = p.planned_count + r.planned,
            state = case when p.state = 1 and r.is_done then 2 else p.state end,
            cursor_xid = greatest(p.cursor_xid, r.xid::xid8),
            cursor_sequence = case
                when (p.cursor_xid, p.cursor_sequence) < (r.xid::xid8, r.sequence) then r.sequence
                else p.cursor_sequence end
        from unnest($1, $2, $3, $4, $5, $6, $7) as r (destination_id, epoch, id, xid, sequence, planned, is_done)
        {Holds}
        where p.sequence = r.id and p.destination_id = r.destination_id
        """;

    /// <summary>
    /// Makes the first pending delivery of a key due, where it was never tried: one that was tried has a time of its
    /// own, and those behind it wait for it.
    /// </summary>
    public const string ReleaseSql = $"""
        update payhook_deliveries d set due_at = $1
        from unnest($2, $3, $4) as r (destination_id, epoch, key) {Holds}
        where d.attempt_count = 0 and d.due_at > $1 and d.sequence = (
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

    /// <summary>Whatever the server's default is; ends with the transaction.</summary>
    const string SyncedSql = """
        select set_config('synchronous_commit', 'on', true)
        where current_setting('synchronous_commit') not in ('on', 'remote_apply')
        """;

    public static IReadOnlyList<long> Run(
        NpgsqlConnection connection, IReadOnlyList<Settlement> settlements, DateTimeOffset now)
    {
        using var batch = new NpgsqlBatch(connection) { Timeout = StoreLimits.LockWaitSeconds };
        var leases = settlements.Select(s => s.Lease).Distinct().ToArray();
        PostgresArrays.AddTo(batch, LockSql, leases)
            .Column(NpgsqlDbType.Bigint, l => l.DestinationId).Column(NpgsqlDbType.Bigint, l => l.Epoch);
        batch.BatchCommands.Add(new(SyncedSql));
        AddReplayLocks(batch, settlements);
        AddDeliveries(batch, settlements, now);
        AddCursors(batch, settlements);
        AddProgress(batch, settlements);
        AddReleases(batch, settlements, now);

        var held = new HashSet<long>();
        using var reader = batch.ExecuteReader();
        while (reader.Read()) held.Add(reader.GetInt64(0));
        while (reader.NextResult())
        {
            // A fault of a later statement shows when its turn comes.
        }
        return [.. leases.Select(l => l.DestinationId).Where(id => !held.Contains(id)).Distinct()];
    }

    static void AddReplayLocks(NpgsqlBatch batch, IReadOnlyList<Settlement> settlements)
    {
        var ids = settlements.SelectMany(s => s.Replays.Select(r => r.ReplayId)
                .Concat(s.Deliveries.Select(d => d.Delivery.ReplayId).Where(id => id != 0)))
            .Distinct().ToArray();
        if (ids.Length > 0) PostgresArrays.AddTo(batch, LockReplaysSql, ids).Column(NpgsqlDbType.Bigint, id => id);
    }

    static void AddDeliveries(NpgsqlBatch batch, IReadOnlyList<Settlement> settlements, DateTimeOffset now)
    {
        var added = new List<(Lease Lease, SettledDelivery Settled)>();
        var changed = new List<(Lease Lease, SettledDelivery Settled)>();
        foreach (var settlement in settlements)
        {
            foreach (var settled in settlement.Deliveries)
                (settled.Delivery.Sequence == 0 ? added : changed).Add((settlement.Lease, settled));
        }
        if (added.Count > 0) AddRows(batch, AddSql, added, now);
        if (changed.Count > 0) AddRows(batch, ChangeSql, changed, now);
    }

    static void AddRows(
        NpgsqlBatch batch, string sql, List<(Lease Lease, SettledDelivery Settled)> rows, DateTimeOffset now)
    {
        var command = Moment(batch, sql, now);
        new PostgresArrays<(Lease Lease, SettledDelivery Settled)>(command, rows)
            .Column(NpgsqlDbType.Bigint, r => r.Lease.DestinationId)
            .Column(NpgsqlDbType.Bigint, r => r.Lease.Epoch)
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

    static void AddCursors(NpgsqlBatch batch, IReadOnlyList<Settlement> settlements)
    {
        var cursors = settlements.Where(s => s.Cursor is not null).GroupBy(s => s.Lease)
            .Select(g => (Lease: g.Key, Position: g.Max(s => s.Cursor!.Value))).ToArray();
        if (cursors.Length == 0) return;
        PostgresArrays.AddTo(batch, MoveSql, cursors)
            .Column(NpgsqlDbType.Bigint, c => c.Lease.DestinationId).Column(NpgsqlDbType.Bigint, c => c.Lease.Epoch)
            .Column(NpgsqlDbType.Text, c => Text(c.Position))
            .Column(NpgsqlDbType.Bigint, c => c.Position.Sequence);
    }

    static void AddProgress(NpgsqlBatch batch, IReadOnlyList<Settlement> settlements)
    {
        var replays = settlements.SelectMany(s => s.Replays.Select(r => (s.Lease, Progress: r)))
            .GroupBy(r => (r.Lease, r.Progress.ReplayId))
            .Select(g => (g.Key.Lease, Progress: new ReplayProgress(g.Key.ReplayId, g.Max(r => r.Progress.Cursor),
                g.Sum(r => r.Progress.Planned), g.Any(r => r.Progress.IsDone)))).ToArray();
        if (replays.Length == 0) return;
        PostgresArrays.AddTo(batch, ProgressSql, replays)
            .Column(NpgsqlDbType.Bigint, r => r.Lease.DestinationId).Column(NpgsqlDbType.Bigint, r => r.Lease.Epoch)
            .Column(NpgsqlDbType.Bigint, r => r.Progress.ReplayId)
            .Column(NpgsqlDbType.Text, r => Text(r.Progress.Cursor))
            .Column(NpgsqlDbType.Bigint, r => r.Progress.Cursor.Sequence)
            .Column(NpgsqlDbType.Bigint, r => r.Progress.Planned)
            .Column(NpgsqlDbType.Boolean, r => r.Progress.IsDone);
    }

    static void AddReleases(NpgsqlBatch batch, IReadOnlyList<Settlement> settlements, DateTimeOffset now)
    {
        var keys = settlements.SelectMany(s => s.KeysReleased.Select(key => (s.Lease, Key: key))).Distinct().ToArray();
        if (keys.Length == 0) return;
        new PostgresArrays<(Lease Lease, string Key)>(Moment(batch, ReleaseSql, now), keys)
            .Column(NpgsqlDbType.Bigint, k => k.Lease.DestinationId).Column(NpgsqlDbType.Bigint, k => k.Lease.Epoch)
            .Column(NpgsqlDbType.Text, k => k.Key);
    }

    static NpgsqlBatchCommand Moment(NpgsqlBatch batch, string sql, DateTimeOffset moment)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new() { Value = moment.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        batch.BatchCommands.Add(command);
        return command;
    }

    /// <summary>
    /// What the outside says may hold what PostgreSQL refuses: zeros, and halves of characters that were cut.
    /// </summary>
    static string Storable(string text) => text.AsSpan().ContainsAny(Refused)
        ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD')
        : text;

    static string Text(FeedPosition position) => position.Transaction.ToString(CultureInfo.InvariantCulture);
}
