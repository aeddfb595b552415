using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;
using Payhook.Payments;

namespace Payhook.Store;

/// <summary>Events in PostgreSQL, for when one machine is not enough: any number of listeners may share one.</summary>
sealed class PostgresStore : IEventStore
{
    /// <summary>"payhook" in ASCII: the advisory lock under which one process at a time changes the schema.</summary>
    const long SchemaLock = 0x7061_7968_6f6f_6b;

    public const string EventColumns =
        "sequence, source, identity, event_id, event_type, payment_id, received_at, secret_number, under_known_id, "
        + "conflict_count, origin, batch_sequence";

    readonly NpgsqlDataSource _source;
    readonly NpgsqlConnectionStringBuilder _unpooled;
    readonly TimeProvider _time;
    readonly TimeSpan _commitDeadline;

    public PostgresStore(NpgsqlConnectionStringBuilder connection, TimeSpan commitDeadline, TimeProvider time)
    {
        DisplayName = $"PostgreSQL at {connection.Host}, database {connection.Database}";
        _time = time;
        _commitDeadline = commitDeadline;
        _source = Source(connection);
        _unpooled = new(connection.ConnectionString) { Pooling = false };
    }

    static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder connection)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(connection.ConnectionString);
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        return builder.Build();
    }

    public string DisplayName { get; }

    public void Open()
    {
        try
        {
            using var connection = _source.OpenConnection();
            Migrate(connection);
        }
        catch (NpgsqlException e)
        {
            throw PostgresError.From(e);
        }
    }

    public StoreReport Examine()
    {
        try
        {
            using var connection = _source.OpenConnection();
            using var settings = new NpgsqlCommand("""
                select current_setting('server_version'), now(), current_setting('fsync'),
                       current_setting('synchronous_commit')
                """, connection);
            string engine;
            DateTimeOffset clock;
            var warnings = new List<string>();
            using (var row = settings.ExecuteReader())
            {
                row.Read();
                (engine, clock) = (row.GetString(0), Moment(row, 1));
                if (row.GetString(2) != "on")
                    warnings.Add("fsync is off: a power cut can lose or corrupt events; set fsync = on");
                if (row.GetString(3) is not ("on" or "remote_apply"))
                    warnings.Add("synchronous_commit is less than on; Payhook sets it to on for its own sessions");
            }
            var applied = HasSchema(connection) ? AppliedVersions(connection) : [];
            SchemaScript.Missing(applied, SchemaScript.Of("postgres"));
            return new(engine, applied.DefaultIfEmpty().Max(), clock, warnings);
        }
        catch (NpgsqlException e)
        {
            throw PostgresError.From(e);
        }
    }

    public IRejectionStore Rejections => new PostgresRejections(this, _source);

    public IKeyStore Keys => new PostgresKeys(this);

    public ISessionStore Sessions => new PostgresSessions(this);

    public IAuditStore Audit => new PostgresAudit(this);

    public IAttentionStore Attention => new PostgresAttention(this);

    public IStatsStore Stats => new PostgresStats(this, StatsTable.Requests);
    public IStatsStore DeliveryStats => new PostgresStats(this, StatsTable.Attempts);

    public IEventFeed Feed => new PostgresFeed(this);

    public IDestinationStore Destinations => new PostgresDestinations(this, _time);

    public IDeliveryStore Deliveries => new PostgresDeliveries(this, _source, _time);

    public IConsumerStore Consumers => new PostgresConsumers(this);

    public IEventWriter OpenWriter() => new PostgresWriter(_source, _commitDeadline, _time);

    public IPaymentRebuild OpenRebuild(bool beginsAgain) => new PostgresRebuild(this, Source(_unpooled), beginsAgain);

    public IAsyncEnumerable<StoredEvent> EventsOfPayment(
        string paymentId, EventPage page, CancellationToken cancellation) => QueryAsync(
        PaymentSql.EventsOf(EventColumns + (page.WithBody ? ", headers, body" : ""), Dialect.Postgres),
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
        var (sql, values) = PaymentSql.Page(page, moment => moment.UtcDateTime, Dialect.Postgres);
        return QueryAsync(sql, ReadPayment, cancellation, values);
    }

    public ValueTask<(DateTimeOffset LastEventAt, long Number)?> PaymentsWalkedAsync(
        PaymentPage page, CancellationToken cancellation)
    {
        var (sql, values) = PaymentSql.WalkEnd(page, moment => moment.UtcDateTime, Dialect.Postgres);
        return QueryAsync(sql, row => ((DateTimeOffset, long)?)(Moment(row, 0), row.GetInt64(1)), cancellation, values)
            .FirstOrDefaultAsync(cancellation);
    }

    static PaymentRow ReadPayment(NpgsqlDataReader row) => PaymentSql.Read(row, column => Moment(row, column));

    public IAsyncEnumerable<Conflict> ConflictsOf(long sequence, CancellationToken cancellation) => QueryAsync(
        "select kind, received_at, event_id, body from payhook_conflicts where event_sequence = $1 order by sequence",
        row => new Conflict((ConflictKind)row.GetInt32(0), Moment(row, 1), row.GetString(2),
            row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3)),
        cancellation, sequence);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>Rows as they are read. Values are bound to $1, $2 …</summary>
    public async IAsyncEnumerable<T> QueryAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellation,
        params object[] values)
    {
        await using var connection = await Translated(_source.OpenConnectionAsync(cancellation));
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        var reading = command.ExecuteReaderAsync(cancellation);
        await using var reader = await Translated(new ValueTask<NpgsqlDataReader>(reading));
        while (await Translated(new ValueTask<bool>(reader.ReadAsync(cancellation)))) yield return read(reader);
    }

    /// <summary>A small write beside the events, in a transaction of its own.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    public T Write<T>(Func<NpgsqlConnection, T> write)
    {
        try
        {
            using var connection = _source.OpenConnection();
            using var transaction = connection.BeginTransaction();
            var result = write(connection);
            transaction.Commit();
            return result;
        }
        catch (NpgsqlException e)
        {
            throw PostgresError.From(e);
        }
    }

    /// <summary>A statement whose values are bound to $1, $2 …</summary>
    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = StoreLimits.LockWaitSeconds };
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value is DateTimeOffset t ? t.UtcDateTime : value ?? DBNull.Value });
        return command;
    }

    /// <summary>Runs such a statement, and tells how many rows it changed.</summary>
    public static int Run(NpgsqlConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        using var command = Command(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>The numbers that such a statement gives.</summary>
    public static long[] Numbers(NpgsqlConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        using var command = Command(connection, sql, values);
        using var reader = command.ExecuteReader();
        var numbers = new List<long>();
        while (reader.Read()) numbers.Add(reader.GetInt64(0));
        return [.. numbers];
    }

    static async ValueTask<T> Translated<T>(ValueTask<T> task)
    {
        try
        {
            return await task;
        }
        catch (NpgsqlException e)
        {
            throw PostgresError.From(e);
        }
    }

    public static StoredEvent ReadEvent(NpgsqlDataReader row, bool withBody) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4),
        row.IsDBNull(5) ? null : row.GetString(5), Moment(row, 6), row.GetInt32(7), row.GetBoolean(8), row.GetInt64(9))
    {
        Origin = (EventOrigin)row.GetInt32(10),
        BatchSequence = row.IsDBNull(11) ? null : row.GetInt64(11),
        HeadersJson = withBody ? row.GetFieldValue<byte[]>(12) : null,
        Body = withBody ? row.GetFieldValue<byte[]>(13) : null,
    };

    public static DateTimeOffset Moment(NpgsqlDataReader row, int column) =>
        new(row.GetDateTime(column), TimeSpan.Zero);

    void Migrate(NpgsqlConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        Execute(connection, $"select pg_advisory_xact_lock({SchemaLock})");
        // Asked first: at every start but the first, the user needs no right to create anything.
        if (!HasSchema(connection))
        {
            Execute(connection, """
                create table payhook_schema (
                    version integer primary key, name text not null, applied_at timestamptz not null)
                """);
        }
        foreach (var script in SchemaScript.Missing(AppliedVersions(connection), SchemaScript.Of("postgres")))
        {
            Execute(connection, script.Sql);
            using var journal = new NpgsqlCommand("insert into payhook_schema values ($1, $2, $3)", connection);
            journal.Parameters.Add(new() { Value = script.Version });
            journal.Parameters.Add(new() { Value = script.Name });
            journal.Parameters.Add(new() { Value = _time.GetUtcNow(), NpgsqlDbType = NpgsqlDbType.TimestampTz });
            journal.ExecuteNonQuery();
        }
        PostgresRestored.BringBack(connection);
        transaction.Commit();
    }

    static bool HasSchema(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand("select to_regclass('payhook_schema') is not null", connection);
        return (bool)command.ExecuteScalar()!;
    }

    static HashSet<int> AppliedVersions(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand("select version from payhook_schema", connection);
        using var reader = command.ExecuteReader();
        var versions = new HashSet<int>();
        while (reader.Read()) versions.Add(reader.GetInt32(0));
        return versions;
    }

    static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}

/// <summary>Tells a database that is away from a write that is at fault.</summary>
static class PostgresError
{
    public static Exception From(NpgsqlException error) => error switch
    {
        PostgresException { SqlState: var state } e when IsRefusal(state) =>
            new StoreRefusedException($"PostgreSQL refused: {e.MessageText}", e),
        PostgresException { SqlState: var state } e when !IsUnavailable(state) => e,
        PostgresException e => new StoreUnavailableException($"PostgreSQL: {e.MessageText}", e),
        _ => new StoreUnavailableException($"PostgreSQL: {error.Message}", error),
    };

    /// <summary>Wrong password, unknown database, missing right: waiting will not help.</summary>
    static bool IsRefusal(string state) =>
        state.StartsWith("28", StringComparison.Ordinal) || state is "3D000" or "42501";

    /// <summary>
    /// Connection lost, out of resources, cancelled, shutting down, read-only, deadlock: whatever is written.
    /// </summary>
    static bool IsUnavailable(string state) =>
        state[..2] is "08" or "53" or "57" or "58" or "25" or "40" or "55" or "XX";
}
