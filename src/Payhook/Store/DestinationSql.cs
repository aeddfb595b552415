using System.Data.Common;
using System.Globalization;

namespace Payhook.Store;

/// <summary>The statements about destinations that both dialects understand, and how their rows are read.</summary>
static class DestinationSql
{
    const string DestinationColumns = """
        sequence, name, settings, secrets, state, state_reason, is_from_file, revision, created_at, updated_at,
            cursor_sequence
        """;

    const string ReplayColumns = """
        sequence, destination_id, filter, state, rate_limit, event_count, planned_count, created_by, created_at,
            after_sequence, until_sequence, cursor_sequence
        """;

    /// <summary>All that are not removed.</summary>
    /// <param name="more">The columns of transactions, where the dialect has them.</param>
    public static string All(string more) =>
        $"select {DestinationColumns}{more} from payhook_destinations where removed_at is null order by name";

    public static DestinationRow Read(DbDataReader row, Func<int, DateTimeOffset> moment, bool isFromFile) => new()
    {
        Id = row.GetInt64(0),
        Name = row.GetString(1),
        SettingsJson = row.GetString(2),
        SecretsJson = row.GetString(3),
        State = (DestinationState)row.GetInt32(4),
        StateReason = row.GetString(5),
        IsFromFile = isFromFile,
        Revision = row.GetInt64(7),
        CreatedAt = moment(8),
        UpdatedAt = moment(9),
        Cursor = new(Transaction(row, 11), row.GetInt64(10)),
    };

    /// <summary>A page of replays, and the values to bind to it.</summary>
    /// <param name="page">The page.</param>
    /// <param name="more">The columns of transactions, where the dialect has them.</param>
    /// <param name="running">Names the index of those that run, where the dialect has to be told.</param>
    public static (string Sql, object[] Values) Replays(ReplayPage page, string more, string running)
    {
        var values = new List<object>();
        var hint = page is { State: ReplayState.Running, Id: null } ? running : "";
        var sql = $"""
            select {ReplayColumns}{more} from payhook_replays {hint} where sequence < {Add(page.BeforeId)}
            """;
        if (page.Id is { } id) sql += $" and sequence = {Add(id)}";
        if (page.DestinationId is { } destination) sql += $" and destination_id = {Add(destination)}";
        if (page.State is { } state)
            sql += string.Create(CultureInfo.InvariantCulture, $" and state = {(int)state}");
        return ($"{sql} order by sequence desc limit {Add(page.Limit)}", [.. values]);

        string Add(object value)
        {
            values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${values.Count}");
        }
    }

    public static ReplayRow ReadReplay(DbDataReader row, Func<int, DateTimeOffset> moment) => new()
    {
        Id = row.GetInt64(0),
        DestinationId = row.GetInt64(1),
        FilterJson = row.GetString(2),
        State = (ReplayState)row.GetInt32(3),
        RateLimitPerSecond = row.GetDouble(4),
        EventCount = row.GetInt64(5),
        PlannedCount = row.GetInt64(6),
        CreatedBy = row.GetString(7),
        CreatedAt = moment(8),
        Span = new(new(Transaction(row, 12), row.GetInt64(9)), new(Transaction(row, 13), row.GetInt64(10))),
        Cursor = new(Transaction(row, 14), row.GetInt64(11)),
    };

    /// <summary>Where a replay begins, which may be behind the beginning of its part of the feed.</summary>
    public static FeedPosition StartOf(ReplayRow replay) =>
        replay.Cursor > replay.Span.After ? replay.Cursor : replay.Span.After;

    static ulong Transaction(DbDataReader row, int column) =>
        column < row.FieldCount ? row.GetFieldValue<ulong>(column) : 0;
}
