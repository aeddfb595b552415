using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Payhook.Store;

/// <summary>Rejections in PostgreSQL: of all listeners that share it, within one bound.</summary>
sealed class PostgresRejections(PostgresStore store, NpgsqlDataSource source) : IRejectionStore
{
    /// <summary>
    /// "payrej" in ASCII: listeners prune one after another, so that no two wait for each other in a circle.
    /// </summary>
    const long PruneLock = 0x7061_7972_656a;

    const string Columns =
        "sequence, source, reason, cause, explanation, received_at, query, headers, body_bytes, promoted_at, "
        + "promoted_sequence";

    public void Append(
        IReadOnlyList<Rejection> kept, IReadOnlyCollection<RejectionCount> counted, RejectionBounds bounds) =>
        Write(batch =>
        {
            // The writer of events must not wait for a sync that nobody was promised.
            Add(batch, "set local synchronous_commit = off");
            Add(batch, $"select pg_advisory_xact_lock({PruneLock})");
            if (bounds.KeptPerReason > 0)
            {
                foreach (var rejection in kept) AddInsert(batch, rejection);
            }
            foreach (var of in counted) AddCount(batch, of);
            if (kept.Count > 0) AddPrune(batch, kept, bounds);
        });

    public IAsyncEnumerable<Rejection> Rejections(RejectionPage page, CancellationToken cancellation) =>
        store.QueryAsync(
            $"""
            select {Columns} from payhook_rejections
            where sequence < $1 and ($2 = '' or source = $2) and ($3 = '' or reason = $3) and ($4 = '' or cause = $4)
            order by sequence desc limit $5
            """,
            row => Read(row, withBody: false), cancellation, page.BeforeSequence, page.SourceName ?? "",
            page.Reason ?? "", page.Cause ?? "", page.Limit);

    public IAsyncEnumerable<RejectionCount> Counts(CancellationToken cancellation) => store.QueryAsync(
        "select source, reason, cause, count, last_at from payhook_rejection_counts order by source, reason, cause",
        row => new RejectionCount(row.GetString(0), row.GetString(1), row.GetString(2) is { Length: > 0 } c ? c : null,
            row.GetInt64(3), PostgresStore.Moment(row, 4)),
        cancellation);

    public async ValueTask<Rejection?> FindAsync(long sequence, CancellationToken cancellation)
    {
        var found = store.QueryAsync($"select {Columns}, body from payhook_rejections where sequence = $1",
            row => Read(row, withBody: true), cancellation, sequence);
        return await found.FirstOrDefaultAsync(cancellation);
    }

    public void MarkPromoted(long sequence, long? eventSequence, DateTimeOffset at) => Write(batch => Add(batch,
        "update payhook_rejections set promoted_at = $1, promoted_sequence = $2 where sequence = $3",
        Value(at), Value(eventSequence, NpgsqlDbType.Bigint), Value(sequence)));

    void Write(Action<NpgsqlBatch> fill)
    {
        try
        {
            using var connection = source.OpenConnection();
            using var transaction = connection.BeginTransaction();
            using var batch = new NpgsqlBatch(connection, transaction) { Timeout = StoreLimits.LockWaitSeconds };
            fill(batch);
            batch.ExecuteNonQuery();
            transaction.Commit();
        }
        catch (NpgsqlException e)
        {
            throw PostgresError.From(e);
        }
    }

    static void AddInsert(NpgsqlBatch batch, Rejection rejection) => Add(batch,
        """
        insert into payhook_rejections (source, reason, cause, explanation, received_at, query, headers, body,
                                        body_bytes, kept_bytes)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """,
        Value(rejection.SourceName), Value(rejection.Reason), Value(rejection.Cause, NpgsqlDbType.Text),
        Value(rejection.Explanation, NpgsqlDbType.Text), Value(rejection.ReceivedAt), Value(rejection.Query),
        Value(Encoding.UTF8.GetString(rejection.HeadersJson)), Value(rejection.Body, NpgsqlDbType.Bytea),
        Value(rejection.BodyBytes), Value(rejection.KeptBytes));

    static void AddCount(NpgsqlBatch batch, RejectionCount of) => Add(batch,
        """
        insert into payhook_rejection_counts as c (source, reason, cause, count, last_at) values ($1, $2, $3, $4, $5)
        on conflict (source, reason, cause) do update
        set count = c.count + excluded.count, last_at = greatest(c.last_at, excluded.last_at)
        """,
        Value(of.SourceName), Value(of.Reason), Value(of.Cause ?? ""), Value(of.Count), Value(of.LastAt));

    static void AddPrune(NpgsqlBatch batch, IReadOnlyList<Rejection> kept, RejectionBounds bounds)
    {
        if (bounds.KeptPerReason == 0) // whoever asks for none does not want those of yesterday either
        {
            Add(batch, "delete from payhook_rejections");
            return;
        }
        foreach (var (name, reason) in kept.Select(r => (r.SourceName, r.Reason)).Distinct())
        {
            Add(batch,
                """
                delete from payhook_rejections where source = $1 and reason = $2 and sequence <= (
                    select sequence from payhook_rejections where source = $1 and reason = $2
                    order by sequence desc limit 1 offset $3)
                """,
                Value(name), Value(reason), Value((long)bounds.KeptPerReason));
        }
        Add(batch,
            """
            delete from payhook_rejections where sequence <= (
                select max(sequence) from (
                    select sequence, sum(kept_bytes) over (order by sequence desc) as total from payhook_rejections
                ) as sums where total > $1)
            """,
            Value(bounds.LimitBytes));
    }

    static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> values)
    {
        var command = batch.CreateBatchCommand();
        command.CommandText = sql;
        foreach (var value in values) command.Parameters.Add(value);
        batch.BatchCommands.Add(command);
    }

    static NpgsqlParameter Value(DateTimeOffset moment) =>
        new() { Value = moment.ToUniversalTime(), NpgsqlDbType = NpgsqlDbType.TimestampTz };

    static NpgsqlParameter Value(string text) => Value(text, NpgsqlDbType.Text);

    static NpgsqlParameter Value(long number) => Value(number, NpgsqlDbType.Bigint);

    static NpgsqlParameter Value(object? value, NpgsqlDbType type) =>
        new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    static Rejection Read(NpgsqlDataReader row, bool withBody) => new()
    {
        Sequence = row.GetInt64(0),
        SourceName = row.GetString(1),
        Reason = row.GetString(2),
        Cause = row.IsDBNull(3) ? null : row.GetString(3),
        Explanation = row.IsDBNull(4) ? null : row.GetString(4),
        ReceivedAt = PostgresStore.Moment(row, 5),
        Query = row.GetString(6),
        HeadersJson = row.GetFieldValue<byte[]>(7),
        BodyBytes = row.GetInt64(8),
        PromotedAt = row.IsDBNull(9) ? null : PostgresStore.Moment(row, 9),
        PromotedSequence = row.IsDBNull(10) ? null : row.GetInt64(10),
        Body = withBody ? row.GetFieldValue<byte[]>(11) : [],
    };
}
