using System.Collections.Concurrent;
using Payhook.Providers;
using Payhook.Store;

namespace Payhook.Stats;

/// <summary>
/// Counts requests in memory, as each is answered. Nothing is allocated for one more of a kind that its minute has
/// seen, and nobody who counts waits for who reads or stores the counts.
/// </summary>
sealed class StatsMeter(IReadOnlyList<Source> sources)
{
    public const int TypesPerSourceLimit = 200;

    /// <summary>How many kinds a minute counts apart; more are counted without their type.</summary>
    public const int KindsPerMinuteLimit = 2_000;

    /// <summary>How many minutes wait for a store that is away; then the oldest are let go.</summary>
    public const int MinutesLimit = 60;

    /// <summary>The type of events beyond the limit.</summary>
    public const string OtherType = "other";

    /// <summary>The outcome of a request that broke off, or that a bug ended.</summary>
    public const string Failed = "failed";

    readonly Dictionary<string, TimeSpan?> _timeouts =
        sources.ToDictionary(s => s.Name, s => ProviderTimeouts.Of(s.Provider.Name), StringComparer.Ordinal);

    readonly ConcurrentDictionary<string, HashSet<string>> _types = new(StringComparer.Ordinal);
    readonly Lock _gate = new();
    readonly List<Minute> _minutes = [];
    volatile Minute _latest = new(default);

    /// <summary>Every outcome there is: an event's, or the reason of a refusal.</summary>
    public static IReadOnlyList<string> Outcomes { get; } =
        ["stored", "duplicate", "conflict", Failed, .. Rejection.Reasons];

    /// <summary>Counts a request as it is answered.</summary>
    /// <param name="sourceName">The source.</param>
    /// <param name="eventType">The type of its event; <see langword="null"/> where it was not read.</param>
    /// <param name="outcome">One of <see cref="Outcomes"/>.</param>
    /// <param name="receivedAt">When it came in.</param>
    /// <param name="elapsed">How long its answer took.</param>
    public void Count(
        string sourceName, string? eventType, string outcome, DateTimeOffset receivedAt, TimeSpan elapsed)
    {
        var at = StatsQuery.Floor(receivedAt + elapsed, StatsQuery.MinuteSeconds);
        var minute = _latest;
        if (minute.At != at) minute = MinuteAt(at);
        var key = new StatsKey(sourceName, eventType ?? "", outcome);
        if (!minute.Cells.TryGetValue(key, out var cell)) cell = CellOf(minute, key);
        cell.Counted.Note(elapsed, cell.Timeout);
    }

    /// <summary>What was counted and is not stored. Only one at a time may ask or tell.</summary>
    public List<StatsRow> Waiting()
    {
        var rows = new List<StatsRow>();
        foreach (var minute in Minutes())
        {
            foreach (var (key, cell) in minute.Cells)
            {
                var rest = cell.Counted.Beyond(cell.Stored);
                if (!rest.IsEmpty) rows.Add(new(minute.At, key, rest));
            }
        }
        return rows;
    }

    /// <summary>Is told that so much was stored; minutes that are over and stored are let go.</summary>
    public void Forget(IReadOnlyList<StatsRow> stored)
    {
        var minutes = Minutes();
        foreach (var (at, key, tally) in stored)
        {
            if (Array.Find(minutes, m => m.At == at) is { } minute && minute.Cells.TryGetValue(key, out var cell))
                cell.Stored.Add(tally);
        }
        // Whoever took the minute before this one may still count in it for a moment.
        var over = minutes.Where(m => m.At < _latest.At.AddMinutes(-1) && IsStored(m)).ToHashSet();
        lock (_gate) _minutes.RemoveAll(over.Contains);
    }

    static bool IsStored(Minute minute) => minute.Cells.All(c => c.Value.Counted.Beyond(c.Value.Stored).IsEmpty);

    Minute[] Minutes()
    {
        lock (_gate) return [.. _minutes];
    }

    Minute MinuteAt(DateTimeOffset at)
    {
        lock (_gate)
        {
            var found = _minutes.Find(m => m.At == at);
            if (found is null)
            {
                found = new(at);
                if (_minutes.Count >= MinutesLimit) _minutes.RemoveAt(0);
                _minutes.Add(found);
            }
            if (found.At > _latest.At) _latest = found;
            return found;
        }
    }

    Cell CellOf(Minute minute, StatsKey key)
    {
        if (key.EventType.Length > 0 && !IsKnown(key.SourceName, key.EventType))
            key = key with { EventType = OtherType };
        if (minute.Cells.TryGetValue(key, out var cell)) return cell;
        if (Interlocked.Increment(ref minute.KindCount) > KindsPerMinuteLimit) key = key with { EventType = "" };
        return minute.Cells.GetOrAdd(key, k => new(_timeouts.GetValueOrDefault(k.SourceName)));
    }

    bool IsKnown(string sourceName, string eventType)
    {
        var types = _types.GetOrAdd(sourceName, _ => new(StringComparer.Ordinal));
        lock (types)
        {
            return types.Contains(eventType) || (types.Count < TypesPerSourceLimit && types.Add(eventType));
        }
    }

    /// <summary>One minute's counts.</summary>
    sealed class Minute(DateTimeOffset at)
    {
        public int KindCount;
        public DateTimeOffset At => at;
        public ConcurrentDictionary<StatsKey, Cell> Cells { get; } = new();
    }

    /// <summary>One kind in one minute: what was counted, and how much of that is stored.</summary>
    sealed class Cell(TimeSpan? timeout)
    {
        public TimeSpan? Timeout => timeout;
        public Tally Counted { get; } = new();
        public Tally Stored { get; } = new();
    }
}
