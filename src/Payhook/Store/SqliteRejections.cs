using Microsoft.Data.Sqlite;

namespace Payhook.Store;

/// <summary>Rejections in the file of the events, with which they share nothing but the lock for writing.</summary>
sealed class SqliteRejections(SqliteStore store) : IRejectionStore
{
    const string Columns =
        "sequence, source, reason, cause, explanation, received_at, query, headers, body_bytes, promoted_at, "
        + "promoted_sequence";

    public void Append(
        IReadOnlyList<Rejection> kept, IReadOnlyCollection<RejectionCount> counted, RejectionBounds bounds) =>
        Write(connection =>
        {
            if (bounds.KeptPerReason > 0) Insert(connection, kept);
            Count(connection, counted);
            Prune(connection, kept, bounds);
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
            row.GetInt64(3), SqliteStore.Moment(row.GetInt64(4))),
        cancellation);

    public async ValueTask<Rejection?> FindAsync(long sequence, CancellationToken cancellation)
    {
        var found = store.QueryAsync($"select {Columns}, body from payhook_rejections where sequence = $1",
            row => Read(row, withBody: true), cancellation, sequence);
        return await found.FirstOrDefaultAsync(cancellation);
    }

    public void MarkPromoted(long sequence, long? eventSequence, DateTimeOffset at) => Write(connection =>
    {
        using var mark = new SqliteStatement(connection.Handle!,
            "update payhook_rejections set promoted_at = ?1, promoted_sequence = ?2 where sequence = ?3");
        mark.Bind(SqliteStore.Microseconds(at));
        (eventSequence is { } number ? mark.Bind(number) : mark.BindNull()).Bind(sequence).Run();
    });

    /// <summary>The writer of events must not wait for a sync that nobody was promised; its own covers this.</summary>
    void Write(Action<SqliteConnection> write) => store.Write(isSynced: false, write);

    static void Insert(SqliteConnection connection, IReadOnlyList<Rejection> kept)
    {
        using var insert = new SqliteStatement(connection.Handle!, """
            insert into payhook_rejections (source, reason, cause, explanation, received_at, query, headers, body,
                                            body_bytes, kept_bytes)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """);
        foreach (var rejection in kept)
        {
            insert.Bind(rejection.SourceName).Bind(rejection.Reason).Bind(rejection.Cause).Bind(rejection.Explanation)
                .Bind(SqliteStore.Microseconds(rejection.ReceivedAt)).Bind(rejection.Query)
                .BindText(rejection.HeadersJson).BindBlob(rejection.Body).Bind(rejection.BodyBytes)
                .Bind(rejection.KeptBytes).Run();
        }
    }

    static void Count(SqliteConnection connection, IReadOnlyCollection<RejectionCount> counted)
    {
        using var count = new SqliteStatement(connection.Handle!, """
            insert into payhook_rejection_counts (source, reason, cause, count, last_at) values (?1, ?2, ?3, ?4, ?5)
            on conflict (source, reason, cause) do update
            set count = count + excluded.count, last_at = max(last_at, excluded.last_at)
            """);
        foreach (var of in counted)
        {
            count.Bind(of.SourceName).Bind(of.Reason).Bind(of.Cause ?? "").Bind(of.Count)
                .Bind(SqliteStore.Microseconds(of.LastAt)).Run();
        }
    }

    static void Prune(SqliteConnection connection, IReadOnlyList<Rejection> kept, RejectionBounds bounds)
    {
        if (kept.Count == 0) return;
        if (bounds.KeptPerReason == 0) // whoever asks for none does not want those of yesterday either
        {
            SqliteStore.Execute(connection, "delete from payhook_rejections");
            return;
        }
        using var beyondCount = new SqliteStatement(connection.Handle!, """
            delete from payhook_rejections where source = ?1 and reason = ?2 and sequence <= (
                select sequence from payhook_rejections where source = ?1 and reason = ?2
                order by sequence desc limit 1 offset ?3)
            """);
        foreach (var (source, reason) in kept.Select(r => (r.SourceName, r.Reason)).Distinct())
            beyondCount.Bind(source).Bind(reason).Bind(bounds.KeptPerReason).Run();

        using var beyondBytes = new SqliteStatement(connection.Handle!, """
            delete from payhook_rejections where sequence <= (
                select max(sequence) from (
                    select sequence, sum(kept_bytes) over (order by sequence desc) as total from payhook_rejections)
                where total > ?1)
            """);
        beyondBytes.Bind(bounds.LimitBytes).Run();
    }

    static Rejection Read(SqliteDataReader row, bool withBody) => new()
    {
        Sequence = row.GetInt64(0),
        SourceName = row.GetString(1),
        Reason = row.GetString(2),
        Cause = row.IsDBNull(3) ? null : row.GetString(3),
        Explanation = row.IsDBNull(4) ? null : row.GetString(4),
        ReceivedAt = SqliteStore.Moment(row.GetInt64(5)),
        Query = row.GetString(6),
        HeadersJson = row.GetFieldValue<byte[]>(7),
        BodyBytes = row.GetInt64(8),
        PromotedAt = row.IsDBNull(9) ? null : SqliteStore.Moment(row.GetInt64(9)),
        PromotedSequence = row.IsDBNull(10) ? null : row.GetInt64(10),
        Body = withBody ? row.GetFieldValue<byte[]>(11) : [],
    };
}
