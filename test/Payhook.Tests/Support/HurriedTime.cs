namespace Payhook.Tests.Support;

/// <summary>A clock on which waits pass faster than outside, so that a test need not wait half a minute.</summary>
sealed class HurriedTime(int factor) : TimeProvider
{
    public override long TimestampFrequency => System.TimestampFrequency / factor;
    public override long GetTimestamp() => System.GetTimestamp();
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Hurried(dueTime), Hurried(period));

    TimeSpan Hurried(TimeSpan span) => span == Timeout.InfiniteTimeSpan ? span : span / factor;
}
