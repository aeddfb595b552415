using Npgsql;
using NpgsqlTypes;

namespace Payhook.Store;

/// <summary>Writes receipts to PostgreSQL: a batch is one statement with one array a column.</summary>
sealed class PostgresWriter(NpgsqlDataSource source, TimeSpan commitDeadline, TimeProvider time) : IEventWriter
{
    const string InsertSql = """
        insert into payhook_events (source, identity, event_id, event_type, payment_id, received_at, secret_number,
                                    under_known_id, headers, body, origin, is_linked)
        select r.source, r.identity, r.event_id, r.event_type, r.payment_id, r.received_at, r.secret_number,
               not r.is_id_signed and (
                   exists (select from payhook_events e
                           where e.event_id = r.event_id and e.source = r.source and e.event_id <> e.identity)
                   or exists (select from payhook_events e where e.identity = r.event_id and e.source = r.source)),
               r.headers, r.body, r.origin, r.is_linked
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             as r (source, identity, event_id, is_id_signed, event_type, payment_id, received_at, secret_number,
                   headers, body, origin, is_linked)
        on conflict do nothing
        returning source, identity, under_known_id, sequence
        """;

    /// <summary>
    /// Two listeners that store one unsigned id at once would not see each other's event. Taken in the order of the
    /// keys, so that no two wait for each other; given back with the commit.
    /// </summary>
    const string LockIdsSql = """
        select pg_advisory_xact_lock(key)
        from (select hashtextextended(name, 0) as key from unnest($1) as name order by 1) as keys
        """;

    const string CompareSql = """
        select r.ordinal, e.sequence, e.event_id, e.body = r.body
        from unnest($1, $2, $3, $4) with ordinality as r (source, identity, event_id, body, ordinal)
        join payhook_events e on e.identity = r.identity and e.source = r.source
        """;

    const string RecordSql = """
        with counted as (
            update payhook_events set conflict_count = conflict_count + 1 where sequence = $1
            returning sequence, conflict_count)
        insert into payhook_conflicts (event_sequence, kind, received_at, event_id, headers, body)
        select sequence, $2, $3, $4, $5, $6 from counted
        where conflict_count <= $7 and not exists (
            select from payhook_conflicts c
            where c.event_sequence = $1 and c.kind = $2 and c.event_id = $4 and c.body is not distinct from $6)
        """;

    readonly PaymentNumbers _numbers = new();
    readonly PostgresMarks _marks = new();
    NpgsqlConnection? _connection;

    public void Append(ReadOnlySpan<Receipt> batch)
    {
        var receipts = batch.ToArray();
        try
        {
            var (waves, others) = PostgresWaves.Of(receipts);
            foreach (var wave in waves) Again(() => AppendWave(wave));
            foreach (var together in others) Again(() => AppendBatch(together));
        }
        catch (Exception e)
        {
            Abandon();
            if (e is NpgsqlException error) throw PostgresError.From(error);
            throw;
        }
    }

    public void Probe()
    {
        try
        {
            using var command = Command("update payhook_probe set probed_at = $1");
            command.Parameters.Add(new() { Value = time.GetUtcNow(), NpgsqlDbType = NpgsqlDbType.TimestampTz });
            command.ExecuteNonQuery();
        }
        catch (NpgsqlException e)
        {
            Abandon();
            // Whatever hinders the probe hinders everything.
            throw new StoreUnavailableException($"PostgreSQL: {e.Message}", e);
        }
    }

    public void Dispose() => Abandon();

    /// <param name="wave">What to store.</param>
    /// <param name="added">
    /// In a transaction that is open already, and whose deliveries are kept by whoever opened it: the numbers of new
    /// events. Null: in one of its own.
    /// </param>
    void AppendWave(List<Receipt> wave, List<long>? added = null)
    {
        var known = Insert(wave, added);
        if (known.Count > 0) Compare(known);
    }

    /// <summary>A delivery that names an event twice: wave after wave, all in one transaction.</summary>
    void AppendBatch(Batch batch)
    {
        _connection ??= OpenConnection();
        using var transaction = _connection.BeginTransaction();
        try
        {
            var receipts = batch.Receipts.ToArray();
            Array.Sort(receipts, PostgresWaves.CompareIdentity);
            Lock(receipts);
            var rest = receipts.Select(r => new List<Receipt> { r });
            var sequences = new List<long>();
            foreach (var wave in rest) AppendWave(wave, sequences);
            if (sequences.Count > 0)
            {
                using var keeping = Batch();
                PostgresBatches.AddKeep(keeping, [(batch, sequences)]);
                keeping.ExecuteNonQuery();
            }
            transaction.Commit();
        }
        catch
        {
            // What was found is only true once it is committed.
            foreach (var receipt in batch.Receipts) receipt.Outcome = StoreOutcome.NotStored;
            throw;
        }
    }

