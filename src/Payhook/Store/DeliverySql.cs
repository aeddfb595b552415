using System.Data.Common;
using System.Globalization;

namespace Payhook.Store;

/// <summary>The statements about deliveries that both dialects understand, and how their rows are read.</summary>
static class DeliverySql
{
    public const string Columns = """
        d.sequence, d.destination_id, d.event_sequence, d.replay_id, d.state, d.attempt_count, d.first_attempt_at,
            d.due_at, d.ordering_key, d.last_failure
        """;

    public const int ColumnCount = 10;

    public const string Attempts = """
        select number, at, duration, status, failure, detail, answer from payhook_attempts
        where delivery_sequence = $1 order by number
        """;

    /// <summary>Delivered rows are not read: they are nearly all there are.</summary>
    public static string Counts(Func<string, string> hint) => $"""
        select d.sequence,
            (select count(*) from payhook_deliveries p {hint("open")}
             where p.destination_id = d.sequence and p.state = 1 and p.state <> 2),
            (select count(*) from payhook_deliveries p {hint("open")}
             where p.destination_id = d.sequence and p.state = 3 and p.state <> 2),
            (select min(p.due_at) from payhook_deliveries p {hint("due")}
             where p.destination_id = d.sequence and p.state = 1),
            (select coalesce(p.first_attempt_at, p.changed_at) from payhook_deliveries p {hint("open")}
             where p.destination_id = d.sequence and p.state = 1 and p.state <> 2 order by p.sequence limit 1)
        from payhook_destinations d where d.removed_at is null
        """;

    /// <summary>A bounded count of each failure's part of the index.</summary>
    public static string DeadByFailure(Func<string, string> hint) => string.Join(" union all ",
        FailureClasses.Numbers.Select(failure => $"""
            select {failure}, (select count(*) from (
                select 1 from payhook_deliveries {hint("dead")}
                where destination_id = $1 and state = 3 and last_failure = {failure} and last_failure <> 0
                limit $2) as f)
            """));

    /// <summary>The next dead letters that may be taken up: $1 whose, $2 to $3 their numbers, $4 how many.</summary>
    /// <param name="failure">Only those whose last attempt failed so.</param>
    /// <param name="hint">Names the index where the dialect has to be told.</param>
    public static string Dead(FailureClass? failure, Func<string, string> hint) => string.Create(
        CultureInfo.InvariantCulture, $"""
        select sequence from payhook_deliveries {hint(failure is null ? "open" : "dead")}
        where destination_id = $1 and state = 3 {(failure is null ? "and state <> 2"
            : string.Create(CultureInfo.InvariantCulture, $"and last_failure = {(int)failure} and last_failure <> 0"))}
            and sequence >= $2 and sequence <= $3
        order by sequence limit $4
        """);

    public const string PendingCount = """
        select count(*), min(due_at) from payhook_deliveries where destination_id = $1 and state = 1
        """;

    public const string PendingKeys = """
        select ordering_key from payhook_deliveries
        where destination_id = $1 and state = 1 and ordering_key is not null
        """;

    /// <summary>A page of deliveries, and the values to bind to it; an index has the order of each.</summary>
    /// <param name="page">The page.</param>
    /// <param name="hint">Names the index where the dialect has to be told; empty: the numbers themselves.</param>
    /// <param name="isOfEvent">Limits the rows to an event, whose number is bound to the name that is given.</param>
    public static (string Sql, object[] Values) Page(
        DeliveryPage page, Func<string, string> hint, Func<string, string> isOfEvent)
    {
        var values = new List<object>();
        var filter = $"d.sequence < {Add(page.BeforeSequence)}";
        if (page.DestinationId is { } destination) filter += $" and d.destination_id = {Add(destination)}";
        else if (page.EventSequence is not null)
            filter += " and d.destination_id in (select sequence from payhook_destinations)";
        if (page.EventSequence is { } number) filter += $" and {isOfEvent(Add(number))}";
        // Literals, so that both engines see that a partial index has the rows.
        if (page.ReplayId is { } replay)
        {
            filter += $" and d.replay_id = {Add(replay)}";
            if (replay != 0) filter += " and d.replay_id <> 0";
        }
        if (page.State is { } state)
        {
            filter += string.Create(CultureInfo.InvariantCulture, $" and d.state = {(int)state}");
            if (state != DeliveryState.Delivered) filter += " and d.state <> 2";
        }
        if (page.Failure is { } failure)
        {
            filter += string.Create(CultureInfo.InvariantCulture, $" and d.last_failure = {(int)failure}");
            if (failure != FailureClass.None) filter += " and d.last_failure <> 0";
        }
        var order = page.IsOldestFirst ? "" : " desc";
        var sql = $"""
            select {Columns}, e.event_id, e.event_type, e.source, d.changed_at from (
                select * from payhook_deliveries d {hint(IndexOf(page))} where {filter}
                order by d.sequence{order} limit {Add(page.Limit)}) d
            join payhook_events e on e.sequence = d.event_sequence order by d.sequence{order}
            """;
        return (sql, [.. values]);

        string Add(object value)
        {
            values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${values.Count}");
        }
    }

