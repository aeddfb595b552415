namespace Payhook.Store;

/// <summary>
/// Where counts of requests, or of attempts, are kept, by the minute and later by the hour. Counts only ever add up, so
/// any number of processes write to one store, and any part of the minutes can be moved to its hour at any time.
/// </summary>
interface IStatsStore
{
    /// <summary>Adds to the counts of minutes. Not synced: a crash may lose the latest.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    void Add(IReadOnlyCollection<StatsRow> minutes);

    /// <summary>
    /// Moves the oldest minute to its hour. One at a time, so that the writer of events never waits long for it.
    /// </summary>
    /// <returns>False where there is none from before that moment.</returns>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    bool MoveOldestMinute(DateTimeOffset before);

    /// <summary>Lets go of the oldest hour.</summary>
    /// <returns>False where there is none from before that moment.</returns>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    bool DropOldestHour(DateTimeOffset before);

    /// <summary>The sums of each bucket, in no order.</summary>
    IAsyncEnumerable<StatsRow> Sums(StatsQuery query, CancellationToken cancellation);

    /// <summary>Adds to how often events came again. Not synced: a crash may lose the latest.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    void AddRepeated(IReadOnlyCollection<Repeated> events);

    /// <summary>How often an event came again.</summary>
    ValueTask<Repeated> RepeatedAsync(long sequence, CancellationToken cancellation);

    /// <summary>How much the store holds, about; cheap however much that is.</summary>
    ValueTask<StoreSize> SizeAsync(CancellationToken cancellation);

    /// <summary>When the latest event of each source was received; a source without events is left out.</summary>
    IAsyncEnumerable<KeyValuePair<string, DateTimeOffset>> LatestEvents(
        IReadOnlyList<string> sourceNames, CancellationToken cancellation);
}

/// <summary>How often an event came again and agreed with what was known.</summary>
/// <param name="Sequence">The event.</param>
/// <param name="Count">How often; 0 where it came once.</param>
/// <param name="LastAt">When last; only where it did.</param>
readonly record struct Repeated(long Sequence, long Count, DateTimeOffset LastAt)
{
    public Repeated And(in Repeated other) =>
        new(Sequence, Count + other.Count, LastAt > other.LastAt ? LastAt : other.LastAt);
}

/// <summary>How much a store holds.</summary>
/// <param name="Bytes">On the disk; null where that cannot be told.</param>
/// <param name="Events">About so many.</param>
/// <param name="Payments">About so many.</param>
sealed record StoreSize(long? Bytes, long Events, long Payments);

/// <summary>What is counted apart. Empty where it is not known, or was not asked for.</summary>
/// <param name="SourceName">The source; of attempts, the destination.</param>
/// <param name="EventType">The type of the (first) event; attempts are not told apart by it.</param>
/// <param name="Outcome">What became of it.</param>
readonly record struct StatsKey(string SourceName, string EventType, string Outcome);

/// <summary>The requests, or attempts, of one kind in one span of time.</summary>
/// <param name="At">The start of the span.</param>
/// <param name="Key">Their kind.</param>
/// <param name="Tally">How many, and how fast.</param>
readonly record struct StatsRow(DateTimeOffset At, StatsKey Key, Tally Tally);

/// <summary>Which counts are wanted, and how they are to be summed up.</summary>
sealed record StatsQuery
{
    public const long MinuteSeconds = 60, HourSeconds = 3600, DaySeconds = 86_400;

    /// <summary>The start of the first bucket.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The end of the last bucket.</summary>
    public required DateTimeOffset Until { get; init; }

    public required long BucketSeconds { get; init; }

    /// <summary>Only these, or of attempts only these destinations; <see langword="null"/> for all.</summary>
    public IReadOnlyList<string>? SourceNames { get; init; }

    /// <summary>Only these; none for all.</summary>
    public IReadOnlyList<string> EventTypes { get; init; } = [];

    /// <summary>Only these; none for all.</summary>
    public IReadOnlyList<string> Outcomes { get; init; } = [];

    public bool BySource { get; init; }
    public bool ByType { get; init; }
    public bool ByOutcome { get; init; }

    /// <summary>At most so many rows; one more tells that there were more.</summary>
    public required int LimitRows { get; init; }

    /// <summary>True where what was counted is asked for.</summary>
    public bool Takes(DateTimeOffset at, in StatsKey key) =>
        at >= From && at < Until
        && (SourceNames is null || SourceNames.Contains(key.SourceName))
        && (EventTypes.Count == 0 || EventTypes.Contains(key.EventType))
        && (Outcomes.Count == 0 || Outcomes.Contains(key.Outcome));

    /// <summary>The bucket that it falls into.</summary>
    public DateTimeOffset BucketOf(DateTimeOffset at) => Floor(at, BucketSeconds);

    /// <summary>The kind without what is summed over.</summary>
    public StatsKey GroupOf(in StatsKey key) =>
        new(BySource ? key.SourceName : "", ByType ? key.EventType : "", ByOutcome ? key.Outcome : "");

    public static DateTimeOffset Floor(DateTimeOffset at, long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.DivRem(at.ToUnixTimeSeconds(), seconds).Quotient * seconds);
}
