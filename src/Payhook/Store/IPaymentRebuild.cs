using Payhook.Payments;

namespace Payhook.Store;

/// <summary>
/// Makes all payments anew from the events, beside the payments that are there, while listeners go on. First the new
/// ones are filled, event by event; then both are compared, a few at a time, and what differs is put right. Whoever
/// reads meanwhile sees each payment either as it was or as it should be. Ended at any moment, it can be gone on with.
/// </summary>
interface IPaymentRebuild : IDisposable
{
    /// <summary>Up to where the events are in the new payments.</summary>
    FeedPosition Position { get; }

    /// <summary>How many events that were.</summary>
    long EventCount { get; }

    /// <summary>About how many events there are.</summary>
    long EventsTotal();

    /// <summary>How many payments were made so far.</summary>
    long PaymentsTotal();

    /// <summary>Applies the next events to the new payments, and remembers how far that is.</summary>
    /// <param name="events">What they say, in the order of the feed; those that say nothing may be left out.</param>
    /// <param name="count">How many were read.</param>
    /// <param name="position">The place behind the last of them.</param>
    void Fill(IReadOnlyList<MappedEvent> events, int count, FeedPosition position);

    /// <summary>
    /// Compares the next few payments, and puts right those that differ. No event is stored meanwhile; those stored
    /// since the last step are taken in before.
    /// </summary>
    /// <param name="map">What an event says.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    ValueTask<RebuildStep> CompareAsync(Func<FeedEvent, MappedEvent?> map, CancellationToken cancellation);

    /// <summary>Takes away what it needed.</summary>
    void Finish();
}

/// <summary>A stored event and what it says about payments.</summary>
sealed record MappedEvent(
    FeedEvent Found, string ProviderName, string AccountId, IReadOnlyList<Change> Changes)
{
    static readonly PooledBytes NoBytes = new(0);

    /// <summary>As the writer of new events gets it, so that the same code applies both.</summary>
    public Receipt ToReceipt() => new()
    {
        SourceName = Found.Event.SourceName,
        ProviderName = ProviderName,
        AccountId = AccountId,
        Changes = Changes,
        Identity = Found.Event.Identity,
        EventId = Found.Event.EventId,
        IsEventIdSigned = true,
        EventType = Found.Event.EventType,
        PaymentId = Found.Event.PaymentId,
        ReceivedAt = Found.Event.ReceivedAt,
        SecretNumber = Found.Event.SecretNumber,
        Bytes = NoBytes,
        DeliveryLength = 0,
        Place = default,
    };
}

/// <summary>What a step of comparing did.</summary>
/// <param name="Compared">Payments looked at.</param>
/// <param name="Mended">Payments that were missing or differed.</param>
/// <param name="Removed">Payments that no event speaks of.</param>
/// <param name="IsLast">True where nothing is left to compare.</param>
readonly record struct RebuildStep(int Compared, int Mended, int Removed, bool IsLast);
