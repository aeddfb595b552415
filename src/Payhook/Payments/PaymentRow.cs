namespace Payhook.Payments;

/// <summary>A payment in the store: its facts, and what is derived from them to search by.</summary>
sealed class PaymentRow
{
    /// <summary>How many events are noted; the others are found by the id that they carry.</summary>
    public const int EventsLimit = 500;

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

    /// <summary>The numbers of its events, the first ones where they are very many.</summary>
    public List<long> Events { get; init; } = [];

    /// <summary>How many of its names are stored; names are never taken back.</summary>
    public int NamesStored { get; set; }

    public bool HasNewNames => Facts.Names.Count != NamesStored;

    /// <summary>How many of its names the batch that it is part of knows.</summary>
    public int NamesKnown { get; set; }

    /// <summary>What this payment turned out to be.</summary>
    public PaymentRow? MergedInto { get; set; }

    /// <summary>Counts one event, and tells whether there was room to note its number.</summary>
    public bool Count(string source, DateTimeOffset receivedAt, long sequence)
    {
        Count(source, receivedAt, receivedAt, 1);
        if (Events.Count >= EventsLimit) return false;
        Note(sequence);
        return true;
    }

    /// <summary>Takes in what turned out to be the same payment.</summary>
    public void Merge(PaymentRow other)
    {
        Facts.Merge(other.Facts);
        Count(other.Source, other.FirstEventAt, other.LastEventAt, other.EventCount);
        foreach (var sequence in other.Events)
        {
            if (Events.Contains(sequence)) EventCount--; // it was about both
            else Note(sequence);
        }
    }

    /// <summary>In the order of the numbers, whatever came first.</summary>
    void Note(long sequence)
    {
        if (Events.Count == 0 || Events[^1] < sequence) Events.Add(sequence);
        else Events.Insert(~Events.BinarySearch(sequence), sequence);
    }

    void Count(string source, DateTimeOffset first, DateTimeOffset last, long events)
    {
        if (events == 0) return;
        var isEarlier = EventCount == 0 || first < FirstEventAt
            || (first == FirstEventAt && string.CompareOrdinal(source, Source) < 0);
        if (isEarlier) (Source, FirstEventAt) = (source, first);
        if (last > LastEventAt) LastEventAt = last;
        EventCount += events;
    }
}
