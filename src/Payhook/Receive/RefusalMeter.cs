using System.Collections.Frozen;

namespace Payhook.Receive;

/// <summary>
/// Counts refusals and says how many of them are worth keeping, in a table whose size strangers cannot change: one
/// place for each known source and reason, and one for whatever else. No lock, so that refusing stays cheap.
/// </summary>
sealed class RefusalMeter
{
    /// <summary>The name for what is not known.</summary>
    public const string Other = "other";

    readonly Names _sources, _reasons;
    readonly Place[] _places;
    readonly TimeProvider _time;
    readonly long _startedAt, _ticksPerToken, _ticksPerBucket;

    /// <param name="sourceNames">The known sources.</param>
    /// <param name="reasons">The known reasons.</param>
    /// <param name="tokensPerMinute">How many of one kind are worth keeping in a minute, and at once.</param>
    /// <param name="time">The clock.</param>
    public RefusalMeter(
        IEnumerable<string> sourceNames, IEnumerable<string> reasons, int tokensPerMinute, TimeProvider time)
    {
        (_sources, _reasons, _time) = (new(sourceNames), new(reasons), time);
        _places = new Place[_sources.Count * _reasons.Count];
        _startedAt = time.GetTimestamp();
        _ticksPerToken = Math.Max(1, time.TimestampFrequency * 60 / tokensPerMinute);
        _ticksPerBucket = _ticksPerToken * tokensPerMinute;
    }

    /// <summary>Finds the place of a source and reason.</summary>
    public int PlaceOf(string sourceName, string reason) =>
        _sources.IndexOf(sourceName) * _reasons.Count + _reasons.IndexOf(reason);

    public (string SourceName, string Reason) NamesOf(int place) =>
        (_sources[place / _reasons.Count], _reasons[place % _reasons.Count]);

    public void Count(int place, DateTimeOffset at)
    {
        ref var counted = ref _places[place];
        Volatile.Write(ref counted.LastAtTicks, at.UtcTicks);
        Interlocked.Increment(ref counted.Count);
    }

    /// <summary>
    /// A bucket of tokens as one number: the time at which it would be full again. False where it is empty.
    /// </summary>
    public bool TryTakeToken(int place)
    {
        ref var fullAt = ref _places[place].FullAt;
        var now = _time.GetTimestamp() - _startedAt;
        while (true)
        {
            var seen = Volatile.Read(ref fullAt);
            var next = Math.Max(seen, now) + _ticksPerToken;
            if (next - now > _ticksPerBucket) return false;
            if (Interlocked.CompareExchange(ref fullAt, next, seen) == seen) return true;
        }
    }

    /// <summary>Takes what was counted since the last time.</summary>
    public void Drain(Action<RejectionCount> counted)
    {
        for (var i = 0; i < _places.Length; i++)
        {
            var count = Interlocked.Exchange(ref _places[i].Count, 0);
            if (count == 0) continue;
            var (sourceName, reason) = NamesOf(i);
            var lastAt = new DateTimeOffset(Volatile.Read(ref _places[i].LastAtTicks), TimeSpan.Zero);
            counted(new(sourceName, reason, null, count, lastAt));
        }
    }

    struct Place
    {
        public long Count;
        public long LastAtTicks;
        public long FullAt;
    }

    /// <summary>Known names by number; the last number is for all others.</summary>
    sealed class Names
    {
        readonly string[] _names;
        readonly FrozenDictionary<string, int> _numbers;

        public Names(IEnumerable<string> known)
        {
            _names = [.. known.Where(n => n != Other).Distinct(), Other];
            _numbers = _names.Select((name, i) => (name, i)).ToFrozenDictionary(n => n.name, n => n.i);
        }

        public int Count => _names.Length;

        public string this[int number] => _names[number];

        public int IndexOf(string name) => _numbers.TryGetValue(name, out var number) ? number : _names.Length - 1;
    }
}
