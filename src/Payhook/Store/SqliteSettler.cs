using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Payhook.Store;

/// <summary>
/// Writes what became of deliveries with one connection and statements prepared once. Its commits are not synced: they
/// are safe from an end of the process, and a power cut makes deliveries be made again.
/// </summary>
sealed class SqliteSettler(SqliteStore store, TimeProvider time) : IDisposable
{
    Session? _session;

    public IReadOnlyList<long> Settle(IReadOnlyList<Settlement> settlements)
    {
        using var turn = store.TakeTurn();
        // A database file that was deleted would go on taking writes, and lose them all with the last handle.
        if (!File.Exists(store.Path))
        {
            Abandon();
            throw new StoreUnavailableException($"The database file {store.Path} is gone.");
        }
        try
        {
            _session ??= new Session(store.OpenConnection());
            var now = SqliteStore.Microseconds(time.GetUtcNow());
            var lost = new List<long>();
            _session.Begin.Run();
            foreach (var settlement in settlements)
            {
                if (!_session.Write(settlement, now)) lost.Add(settlement.Lease.DestinationId);
            }
            _session.Commit.Run();
            return [.. lost.Distinct()];
        }
        catch (Exception e)
        {
            Abandon();
            if (e is SqliteException error && SqliteError.IsUnavailable(error.SqliteErrorCode))
                throw new StoreUnavailableException(e.Message, e);
            throw;
        }
    }

    public void Dispose()
    {
        using var turn = store.TakeTurn();
        Abandon();
    }

    /// <summary>Closing rolls back, and the next time starts from a state that is known.</summary>
    void Abandon()
    {
        _session?.Dispose();
        _session = null;
    }

    /// <summary>A connection and what is prepared on it.</summary>
    sealed class Session : IDisposable
    {
        readonly SqliteConnection _connection;
        readonly List<SqliteStatement> _all = [];
        readonly SqliteStatement _holds, _isCancelled, _add, _isThere, _change, _addAttempt, _move, _progress, _release;

        public Session(SqliteConnection connection)
        {
            _connection = connection;
            SqliteStore.Execute(connection, "pragma synchronous = normal");
            Begin = Prepare("begin immediate");
            Commit = Prepare("commit");
            _holds = Prepare("""
                select 1 from payhook_destinations where sequence = ?1 and lease_epoch = ?2 and removed_at is null
                """);
            _isCancelled = Prepare("select 1 from payhook_replays where sequence = ?1 and state = 3");
            _add = Prepare("""
                insert into payhook_deliveries (destination_id, event_sequence, replay_id, state, attempt_count,
                    first_attempt_at, due_at, ordering_key, last_failure, changed_at)
                values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) on conflict do nothing
                """);
            _isThere = Prepare("select 1 from payhook_deliveries where sequence = ?1 and destination_id = ?2");
            _change = Prepare("""
                update payhook_deliveries
                set state = case state when 1 then ?3 else state end, attempt_count = ?4,
                    first_attempt_at = coalesce(first_attempt_at, ?5), due_at = ?6, last_failure = ?7, changed_at = ?8
                where sequence = ?1 and destination_id = ?2 and state in (1, 4)
                """);
            _addAttempt = Prepare("""
                insert into payhook_attempts (delivery_sequence, number, at, duration, status, failure, detail, answer)
                values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict do nothing
                """);
            _move = Prepare("""
                update payhook_destinations set cursor_sequence = ?2 where sequence = ?1 and cursor_sequence < ?2
                """);
            _progress = Prepare("""
                update payhook_replays set cursor_sequence = max(cursor_sequence, ?3),
                    planned_count = planned_count + ?4, state = case when state = 1 and ?5 then 2 else state end
                where sequence = ?1 and destination_id = ?2
                """);
            _release = Prepare(ReleaseSql);
        }

        public SqliteStatement Begin { get; }
        public SqliteStatement Commit { get; }

