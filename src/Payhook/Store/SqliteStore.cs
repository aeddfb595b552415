using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Payhook.Payments;
using SQLitePCL;

namespace Payhook.Store;

/// <summary>Events in one SQLite file: a write-ahead log, every commit synced, one writer, readers beside it.</summary>
sealed class SqliteStore(string path, TimeProvider time) : IEventStore
{
    public const string EventColumns =
        "sequence, source, identity, event_id, event_type, payment_id, received_at, secret_number, under_known_id, "
        + "conflict_count, origin, batch_sequence";

    readonly string _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWrite,
        Pooling = false,
        DefaultTimeout = StoreLimits.LockWaitSeconds,
    }.ToString();

    readonly Lock _queue = new(), _writes = new();
    SqliteReaders? _readers;
    SqliteDeliveries? _deliveries;

    static SqliteStore() => Batteries_V2.Init();

    SqliteReaders Readers => LazyInitializer.EnsureInitialized(ref _readers, () => new(path, OpenConnection))!;

    public string Path => path;
    public string DisplayName => $"SQLite at {path}";

    public static Version EngineVersion => Version.Parse(raw.sqlite3_libversion().utf8_to_string());

    public static long Microseconds(DateTimeOffset moment) =>
        (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public void Open()
    {
        RefuseEngine(EngineVersion);
        CreateFile();
        try
        {
            using var connection = OpenConnection();
            SwitchToWriteAheadLog(connection);
            Migrate(connection);
        }
        catch (SqliteException e) when (SqliteError.IsUnavailable(e.SqliteErrorCode))
        {
            throw new StoreRefusedException($"The database {path} cannot be used: {e.Message}", e);
        }
    }

    /// <exception cref="StoreRefusedException">The engine has the fault that can corrupt a log being reset.</exception>
    public static void RefuseEngine(Version engine)
    {
        if (engine >= StoreLimits.SqliteVersionMinimum) return;
        throw new StoreRefusedException(
            $"The SQLite engine is {engine}; Payhook needs {StoreLimits.SqliteVersionMinimum} or newer, because older "
            + "ones can corrupt the database. Use the engine that comes with Payhook.");
    }

    public StoreReport Examine()
    {
        RefuseEngine(EngineVersion);
        var engine = EngineVersion.ToString();
        if (!File.Exists(path))
        {
            var directory = DirectoryOf(path);
            var probe = System.IO.Path.Combine(directory, $".payhook-{Guid.NewGuid():N}");
            try
            {
                File.WriteAllBytes(probe, []);
                File.Delete(probe);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StoreRefusedException($"The directory {directory} is not writable: {e.Message}", e);
            }
            return new(engine, 0, null, []);
        }
        try
        {
            using var connection = OpenConnection();
            using var tables = connection.CreateCommand();
            tables.CommandText = "select count(*) from sqlite_schema where name = 'payhook_schema'";
            var applied = (long)tables.ExecuteScalar()! == 0 ? [] : AppliedVersions(connection);
            SchemaScript.Missing(applied, SchemaScript.Of("sqlite"));
            Execute(connection, "begin immediate; rollback;");
            var isOpenToAll = !OperatingSystem.IsWindows()
                && File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead);
            return new(engine, applied.DefaultIfEmpty().Max(), null,
                isOpenToAll ? [$"everybody on this machine can read the database; run: chmod 600 {path}"] : []);
        }
        catch (SqliteException e)
        {
            throw new StoreRefusedException($"The database {path} cannot be used: {e.Message}", e);
        }
    }

    public IRejectionStore Rejections => new SqliteRejections(this);

    public IKeyStore Keys => new SqliteKeys(this);

    public ISessionStore Sessions => new SqliteSessions(this);

    public IAuditStore Audit => new SqliteAudit(this);

    public IAttentionStore Attention => new SqliteAttention(this);

    public IStatsStore Stats => new SqliteStats(this, StatsTable.Requests);
    public IStatsStore DeliveryStats => new SqliteStats(this, StatsTable.Attempts);

    public IEventFeed Feed => new SqliteFeed(this);

    public IDestinationStore Destinations => new SqliteDestinations(this, time);

    public IDeliveryStore Deliveries =>
        LazyInitializer.EnsureInitialized(ref _deliveries, () => new(this, time))!;

    public IConsumerStore Consumers => new SqliteConsumers(this);

    public IEventWriter OpenWriter() => new SqliteWriter(this, time);

    public IPaymentRebuild OpenRebuild(bool beginsAgain) =>
        Translated<IPaymentRebuild>(() => new SqliteRebuild(this, beginsAgain));

    /// <summary>The one place where a connection is opened, so that every one has the same promises.</summary>
    public SqliteConnection OpenConnection()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            // FULL syncs the log at every commit; a checkpoint every 4,000 pages (16 MB) keeps the log small.
            Execute(connection,
                "pragma busy_timeout = 5000; pragma synchronous = full; pragma wal_autocheckpoint = 4000;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public IAsyncEnumerable<StoredEvent> EventsOfPayment(
        string paymentId, EventPage page, CancellationToken cancellation) => QueryAsync(
        PaymentSql.EventsOf(EventColumns + (page.WithBody ? ", headers, body" : ""), Dialect.Sqlite),
        row => ReadEvent(row, page.WithBody), cancellation, paymentId, page.AfterSequence, page.Limit);

    public IAsyncEnumerable<StoredEvent> EventsWithId(
        string eventId, bool withBody, CancellationToken cancellation)
    {
        var columns = EventColumns + (withBody ? ", headers, body" : "");
        return QueryAsync(
            $"""
            select {columns} from payhook_events where identity = $1 and event_id = $1
            union all
            select {columns} from payhook_events where event_id = $1 and event_id <> identity
            order by received_at, sequence limit {StoreLimits.EventsPerId}
            """,
            row => ReadEvent(row, withBody), cancellation, eventId);
    }

    public IAsyncEnumerable<PaymentRow> PaymentsCalled(string id, CancellationToken cancellation) =>
        QueryAsync(PaymentSql.Called, ReadPayment, cancellation, id);

    public IAsyncEnumerable<PaymentRow> Payments(PaymentPage page, CancellationToken cancellation)
    {
        var (sql, values) = PaymentSql.Page(page, moment => Microseconds(moment), Dialect.Sqlite);
        return QueryAsync(sql, ReadPayment, cancellation, values);
    }

    public ValueTask<(DateTimeOffset LastEventAt, long Number)?> PaymentsWalkedAsync(
        PaymentPage page, CancellationToken cancellation)
    {
        var (sql, values) = PaymentSql.WalkEnd(page, moment => Microseconds(moment), Dialect.Sqlite);
        return QueryAsync(sql, row => ((DateTimeOffset, long)?)(Moment(row.GetInt64(0)), row.GetInt64(1)),
            cancellation, values).FirstOrDefaultAsync(cancellation);
    }

    static PaymentRow ReadPayment(SqliteDataReader row) =>
        PaymentSql.Read(row, column => Moment(row.GetInt64(column)));

    public IAsyncEnumerable<Conflict> ConflictsOf(long sequence, CancellationToken cancellation) => QueryAsync(
        "select kind, received_at, event_id, body from payhook_conflicts where event_sequence = $1 order by sequence",
        row => new Conflict((ConflictKind)row.GetInt32(0), Moment(row.GetInt64(1)), row.GetString(2),
            row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3)),
        cancellation, sequence);

    public ValueTask DisposeAsync()
    {
        _deliveries?.Dispose();
        return Readers.DisposeAsync();
    }

    /// <summary>
    /// The right to write, among the threads of this process. SQLite has one writer at a time and lets others sleep
    /// and look again, which takes longer than what they wait for. Whoever has just written queues behind those who
    /// wait, so nobody waits for more than one other write.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Another write does not end.</exception>
    public SqliteTurn TakeTurn()
    {
        var limit = TimeSpan.FromSeconds(StoreLimits.LockWaitSeconds);
        if (!_queue.TryEnter(limit)) throw new StoreUnavailableException($"Other writes to {path} do not end.");
        try
        {
            return _writes.TryEnter(limit)
                ? new(_writes)
                : throw new StoreUnavailableException($"Another write to {path} does not end.");
        }
        finally
        {
            _queue.Exit();
        }
    }

    /// <summary>Rows as they are read; SQLite itself only reads synchronously. Values are bound to $1, $2 …</summary>
    public async IAsyncEnumerable<T> QueryAsync<T>(
        string sql, Func<SqliteDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellation,
        params object[] values)
    {
        await Task.CompletedTask;
        var readers = Readers;
        var taken = Translated(readers.Take);
        var isSound = false;
        try
        {
            using var command = taken.Connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${i + 1}", values[i]);
            using var reader = Translated(command.ExecuteReader);
            while (!cancellation.IsCancellationRequested && Translated(reader.Read))
            {
                var row = read(reader);
                isSound = true; // also where nobody asks for the next one
                yield return row;
                isSound = false;
            }
            isSound = true;
        }
        finally
        {
            if (isSound) readers.GiveBack(taken);
            else taken.Connection.Dispose();
        }
    }

    /// <summary>A small write beside the events, in a transaction of its own.</summary>
    /// <param name="isSynced">Whether it must survive a power cut.</param>
    /// <param name="write">What to write.</param>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    public void Write(bool isSynced, Action<SqliteConnection> write)
    {
        // A database file that was deleted would go on taking writes, and lose them all with the last handle.
        if (!File.Exists(path)) throw new StoreUnavailableException($"The database file {path} is gone.");
        try
        {
            using var connection = OpenConnection();
            if (!isSynced) Execute(connection, "pragma synchronous = normal");
            using var turn = TakeTurn();
            using var transaction = connection.BeginTransaction(deferred: false);
            write(connection);
            transaction.Commit();
        }
        catch (SqliteException e) when (SqliteError.IsUnavailable(e.SqliteErrorCode))
        {
            throw new StoreUnavailableException(e.Message, e);
        }
    }

    public static T Translated<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException e) when (SqliteError.IsUnavailable(e.SqliteErrorCode))
        {
            throw new StoreUnavailableException(e.Message, e);
        }
    }

    public static StoredEvent ReadEvent(SqliteDataReader row, bool withBody) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4),
        row.IsDBNull(5) ? null : row.GetString(5), Moment(row.GetInt64(6)), row.GetInt32(7), row.GetInt64(8) != 0,
        row.GetInt64(9))
    {
        Origin = (EventOrigin)row.GetInt32(10),
        BatchSequence = row.IsDBNull(11) ? null : row.GetInt64(11),
        HeadersJson = withBody ? row.GetFieldValue<byte[]>(12) : null,
        Body = withBody ? row.GetFieldValue<byte[]>(13) : null,
    };

    public static DateTimeOffset Moment(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    static string DirectoryOf(string path)
    {
        var directory = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        return Directory.Exists(directory)
            ? directory
            : throw new StoreRefusedException(
                $"The directory {directory} does not exist. Create it: mkdir -p {directory}");
    }

    /// <summary>Made by hand so that it is readable by its owner only: it holds what customers paid.</summary>
    void CreateFile()
    {
        DirectoryOf(path);
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite | FileShare.Delete,
            };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            new FileStream(path, options).Dispose();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new StoreRefusedException($"The file {path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Another process may hold the file for a moment while it does the same.</summary>
    void SwitchToWriteAheadLog(SqliteConnection connection)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var command = connection.CreateCommand();
                command.CommandText = "pragma journal_mode = wal";
                if ((string)command.ExecuteScalar()! == "wal") return;
                throw new StoreRefusedException(
                    $"The file system of {path} does not allow a write-ahead log. Put the database on a local disk.");
            }
            catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_BUSY && attempt < 50)
            {
                using var pause = new ManualResetEventSlim();
                pause.Wait(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    void Migrate(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        Execute(connection, """
            create table if not exists payhook_schema (
                version integer primary key, name text not null, applied_at text not null) strict
            """);
        foreach (var script in SchemaScript.Missing(AppliedVersions(connection), SchemaScript.Of("sqlite")))
        {
            Execute(connection, script.Sql);
            using var journal = connection.CreateCommand();
            journal.CommandText = "insert into payhook_schema values ($version, $name, $at)";
            journal.Parameters.AddWithValue("$version", script.Version);
            journal.Parameters.AddWithValue("$name", script.Name);
            journal.Parameters.AddWithValue("$at", time.GetUtcNow().ToString("u", CultureInfo.InvariantCulture));
            journal.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    static HashSet<int> AppliedVersions(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "select version from payhook_schema";
        using var reader = command.ExecuteReader();
        var versions = new HashSet<int>();
        while (reader.Read()) versions.Add(reader.GetInt32(0));
        return versions;
    }

    /// <summary>Runs a statement whose values are bound to $1, $2 …, and tells how many rows it changed.</summary>
    public static int Run(SqliteConnection connection, string sql, params ReadOnlySpan<object> values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${i + 1}", values[i]);
        return command.ExecuteNonQuery();
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
