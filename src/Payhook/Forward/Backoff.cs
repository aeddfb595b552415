namespace Payhook.Forward;

/// <summary>When a delivery that failed is tried again.</summary>
static class Backoff
{
    /// <summary>
    /// Full jitter: any moment up to the wait of this try, so that what failed together does not come back together.
    /// </summary>
    /// <param name="schedule">The destination's.</param>
    /// <param name="attemptCount">How often it was tried, at least once.</param>
    /// <param name="firstAttemptAt">When it was tried first.</param>
    /// <param name="now">This moment.</param>
    /// <param name="retryAfter">How long the destination asked to be left alone.</param>
    /// <param name="random">At least 0 and less than 1.</param>
    /// <returns>The moment, or null where it is given up.</returns>
    public static DateTimeOffset? Next(
        RetrySchedule schedule, int attemptCount, DateTimeOffset firstAttemptAt, DateTimeOffset now,
        TimeSpan? retryAfter, double random)
    {
        var end = firstAttemptAt + schedule.GiveUpAfter;
        if (now >= end) return null;
        var wait = LongestWait(schedule, attemptCount) * random;
        if (retryAfter is { } asked && asked > wait) wait = asked;
        // The last try is made at the end, and not before it for want of one wait more.
        return now + wait < end ? now + wait : end;
    }

    /// <summary>The longest wait after so many tries.</summary>
    public static TimeSpan LongestWait(RetrySchedule schedule, int attemptCount)
    {
        var factor = Math.Pow(RetrySchedule.Factor, Math.Min(attemptCount - 1, 64));
        return schedule.First * factor < schedule.Longest ? schedule.First * factor : schedule.Longest;
    }
}
