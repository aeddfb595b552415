namespace Payhook.Attention;

/// <summary>
/// A delivery that carried the signed id of a known event and another body. Only the first was taken; somebody must say
/// which of the two is true.
/// </summary>
static class OtherBody
{
    /// <summary>How many bodies there are at least, the stored one included.</summary>
    const int BodiesMinimum = 2;

    public static Finding Find(ConflictingEvent found) => new(AttentionKind.OtherBody,
        $"The id {found.EventId} came with {Math.Max(BodiesMinimum, found.ConflictCount + 1)} deliveries that do not "
        + "agree. The first one was taken, and the payment does not know of the others.",
        "Compare the bodies of the event, and look the payment up at the provider.",
        $"{found.ConflictCount}")
    {
        Evidence =
        [
            new("event_id", found.EventId), new("event_type", found.EventType),
            new("first_received_at", found.ReceivedAt), new("last_received_at", found.LatestAt),
            new("conflict_count", found.ConflictCount),
        ],
    };
}

/// <summary>An event whose signed id came with other bodies.</summary>
/// <param name="EventSequence">The event that is stored.</param>
/// <param name="LatestSequence">The number of the latest receipt that disagreed.</param>
sealed record ConflictingEvent(
    long EventSequence, long LatestSequence, string SourceName, string EventId, string EventType, string? PaymentId,
    DateTimeOffset ReceivedAt, DateTimeOffset LatestAt, long ConflictCount);
