using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Payhook.Store;

/// <summary>
/// Payments made anew in a file of their own beside the database, so that filling it takes no lock that a listener
/// needs. In that file the tables have their usual names, so the code that applies new events fills them as well.
/// </summary>
sealed class SqliteRebuild : IPaymentRebuild
{
    readonly SqliteStore _store;
    readonly string _path;
    readonly FileStream _alone;
    readonly SqliteConnection _connection;
    readonly SqlitePayments _payments;
    readonly RebuildCompare _compare;

    public SqliteRebuild(SqliteStore store, bool beginsAgain)
    {
        (_store, _path) = (store, store.Path + "-rebuild");
        _alone = TakeLock();
        try
        {
            if (beginsAgain) Remove();
            _connection = Connect();
            if (!IsOfThisStore())
            {
                _connection.Dispose();
                Remove();
                _connection = Connect();
                Make();
            }
            ReadState();
            _payments = new(_connection.Handle!);
            _compare = new(_connection, "main.", "live.",
                "(select coalesce(max(number), 0) from live.payhook_payments) + made_number");
            _compare.Prepare();
        }
        catch
        {
            _connection?.Dispose();
            _alone.Dispose();
            throw;
        }
    }

    public FeedPosition Position { get; private set; }
    public long EventCount { get; private set; }

    public long EventsTotal() => Scalar("select coalesce(max(sequence), 0) from live.payhook_events");

    public long PaymentsTotal() => _compare.PaymentsTotal();

    public void Fill(IReadOnlyList<MappedEvent> events, int count, FeedPosition position)
    {
        // Deferred: only the file of its own is locked.
        InTransaction("begin", () => Apply(events, count, position));
    }

    public async ValueTask<RebuildStep> CompareAsync(
        Func<FeedEvent, MappedEvent?> map, CancellationToken cancellation)
    {
        Begin("begin immediate"); // of both files: no event is stored until the commit
        try
        {
            var rest = await RestAsync(map, cancellation);
            Apply(rest.Events, rest.Count, rest.Until);
            _compare.Touch(rest.Events);
            var step = _compare.Step();
            SqliteStore.Execute(_connection, "commit");
            return step;
        }
        catch
        {
            SqliteStore.Execute(_connection, "rollback");
            throw;
        }
    }

    public void Finish()
    {
        Dispose();
        Remove();
        File.Delete(_path + ".lock");
    }

    public void Dispose()
    {
        _payments.Dispose();
        _connection.Dispose();
        _alone.Dispose();
    }

    void Apply(IReadOnlyList<MappedEvent> events, int count, FeedPosition position)
    {
        var book = new PaymentBook();
        foreach (var mapped in events) book.Add(mapped.ToReceipt(), mapped.Found.Event.Sequence);
        _payments.Apply(book);
        (Position, EventCount) = (position, EventCount + count);
        SqliteStore.Execute(_connection,
            $"update main.payhook_rebuild set sequence = {position.Sequence}, events = {EventCount}");
    }

    /// <summary>What was stored since the last step.</summary>
    async ValueTask<(List<MappedEvent> Events, int Count, FeedPosition Until)> RestAsync(
        Func<FeedEvent, MappedEvent?> map, CancellationToken cancellation)
    {
        var (events, count, until) = (new List<MappedEvent>(), 0, Position);
        while (true)
        {
            var page = await _store.Feed.PageAsync(
                new(), new(until, new(0, long.MaxValue)), RebuildLimits.PageEvents, withBody: true, cancellation);
            foreach (var found in page.Events)
            {
                if (map(found) is { } mapped) events.Add(mapped);
                (count, until) = (count + 1, found.Position);
            }
            if (!page.IsCut) return (events, count, until);
        }
    }

