namespace Payhook.Payments;

/// <summary>
/// A capture, a refund or a dispute, known by its own id. Its state is the latest that was heard of by the provider's
/// clock; of two at once the one further on.
/// </summary>
sealed record Child
{
    public ChildState State { get; init; }
    public DateTimeOffset StateAt { get; init; }
    public Latest<long> LatestAmount { get; init; }
    public Latest<DateTimeOffset> LatestRespondBy { get; init; }
    public Latest<string> LatestReason { get; init; }

    /// <summary>True where the provider itself took the money back, beside any dispute about it.</summary>
    public bool IsReversal { get; init; }

    public long Amount => LatestAmount.Value;

    public Child With(Child other)
    {
        var isLater = (other.StateAt, other.State).CompareTo((StateAt, State)) > 0;
        return new()
        {
            State = isLater ? other.State : State,
            StateAt = isLater ? other.StateAt : StateAt,
            LatestAmount = LatestAmount.With(other.LatestAmount),
            LatestRespondBy = LatestRespondBy.With(other.LatestRespondBy),
            LatestReason = LatestReason.With(other.LatestReason),
            IsReversal = IsReversal || other.IsReversal,
        };
    }
}

/// <summary>The states of children, each kind's in the order in which they follow. The numbers are stored.</summary>
enum ChildState
{
    None = 0,

    RefundPending = 1,
    RefundFailed = 2,
    RefundSucceeded = 3,

    CaptureSucceeded = 11,
    CaptureFailed = 12,

    DisputeOpen = 21,
    DisputeUnderReview = 22,
    DisputeWon = 23,
    DisputeLost = 24,
}