    /// <summary>Inserts what is new, in a transaction of its own, and gives back what is known already.</summary>
    List<Receipt> Insert(List<Receipt> wave, List<long>? added)
    {
        var payments = new HashSet<PaymentKey>();
        foreach (var receipt in wave) PaymentBook.AddKeys(receipt, payments);
        string[] locks = added is null ? LocksOf(wave) : [];
        var isWriting = payments.Count > 0 || wave.Exists(r => r.Batch is not null);
        _connection ??= OpenConnection();
        using var transaction = added is null && (isWriting || locks.Length > 0)
            ? _connection.BeginTransaction()
            : null;
        using var batch = Batch();
        if (locks.Length > 0) PostgresArrays.AddTo(batch, LockIdsSql, locks).Column(NpgsqlDbType.Text, l => l);
        AddInsert(batch, wave);
        if (payments.Count > 0) PostgresPayments.AddFind(batch, payments, _numbers);

        var inserted = new Dictionary<(string, string), (bool IsIdKnown, long Sequence)>(wave.Count);
        var book = new PaymentBook();
        using (var reader = batch.ExecuteReader())
        {
            if (locks.Length > 0) reader.NextResult();
            while (reader.Read())
                inserted[(reader.GetString(0), reader.GetString(1))] = (reader.GetBoolean(2), reader.GetInt64(3));
            if (reader.NextResult()) PostgresPayments.ReadFound(reader, book, _numbers);
        }
        var kept = new Dictionary<Batch, List<long>>();
        foreach (var receipt in wave)
        {
            if (!inserted.TryGetValue((receipt.SourceName, receipt.Identity), out var row)) continue;
            book.Add(receipt, row.Sequence);
            added?.Add(row.Sequence);
            if (added is not null || receipt.Batch is not { } together) continue;
            if (kept.TryGetValue(together, out var sequences)) sequences.Add(row.Sequence);
            else kept[together] = [row.Sequence];
        }
        if (!book.IsEmpty || kept.Count > 0)
        {
            using var writing = Batch();
            if (kept.Count > 0) PostgresBatches.AddKeep(writing, [.. kept.Select(k => (k.Key, k.Value))]);
            if (!book.IsEmpty)
                PostgresPayments.AddWrite(writing, book, _numbers, (row, state) => _marks.Of(row, state, Command));
            // In the same round trip; the transaction sees that it has ended.
            if (transaction is not null) writing.BatchCommands.Add(new("commit"));
            writing.ExecuteNonQuery();
        }
        else transaction?.Commit();

        foreach (var receipt in wave)
        {
            if (!inserted.TryGetValue((receipt.SourceName, receipt.Identity), out var row)) continue;
            receipt.Outcome = row.IsIdKnown ? StoreOutcome.StoredUnderKnownId : StoreOutcome.Stored;
        }
        return wave.FindAll(r => !inserted.ContainsKey((r.SourceName, r.Identity)));
    }

    /// <summary>
    /// Runs a transaction again that met another listener: both made a payment of one name, or one has just learnt
    /// that two payments are one. The next time it sees what the other has written.
    /// </summary>
    static void Again(Action transaction)
    {
        const int triesLimit = 5;
        for (var tries = 1; ; tries++)
        {
            try
            {
                transaction();
                return;
            }
            catch (PostgresException e) when (tries < triesLimit && HasMetAnother(e))
            {
                // What it did is undone.
            }
        }
    }

    static bool HasMetAnother(PostgresException e) => e.SqlState == PostgresErrorCodes.DeadlockDetected
        || e is { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "payhook_payment_names" };

    static void AddInsert(NpgsqlBatch batch, List<Receipt> wave) => PostgresArrays.AddTo(batch, InsertSql, wave)
        .Column(NpgsqlDbType.Text, r => r.SourceName)
        .Column(NpgsqlDbType.Text, r => r.Identity)
        .Column(NpgsqlDbType.Text, r => r.EventId)
        .Column(NpgsqlDbType.Boolean, r => r.IsEventIdSigned)
        .Column(NpgsqlDbType.Text, r => r.EventType)
        .Column(NpgsqlDbType.Text, r => r.PaymentId)
        .Column(NpgsqlDbType.TimestampTz, r => r.ReceivedAt.UtcDateTime)
        .Column(NpgsqlDbType.Integer, r => r.SecretNumber)
        .Column(NpgsqlDbType.Text, r => System.Text.Encoding.UTF8.GetString(r.HeadersJson))
        .Column(NpgsqlDbType.Bytea, r => r.BodyMemory)
        .Column(NpgsqlDbType.Integer, r => (int)r.Origin)
        .Column(NpgsqlDbType.Boolean, r => r.IsLinked);