        /// <summary>Writes what is of one destination; false where its lease was lost.</summary>
        public bool Write(Settlement settlement, long now)
        {
            var id = settlement.Lease.DestinationId;
            if (!_holds.Bind(id).Bind(settlement.Lease.Epoch).Exists()) return false;
            foreach (var settled in settlement.Deliveries) Write(id, settled, now);
            if (settlement.Cursor is { } cursor) _move.Bind(id).Bind(cursor.Sequence).Run();
            foreach (var replay in settlement.Replays)
            {
                _progress.Bind(replay.ReplayId).Bind(id).Bind(replay.Cursor.Sequence).Bind(replay.Planned)
                    .Bind(replay.IsDone ? 1 : 0).Run();
            }
            foreach (var key in settlement.KeysReleased) _release.Bind(id).Bind(key).Bind(now).Run();
            return true;
        }

        void Write(long destinationId, in SettledDelivery settled, long now)
        {
            var delivery = settled.Delivery;
            var sequence = delivery.Sequence;
            if (sequence == 0)
            {
                // What is still under way for a replay that was cancelled meanwhile is not tried again.
                var state = delivery is { ReplayId: not 0, State: DeliveryState.Pending }
                    && _isCancelled.Bind(delivery.ReplayId).Exists() ? DeliveryState.Cancelled : delivery.State;
                _add.Bind(destinationId).Bind(delivery.EventSequence).Bind(delivery.ReplayId).Bind((long)state)
                    .Bind(delivery.AttemptCount);
                Bind(_add, delivery.FirstAttemptAt).Bind(SqliteStore.Microseconds(delivery.DueAt))
                    .Bind(delivery.OrderingKey).Bind((long)delivery.LastFailure).Bind(now);
                if (_add.Run() == 0) return;
                sequence = raw.sqlite3_last_insert_rowid(_connection.Handle!);
            }
            else
            {
                if (!_isThere.Bind(sequence).Bind(destinationId).Exists()) return;
                _change.Bind(sequence).Bind(destinationId).Bind((long)delivery.State).Bind(delivery.AttemptCount);
                Bind(_change, delivery.FirstAttemptAt).Bind(SqliteStore.Microseconds(delivery.DueAt))
                    .Bind((long)delivery.LastFailure).Bind(now).Run();
            }
            if (settled.Attempt is not { } attempt) return;
            _addAttempt.Bind(sequence).Bind(attempt.Number).Bind(SqliteStore.Microseconds(attempt.At))
                .Bind((long)attempt.Duration.TotalMicroseconds).Bind(attempt.Status).Bind((long)attempt.Failure)
                .Bind(attempt.Detail).BindBlob(attempt.Answer).Run();
        }

        static SqliteStatement Bind(SqliteStatement statement, DateTimeOffset? moment) =>
            moment is { } at ? statement.Bind(SqliteStore.Microseconds(at)) : statement.BindNull();

        SqliteStatement Prepare(string sql)
        {
            var statement = new SqliteStatement(_connection.Handle!, sql);
            _all.Add(statement);
            return statement;
        }

        public void Dispose()
        {
            foreach (var statement in _all) statement.Dispose();
            // Explicit, so that a transaction left open never outlives its call.
            if (raw.sqlite3_get_autocommit(_connection.Handle!) == 0)
                _ = raw.sqlite3_exec(_connection.Handle!, "rollback");
            _connection.Dispose();
        }
    }

    /// <summary>
    /// Makes the first pending delivery of a key due, where it was never tried: one that was tried has a time of its
    /// own, and those behind it wait for it.
    /// </summary>
    public const string ReleaseSql = """
        update payhook_deliveries set due_at = min(due_at, ?3)
        where sequence = (
            select sequence from payhook_deliveries indexed by payhook_deliveries_key
            where destination_id = ?1 and ordering_key = ?2 and state = 1
            order by event_sequence, sequence limit 1) and attempt_count = 0
        """;
}