    /// <summary>The narrowest index that has the rows in their order.</summary>
    static string IndexOf(DeliveryPage page) => page switch
    {
        { EventSequence: not null } => "event",
        { ReplayId: not null and not 0 } => "replay",
        { State: not null and not DeliveryState.Delivered, DestinationId: not null } => "open",
        { Failure: not null and not FailureClass.None, DestinationId: not null } => "failing",
        { DestinationId: not null } => "destination",
        { State: not null and not DeliveryState.Delivered } => "state",
        { Failure: not null and not FailureClass.None } => "failure",
        _ => "",
    };

    public static Delivery Read(DbDataReader row, int first, Func<int, DateTimeOffset> moment) => new()
    {
        Sequence = row.GetInt64(first),
        DestinationId = row.GetInt64(first + 1),
        EventSequence = row.GetInt64(first + 2),
        ReplayId = row.GetInt64(first + 3),
        State = (DeliveryState)row.GetInt32(first + 4),
        AttemptCount = row.GetInt32(first + 5),
        FirstAttemptAt = row.IsDBNull(first + 6) ? null : moment(first + 6),
        DueAt = moment(first + 7),
        OrderingKey = row.IsDBNull(first + 8) ? null : row.GetString(first + 8),
        LastFailure = (FailureClass)row.GetInt32(first + 9),
    };

    public static DeliveryLine ReadLine(DbDataReader row, Func<int, DateTimeOffset> moment) => new(
        Read(row, 0, moment), row.GetString(ColumnCount), row.GetString(ColumnCount + 1),
        row.GetString(ColumnCount + 2), moment(ColumnCount + 3));

    public static Attempt ReadAttempt(DbDataReader row, Func<int, DateTimeOffset> moment) => new(
        row.GetInt32(0), moment(1), TimeSpan.FromMicroseconds(row.GetInt64(2)), row.GetInt32(3),
        (FailureClass)row.GetInt32(4), row.GetString(5), row.GetFieldValue<byte[]>(6));

    public static DeliveryCount ReadCount(DbDataReader row, Func<int, DateTimeOffset> moment) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.IsDBNull(3) ? null : moment(3),
            row.IsDBNull(4) ? null : moment(4));

    /// <summary>Reads deliveries with their events up to the bytes of a page.</summary>
    public static async ValueTask<IReadOnlyList<DueDelivery>> WithinPageAsync(
        IAsyncEnumerable<DueDelivery> rows, CancellationToken cancellation)
    {
        var deliveries = new List<DueDelivery>();
        long bytes = 0;
        await foreach (var row in rows)
        {
            deliveries.Add(row);
            bytes += row.Event.Event.Body!.Length + row.Event.Event.HeadersJson!.Length;
            if (bytes >= StoreLimits.PageBytes) return deliveries;
        }
        // A query that was cancelled ends like one that found no more.
        cancellation.ThrowIfCancellationRequested();
        return deliveries;
    }

    /// <summary>The columns of events, in a statement that has others of the same names.</summary>
    public static string EventColumns(string columns) =>
        string.Join(", ", columns.Split(", ").Select(column => $"e.{column}"));
}
