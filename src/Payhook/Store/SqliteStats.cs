namespace Payhook.Store;

/// <summary>Counts in the file of the events; short writes that the writer of events hardly notices.</summary>
sealed class SqliteStats(SqliteStore store, StatsTable table) : IStatsStore
{
    /// <summary>The index ends with the sequence.</summary>
    public const string LatestEvent =
        "select received_at from payhook_events where source = name order by sequence desc limit 1";

    static readonly string[] FileEnds = ["", "-wal", "-shm"];

    readonly string _addSql = StatsSql.Add(table, "?");

    public void Add(IReadOnlyCollection<StatsRow> minutes) => store.Write(isSynced: false, connection =>
    {
        using var add = new SqliteStatement(connection.Handle!, _addSql);
        foreach (var (at, key, tally) in minutes)
        {
            add.Bind(StatsQuery.MinuteSeconds).Bind(at.ToUnixTimeSeconds());
            foreach (var word in table.WordsOf(key)) add.Bind(word);
            for (var i = 0; i < table.Fields.Length; i++) add.Bind(tally[i]);
            add.Run();
        }
    });

    public void AddRepeated(IReadOnlyCollection<Repeated> events) => store.Write(isSynced: false, connection =>
    {
        using var add = new SqliteStatement(connection.Handle!, """
            insert into payhook_duplicates as d (event_sequence, count, last_at) values (?1, ?2, ?3)
            on conflict do update set count = d.count + excluded.count, last_at = max(d.last_at, excluded.last_at)
            """);
        foreach (var (sequence, count, at) in events)
            add.Bind(sequence).Bind(count).Bind(SqliteStore.Microseconds(at)).Run();
    });

    public async ValueTask<Repeated> RepeatedAsync(long sequence, CancellationToken cancellation)
    {
        var found = await store.QueryAsync("select count, last_at from payhook_duplicates where event_sequence = $1",
            row => new Repeated(sequence, row.GetInt64(0), SqliteStore.Moment(row.GetInt64(1))), cancellation, sequence)
            .FirstOrDefaultAsync(cancellation);
        return found with { Sequence = sequence };
    }

    public bool MoveOldestMinute(DateTimeOffset before)
    {
        var oldest = Oldest(StatsQuery.MinuteSeconds, before);
        if (oldest is not { } at) return false;
        store.Write(isSynced: false, connection =>
        {
            SqliteStore.Execute(connection, StatsSql.AddToHour(table, table.Name, at));
            SqliteStore.Execute(connection, StatsSql.Delete(table, StatsQuery.MinuteSeconds, at));
        });
        return true;
    }

    public bool DropOldestHour(DateTimeOffset before)
    {
        var oldest = Oldest(StatsQuery.HourSeconds, before);
        if (oldest is not { } at) return false;
        store.Write(isSynced: false, connection =>
            SqliteStore.Execute(connection, StatsSql.Delete(table, StatsQuery.HourSeconds, at)));
        return true;
    }

    public IAsyncEnumerable<StatsRow> Sums(StatsQuery query, CancellationToken cancellation)
    {
        var (sql, values) = StatsSql.Sums(table, query);
        return store.QueryAsync(sql, row => StatsSql.Read(table, row), cancellation, values);
    }

    public IAsyncEnumerable<KeyValuePair<string, DateTimeOffset>> LatestEvents(
        IReadOnlyList<string> sourceNames, CancellationToken cancellation) => store.QueryAsync(
        StatsSql.LatestEvents(sourceNames.Count, LatestEvent),
        row => KeyValuePair.Create(row.GetString(0), SqliteStore.Moment(row.GetInt64(1))),
        cancellation, [.. sourceNames]);

    /// <summary>Both tables are numbered without gaps, but for what somebody deleted.</summary>
    public async ValueTask<StoreSize> SizeAsync(CancellationToken cancellation)
    {
        const string sql =
            "select (select max(sequence) from payhook_events), (select max(number) from payhook_payments)";
        var bytes = FileEnds.Select(end => new FileInfo(store.Path + end)).Where(f => f.Exists).Sum(f => f.Length);
        return await store.QueryAsync(sql, row => new StoreSize(
            bytes, row.IsDBNull(0) ? 0 : row.GetInt64(0), row.IsDBNull(1) ? 0 : row.GetInt64(1)), cancellation)
            .FirstAsync(cancellation);
    }

    /// <summary>Asked before the lock for writing is taken: mostly there is none.</summary>
    long? Oldest(long span, DateTimeOffset before)
    {
        using var connection = store.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = StatsSql.Oldest(table, span, before);
        return command.ExecuteScalar() as long?;
    }
}
