namespace Payhook;

/// <summary>
/// How many requests or attempts there were and how fast they ended, as numbers that add up: of threads, of processes,
/// of minutes to hours. A histogram with fixed limits, because percentiles themselves cannot be added.
/// </summary>
sealed class Tally
{
    /// <summary>The upper ends of the histogram's steps, in milliseconds; one more step has no end.</summary>
    public static readonly int[] LimitsMilliseconds =
        [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000];

    /// <summary>The steps of the histogram, as the columns of the store are called.</summary>
    public static readonly string[] StepFields =
        [.. LimitsMilliseconds.Select(limit => $"ms_{limit}"), "ms_more"];

    /// <summary>What stands at each place.</summary>
    public static readonly string[] Fields = [.. StepFields, "timed", "in_time"];

    static readonly int Steps = StepFields.Length;

    readonly long[] _values = new long[Fields.Length];

    public long this[int field]
    {
        get => Volatile.Read(ref _values[field]);
        set => _values[field] = value;
    }

    public long Count
    {
        get
        {
            var count = 0L;
            for (var i = 0; i < Steps; i++) count += this[i];
            return count;
        }
    }

    public bool IsEmpty => !_values.AsSpan().ContainsAnyExcept(0);

    /// <summary>How many of them came from a provider whose timeout is known.</summary>
    public long Timed => this[Steps];

    /// <summary>How many of those were answered within it.</summary>
    public long InTime => this[Steps + 1];

    /// <summary>Counts a request; any number of threads may do so at once.</summary>
    /// <param name="elapsed">How long its answer took.</param>
    /// <param name="timeout">How long its sender waits, where that is known.</param>
    public void Note(TimeSpan elapsed, TimeSpan? timeout)
    {
        var step = 0;
        while (step < LimitsMilliseconds.Length
            && elapsed.Ticks > LimitsMilliseconds[step] * TimeSpan.TicksPerMillisecond) step++;
        Interlocked.Increment(ref _values[step]);
        if (timeout is not { } limit) return;
        Interlocked.Increment(ref _values[Steps]);
        if (elapsed <= limit) Interlocked.Increment(ref _values[Steps + 1]);
    }

    public void Add(Tally other)
    {
        for (var i = 0; i < _values.Length; i++) _values[i] += other[i];
    }

    /// <summary>What was counted here beyond another tally.</summary>
    public Tally Beyond(Tally other)
    {
        var rest = new Tally();
        for (var i = 0; i < _values.Length; i++) rest[i] = this[i] - other[i];
        return rest;
    }

    /// <summary>
    /// The time within which a share of the requests was answered, between the limits of the step that it falls into.
    /// </summary>
    /// <returns><see langword="null"/> where there were no requests; the last limit where it lies beyond it.</returns>
    public double? Milliseconds(double share)
    {
        if (Count is not (> 0 and var count)) return null;
        var wanted = share * count;
        var (before, lower) = (0L, 0);
        for (var i = 0; i < LimitsMilliseconds.Length; i++)
        {
            var upper = LimitsMilliseconds[i];
            if (this[i] > 0 && before + this[i] >= wanted)
                return Math.Round(lower + (upper - lower) * (wanted - before) / this[i], 2);
            (before, lower) = (before + this[i], upper);
        }
        return lower;
    }
}
