using System.Globalization;

namespace Payhook.Store;

/// <summary>
/// All events in the order of their commits, for readers who remember how far they are: no event ever appears before
/// a place that was given out.
/// </summary>
interface IEventFeed
{
    /// <summary>How far the feed goes now.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    ValueTask<FeedHead> HeadAsync(CancellationToken cancellation);

    /// <summary>Between which places the events received in a time lie; null where there are none.</summary>
    /// <param name="from">Received at this moment or later.</param>
    /// <param name="until">Received before this moment.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask<FeedSpan?> SpanAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation);

    /// <summary>
    /// The next events of a part of the feed: read whole and with a bound in bytes, so that a reader who is slow
    /// afterwards holds no connection.
    /// </summary>
    ValueTask<FeedPage> PageAsync(
        FeedFilter filter, FeedSpan span, int limitEvents, bool withBody, CancellationToken cancellation);

    /// <summary>How many events a part of the feed has.</summary>
    ValueTask<long> CountAsync(FeedFilter filter, FeedSpan span, CancellationToken cancellation);

    /// <summary>The whole delivery that brought several events at once.</summary>
    ValueTask<byte[]?> DeliveryAsync(long batchSequence, CancellationToken cancellation);
}

/// <summary>A place in the feed, behind an event. The zero value is the beginning.</summary>
/// <param name="Transaction">The transaction that stored the event; 0 in SQLite.</param>
/// <param name="Sequence">The event's number.</param>
readonly record struct FeedPosition(ulong Transaction, long Sequence) : IComparable<FeedPosition>
{
    public int CompareTo(FeedPosition other) => Transaction == other.Transaction
        ? Sequence.CompareTo(other.Sequence)
        : Transaction.CompareTo(other.Transaction);

    public static bool operator <(FeedPosition a, FeedPosition b) => a.CompareTo(b) < 0;
    public static bool operator >(FeedPosition a, FeedPosition b) => a.CompareTo(b) > 0;
    public static bool operator <=(FeedPosition a, FeedPosition b) => a.CompareTo(b) <= 0;
    public static bool operator >=(FeedPosition a, FeedPosition b) => a.CompareTo(b) >= 0;

    /// <summary>How readers remember it; its form is nobody's business but this type's.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Transaction:x}-{Sequence:x}");

    public static bool TryParse(ReadOnlySpan<char> text, out FeedPosition position)
    {
        position = default;
        var dash = text.IndexOf('-');
        if (dash < 0 || !ulong.TryParse(text[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out var transaction)
            || !long.TryParse(text[(dash + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out var sequence) || sequence < 0) return false;
        position = new(transaction, sequence);
        return true;
    }
}

/// <summary>How far the feed goes.</summary>
/// <param name="Latest">Everything up to here is there to be read, and nothing will appear before it.</param>
/// <param name="Unused">No place from here on was ever given out by this store as it is.</param>
readonly record struct FeedHead(FeedPosition Latest, FeedPosition Unused);

/// <summary>A part of the feed.</summary>
/// <param name="After">Behind this place.</param>
/// <param name="Until">Up to this place and with it.</param>
readonly record struct FeedSpan(FeedPosition After, FeedPosition Until)
{
    /// <summary>True where it is read from its end to its beginning.</summary>
    public bool IsNewestFirst { get; init; }

    /// <summary>True where no event can lie in it.</summary>
    public bool IsEmpty => After >= Until;

    /// <summary>What is left of it for who has read up to an event's place.</summary>
    public FeedSpan Behind(FeedPosition read) => IsNewestFirst
        ? this with { Until = read with { Sequence = read.Sequence - 1 } }
        : this with { After = read };
}

/// <summary>Which events of the feed are wanted. What is null or empty lets everything pass.</summary>
sealed record FeedFilter
{
    /// <summary>Types, of which a <c>*</c> stands for any characters; one of them must match.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Names of sources; null: any, empty: none.</summary>
    public IReadOnlyList<string>? SourceNames { get; init; }

    public string? PaymentId { get; init; }

    /// <summary>What the provider calls the event; several can have one id where it is not signed.</summary>
    public string? EventId { get; init; }

    public DateTimeOffset? ReceivedFrom { get; init; }

    /// <summary>Before this moment.</summary>
    public DateTimeOffset? ReceivedTo { get; init; }

    public bool HasConflict { get; init; }

    /// <summary>Whether it leaves anything out.</summary>
    public bool IsNarrow => Types.Count > 0 || SourceNames is not null || PaymentId is not null || EventId is not null
        || ReceivedFrom is not null || ReceivedTo is not null || HasConflict;

    /// <summary>The one type that is wanted, where it is one and no pattern: an index has it.</summary>
    public string? OnlyType => Types is [var one] && !IsPattern(one) ? one : null;

    /// <summary>The one source that is wanted.</summary>
    public string? OnlySource => SourceNames is [var one] ? one : null;

    /// <summary>The numbers of the events with an id, in both dialects; an index has each part.</summary>
    /// <param name="parameter">The name that the id is bound to.</param>
    public static string SequencesOf(string parameter) => $"""
        (select sequence from payhook_events where identity = {parameter} and event_id = {parameter}
            union all select sequence from payhook_events where event_id = {parameter} and event_id <> identity)
        """;

    public static bool IsPattern(string type) => type.Contains('*', StringComparison.Ordinal);
}

/// <summary>An event and its place in the feed.</summary>
readonly record struct FeedEvent(FeedPosition Position, StoredEvent Event);

/// <summary>Some events of the feed.</summary>
/// <param name="Events">In the order in which the part is read.</param>
/// <param name="IsCut">True where there may be more: a bound was reached.</param>
readonly record struct FeedPage(IReadOnlyList<FeedEvent> Events, bool IsCut)
{
    /// <summary>Reads a page up to its bounds.</summary>
    public static async ValueTask<FeedPage> OfAsync(
        IAsyncEnumerable<FeedEvent> rows, int limitEvents, CancellationToken cancellation)
    {
        var events = new List<FeedEvent>();
        long bytes = 0;
        await foreach (var row in rows)
        {
            events.Add(row);
            bytes += (row.Event.Body?.Length ?? 0) + (row.Event.HeadersJson?.Length ?? 0);
            if (events.Count == limitEvents || bytes >= StoreLimits.PageBytes) return new(events, true);
        }
        // A query that was cancelled ends like one that found no more.
        cancellation.ThrowIfCancellationRequested();
        return new(events, false);
    }
}
