using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Payhook.Store;

/// <summary>Writes receipts to SQLite with one connection and statements prepared once.</summary>
sealed class SqliteWriter(SqliteStore store, TimeProvider time) : IEventWriter
{
    Session? _session;

    public void Append(ReadOnlySpan<Receipt> batch)
    {
        // Outcomes are only shown once they are true, that is, after the commit.
        Span<StoreOutcome> outcomes = stackalloc StoreOutcome[batch.Length];
        using var turn = store.TakeTurn();
        var session = Begin();
        try
        {
            for (var i = 0; i < batch.Length; i++) outcomes[i] = session.Write(batch[i]);
            session.ApplyPayments();
            session.Commit.Run();
        }
        catch
        {
            foreach (var receipt in batch)
            {
                if (receipt.Batch is { } undone) undone.Sequence = 0;
            }
            Abandon();
            throw;
        }
        for (var i = 0; i < batch.Length; i++) batch[i].Outcome = outcomes[i];
    }

    public void Probe()
    {
        using var turn = store.TakeTurn();
        var session = Begin();
        try
        {
            session.Probe.Bind(SqliteStore.Microseconds(time.GetUtcNow())).Run();
            session.Commit.Run();
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    public void Dispose() => Abandon();

    Session Begin()
    {
        // A database file that was deleted would go on taking writes, and lose them all with the last handle.
        if (!File.Exists(store.Path))
        {
            Abandon();
            throw new StoreUnavailableException($"The database file {store.Path} is gone.");
        }
        try
        {
            _session ??= new Session(store.OpenConnection());
            _session.Begin.Run();
            return _session;
        }
        catch (SqliteException e) when (SqliteError.IsUnavailable(e.SqliteErrorCode))
        {
            Abandon();
            throw new StoreUnavailableException(e.Message, e);
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    /// <summary>Closing rolls back, and the next batch starts from a state that is known.</summary>
    void Abandon()
    {
        _session?.Dispose();
        _session = null;
    }

    /// <summary>A connection and what is prepared on it.</summary>
    sealed class Session : IDisposable
    {
        readonly SqliteConnection _connection;
        readonly SqliteStatement _insert, _findLabel, _find, _findConflict, _count, _keepConflict, _keepBatch, _join;
        readonly SqlitePayments _payments;
        readonly PaymentBook _book = new();

        public Session(SqliteConnection connection)
        {
            _connection = connection;
            Begin = Prepare("begin immediate");
            Commit = Prepare("commit");
            Probe = Prepare("update payhook_probe set probed_at = ?1");
            _insert = Prepare("""
                insert into payhook_events (source, identity, event_id, event_type, payment_id, received_at,
                                            secret_number, under_known_id, headers, body, origin, is_linked)
                values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) on conflict do nothing
                """);
            _findLabel = Prepare("""
                select 1 from payhook_events where event_id = ?1 and source = ?2 and event_id <> identity
                union all select 1 from payhook_events where identity = ?1 and source = ?2
                """);
            _find = Prepare("""
                select sequence, event_id, conflict_count, body from payhook_events where identity = ?1 and source = ?2
                """);
            _findConflict = Prepare("""
                select 1 from payhook_conflicts
                where event_sequence = ?1 and kind = ?2 and event_id = ?3 and body is ?4
                """);
            _count = Prepare("update payhook_events set conflict_count = conflict_count + 1 where sequence = ?1");
            _keepConflict = Prepare("""
                insert into payhook_conflicts (event_sequence, kind, received_at, event_id, headers, body)
                values (?1, ?2, ?3, ?4, ?5, ?6)
                """);
            _keepBatch = Prepare("""
                insert into payhook_batches (source, received_at, event_count, headers, body)
                values (?1, ?2, ?3, ?4, ?5)
                """);
            _payments = new SqlitePayments(connection.Handle!);
            _join = Prepare("update payhook_events set batch_sequence = ?1 where sequence = ?2");
        }

        public SqliteStatement Begin { get; }
        public SqliteStatement Commit { get; }
        public SqliteStatement Probe { get; }

        public StoreOutcome Write(Receipt receipt)
        {
            var isIdKnown = !receipt.IsEventIdSigned
                && _findLabel.Bind(receipt.EventId).Bind(receipt.SourceName).Exists();
            var inserted = _insert.Bind(receipt.SourceName).Bind(receipt.Identity).Bind(receipt.EventId)
                .Bind(receipt.EventType).Bind(receipt.PaymentId).Bind(SqliteStore.Microseconds(receipt.ReceivedAt))
                .Bind(receipt.SecretNumber).Bind(isIdKnown ? 1 : 0)
                .BindText(receipt.HeadersJson).BindBlob(receipt.Body).Bind((long)receipt.Origin)
                .Bind(receipt.IsLinked ? 1 : 0).Run();
            if (inserted == 0) return Compare(receipt);
            var sequence = raw.sqlite3_last_insert_rowid(_connection.Handle!);
            if (receipt.Batch is { } batch) Join(batch, receipt, sequence);
            _book.Add(receipt, sequence);
            return isIdKnown ? StoreOutcome.StoredUnderKnownId : StoreOutcome.Stored;
        }

        /// <summary>Lets the events that were new have their effect on their payments.</summary>
        public void ApplyPayments()
        {
            if (_book.IsEmpty) return;
            _payments.Apply(_book);
            _book.Clear();
        }

        /// <summary>The whole delivery is kept once, with the first of its events that is new.</summary>
        void Join(Batch batch, Receipt receipt, long sequence)
        {
            if (batch.Sequence == 0)
            {
                _keepBatch.Bind(receipt.SourceName).Bind(SqliteStore.Microseconds(receipt.ReceivedAt))
                    .Bind(batch.Receipts.Length).BindText(receipt.HeadersJson).BindBlob(receipt.Delivery).Run();
                batch.Sequence = raw.sqlite3_last_insert_rowid(_connection.Handle!);
            }
            _join.Bind(batch.Sequence).Bind(sequence).Run();
        }

        StoreOutcome Compare(Receipt receipt)
        {
            _find.Bind(receipt.Identity).Bind(receipt.SourceName).Step();
            var sequence = _find.Int64(0);
            var knownId = _find.Text(1);
            var conflicts = _find.Int64(2);
            var hasSameBody = _find.Blob(3).SequenceEqual(receipt.Body);
            _find.Reset();

            receipt.KnownSequence = sequence;
            if (hasSameBody && knownId == receipt.EventId) return StoreOutcome.Duplicate;
            receipt.KnownEventId = knownId;
            var kind = hasSameBody ? ConflictKind.PossibleReplay : ConflictKind.OtherBody;
            Record(receipt, sequence, kind, conflicts);
            return hasSameBody ? StoreOutcome.PossibleReplay : StoreOutcome.DuplicateWithOtherBody;
        }

        /// <summary>Counts every disagreement and keeps each different one once, up to a limit.</summary>
        void Record(Receipt receipt, long sequence, ConflictKind kind, long conflicts)
        {
            _count.Bind(sequence).Run();
            if (conflicts >= StoreLimits.ConflictsKeptPerEvent) return;
            BindBody(_findConflict.Bind(sequence).Bind((long)kind).Bind(receipt.EventId), receipt, kind);
            if (_findConflict.Exists()) return;
            _keepConflict.Bind(sequence).Bind((long)kind).Bind(SqliteStore.Microseconds(receipt.ReceivedAt))
                .Bind(receipt.EventId).BindText(receipt.HeadersJson);
            BindBody(_keepConflict, receipt, kind).Run();
        }

        static SqliteStatement BindBody(SqliteStatement statement, Receipt receipt, ConflictKind kind) =>
            kind == ConflictKind.OtherBody ? statement.BindBlob(receipt.Body) : statement.BindNull();

        SqliteStatement Prepare(string sql) => new(_connection.Handle!, sql);

        public void Dispose()
        {
            foreach (var statement in new[]
            {
                Begin, Commit, Probe, _insert, _findLabel, _find, _findConflict, _count, _keepConflict, _keepBatch,
                _join,
            })
            {
                statement.Dispose();
            }
            _payments.Dispose();
            // Explicit, so that a transaction left open never outlives its batch.
            if (raw.sqlite3_get_autocommit(_connection.Handle!) == 0)
                _ = raw.sqlite3_exec(_connection.Handle!, "rollback");
            _connection.Dispose();
        }
    }
}
