using Microsoft.Data.Sqlite;

namespace Payhook.Store;

/// <summary>What is owed to destinations, in the file of the events.</summary>
sealed class SqliteDeliveries(SqliteStore store, TimeProvider time) : IDeliveryStore, IDisposable
{
    const string Living = "(select count(*) from payhook_forwarders where seen_until > $1)";

    /// <summary>How many destinations a process should serve, where it is one of several.</summary>
    const string Share = $"""
        (select (count(*) + {Living} - 1) / {Living} from payhook_destinations
         where state = 1 and removed_at is null)
        """;

    public static readonly string DueSql = $"""
        select {DeliverySql.EventColumns(SqliteStore.EventColumns)}, e.headers, e.body, {DeliverySql.Columns}
        from payhook_deliveries d indexed by payhook_deliveries_due
        cross join payhook_events e on e.sequence = d.event_sequence
        where d.destination_id = $1 and d.state = 1 and d.due_at <= $2
            and d.sequence not in (select value from json_each($3))
        order by d.due_at, d.sequence limit $4
        """;

    public const string BehindSql = """
        select event_sequence from payhook_deliveries indexed by payhook_deliveries_event
        where destination_id = $1 and event_sequence > $2 and replay_id = 0
        """;

    public const string PlacesBehindSql =
        "select sequence from payhook_events where sequence > $1 order by sequence desc limit $2";

    const int FirstDeliveryColumn = 14;

    readonly SqliteSettler _settler = new(store, time);

    public void Dispose() => _settler.Dispose();

    public LeaseReport KeepLeases(string process, TimeSpan duration)
    {
        var leases = new List<Lease>();
        var (share, living) = (0, 0);
        store.Write(isSynced: false, connection =>
        {
            var now = SqliteStore.Microseconds(time.GetUtcNow());
            var until = now + (long)duration.TotalMicroseconds;
            SqliteStore.Run(connection, "delete from payhook_forwarders where seen_until <= $1", now);
            SqliteStore.Run(connection, """
                insert into payhook_forwarders (process, seen_until) values ($1, $2)
                on conflict (process) do update set seen_until = excluded.seen_until
                """, process, until);
            SqliteStore.Run(connection, """
                update payhook_destinations set lease_owner = null, lease_until = null
                where lease_owner = $1 and (state <> 1 or removed_at is not null)
                """, process);
            SqliteStore.Run(connection,
                "update payhook_destinations set lease_until = $1 where lease_owner = $2", until, process);
            // A limit below zero is none in SQLite.
            SqliteStore.Run(connection, $"""
                update payhook_destinations
                set lease_owner = $2, lease_until = $3, lease_epoch = lease_epoch + 1
                where sequence in (
                    select sequence from payhook_destinations
                    where state = 1 and removed_at is null and (lease_owner is null or lease_until <= $1)
                    order by sequence
                    limit max(0, {Share} - (select count(*) from payhook_destinations where lease_owner = $2)))
                """, now, process, until);

            using var shares = new SqliteStatement(connection.Handle!, $"select {Share}, {Living}");
            shares.Bind(now).Step();
            (share, living) = ((int)shares.Int64(0), (int)shares.Int64(1));
            using var mine = new SqliteStatement(connection.Handle!,
                "select sequence, lease_epoch from payhook_destinations where lease_owner = ?1 order by sequence");
            mine.Bind(process);
            while (mine.Step()) leases.Add(new(mine.Int64(0), mine.Int64(1)));
        });
        return new(leases, share, living);
    }

    public void Release(Lease lease) => store.Write(isSynced: false, connection => SqliteStore.Run(connection, """
        update payhook_destinations set lease_owner = null, lease_until = null
        where sequence = $1 and lease_epoch = $2
        """, lease.DestinationId, lease.Epoch));

    public void ReleaseAll(string process) => store.Write(isSynced: false, connection =>
    {
        SqliteStore.Run(connection, "delete from payhook_forwarders where process = $1", process);
        SqliteStore.Run(connection,
            "update payhook_destinations set lease_owner = null, lease_until = null where lease_owner = $1", process);
    });

    public IReadOnlyList<long> Settle(IReadOnlyList<Settlement> settlements) => _settler.Settle(settlements);

    public async ValueTask<IReadOnlyList<DueDelivery>> DueAsync(
        long destinationId, DateTimeOffset dueUntil, IReadOnlyCollection<long> except, int limitDeliveries,
        CancellationToken cancellation)
    {
        var rows = store.QueryAsync(DueSql,
            row =>
            {
                var stored = SqliteStore.ReadEvent(row, withBody: true);
                return new DueDelivery(DeliverySql.Read(row, FirstDeliveryColumn, Moment(row)),
                    new(new(0, stored.Sequence), stored));
            },
            cancellation, destinationId, SqliteStore.Microseconds(dueUntil), $"[{string.Join(',', except)}]",
            limitDeliveries);
        return await DeliverySql.WithinPageAsync(rows, cancellation);
    }

