using Npgsql;

namespace Payhook.Store;

/// <summary>
/// Transactions are numbered by the server. A database restored into a younger one has transactions of its future,
/// behind which everything new would hide.
/// </summary>
static class PostgresRestored
{
    const string Next = "pg_snapshot_xmax(pg_current_snapshot())";

    /// <summary>The last place before everything that may still be committed.</summary>
    const string LatestXid = "(pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text::xid8";

    const string LatestSequence = "9223372036854775807";

    const string IsRestored = $"exists (select from payhook_events where commit_xid >= {Next})";

    /// <summary>The first event that is to become one of the oldest and that somebody has not got.</summary>
    const string First = $"""
        select min(e.sequence) as first from payhook_events e
        where e.commit_xid >= {Next} and (e.commit_xid, e.sequence) > (o.cursor_xid, o.cursor_sequence)
        """;

    /// <summary>Whoever has not got some of those that are the oldest already must not go past them.</summary>
    const string Back = $"""
        case when f.first is null then {LatestSequence}
            when o.cursor_xid = '0' then least(o.cursor_sequence, f.first - 1)
            else f.first - 1 end
        """;

    /// <summary>What is left of a replay, in the order to come.</summary>
    const string Left = $"""
        select case when e.commit_xid >= {Next} then xid8 '0' else e.commit_xid end as xid, e.sequence
        from payhook_events e
        where (e.commit_xid, e.sequence) > (p.cursor_xid, p.cursor_sequence)
            and (e.commit_xid, e.sequence) <= (p.until_xid, p.until_sequence)
        """;

    /// <summary>
    /// One statement, so that all its parts see the same rows and the same next transaction, however many listeners
    /// write at this moment. A destination goes back to before the first event that it has not got; those behind that
    /// place have rows, by which the forwarder knows them. So does a consumer, which gets some twice. A replay may get
    /// some events more, and none less.
    /// </summary>
    const string Sql = $"""
        with destinations as (
            update payhook_destinations d
            set cursor_xid = case when f.first is not null then xid8 '0' else {LatestXid} end,
                cursor_sequence = {Back}
            from payhook_destinations o cross join lateral ({First}) f
            where d.sequence = o.sequence and (o.cursor_xid >= {Next} or f.first is not null)),
        consumers as (
            update payhook_consumers c
            set cursor_xid = case when f.first is not null then xid8 '0' else {LatestXid} end,
                cursor_sequence = {Back}
            from payhook_consumers o cross join lateral ({First}) f
            where c.name = o.name and (o.cursor_xid >= {Next} or f.first is not null)),
        replays as (
            update payhook_replays r
            set cursor_xid = coalesce(f.xid, {LatestXid}), cursor_sequence = coalesce(f.sequence - 1, {LatestSequence}),
                until_xid = coalesce(l.xid, {LatestXid}), until_sequence = coalesce(l.sequence, {LatestSequence})
            from payhook_replays p
            left join lateral ({Left} order by 1, 2 limit 1) f on true
            left join lateral ({Left} order by 1 desc, 2 desc limit 1) l on true
            where r.sequence = p.sequence and p.state = 1 and (p.until_xid >= {Next} or {IsRestored})),
        deliveries as (
            update payhook_deliveries set commit_xid = '0' where {IsRestored} and commit_xid >= {Next})
        update payhook_events set commit_xid = '0' where commit_xid >= {Next}
        """;

    /// <summary>Makes those transactions the oldest, in the order of the events' numbers.</summary>
    public static void BringBack(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(Sql, connection);
        command.CommandTimeout = 0; // every event there is, once
        command.ExecuteNonQuery();
    }
}
