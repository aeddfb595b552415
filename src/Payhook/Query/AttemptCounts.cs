using Payhook.Stats;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>
/// The attempts of the last 24 hours for each destination. A day of a thousand destinations is more than a million
/// rows, so an hour that is over is summed up once, and the answer holds for a few seconds.
/// </summary>
sealed class AttemptCounts(StatsKeeper keeper, TimeProvider time) : IDisposable
{
    static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <summary>What other processes counted comes later by that, as they store it.</summary>
    static readonly TimeSpan SettledAfter = TimeSpan.FromMinutes(1);

    const int RowsLimit = 100_000;

    readonly SemaphoreSlim _turn = new(1);
    readonly Dictionary<DateTimeOffset, Dictionary<string, AttemptCount>> _hours = [];
    Dictionary<string, AttemptCount> _latest = [];
    DateTimeOffset _validUntil;

    /// <summary>By the names of destinations; one that nothing was tried for is left out.</summary>
    public async Task<IReadOnlyDictionary<string, AttemptCount>> OfLastDayAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            var now = time.GetUtcNow();
            if (now >= _validUntil)
            {
                _latest = await SumAsync(StatsQuery.Floor(now - Day, StatsQuery.MinuteSeconds), now, cancellation);
                _validUntil = now + StatsKeeper.Pause;
            }
            return _latest;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    async Task<Dictionary<string, AttemptCount>> SumAsync(
        DateTimeOffset from, DateTimeOffset now, CancellationToken cancellation)
    {
        var sum = new Dictionary<string, AttemptCount>(StringComparer.Ordinal);
        for (var (at, end) = (from, from); at <= now; at = end)
        {
            end = StatsQuery.Floor(at, StatsQuery.HourSeconds).AddHours(1);
            foreach (var (name, count) in await PartAsync(at, end, now, cancellation))
                sum[name] = sum.GetValueOrDefault(name) + count;
        }
        foreach (var old in _hours.Keys.Where(h => h < from).ToArray()) _hours.Remove(old);
        return sum;
    }

    async Task<Dictionary<string, AttemptCount>> PartAsync(
        DateTimeOffset from, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellation)
    {
        var isSettled = (until - from).TotalSeconds >= StatsQuery.HourSeconds && until + SettledAfter <= now;
        if (isSettled && _hours.TryGetValue(from, out var kept)) return kept;
        var rows = await keeper.SumsAsync(new()
        {
            From = from, Until = until, BucketSeconds = StatsQuery.HourSeconds, BySource = true, ByOutcome = true,
            LimitRows = RowsLimit,
        }, cancellation);
        cancellation.ThrowIfCancellationRequested(); // a query that was cancelled ends like one that found no more
        var part = new Dictionary<string, AttemptCount>(StringComparer.Ordinal);
        foreach (var (_, key, tally) in rows)
        {
            part[key.SourceName] = part.GetValueOrDefault(key.SourceName) + new AttemptCount(
                tally.Count, key.Outcome == FailureClasses.Delivered ? tally.Count : 0);
        }
        if (isSettled) _hours[from] = part;
        return part;
    }
}

/// <summary>How many attempts there were, and how many of them the destination took.</summary>
readonly record struct AttemptCount(long Attempts, long Delivered)
{
    /// <summary>Rounded down, so that 1 means all of them; <see langword="null"/> of none.</summary>
    public double? Share => Attempts == 0 ? null : Math.Floor(Delivered * 1_000_000d / Attempts) / 1_000_000d;

    public static AttemptCount operator +(AttemptCount a, AttemptCount b) =>
        new(a.Attempts + b.Attempts, a.Delivered + b.Delivered);
}