    public async ValueTask<DestinationBacklog> BacklogAsync(long destinationId, CancellationToken cancellation)
    {
        var cursor = await store.QueryAsync("select cursor_sequence from payhook_destinations where sequence = $1",
            row => row.GetInt64(0), cancellation, destinationId).FirstOrDefaultAsync(cancellation);
        var behind = await store.QueryAsync(BehindSql, row => row.GetInt64(0), cancellation, destinationId, cursor)
            .ToListAsync(cancellation);
        var keys = await store.QueryAsync(DeliverySql.PendingKeys, row => row.GetString(0), cancellation,
            destinationId).ToListAsync(cancellation);
        var (count, next) = await store.QueryAsync(DeliverySql.PendingCount,
            row => (row.GetInt64(0), row.IsDBNull(1) ? (DateTimeOffset?)null : SqliteStore.Moment(row.GetInt64(1))),
            cancellation, destinationId).FirstOrDefaultAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
        return new(new(0, cursor), behind, keys, count, next);
    }

    public async ValueTask<int> LivingAsync(CancellationToken cancellation) => (int)await store.QueryAsync(
        $"select {Living}", row => row.GetInt64(0), cancellation, SqliteStore.Microseconds(time.GetUtcNow()))
        .FirstOrDefaultAsync(cancellation);

    public async ValueTask<IReadOnlyList<FeedPosition>> PlacesBehindAsync(
        FeedPosition after, int limit, CancellationToken cancellation)
    {
        var places = await store.QueryAsync(PlacesBehindSql, row => new FeedPosition(0, row.GetInt64(0)),
            cancellation, after.Sequence, limit).ToListAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
        return places;
    }

    public async ValueTask<IReadOnlyList<DeliveryCount>> CountsAsync(CancellationToken cancellation)
    {
        var counts = await store.QueryAsync(CountsSql,
            row => DeliverySql.ReadCount(row, Moment(row)), cancellation)
            .Where(count => count.Pending + count.Dead > 0).ToListAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
        return counts;
    }

    public IAsyncEnumerable<DeliveryLine> Deliveries(DeliveryPage page, CancellationToken cancellation)
    {
        var (sql, values) = PageSql(page);
        return store.QueryAsync(sql, row => DeliverySql.ReadLine(row, Moment(row)), cancellation, values);
    }

    public IAsyncEnumerable<Attempt> AttemptsOf(long deliverySequence, CancellationToken cancellation) =>
        store.QueryAsync(DeliverySql.Attempts, row => DeliverySql.ReadAttempt(row, Moment(row)), cancellation,
            deliverySequence);

    public async ValueTask<IReadOnlyList<(FailureClass Failure, long Count)>> DeadByFailureAsync(
        long destinationId, CancellationToken cancellation)
    {
        var counts = await store.QueryAsync(DeadByFailureSql,
            row => (Failure: (FailureClass)row.GetInt32(0), Count: row.GetInt64(1)), cancellation, destinationId,
            StoreLimits.DeadCountedPerFailure).Where(c => c.Count > 0).ToListAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
        return counts;
    }

    public long Revive(
        long destinationId, long? deliverySequence, DateTimeOffset at, FailureClass? failure = null)
    {
        var sql = DeadSql(failure);
        var (revived, from) = (0L, deliverySequence ?? 0);
        while (true)
        {
            var last = 0L;
            store.Write(isSynced: true, connection =>
            {
                using var part = new SqliteStatement(connection.Handle!, sql);
                using var revive = new SqliteStatement(connection.Handle!,
                    "update payhook_deliveries set state = 1, due_at = ?1, changed_at = ?1 where sequence = ?2");
                part.Bind(destinationId).Bind(from).Bind(deliverySequence ?? long.MaxValue)
                    .Bind(StoreLimits.DeliveriesPerPart);
                var sequences = new List<long>();
                while (part.Step()) sequences.Add(part.Int64(0));
                foreach (var sequence in sequences)
                    revived += revive.Bind(SqliteStore.Microseconds(at)).Bind(sequence).Run();
                last = sequences.Count == StoreLimits.DeliveriesPerPart ? sequences[^1] : 0;
            });
            if (last == 0) return revived;
            from = last + 1;
        }
    }

    public static string DeadSql(FailureClass? failure) => DeliverySql.Dead(failure, Hint);

    public static string DeadByFailureSql { get; } = DeliverySql.DeadByFailure(Hint);

    public static string CountsSql { get; } = DeliverySql.Counts(Hint);

    public static (string Sql, object[] Values) PageSql(DeliveryPage page) =>
        DeliverySql.Page(page, Hint, number => $"d.event_sequence = {number}");

    /// <summary>SQLite keeps no statistics here, so the index is named.</summary>
    static string Hint(string index) =>
        index.Length == 0 ? "not indexed" : $"indexed by payhook_deliveries_{index}";

    static Func<int, DateTimeOffset> Moment(SqliteDataReader row) =>
        column => SqliteStore.Moment(row.GetInt64(column));
}
