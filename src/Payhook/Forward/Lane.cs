using Payhook.Store;

namespace Payhook.Forward;

/// <summary>
/// One way through the feed: the events as they come, or those of a replay. Events are taken in order and end in any;
/// the cursor stands behind the last before which all have ended. Not for use by two threads at once.
/// </summary>
/// <param name="replay">The replay; null: the events as they come.</param>
/// <param name="cursor">Where to begin.</param>
sealed class Lane(ReplayRow? replay, FeedPosition cursor)
{
    /// <summary>How far the cursor may stay behind for the sake of one event that takes long.</summary>
    const int OpenLimitEvents = 50_000;

    readonly Queue<FeedEvent> _read = new();
    readonly Queue<Entry> _open = new();
    FeedPosition _readTo = cursor;

    public ReplayRow? Replay => replay;
    public long ReplayId => replay?.Id ?? 0;

    /// <summary>Everything up to here has ended.</summary>
    public FeedPosition Cursor { get; private set; } = cursor;

    /// <summary>Where the next events are to be read from.</summary>
    public FeedPosition ReadTo => _readTo;

    /// <summary>The end of the way.</summary>
    public FeedPosition Until { get; } = replay?.Span.Until ?? new(ulong.MaxValue, long.MaxValue);

    public bool IsDone => Cursor >= Until;

    /// <summary>Whether there is room for more events, and perhaps are some.</summary>
    public bool WantsEvents => _read.Count == 0 && _readTo < Until && _open.Count < OpenLimitEvents;

    public bool HasEvents => _read.Count > 0;

    /// <summary>How many deliveries it has made that the store does not know of yet.</summary>
    public long Planned { get; set; }

    /// <summary>Takes in the next events.</summary>
    /// <param name="events">All that there are up to a place, and perhaps some that are not wanted.</param>
    /// <param name="until">That place.</param>
    public void Add(IReadOnlyList<FeedEvent> events, FeedPosition until)
    {
        foreach (var found in events) _read.Enqueue(found);
        _readTo = until < Until ? until : Until;
        Advance();
    }

    /// <summary>The next event, which must be ended by its entry.</summary>
    public bool TryTake(out FeedEvent found, out Entry entry)
    {
        entry = null!;
        if (!_read.TryDequeue(out found)) return false;
        entry = new(found.Position);
        _open.Enqueue(entry);
        return true;
    }

    /// <summary>Tells that an event needs nothing more from this lane.</summary>
    public void End(Entry entry)
    {
        entry.HasEnded = true;
        if (_open.TryPeek(out var first) && first == entry) Advance();
    }

    void Advance()
    {
        while (_open.TryPeek(out var first) && first.HasEnded)
        {
            Cursor = first.Position;
            _open.Dequeue();
        }
        if (_open.Count == 0 && _read.Count == 0) Cursor = _readTo;
    }

    /// <summary>An event that was taken.</summary>
    public sealed class Entry(FeedPosition position)
    {
        public FeedPosition Position => position;
        public bool HasEnded { get; set; }
    }
}
