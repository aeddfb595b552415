namespace Payhook;

/// <summary>An event as the store gives it back.</summary>
sealed record StoredEvent(
    long Sequence,
    string SourceName,
    string Identity,
    string EventId,
    string EventType,
    string? PaymentId,
    DateTimeOffset ReceivedAt,
    int SecretNumber,
    bool IsUnderKnownId,
    long ConflictCount)
{
    public EventOrigin Origin { get; init; }

    /// <summary>The delivery with several events that brought it, if any.</summary>
    public long? BatchSequence { get; init; }

    /// <summary>The body as received; only read where it was asked for.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The headers kept, as a JSON object; only read where the body is.</summary>
    public byte[]? HeadersJson { get; init; }
}

/// <summary>A receipt that named a known event and did not agree with it.</summary>
sealed record Conflict(ConflictKind Kind, DateTimeOffset ReceivedAt, string EventId, byte[]? Body);

/// <summary>In what a conflicting receipt disagreed. The numbers stand in the database.</summary>
enum ConflictKind
{
    /// <summary>The same signed id with other bytes.</summary>
    OtherBody = 1,

    /// <summary>The same bytes under another unsigned header id.</summary>
    PossibleReplay = 2,
}
