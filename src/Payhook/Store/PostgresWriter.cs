using Npgsql;
using NpgsqlTypes;

namespace Payhook.Store;

/// <summary>Writes receipts to PostgreSQL: a batch is one statement with one array a column.</summary>
sealed class PostgresWriter(NpgsqlDataSource source, TimeSpan commitDeadline, TimeProvider time) : IEventWriter
{
    const string InsertSql = """
        insert into payhook_events (source, identity, event_id, event_type, payment_id, received_at, secret_number,
                                    under_known_id, headers, body, origin)
        select r.source, r.identity, r.event_id, r.event_type, r.payment_id, r.received_at, r.secret_number,
               not r.is_id_signed and (
                   exists (select from payhook_events e
                           where e.event_id = r.event_id and e.source = r.source and e.event_id <> e.identity)
                   or exists (select from payhook_events e where e.identity = r.event_id and e.source = r.source)),
               r.headers, r.body, r.origin
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             as r (source, identity, event_id, is_id_signed, event_type, payment_id, received_at, secret_number,
                   headers, body, origin)
        on conflict do nothing
        returning source, identity, under_known_id
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

    /// <summary>The whole delivery is kept once, beside those of its events that are new.</summary>
    const string KeepBatchSql = """
        with batch as (
            insert into payhook_batches (source, received_at, event_count, headers, body)
            values ($1, $2, $3, $4, $5) returning sequence)
        update payhook_events e set batch_sequence = batch.sequence from batch
        where e.source = $1 and e.identity = any ($6)
        """;

    readonly PostgresMarks _marks = new();
    NpgsqlConnection? _connection;

    public void Append(ReadOnlySpan<Receipt> batch)
    {
        var receipts = batch.ToArray();
        try
        {
            // Every writer inserts in the same order, so that two never wait for each other in a circle.
            var singles = Array.FindAll(receipts, r => r.Batch is null);
            Array.Sort(singles, CompareIdentity);
            foreach (var wave in Waves(singles)) AppendWave(wave);
            foreach (var together in receipts.Select(r => r.Batch).OfType<Batch>().Distinct()) AppendBatch(together);
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

    /// <summary>
    /// One statement does not see its own rows, so receipts that name the same event go one after another.
    /// </summary>
    static IEnumerable<List<Receipt>> Waves(Receipt[] sorted)
    {
        var rest = new List<Receipt>(sorted);
        while (rest.Count > 0)
        {
            var names = new HashSet<(string Source, string Name)>(rest.Count);
            var wave = new List<Receipt>(rest.Count);
            var later = new List<Receipt>();
            foreach (var receipt in rest)
            {
                var isFirst = names.Add((receipt.SourceName, receipt.Identity));
                if (!receipt.IsEventIdSigned) isFirst &= names.Add((receipt.SourceName, receipt.EventId));
                (isFirst ? wave : later).Add(receipt);
            }
            yield return wave;
            rest = later;
        }
    }

    void AppendWave(List<Receipt> wave, bool isInTransaction = false)
    {
        var known = Insert(wave, isInTransaction);
        if (known.Count > 0) Compare(known);
    }

    /// <summary>All events of one delivery in one transaction.</summary>
    void AppendBatch(Batch batch)
    {
        _connection ??= OpenConnection();
        using var transaction = _connection.BeginTransaction();
        try
        {
            var receipts = batch.Receipts.ToArray();
            Array.Sort(receipts, CompareIdentity);
            LockNames([.. receipts]);
            foreach (var wave in Waves(receipts)) AppendWave(wave, isInTransaction: true);
            var added = Array.FindAll(receipts, r => r.IsNew);
            if (added.Length > 0) KeepBatch(batch, added);
            transaction.Commit();
        }
        catch
        {
            // What was found is only true once it is committed.
            foreach (var receipt in batch.Receipts) receipt.Outcome = StoreOutcome.NotStored;
            throw;
        }
    }

    void KeepBatch(Batch batch, Receipt[] added)
    {
        using var command = Command(KeepBatchSql);
        var first = added[0];
        command.Parameters.Add(new() { Value = first.SourceName });
        command.Parameters.Add(new() { Value = first.ReceivedAt, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = batch.Receipts.Length });
        command.Parameters.Add(new() { Value = System.Text.Encoding.UTF8.GetString(first.HeadersJson) });
        command.Parameters.Add(new() { Value = first.Delivery.ToArray(), NpgsqlDbType = NpgsqlDbType.Bytea });
        AddTexts(command, [.. added], r => r.Identity);
        command.ExecuteNonQuery();
    }

    /// <summary>Inserts what is new, in a transaction of its own, and gives back what is known already.</summary>
    List<Receipt> Insert(List<Receipt> wave, bool isInTransaction)
    {
        using var transaction = isInTransaction ? null : BeginAndLockNames(wave);
        using var command = Command(InsertSql);
        AddTexts(command, wave, r => r.SourceName);
        AddTexts(command, wave, r => r.Identity);
        AddTexts(command, wave, r => r.EventId);
        Add(command, NpgsqlDbType.Boolean, wave, r => r.IsEventIdSigned);
        AddTexts(command, wave, r => r.EventType);
        AddTexts(command, wave, r => r.PaymentId);
        Add(command, NpgsqlDbType.TimestampTz, wave, r => r.ReceivedAt.UtcDateTime);
        Add(command, NpgsqlDbType.Integer, wave, r => r.SecretNumber);
        AddTexts(command, wave, r => System.Text.Encoding.UTF8.GetString(r.HeadersJson));
        AddBodies(command, wave);
        Add(command, NpgsqlDbType.Integer, wave, r => (int)r.Origin);

        var inserted = new Dictionary<(string, string), bool>(wave.Count);
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read()) inserted[(reader.GetString(0), reader.GetString(1))] = reader.GetBoolean(2);
        }

        var added = wave.FindAll(r => inserted.ContainsKey((r.SourceName, r.Identity)));
        PostgresPayments.Apply(Command, added, _marks);
        transaction?.Commit();

        foreach (var receipt in added)
        {
            receipt.Outcome = inserted[(receipt.SourceName, receipt.Identity)]
                ? StoreOutcome.StoredUnderKnownId
                : StoreOutcome.Stored;
        }
        return wave.FindAll(r => !inserted.ContainsKey((r.SourceName, r.Identity)));
    }

    NpgsqlTransaction? BeginAndLockNames(List<Receipt> wave)
    {
        if (wave.TrueForAll(r => r.IsEventIdSigned && r.Changes.Count == 0)) return null;
        _connection ??= OpenConnection();
        var transaction = _connection.BeginTransaction();
        LockNames(wave);
        return transaction;
    }

    /// <summary>Ids that are not signed, and payments: what another listener may be writing at this moment.</summary>
    void LockNames(List<Receipt> receipts)
    {
        string[] names =
        [
            .. receipts.Where(r => !r.IsEventIdSigned).Select(r => $"{r.SourceName}/{r.EventId}"),
            .. PostgresPayments.LocksOf(receipts),
        ];
        if (names.Length == 0) return;
        using var command = Command(LockIdsSql);
        command.Parameters.Add(new NpgsqlParameter<string[]>
        {
            TypedValue = names,
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
        });
        command.ExecuteNonQuery();
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
                var (knownId, hasSameBody) = (reader.GetString(2), reader.GetBoolean(3));
                if (hasSameBody && knownId == receipt.EventId)
                {
                    receipt.Outcome = StoreOutcome.Duplicate;
                    continue;
                }
                receipt.KnownEventId = knownId;
                conflicts.Add((receipt, reader.GetInt64(1),
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

    NpgsqlConnection OpenConnection()
    {
        var connection = source.OpenConnection();
        try
        {
            // A server set to acknowledge before it has synced would make our 200 a lie.
            using var command = new NpgsqlCommand("""
                select set_config('synchronous_commit', 'on', false)
                where current_setting('synchronous_commit') not in ('on', 'remote_apply')
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

    static int CompareIdentity(Receipt a, Receipt b)
    {
        var byIdentity = string.CompareOrdinal(a.Identity, b.Identity);
        return byIdentity != 0 ? byIdentity : string.CompareOrdinal(a.SourceName, b.SourceName);
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
