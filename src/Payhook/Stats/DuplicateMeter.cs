using Payhook.Store;

namespace Payhook.Stats;

/// <summary>
/// Counts in memory how often known events come again, until the counts are stored: a sender that repeats everything
/// costs a number for each event, and not a write for each request.
/// </summary>
sealed class DuplicateMeter
{
    /// <summary>More events at once are not counted apart: who repeats so many can look at the statistics.</summary>
    public const int EventsLimit = 100_000;

    readonly Lock _gate = new();
    readonly Dictionary<long, Repeated> _counts = [];

    /// <summary>Counts a receipt of a known event that agrees with it.</summary>
    public void Count(long sequence, DateTimeOffset at)
    {
        lock (_gate) Add(new(sequence, 1, at));
    }

    /// <summary>What was counted of an event and is not stored.</summary>
    public Repeated Waiting(long sequence)
    {
        lock (_gate) return _counts.GetValueOrDefault(sequence, new(sequence, 0, default));
    }

    /// <summary>Takes some of the counts out, to store them.</summary>
    public List<Repeated> Take(int limitEvents)
    {
        lock (_gate)
        {
            var taken = _counts.Values.Take(limitEvents).ToList();
            foreach (var repeated in taken) _counts.Remove(repeated.Sequence);
            return taken;
        }
    }

    /// <summary>Puts back what could not be stored.</summary>
    public void PutBack(IEnumerable<Repeated> taken)
    {
        lock (_gate)
        {
            foreach (var repeated in taken) Add(repeated);
        }
    }

    void Add(Repeated more)
    {
        if (_counts.TryGetValue(more.Sequence, out var known)) _counts[more.Sequence] = known.And(more);
        else if (_counts.Count < EventsLimit) _counts[more.Sequence] = more;
    }
}
