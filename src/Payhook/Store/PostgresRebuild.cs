using Npgsql;

namespace Payhook.Store;

/// <summary>
/// Payments made anew in a schema of their own, where the tables have their usual names: a connection that looks there
/// first fills them by the code that applies new events.
/// </summary>
sealed class PostgresRebuild : IPaymentRebuild
{
    const string Schema = "payhook_rebuild";

    /// <summary>"rebuild" in ASCII: the advisory lock of the one process that does this.</summary>
    const long AloneLock = 0x7265_6275_696c_64;

    readonly PostgresStore _store;
    readonly NpgsqlDataSource _source;
    readonly NpgsqlConnection _connection;
    readonly RebuildCompare _compare;
    readonly string _live;
    readonly PaymentNumbers _numbers = new();
    readonly PostgresMarks _marks = new();

    /// <summary>What was applied though it stands behind <see cref="Position"/>, where more may still appear.</summary>
    HashSet<long> _ahead = [];

    /// <param name="store">The store.</param>
    /// <param name="source">Gives the one connection, which ends with this: its settings are its own.</param>
    /// <param name="beginsAgain">Whether what an earlier run left is thrown away.</param>
    public PostgresRebuild(PostgresStore store, NpgsqlDataSource source, bool beginsAgain)
    {
        (_store, _source) = (store, source);
        try
        {
            _connection = source.OpenConnection();
            if (!(bool)Scalar($"select pg_try_advisory_lock({AloneLock})"))
                throw new StoreRefusedException("Payments of this database are made anew by another process.");
            _live = (string)Scalar("""
                select quote_ident(n.nspname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.oid = 'payhook_payments'::regclass
                """);
            // Few rows of large tables are wanted, whatever the statistics of new tables say.
            Run("""
                set enable_hashjoin = off; set enable_mergejoin = off; set enable_seqscan = off; set jit = off;
                set lock_timeout = '3s'; set idle_in_transaction_session_timeout = '60s'
                """);
            if (beginsAgain || !IsOfThisStore()) Make();
            Run($"select set_config('search_path', '{Schema}, ' || current_setting('search_path'), false)");
            ReadState();
            _compare = new(_connection, Schema + ".", _live + ".",
                $"nextval('{_live}.payhook_payment_numbers')");
            _compare.Prepare();
        }
        catch (Exception e)
        {
            _connection?.Dispose();
            _source.Dispose();
            if (e is NpgsqlException error) throw PostgresError.From(error);
            throw;
        }
    }

    public FeedPosition Position { get; private set; }
    public long EventCount { get; private set; }

    public long EventsTotal() => (long)Scalar("select coalesce(max(sequence), 0) from payhook_events");

    public long PaymentsTotal() => _compare.PaymentsTotal();

    public void Fill(IReadOnlyList<MappedEvent> events, int count, FeedPosition position)
    {
        try
        {
            using var transaction = _connection.BeginTransaction();
            Run("set local synchronous_commit = off");
            var fresh = events.Where(e => !_ahead.Contains(e.Found.Event.Sequence)).ToList();
            Apply(fresh, count, position, _ahead);
            transaction.Commit();
        }
        catch (NpgsqlException e)
        {
            throw PostgresError.From(e);
        }
    }

    public async ValueTask<RebuildStep> CompareAsync(
        Func<FeedEvent, MappedEvent?> map, CancellationToken cancellation)
    {
        try
        {
            // Behind this place something may still appear before what is there already.
            var head = (await _store.Feed.HeadAsync(cancellation)).Latest;
            await using var transaction = await _connection.BeginTransactionAsync(cancellation);
            // A writer inserts its events before it reads their payments: it is either through, or has read nothing.
            Run($"lock table {_live}.payhook_events in share row exclusive mode");
            var (rest, ahead, count) = (new List<MappedEvent>(), new HashSet<long>(), 0);
            var until = Position;
            for (var read = Position; ;)
            {
                var page = await _store.Feed.PageAsync(new(), new(read, new(ulong.MaxValue, long.MaxValue)),
                    RebuildLimits.PageEvents, withBody: true, cancellation);
                foreach (var found in page.Events)
                {
                    read = found.Position;
                    if (read > head) ahead.Add(found.Event.Sequence);
                    else until = read;
                    if (_ahead.Contains(found.Event.Sequence)) continue;
                    count++;
                    if (map(found) is { } mapped) rest.Add(mapped);
                }
                if (ahead.Count > RebuildLimits.AheadEvents)
                    throw new StoreUnavailableException(
                        "A transaction has been running in this server for so long that too many events are hidden "
                        + "behind it. Wait until it ends, or end it, and run this again.");
                if (!page.IsCut) break;
            }
            Apply(rest, count, until, ahead);
            _compare.Touch(rest);
            var step = _compare.Step();
            await transaction.CommitAsync(cancellation);
            return step;
        }
        catch (NpgsqlException e)
        {
            throw PostgresError.From(e);
        }
    }

