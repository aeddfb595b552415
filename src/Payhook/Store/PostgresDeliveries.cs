using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Payhook.Store;

/// <summary>
/// What is owed to destinations, in PostgreSQL, shared by all processes that live. Its clock decides about leases.
/// </summary>
sealed class PostgresDeliveries(PostgresStore store, NpgsqlDataSource source, TimeProvider time) : IDeliveryStore
{
    /// <summary>"paylease" in ASCII: processes take their shares one after another.</summary>
    const long ShareLock = 0x7061_796c_6561_7365;

    const string Living = "(select count(*) from payhook_forwarders where seen_until > clock_timestamp())";

    /// <summary>How many destinations a process should serve, where it is one of several.</summary>
    const string Share = $"""
        (select (count(*) + {Living} - 1) / greatest({Living}, 1) from payhook_destinations
         where state = 1 and removed_at is null)
        """;

    const string SeenSql = """
        insert into payhook_forwarders (process, seen_until) values ($1, clock_timestamp() + $2)
        on conflict (process) do update set seen_until = excluded.seen_until
        """;

    const string ForgetSql = "delete from payhook_forwarders where seen_until <= clock_timestamp()";

    /// <summary>Keeps what may be served and gives back the rest; in the order in which results lock them.</summary>
    const string KeepSql = """
        with mine as (
            select sequence, state = 1 and removed_at is null as is_served from payhook_destinations
            where lease_owner = $1 order by sequence for no key update)
        update payhook_destinations d set lease_owner = case when mine.is_served then $1 end,
            lease_until = case when mine.is_served then clock_timestamp() + $2 end
        from mine where d.sequence = mine.sequence
        """;

    const string ClaimSql = $"""
        with free as (
            select sequence from payhook_destinations
            where state = 1 and removed_at is null and (lease_owner is null or lease_until <= clock_timestamp())
            order by sequence
            limit greatest(0, {Share} - (select count(*) from payhook_destinations where lease_owner = $1))
            for no key update skip locked)
        update payhook_destinations d
        set lease_owner = $1, lease_until = clock_timestamp() + $2, lease_epoch = lease_epoch + 1
        from free where d.sequence = free.sequence
        """;

    const string ReportSql = $"""
        select s.share, s.living, d.sequence, d.lease_epoch from (select {Share} as share, {Living} as living) s
        left join payhook_destinations d on d.lease_owner = $1 order by d.sequence
        """;

    const string ReleaseAllSql = """
        with mine as (
            select sequence from payhook_destinations where lease_owner = $1 order by sequence for no key update)
        update payhook_destinations d set lease_owner = null, lease_until = null
        from mine where d.sequence = mine.sequence
        """;

    public static readonly string DueSql = $"""
        select {DeliverySql.EventColumns(PostgresStore.EventColumns)}, e.headers, e.body, e.commit_xid,
            {DeliverySql.Columns}
        from (
            select * from payhook_deliveries
            where destination_id = $1 and state = 1 and due_at <= $2 and sequence <> all ($3)
            order by due_at, sequence limit $4) d
        join payhook_events e on e.sequence = d.event_sequence order by d.due_at, d.sequence
        """;

    public const string BehindSql = """
        select event_sequence from payhook_deliveries
        where destination_id = $1 and (commit_xid, event_sequence) > ($2::xid8, $3) and replay_id = 0
        """;

    /// <summary>As far as a reader of the feed would get now.</summary>
    public const string PlacesBehindSql = """
        select commit_xid, sequence from payhook_events
        where (commit_xid, sequence) > ($1::xid8, $2) and commit_xid < pg_snapshot_xmin(pg_current_snapshot())
        order by commit_xid desc, sequence desc limit $3
        """;

    /// <summary>Whoever writes deliveries of a destination holds its row, so that none wait in a circle.</summary>
    public const string HoldSql = "select from payhook_destinations where sequence = $1 for no key update";

    const int TransactionColumn = 14, FirstDeliveryColumn = 15;

