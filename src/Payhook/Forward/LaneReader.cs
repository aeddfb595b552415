using Payhook.Store;

namespace Payhook.Forward;

/// <summary>Reads the next events behind a place, and up to where these are all that are wanted.</summary>
delegate ValueTask<(IReadOnlyList<FeedEvent> Events, FeedPosition Until)> ReadFeed(
    FeedPosition after, CancellationToken cancellation);

/// <summary>A lane, and where its events come from.</summary>
sealed class LaneReader(Lane lane, ReadFeed read, TimeProvider time)
{
    bool _isDoneTold;

    public Lane Lane => lane;

    public RateLimit Rate { get; } = new(lane.Replay?.RateLimitPerSecond ?? 0, time);

    /// <summary>Whether its own rate lets it go on.</summary>
    public bool HasTurn => Rate.Wait == TimeSpan.Zero;

    /// <summary>A replay that has come to its end, which the store does not know yet.</summary>
    public bool IsDoneUntold => lane.Replay is not null && lane.IsDone && !_isDoneTold;

    /// <summary>Whether the last look found anything, so that there may be more.</summary>
    public bool HasAdvanced { get; private set; } = true;

    public async ValueTask<(IReadOnlyList<FeedEvent> Events, FeedPosition Until)> ReadAsync(
        CancellationToken cancellation)
    {
        var found = await read(lane.ReadTo, cancellation);
        HasAdvanced = found.Until > lane.ReadTo;
        return found;
    }

    /// <summary>How far a replay is, once for each step.</summary>
    public ReplayProgress? TakeProgress()
    {
        if (_isDoneTold) return null;
        var planned = lane.Planned;
        lane.Planned = 0;
        _isDoneTold = lane.IsDone;
        return new(lane.ReplayId, lane.Cursor, planned, lane.IsDone);
    }
}