    SqliteConnection Connect()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _path, Pooling = false, DefaultTimeout = StoreLimits.LockWaitSeconds,
        }.ToString());
        try
        {
            connection.Open();
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            // A power cut may cost the last steps of filling, and nothing of the database beside.
            SqliteStore.Execute(connection, "pragma busy_timeout = 5000; pragma journal_mode = wal;");
            using var attach = connection.CreateCommand();
            attach.CommandText = "attach $path as live";
            attach.Parameters.AddWithValue("$path", _store.Path);
            attach.ExecuteNonQuery();
            SqliteStore.Execute(connection, """
                pragma live.synchronous = full; pragma main.synchronous = normal; pragma main.cache_size = -131072;
                pragma main.wal_autocheckpoint = 16000; pragma temp_store = memory;
                """);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Only what its payments are found by is indexed: nobody else reads this.</summary>
    void Make()
    {
        var tables = string.Join(", ", RebuildCompare.Tables.Select(t => $"'{t}'"));
        var statements = new List<string>();
        using (var command = _connection.CreateCommand())
        {
            command.CommandText = $"""
                select sql from live.sqlite_schema where sql is not null and tbl_name in ({tables})
                and (type = 'table' or tbl_name <> 'payhook_payments' or name = 'payhook_payments_order') order by rowid
                """;
            using var reader = command.ExecuteReader();
            while (reader.Read()) statements.Add(reader.GetString(0));
        }
        InTransaction("begin", () =>
        {
            foreach (var sql in statements) SqliteStore.Execute(_connection, sql);
            SqliteStore.Execute(_connection, """
                create index main.payhook_made_names on payhook_payment_names (payment_number);
                create table main.payhook_rebuild (made_by text not null, sequence integer not null,
                    events integer not null) strict
                """);
            using var insert = _connection.CreateCommand();
            insert.CommandText = "insert into main.payhook_rebuild values ($by, 0, 0)";
            insert.Parameters.AddWithValue("$by", MadeBy());
            insert.ExecuteNonQuery();
        });
    }

    /// <summary>Left by this program, of these tables, and not further than they are.</summary>
    bool IsOfThisStore()
    {
        if (Scalar("select count(*) from main.sqlite_schema where name = 'payhook_rebuild'") == 0) return false;
        using var command = _connection.CreateCommand();
        command.CommandText = """
            select count(*) from main.payhook_rebuild where made_by = $by
            and sequence <= (select coalesce(max(sequence), 0) from live.payhook_events)
            """;
        command.Parameters.AddWithValue("$by", MadeBy());
        return (long)command.ExecuteScalar()! == 1;
    }

    /// <summary>Another program or other tables would make other payments.</summary>
    string MadeBy()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "select group_concat(sql) from (select sql from live.sqlite_schema order by name)";
        var schema = Encoding.UTF8.GetBytes((string)command.ExecuteScalar()!);
        return $"{RebuildLimits.Program} {Convert.ToHexStringLower(SHA256.HashData(schema))}";
    }

    void ReadState()
    {
        Position = new(0, Scalar("select sequence from main.payhook_rebuild"));
        EventCount = Scalar("select events from main.payhook_rebuild");
    }

    FileStream TakeLock()
    {
        try
        {
            return new(_path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new StoreRefusedException($"Payments of {_store.Path} are made anew by another process.", e);
        }
    }

    void Remove()
    {
        foreach (var end in new[] { "", "-wal", "-shm" }) File.Delete(_path + end);
    }

    void InTransaction(string begin, Action action)
    {
        Begin(begin);
        try
        {
            action();
            SqliteStore.Execute(_connection, "commit");
        }
        catch
        {
            SqliteStore.Execute(_connection, "rollback");
            throw;
        }
    }

    void Begin(string sql) => SqliteStore.Translated(() =>
    {
        SqliteStore.Execute(_connection, sql);
        return true;
    });

    long Scalar(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}

/// <summary>Bounds of making payments anew, which both stores share.</summary>
static class RebuildLimits
{
    public const int PageEvents = 2000;

    /// <summary>How many events may be taken in while the feed does not reach them yet.</summary>
    public const int AheadEvents = 20_000;

    /// <summary>The program that makes them: what another version left is not gone on with.</summary>
    public static string Program { get; } = typeof(RebuildLimits).Module.ModuleVersionId.ToString();
}
