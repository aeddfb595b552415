namespace Payhook.Forward;

/// <summary>
/// What all destinations of a process together may be handed while events rush in, so that the intake keeps the
/// machine; without a rush there is no limit.
/// </summary>
/// <param name="rush">Whether there is one.</param>
/// <param name="perSecond">Deliveries; 0: no limit.</param>
/// <param name="time">The clock.</param>
sealed class RushLimit(IntakeRush rush, double perSecond, TimeProvider time)
{
    readonly Lock _gate = new();
    readonly RateLimit _rate = new(perSecond, time);

    /// <summary>How long until one more may go; zero: now.</summary>
    public TimeSpan Wait
    {
        get
        {
            if (!rush.IsOn) return TimeSpan.Zero;
            lock (_gate) return _rate.Wait;
        }
    }

    public void Take()
    {
        if (!rush.IsOn) return;
        lock (_gate) _rate.Take();
    }
}