    public LeaseReport KeepLeases(string process, TimeSpan duration)
    {
        var leases = new List<Lease>();
        var (share, living) = (0, 0);
        Batched(batch =>
        {
            batch.BatchCommands.Add(new($"select pg_advisory_xact_lock({ShareLock})"));
            batch.BatchCommands.Add(new(ForgetSql));
            Add(batch, SeenSql, process, duration);
            Add(batch, KeepSql, process, duration);
            Add(batch, ClaimSql, process, duration);
            Add(batch, ReportSql, process);
        }, reader =>
        {
            reader.NextResult();
            while (reader.Read())
            {
                (share, living) = ((int)reader.GetInt64(0), (int)reader.GetInt64(1));
                if (!reader.IsDBNull(2)) leases.Add(new(reader.GetInt64(2), reader.GetInt64(3)));
            }
        });
        return new(leases, share, living);
    }

    public void Release(Lease lease) => Batched(batch => Add(batch, """
        update payhook_destinations set lease_owner = null, lease_until = null
        where sequence = $1 and lease_epoch = $2
        """, lease.DestinationId, lease.Epoch));

    public void ReleaseAll(string process) => Batched(batch =>
    {
        Add(batch, "delete from payhook_forwarders where process = $1", process);
        Add(batch, ReleaseAllSql, process);
    });

    public IReadOnlyList<long> Settle(IReadOnlyList<Settlement> settlements)
    {
        if (settlements.Count == 0) return [];
        try
        {
            using var connection = source.OpenConnection();
            return PostgresSettle.Run(connection, settlements, time.GetUtcNow());
        }
        catch (NpgsqlException e)
        {
            throw PostgresError.From(e);
        }
    }

    public async ValueTask<IReadOnlyList<DueDelivery>> DueAsync(
        long destinationId, DateTimeOffset dueUntil, IReadOnlyCollection<long> except, int limitDeliveries,
        CancellationToken cancellation)
    {
        var rows = store.QueryAsync(DueSql,
            row =>
            {
                var stored = PostgresStore.ReadEvent(row, withBody: true);
                return new DueDelivery(DeliverySql.Read(row, FirstDeliveryColumn, Moment(row)),
                    new(new(row.GetFieldValue<ulong>(TransactionColumn), stored.Sequence), stored));
            },
            cancellation, destinationId, dueUntil.UtcDateTime, except.ToArray(), limitDeliveries);
        return await DeliverySql.WithinPageAsync(rows, cancellation);
    }

    public async ValueTask<DestinationBacklog> BacklogAsync(long destinationId, CancellationToken cancellation)
    {
        var cursor = await store.QueryAsync(
            "select cursor_xid, cursor_sequence from payhook_destinations where sequence = $1",
            row => new FeedPosition(row.GetFieldValue<ulong>(0), row.GetInt64(1)), cancellation, destinationId)
            .FirstOrDefaultAsync(cancellation);
        var behind = await store.QueryAsync(BehindSql, row => row.GetInt64(0), cancellation, destinationId,
            cursor.Transaction.ToString(CultureInfo.InvariantCulture), cursor.Sequence).ToListAsync(cancellation);
        var keys = await store.QueryAsync(DeliverySql.PendingKeys, row => row.GetString(0), cancellation,
            destinationId).ToListAsync(cancellation);
        var (count, next) = await store.QueryAsync(DeliverySql.PendingCount,
            row => (row.GetInt64(0), row.IsDBNull(1) ? (DateTimeOffset?)null : PostgresStore.Moment(row, 1)),
            cancellation, destinationId).FirstOrDefaultAsync(cancellation);
        return new(cursor, behind, keys, count, next);
    }

    public async ValueTask<int> LivingAsync(CancellationToken cancellation) => (int)await store.QueryAsync(
        $"select {Living}", row => row.GetInt64(0), cancellation).FirstOrDefaultAsync(cancellation);

    public async ValueTask<IReadOnlyList<FeedPosition>> PlacesBehindAsync(
        FeedPosition after, int limit, CancellationToken cancellation) => await store.QueryAsync(PlacesBehindSql,
        row => new FeedPosition(row.GetFieldValue<ulong>(0), row.GetInt64(1)), cancellation,
        after.Transaction.ToString(CultureInfo.InvariantCulture), after.Sequence, limit).ToListAsync(cancellation);