    /// <summary>
    /// Ids that are not signed, and orders that are paid: what another listener may be storing at this moment.
    /// </summary>
    static string[] LocksOf(IReadOnlyList<Receipt> receipts) =>
    [
        .. receipts.Where(r => !r.IsEventIdSigned).Select(r => $"{r.SourceName}/{r.EventId}"),
        .. PostgresMarks.LocksOf(receipts),
    ];

    void Lock(Receipt[] receipts)
    {
        var locks = LocksOf(receipts);
        if (locks.Length == 0) return;
        using var batch = Batch();
        PostgresArrays.AddTo(batch, LockIdsSql, locks).Column(NpgsqlDbType.Text, l => l);
        batch.ExecuteNonQuery();
    }

    void Compare(List<Receipt> known)
    {
        var conflicts = new List<(Receipt Receipt, long Sequence, ConflictKind Kind)>();
        using (var command = Command(CompareSql))
        {
            AddTexts(command, known, r => r.SourceName);
            AddTexts(command, known, r => r.Identity);
            AddTexts(command, known, r => r.EventId);
            AddBodies(command, known);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var receipt = known[(int)reader.GetInt64(0) - 1];
                receipt.KnownSequence = reader.GetInt64(1);
                var (knownId, hasSameBody) = (reader.GetString(2), reader.GetBoolean(3));
                if (hasSameBody && knownId == receipt.EventId)
                {
                    receipt.Outcome = StoreOutcome.Duplicate;
                    continue;
                }
                receipt.KnownEventId = knownId;
                conflicts.Add((receipt, receipt.KnownSequence,
                    hasSameBody ? ConflictKind.PossibleReplay : ConflictKind.OtherBody));
            }
        }
        foreach (var (receipt, sequence, kind) in conflicts) Record(receipt, sequence, kind);
    }

    /// <summary>Counts every disagreement and keeps each different one once, up to a limit.</summary>
    void Record(Receipt receipt, long sequence, ConflictKind kind)
    {
        using var command = Command(RecordSql);
        var body = kind == ConflictKind.OtherBody ? receipt.Body.ToArray() : (object)DBNull.Value;
        command.Parameters.Add(new() { Value = sequence });
        command.Parameters.Add(new() { Value = (int)kind });
        command.Parameters.Add(new() { Value = receipt.ReceivedAt, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = receipt.EventId });
        command.Parameters.Add(new() { Value = System.Text.Encoding.UTF8.GetString(receipt.HeadersJson) });
        command.Parameters.Add(new() { Value = body, NpgsqlDbType = NpgsqlDbType.Bytea });
        command.Parameters.Add(new() { Value = (long)StoreLimits.ConflictsKeptPerEvent });
        command.ExecuteNonQuery();
        receipt.Outcome = kind == ConflictKind.OtherBody
            ? StoreOutcome.DuplicateWithOtherBody
            : StoreOutcome.PossibleReplay;
    }

    /// <summary>A command on the writer's connection, opened again after whatever broke it.</summary>
    NpgsqlCommand Command(string sql)
    {
        _connection ??= OpenConnection();
        return new NpgsqlCommand(sql, _connection) { CommandTimeout = (int)Math.Ceiling(commitDeadline.TotalSeconds) };
    }

    /// <summary>Several statements on the writer's connection, in one round trip.</summary>
    NpgsqlBatch Batch()
    {
        _connection ??= OpenConnection();
        return new NpgsqlBatch(_connection) { Timeout = (int)Math.Ceiling(commitDeadline.TotalSeconds) };
    }

    NpgsqlConnection OpenConnection()
    {
        var connection = source.OpenConnection();
        try
        {
            // A server set to acknowledge before it has synced would make our 200 a lie. And a plan made while a table
            // was young would read all of it when it is old: everything here is found through an index.
            using var command = new NpgsqlCommand("""
                select set_config('synchronous_commit', 'on', false)
                where current_setting('synchronous_commit') not in ('on', 'remote_apply')
                union all
                select set_config(name, 'off', false)
                from unnest(array['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin']) as name
                """, connection);
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    void Abandon()
    {
        _connection?.Dispose();
        _connection = null;
    }

    static void AddTexts(NpgsqlCommand command, List<Receipt> receipts, Func<Receipt, string?> value) =>
        Add(command, NpgsqlDbType.Text, receipts, value);

    static void AddBodies(NpgsqlCommand command, List<Receipt> receipts) =>
        Add(command, NpgsqlDbType.Bytea, receipts, r => r.BodyMemory);

    static void Add<T>(NpgsqlCommand command, NpgsqlDbType type, List<Receipt> receipts, Func<Receipt, T> value)
    {
        var column = new T[receipts.Count];
        for (var i = 0; i < column.Length; i++) column[i] = value(receipts[i]);
        command.Parameters.Add(
            new NpgsqlParameter<T[]> { TypedValue = column, NpgsqlDbType = NpgsqlDbType.Array | type });
    }
}
