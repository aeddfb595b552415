namespace Payhook.Store;

/// <summary>
/// Where refused requests are kept, within bounds, beside the events and never in their way: on connections of its
/// own, and without a sync to disk, since a refusal that a power cut loses was promised to nobody.
/// </summary>
interface IRejectionStore
{
    /// <summary>
    /// Keeps rejections, adds to the counts, and lets go of the oldest beyond the bounds, in one transaction.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    /// <exception cref="Exception">Any other: something in the batch cannot be stored.</exception>
    void Append(
        IReadOnlyList<Rejection> kept, IReadOnlyCollection<RejectionCount> counted, RejectionBounds bounds);

    /// <summary>Kept rejections without their bodies, the newest first.</summary>
    IAsyncEnumerable<Rejection> Rejections(RejectionPage page, CancellationToken cancellation);

    /// <summary>How many requests were refused, by source, reason and cause.</summary>
    IAsyncEnumerable<RejectionCount> Counts(CancellationToken cancellation);

    /// <summary>One rejection with its body, while it is kept.</summary>
    ValueTask<Rejection?> FindAsync(long sequence, CancellationToken cancellation);

    /// <summary>Notes that a rejection has become an event.</summary>
    /// <param name="sequence">The rejection.</param>
    /// <param name="eventSequence">The event, where its number is known.</param>
    /// <param name="at">When.</param>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    void MarkPromoted(long sequence, long? eventSequence, DateTimeOffset at);
}

/// <summary>How many rejections are kept.</summary>
/// <param name="KeptPerReason">The latest so many of each source and reason; 0 keeps none.</param>
/// <param name="LimitBytes">All of them together, with bodies and headers.</param>
readonly record struct RejectionBounds(int KeptPerReason, long LimitBytes);

/// <summary>Which rejections are wanted. A filter that is <see langword="null"/> lets everything pass.</summary>
/// <param name="BeforeSequence">Only older ones than this; <see cref="long.MaxValue"/> for the newest.</param>
/// <param name="Limit">At most so many.</param>
readonly record struct RejectionPage(
    long BeforeSequence, int Limit, string? SourceName = null, string? Reason = null, string? Cause = null);