    public void Finish()
    {
        try
        {
            Run($"drop schema {Schema} cascade");
            Dispose();
        }
        catch (NpgsqlException e)
        {
            throw PostgresError.From(e);
        }
    }

    public void Dispose()
    {
        _connection.Dispose();
        _source.Dispose();
    }

    void Apply(List<MappedEvent> events, int count, FeedPosition position, HashSet<long> ahead)
    {
        ApplyPayments(events);
        using var command = Command($"""
            update {Schema}.progress set commit_xid = $1::xid8, sequence = $2, events = events + $3, ahead = $4
            """);
        command.Parameters.Add(new() { Value = position.Transaction.ToString() });
        command.Parameters.Add(new() { Value = position.Sequence });
        command.Parameters.Add(new() { Value = (long)count });
        command.Parameters.Add(new() { Value = ahead.ToArray() });
        command.ExecuteNonQuery();
        (Position, EventCount, _ahead) = (position, EventCount + count, ahead);
    }

    void ApplyPayments(List<MappedEvent> events)
    {
        var book = new PaymentBook();
        foreach (var mapped in events) book.Add(mapped.ToReceipt(), mapped.Found.Event.Sequence);
        if (book.IsEmpty) return;
        using (var finding = new NpgsqlBatch(_connection))
        {
            PostgresPayments.AddFind(finding, book.Keys(), _numbers);
            using var reader = finding.ExecuteReader();
            PostgresPayments.ReadFound(reader, book, _numbers);
        }
        using var writing = new NpgsqlBatch(_connection);
        PostgresPayments.AddWrite(writing, book, _numbers, (row, state) => _marks.Of(row, state, Command));
        writing.ExecuteNonQuery();
    }

    /// <summary>Only what its payments are found by is indexed, and nothing is logged: it can be made again.</summary>
    void Make()
    {
        using var transaction = _connection.BeginTransaction();
        Run($"drop schema if exists {Schema} cascade");
        Run($"create schema {Schema}");
        foreach (var table in RebuildCompare.Tables)
        {
            Run($"create unlogged table {Schema}.{table} (like {_live}.{table} including identity)");
            var filter = table == "payhook_payments" 
                ? "and (i.indisprimary or i.indexrelid::regclass::text like '%payhook_payments_order')"
                : "";
            var indexes = Texts($"""
                select pg_get_indexdef(i.indexrelid) from pg_index i
                where i.indrelid = '{_live}.{table}'::regclass {filter}
                """);
            foreach (var index in indexes)
                Run(index.Replace($" ON {_live}.{table} ", $" ON {Schema}.{table} ", StringComparison.Ordinal));
        }
        Run($"create index on {Schema}.payhook_payment_names (payment_number)");
        Run($"""
            create unlogged table {Schema}.progress (made_by text not null, commit_xid xid8 not null,
                sequence bigint not null, events bigint not null, ahead bigint[] not null)
            """);
        using (var insert = Command($"insert into {Schema}.progress values ($1, '0', 0, 0, '{{}}')"))
        {
            insert.Parameters.Add(new() { Value = MadeBy() });
            insert.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    /// <summary>Left by this program, of these tables, and not further than they are.</summary>
    bool IsOfThisStore()
    {
        if (!(bool)Scalar($"select to_regclass('{Schema}.progress') is not null")) return false;
        using var command = Command($"""
            select count(*) from {Schema}.progress
            where made_by = $1 and commit_xid < pg_snapshot_xmax(pg_current_snapshot())
            """);
        command.Parameters.Add(new() { Value = MadeBy() });
        return (long)command.ExecuteScalar()! == 1;
    }

    /// <summary>Another program or other tables would make other payments.</summary>
    string MadeBy() => $"{RebuildLimits.Program} {Scalar("""
        select md5(string_agg(version::text, ',' order by version)) from payhook_schema
        """)}";

    void ReadState()
    {
        using var command = Command($"select commit_xid, sequence, events, ahead from {Schema}.progress");
        using var reader = command.ExecuteReader();
        reader.Read();
        Position = new(reader.GetFieldValue<ulong>(0), reader.GetInt64(1));
        EventCount = reader.GetInt64(2);
        _ahead = [.. reader.GetFieldValue<long[]>(3)];
    }

    NpgsqlCommand Command(string sql) => new(sql, _connection) { CommandTimeout = 60 };

    void Run(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    object Scalar(string sql)
    {
        using var command = Command(sql);
        return command.ExecuteScalar()!;
    }

    List<string> Texts(string sql)
    {
        using var command = Command(sql);
        using var reader = command.ExecuteReader();
        var texts = new List<string>();
        while (reader.Read()) texts.Add(reader.GetString(0));
        return texts;
    }
}
