using Payhook.Stats;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>What a reader of the counts asked for, in whole buckets of time.</summary>
static class StatsRequest
{
    public const int BucketsLimit = 1_500;
    public const int RowsLimit = 20_000;
    public const int ListLimit = 20;
    const int TextLimitChars = 255;
    static readonly TimeSpan Default = TimeSpan.FromHours(24);

    /// <summary>Ranges up to these are told by the minute and by the hour, where nobody says how.</summary>
    static readonly TimeSpan MinutesUpTo = TimeSpan.FromHours(6), HoursUpTo = TimeSpan.FromDays(15);

    /// <summary>Reads the parameters of <c>GET /stats</c>.</summary>
    /// <param name="query">The query.</param>
    /// <param name="sources">To know a provider's sources.</param>
    /// <param name="now">The end of a range that has none.</param>
    /// <param name="minutesFrom">The oldest moment whose minutes are told apart.</param>
    public static (StatsQuery? Query, Problem? Fault) OfRequests(
        IQueryCollection query, Sources sources, DateTimeOffset now, DateTimeOffset minutesFrom)
    {
        var read = new QueryReader(query);
        read.AllowOnly("from", "until", "bucket", "source", "provider", "type", "outcome", "group_by");
        var asked = Read(read, StatsTable.Requests, now, minutesFrom) with
        {
            SourceNames = FeedRequest.SourceNames(read, sources),
            EventTypes = read.List("type", ListLimit, TextLimitChars),
            Outcomes = Outcomes(
                read, StatsMeter.Outcomes, "stored, duplicate, conflict, failed or the reason of a refusal"),
        };
        return read.Fault is { } fault ? (null, fault) : (asked, null);
    }

    /// <summary>Reads the parameters of <c>GET /stats/deliveries</c>.</summary>
    /// <param name="query">The query.</param>
    /// <param name="now">The end of a range that has none.</param>
    /// <param name="minutesFrom">The oldest moment whose minutes are told apart.</param>
    public static (StatsQuery? Query, Problem? Fault) OfAttempts(
        IQueryCollection query, DateTimeOffset now, DateTimeOffset minutesFrom)
    {
        var read = new QueryReader(query);
        read.AllowOnly("from", "until", "bucket", "destination", "outcome", "group_by");
        var names = read.List("destination", ListLimit, TextLimitChars);
        var asked = Read(read, StatsTable.Attempts, now, minutesFrom) with
        {
            SourceNames = names.Count > 0 ? names : null,
            Outcomes = Outcomes(read, FailureClasses.Outcomes, "delivered or a failure"),
        };
        return read.Fault is { } fault ? (null, fault) : (asked, null);
    }

    static IReadOnlyList<string> Outcomes(QueryReader read, IReadOnlyList<string> known, string inWords)
    {
        var outcomes = read.List("outcome", ListLimit, TextLimitChars);
        if (outcomes.Except(known).Any()) read.Refuse("outcome", $"must be {inWords}");
        return outcomes;
    }

    static StatsQuery Read(QueryReader read, StatsTable table, DateTimeOffset now, DateTimeOffset minutesFrom)
    {
        var (from, until) = Range(read, now);
        var seconds = read.Fault is null ? BucketSeconds(read, from, until, minutesFrom) : StatsQuery.HourSeconds;
        var groups = read.List("group_by", table.Words.Length, TextLimitChars);
        if (groups.Except(table.Words).Any())
            read.Refuse("group_by", $"can have {string.Join(", ", table.Words)}");
        return new()
        {
            From = StatsQuery.Floor(from, seconds),
            Until = StatsQuery.Floor(until.AddTicks(-1), seconds).AddSeconds(seconds),
            BucketSeconds = seconds,
            BySource = groups.Contains(table.Owner),
            ByType = groups.Contains("type"),
            ByOutcome = groups.Contains("outcome"),
            LimitRows = RowsLimit,
        };
    }

    static (DateTimeOffset From, DateTimeOffset Until) Range(QueryReader read, DateTimeOffset now)
    {
        var until = read.Moment("until") ?? now;
        if (until > now) until = now;
        if (until < DateTimeOffset.UnixEpoch + Default) read.Refuse("until", "must be after 1970");
        else if (read.Moment("from") is not { } from) return (until - Default, until);
        else if (from < DateTimeOffset.UnixEpoch) read.Refuse("from", "must be after 1970");
        else if (from >= until) read.Refuse("from", "must be before until, and in the past");
        else return (from, until);
        return (now - Default, now);
    }

    static long BucketSeconds(QueryReader read, DateTimeOffset from, DateTimeOffset until, DateTimeOffset minutesFrom)
    {
        var (span, word) = (until - from, read.Text("bucket") ?? "auto");
        var seconds = word switch
        {
            "minute" => StatsQuery.MinuteSeconds,
            "hour" => StatsQuery.HourSeconds,
            "day" => StatsQuery.DaySeconds,
            _ when span <= MinutesUpTo && from >= minutesFrom => StatsQuery.MinuteSeconds,
            _ when span <= HoursUpTo => StatsQuery.HourSeconds,
            _ => StatsQuery.DaySeconds,
        };
        if (word is not ("minute" or "hour" or "day" or "auto"))
            read.Refuse("bucket", "can be minute, hour, day or auto");
        else if (seconds == StatsQuery.MinuteSeconds && from < minutesFrom)
            read.Refuse("bucket", "can be minute for the last 48 hours only; older counts are kept by the hour");
        else if (span / TimeSpan.FromSeconds(seconds) > BucketsLimit)
            read.Refuse(word == "auto" ? "from" : "bucket",
                $"makes more than {BucketsLimit} buckets; ask for longer ones or a shorter range");
        return seconds;
    }
}
