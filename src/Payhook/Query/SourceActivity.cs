using Payhook.Attention;
using Payhook.Stats;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>
/// What each source sent lately, what of it was refused, and what that means: counts of the statistics, and the same
/// rules that make attention items. Each part is read again only where it is old.
/// </summary>
sealed class SourceActivity : IDisposable
{
    static readonly TimeSpan Day = TimeSpan.FromDays(1), Hour = TimeSpan.FromHours(1), Week = TimeSpan.FromDays(7);
    static readonly string[] AcceptedOutcomes = ["stored", "duplicate", "conflict"];

    readonly string[] _names;
    readonly IEventStore _store;
    readonly StatsKeeper _keeper;
    readonly SourceAttention _rules;
    readonly TimeProvider _time;
    readonly KeptAnswer<Counts> _counts;
    readonly KeptAnswer<Dictionary<string, double>> _usual;
    readonly KeptAnswer<HashSet<(string Source, AttentionKind Kind)>> _found;

    public SourceActivity(
        IEventStore store, StatsKeeper keeper, SourceAttention rules, Sources sources, TimeProvider time)
    {
        (_store, _keeper, _rules, _time) = (store, keeper, rules, time);
        _names = [.. sources.All.Select(s => s.Name)];
        _counts = new(TimeSpan.FromSeconds(1), time, CountAsync);
        _usual = new(TimeSpan.FromMinutes(1), time, UsualAsync);
        _found = new(TimeSpan.FromSeconds(5), time, FindAsync);
    }

    /// <summary>Of each source, by its name.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    public async Task<IReadOnlyDictionary<string, SourceTraffic>> GetAsync(CancellationToken cancellation)
    {
        var counts = await _counts.GetAsync(cancellation);
        var usual = await _usual.GetAsync(cancellation);
        var found = await _found.GetAsync(cancellation);
        return _names.ToDictionary(name => name, name => new SourceTraffic
        {
            LastEventAt = counts.Latest.TryGetValue(name, out var at) ? at : null,
            CountOfDay = counts.Accepted.GetValueOrDefault(name),
            CountOfHour = counts.AcceptedOfHour.GetValueOrDefault(name),
            UsualOfHour = usual.TryGetValue(name, out var mean) ? mean : null,
            RejectedOfDay = counts.Rejected.GetValueOrDefault(name),
            State = found.Contains((name, AttentionKind.RejectionsRunning)) ? SourceState.Rejecting
                : found.Contains((name, AttentionKind.GoneQuiet)) ? SourceState.Quiet
                : counts.Latest.ContainsKey(name) ? SourceState.Ok : SourceState.New,
        });
    }

    public void Dispose()
    {
        _counts.Dispose();
        _usual.Dispose();
        _found.Dispose();
    }

    async Task<Counts> CountAsync(CancellationToken cancellation)
    {
        var until = StatsQuery.Floor(_time.GetUtcNow(), StatsQuery.MinuteSeconds).AddMinutes(1);
        var ofDay = await _keeper.SumsAsync(Query(until - Day, until, StatsQuery.DaySeconds), cancellation);
        var ofHour = await _keeper.SumsAsync(
            Query(until - Hour, until, StatsQuery.DaySeconds) with { Outcomes = AcceptedOutcomes }, cancellation);
        var latest = _names.Length == 0 ? [] : await _store.Stats.LatestEvents(_names, cancellation)
            .ToDictionaryAsync(e => e.Key, e => e.Value, cancellationToken: cancellation);
        return new(
            Sums(ofDay.Where(r => AcceptedOutcomes.Contains(r.Key.Outcome))), Sums(ofHour),
            Sums(ofDay.Where(r => Rejection.Reasons.Contains(r.Key.Outcome))), latest);
    }

    /// <summary>The mean of the full hours of a week, or of those since the first request within it.</summary>
    async Task<Dictionary<string, double>> UsualAsync(CancellationToken cancellation)
    {
        var until = StatsQuery.Floor(_time.GetUtcNow(), StatsQuery.HourSeconds);
        var query = Query(until - Week, until, StatsQuery.HourSeconds) with
        {
            Outcomes = AcceptedOutcomes, ByOutcome = false,
        };
        var rows = await _keeper.SumsAsync(query, cancellation);
        return rows.GroupBy(r => r.Key.SourceName).ToDictionary(g => g.Key,
            g => g.Sum(r => r.Tally.Count) / Math.Max(1, (until - g.Min(r => r.At)).TotalHours));
    }

    async Task<HashSet<(string, AttentionKind)>> FindAsync(CancellationToken cancellation)
    {
        var items = await _rules.ItemsAsync(new(), _time.GetUtcNow(), cancellation);
        return [.. items.Select(i => (i.Source!, i.Finding.Kind))];
    }

    /// <summary>A row for each source and outcome in each bucket, and a day can touch two days.</summary>
    StatsQuery Query(DateTimeOffset from, DateTimeOffset until, long bucketSeconds) => new()
    {
        From = from,
        Until = until,
        BucketSeconds = bucketSeconds,
        SourceNames = _names,
        BySource = true,
        ByOutcome = true,
        LimitRows = _names.Length * StatsMeter.Outcomes.Count * 2 + _names.Length * (int)Week.TotalHours,
    };

    static Dictionary<string, long> Sums(IEnumerable<StatsRow> rows) =>
        rows.GroupBy(r => r.Key.SourceName).ToDictionary(g => g.Key, g => g.Sum(r => r.Tally.Count));

    sealed record Counts(
        Dictionary<string, long> Accepted, Dictionary<string, long> AcceptedOfHour, Dictionary<string, long> Rejected,
        Dictionary<string, DateTimeOffset> Latest);
}

/// <summary>How a source does.</summary>
enum SourceState
{
    /// <summary>No event of it was ever received.</summary>
    New = 0,

    /// <summary>As usual.</summary>
    Ok,

    /// <summary>What looks like its provider's is refused.</summary>
    Rejecting,

    /// <summary>It sends nothing for much longer than it ever did.</summary>
    Quiet,
}

/// <summary>What a source sent lately, in requests.</summary>
sealed record SourceTraffic
{
    public required DateTimeOffset? LastEventAt { get; init; }

    /// <summary>Accepted within 24 hours, duplicates too.</summary>
    public required long CountOfDay { get; init; }

    /// <summary>Accepted within 60 minutes.</summary>
    public required long CountOfHour { get; init; }

    /// <summary>How many are accepted in an hour on the average of a week; null where there is no past.</summary>
    public required double? UsualOfHour { get; init; }

    /// <summary>Refused within 24 hours.</summary>
    public required long RejectedOfDay { get; init; }

    public required SourceState State { get; init; }
}
