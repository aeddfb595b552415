namespace Payhook.Payments;

/// <summary>A payment in the store: its facts, and what is derived from them to search by.</summary>
sealed class PaymentRow
{
    /// <summary>Its number in the store; 0 before it is stored.</summary>
    public long Number { get; set; }

    public required string Provider { get; init; }
    public required string Account { get; init; }

    /// <summary>The source of its first event.</summary>
    public required string Source { get; set; }

    public required PaymentFacts Facts { get; init; }
    public DateTimeOffset FirstEventAt { get; set; }
    public DateTimeOffset LastEventAt { get; set; }
    public long EventCount { get; set; }

    /// <summary>Takes in one event.</summary>
    public void Apply(Change change, DateTimeOffset receivedAt)
    {
        Facts.Apply(change);
        Count(receivedAt, receivedAt, 1);
    }

    /// <summary>Takes in what turned out to be the same payment.</summary>
    public void Merge(PaymentRow other)
    {
        // Where both begin at once either would do, but it must not depend on which of them was looked at first.
        if (other.FirstEventAt < FirstEventAt
            || (other.FirstEventAt == FirstEventAt && string.CompareOrdinal(other.Source, Source) < 0))
            Source = other.Source;
        Facts.Merge(other.Facts);
        Count(other.FirstEventAt, other.LastEventAt, other.EventCount);
    }

    void Count(DateTimeOffset first, DateTimeOffset last, long events)
    {
        if (EventCount == 0 || first < FirstEventAt) FirstEventAt = first;
        if (last > LastEventAt) LastEventAt = last;
        EventCount += events;
    }
}
