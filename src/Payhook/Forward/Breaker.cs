namespace Payhook.Forward;

/// <summary>
/// Leaves a destination alone that fails again and again, and asks it with one delivery from time to time whether it
/// is back. Not for use by two threads at once.
/// </summary>
sealed class Breaker(TimeProvider time, Func<double> random)
{
    public const int FailuresLimit = 10;

    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2), LongestPause = TimeSpan.FromMinutes(1),
        ProbeWait = TimeSpan.FromSeconds(1);

    int _failures, _pauses;
    bool _isProbing;
    DateTimeOffset _openUntil;

    /// <summary>True from the failure that was one too many to the first success.</summary>
    public bool IsOpen => _pauses > 0;

    /// <summary>As it is shown. Left alone because it asked for it is also open.</summary>
    public BreakerState State =>
        _openUntil > time.GetUtcNow() ? new(BreakerState.Open, _openUntil)
        : new(IsOpen ? BreakerState.HalfOpen : BreakerState.Closed, null);

    /// <summary>How long nothing may be sent; zero: something may be sent now.</summary>
    public TimeSpan Wait
    {
        get
        {
            var now = time.GetUtcNow();
            if (_openUntil > now) return _openUntil - now;
            return IsOpen && _isProbing ? ProbeWait : TimeSpan.Zero;
        }
    }

    /// <summary>Tells that something is being sent: while it is open, this is the probe.</summary>
    public void Started() => _isProbing = IsOpen;

    /// <summary>Tells that a try came to nothing that says anything of the destination.</summary>
    public void Abandoned() => _isProbing = false;

    /// <summary>Leaves the destination alone for as long as it asked for.</summary>
    public void Hold(TimeSpan wait)
    {
        var until = time.GetUtcNow() + wait;
        if (until > _openUntil) _openUntil = until;
    }

    /// <returns>True where this has closed it.</returns>
    public bool Succeeded()
    {
        var wasOpen = IsOpen;
        (_failures, _pauses, _isProbing) = (0, 0, false);
        return wasOpen;
    }

    /// <returns>True where this has opened it.</returns>
    public bool Failed()
    {
        _failures++;
        var wasProbe = _isProbing;
        _isProbing = false;
        if (_failures < FailuresLimit || (IsOpen && !wasProbe)) return false; // sent before it opened
        var pause = FirstPause * Math.Pow(2, Math.Min(_pauses, 16));
        Hold((pause < LongestPause ? pause : LongestPause) * (0.5 + random() / 2));
        return ++_pauses == 1;
    }
}