    public async ValueTask<IReadOnlyList<DeliveryCount>> CountsAsync(CancellationToken cancellation) =>
        await store.QueryAsync(CountsSql, row => DeliverySql.ReadCount(row, Moment(row)), cancellation)
            .Where(count => count.Pending + count.Dead > 0).ToListAsync(cancellation);

    public IAsyncEnumerable<DeliveryLine> Deliveries(DeliveryPage page, CancellationToken cancellation)
    {
        var (sql, values) = PageSql(page);
        return store.QueryAsync(sql, row => DeliverySql.ReadLine(row, Moment(row)), cancellation, values);
    }

    public IAsyncEnumerable<Attempt> AttemptsOf(long deliverySequence, CancellationToken cancellation) =>
        store.QueryAsync(DeliverySql.Attempts, row => DeliverySql.ReadAttempt(row, Moment(row)), cancellation,
            deliverySequence);

    public async ValueTask<IReadOnlyList<(FailureClass Failure, long Count)>> DeadByFailureAsync(
        long destinationId, CancellationToken cancellation) => await store.QueryAsync(DeadByFailureSql,
        row => (Failure: (FailureClass)row.GetInt32(0), Count: row.GetInt64(1)), cancellation, destinationId,
        StoreLimits.DeadCountedPerFailure).Where(c => c.Count > 0).ToListAsync(cancellation);

    public long Revive(
        long destinationId, long? deliverySequence, DateTimeOffset at, FailureClass? failure = null)
    {
        var sql = DeadSql(failure);
        var (revived, from) = (0L, deliverySequence ?? 0);
        while (true)
        {
            var last = store.Write(connection =>
            {
                PostgresStore.Run(connection, PostgresKeys.Synced);
                PostgresStore.Run(connection, HoldSql, destinationId);
                var part = PostgresStore.Numbers(connection, sql, destinationId, from,
                    deliverySequence ?? long.MaxValue, StoreLimits.DeliveriesPerPart);
                revived += PostgresStore.Run(connection,
                    "update payhook_deliveries set state = 1, due_at = $1, changed_at = $1 where sequence = any ($2)",
                    at, part);
                return part.Length == StoreLimits.DeliveriesPerPart ? part[^1] : 0;
            });
            if (last == 0) return revived;
            from = last + 1;
        }
    }

    public static string DeadSql(FailureClass? failure) => DeliverySql.Dead(failure, _ => "");

    public static string DeadByFailureSql { get; } = DeliverySql.DeadByFailure(_ => "");

    public static string CountsSql { get; } = DeliverySql.Counts(_ => "");

    public static (string Sql, object[] Values) PageSql(DeliveryPage page) => DeliverySql.Page(page, _ => "",
        number => $"d.commit_xid = (select commit_xid from payhook_events where sequence = {number}) "
            + $"and d.event_sequence = {number}");

    /// <summary>Some statements in one round trip and one transaction.</summary>
    void Batched(Action<NpgsqlBatch> fill, Action<NpgsqlDataReader>? read = null)
    {
        try
        {
            using var connection = source.OpenConnection();
            using var batch = new NpgsqlBatch(connection) { Timeout = StoreLimits.LockWaitSeconds };
            fill(batch);
            using var reader = batch.ExecuteReader();
            read?.Invoke(reader);
            while (reader.NextResult())
            {
                // A fault of a later statement shows when its turn comes.
            }
        }
        catch (NpgsqlException e)
        {
            throw PostgresError.From(e);
        }
    }

    static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(value is TimeSpan duration
                ? new() { Value = duration, NpgsqlDbType = NpgsqlDbType.Interval }
                : new() { Value = value });
        }
        batch.BatchCommands.Add(command);
    }

    static Func<int, DateTimeOffset> Moment(NpgsqlDataReader row) => column => PostgresStore.Moment(row, column);
}
