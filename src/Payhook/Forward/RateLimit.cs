namespace Payhook.Forward;

/// <summary>
/// So many a second and no more, with a tenth of a second's worth at once. Not for use by two threads at once.
/// </summary>
/// <param name="perSecond">0: no limit.</param>
/// <param name="time">The clock.</param>
sealed class RateLimit(double perSecond, TimeProvider time)
{
    readonly double _most = Math.Max(1, perSecond / 10);
    double _tokens = Math.Max(1, perSecond / 10);
    long _at = time.GetTimestamp();

    /// <summary>How long until one more may go; zero: now.</summary>
    public TimeSpan Wait
    {
        get
        {
            if (perSecond == 0) return TimeSpan.Zero;
            var now = time.GetTimestamp();
            _tokens = Math.Min(_most, _tokens + perSecond * time.GetElapsedTime(_at, now).TotalSeconds);
            _at = now;
            return _tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - _tokens) / perSecond);
        }
    }

    public void Take() => _tokens--;
}
