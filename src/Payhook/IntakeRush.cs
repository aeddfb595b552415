namespace Payhook;

/// <summary>
/// Tells whether events come in faster than each could be committed alone, so that what can wait stands back: a
/// provider gives up on who answers late, and an application only gets its events a little later.
/// </summary>
sealed class IntakeRush(TimeProvider time)
{
    /// <summary>So many events share a commit in a rush; in calm there are one or two.</summary>
    const double EventsPerCommit = 4;

    /// <summary>One delivery with hundreds of events is no rush yet.</summary>
    const int CountedLimitEvents = 32;

    const double WeightOfNewest = 1.0 / 16;

    static readonly TimeSpan OverAfter = TimeSpan.FromMilliseconds(250);

    double _average;
    long _at;

    public bool IsOn => Volatile.Read(ref _average) >= EventsPerCommit
        && time.GetElapsedTime(Volatile.Read(ref _at)) < OverAfter;

    /// <summary>So many events were committed together. By one thread at a time.</summary>
    public void Note(int eventCount)
    {
        Volatile.Write(ref _average, _average + (Math.Min(eventCount, CountedLimitEvents) - _average) * WeightOfNewest);
        Volatile.Write(ref _at, time.GetTimestamp());
    }
}
