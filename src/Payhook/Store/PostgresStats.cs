using Npgsql;
using NpgsqlTypes;

namespace Payhook.Store;

/// <summary>Counts in PostgreSQL: those of all listeners that share it add up.</summary>
sealed class PostgresStats(PostgresStore store, StatsTable table) : IStatsStore
{
    /// <summary>
    /// Asked as a range that ends with the source: asked by <c>source = name</c>, the planner takes the feed of all
    /// sources and walks back through the whole of it for a source that has sent nothing for long.
    /// </summary>
    public const string LatestEvent = """
        select case when source = name then received_at end from (
            select source, received_at from payhook_events
            where (source, commit_xid, sequence) <= (name, '18446744073709551615'::xid8, 9223372036854775807)
            order by source desc, commit_xid desc, sequence desc limit 1) as newest
        """;

    static readonly string SizeSql = $"""
        select pg_database_size(current_database()), {About("payhook_events", "sequence")},
            {About("payhook_payments", "number")}
        """;

    const string AddRepeatedSql = """
        insert into payhook_duplicates as d (event_sequence, count, last_at)
        select r.event_sequence, r.count, r.last_at from unnest($1, $2, $3) as r (event_sequence, count, last_at)
        on conflict (event_sequence) do update
        set count = d.count + excluded.count, last_at = greatest(d.last_at, excluded.last_at)
        """;

    readonly string _addSql = StatsSql.Add(table, "$");

    public void Add(IReadOnlyCollection<StatsRow> minutes) => store.Write(connection =>
    {
        using var batch = new NpgsqlBatch(connection) { Timeout = StoreLimits.LockWaitSeconds };
        batch.BatchCommands.Add(new("set local synchronous_commit = off"));
        // In one order, so that two listeners never wait for each other in a circle.
        var ordered = minutes.OrderBy(m => m.At).ThenBy(m => m.Key.SourceName, StringComparer.Ordinal)
            .ThenBy(m => m.Key.EventType, StringComparer.Ordinal).ThenBy(m => m.Key.Outcome, StringComparer.Ordinal);
        foreach (var (at, key, tally) in ordered)
        {
            var add = new NpgsqlBatchCommand(_addSql);
            Add(StatsQuery.MinuteSeconds);
            Add(at.ToUnixTimeSeconds());
            foreach (var word in table.WordsOf(key))
                add.Parameters.Add(new NpgsqlParameter<string> { TypedValue = word });
            for (var i = 0; i < table.Fields.Length; i++) Add(tally[i]);
            batch.BatchCommands.Add(add);

            void Add(long number) => add.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
        }
        return batch.ExecuteNonQuery();
    });

    public void AddRepeated(IReadOnlyCollection<Repeated> events) => store.Write(connection =>
    {
        using var batch = new NpgsqlBatch(connection) { Timeout = StoreLimits.LockWaitSeconds };
        batch.BatchCommands.Add(new("set local synchronous_commit = off"));
        // In one order, so that two listeners never wait for each other in a circle.
        PostgresArrays.AddTo(batch, AddRepeatedSql, events.OrderBy(e => e.Sequence).ToList())
            .Column(NpgsqlDbType.Bigint, e => e.Sequence).Column(NpgsqlDbType.Bigint, e => e.Count)
            .Column(NpgsqlDbType.TimestampTz, e => e.LastAt.UtcDateTime);
        return batch.ExecuteNonQuery();
    });

    public async ValueTask<Repeated> RepeatedAsync(long sequence, CancellationToken cancellation)
    {
        var found = await store.QueryAsync("select count, last_at from payhook_duplicates where event_sequence = $1",
            row => new Repeated(sequence, row.GetInt64(0), PostgresStore.Moment(row, 1)), cancellation, sequence)
            .FirstOrDefaultAsync(cancellation);
        return found with { Sequence = sequence };
    }

    /// <summary>One statement: what another listener adds meanwhile is moved with it or stays where it is.</summary>
    public bool MoveOldestMinute(DateTimeOffset before) => store.Write(connection =>
    {
        if (Oldest(connection, StatsQuery.MinuteSeconds, before) is not { } at) return false;
        Run(connection, $"""
            with moved as ({StatsSql.Delete(table, StatsQuery.MinuteSeconds, at)} returning *)
            {StatsSql.AddToHour(table, "moved", at)}
            """);
        return true;
    });

    public bool DropOldestHour(DateTimeOffset before) => store.Write(connection =>
    {
        if (Oldest(connection, StatsQuery.HourSeconds, before) is not { } at) return false;
        Run(connection, StatsSql.Delete(table, StatsQuery.HourSeconds, at));
        return true;
    });

    public IAsyncEnumerable<StatsRow> Sums(StatsQuery query, CancellationToken cancellation)
    {
        var (sql, values) = StatsSql.Sums(table, query);
        return store.QueryAsync(sql, row => StatsSql.Read(table, row), cancellation, values);
    }

    public IAsyncEnumerable<KeyValuePair<string, DateTimeOffset>> LatestEvents(
        IReadOnlyList<string> sourceNames, CancellationToken cancellation) => store.QueryAsync(
        StatsSql.LatestEvents(sourceNames.Count, LatestEvent),
        row => KeyValuePair.Create(row.GetString(0), PostgresStore.Moment(row, 1)),
        cancellation, [.. sourceNames]);

    public async ValueTask<StoreSize> SizeAsync(CancellationToken cancellation) => await store.QueryAsync(
        SizeSql, row => new StoreSize(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), cancellation)
        .FirstAsync(cancellation);

    /// <summary>What is few is counted. Of more there is the planner's estimate, once there is one.</summary>
    static string About(string table, string number) => $"""
        (select case when few < 10000 then few when estimate >= few then estimate
            else (select max({number}) from {table}) end
        from (select count(*) as few from (select 1 from {table} limit 10000) as part) as counted,
            (select reltuples::bigint as estimate from pg_class where oid = '{table}'::regclass) as known)
        """;

    long? Oldest(NpgsqlConnection connection, long span, DateTimeOffset before)
    {
        using var oldest = PostgresStore.Command(connection, StatsSql.Oldest(table, span, before));
        return oldest.ExecuteScalar() as long?;
    }

    static void Run(NpgsqlConnection connection, string sql)
    {
        using var command = PostgresStore.Command(connection, sql);
        command.ExecuteNonQuery();
    }
}
