namespace Payhook.Store;

/// <summary>
/// Where consumers' places are kept. A place that is lost in a power cut was an earlier one, so acknowledging does not
/// wait for the disk; what an entry in the audit log tells of does.
/// </summary>
interface IConsumerStore
{
    /// <summary>All, by their names, with what waits for them.</summary>
    IAsyncEnumerable<ConsumerLag> All(CancellationToken cancellation);

    /// <summary>One of them.</summary>
    ValueTask<Consumer?> FindAsync(string name, CancellationToken cancellation);

    /// <summary>Adds one. One that is there stays as it is.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    ConsumerAdded Add(Consumer consumer, AuditEntry entry);

    /// <summary>Moves a place forward, and never back.</summary>
    /// <returns>The consumer as it is now; null where there is none.</returns>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    Consumer? Acknowledge(string name, FeedPosition cursor, DateTimeOffset at);

    /// <summary>Sets a place, wherever it was; what changes nothing is not written down.</summary>
    /// <returns>The consumer as it is now; null where there is none.</returns>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    Consumer? Rewind(string name, FeedPosition cursor, AuditEntry entry);

    /// <summary>Removes one.</summary>
    /// <returns>False where there is none.</returns>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    bool Remove(string name, AuditEntry entry);
}

/// <summary>How far somebody is who asks for events by a name: the store remembers it, so that no file must.</summary>
/// <param name="Name">One that <see cref="ConsumerName"/> takes.</param>
/// <param name="Cursor">Everything up to here was acknowledged.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="AcknowledgedAt">When it was moved last; null: never.</param>
sealed record Consumer(string Name, FeedPosition Cursor, DateTimeOffset CreatedAt, DateTimeOffset? AcknowledgedAt);

/// <summary>A consumer and what waits for it.</summary>
/// <param name="Consumer">The consumer.</param>
/// <param name="Behind">How many events; not counted any further than <see cref="CountLimitEvents"/>.</param>
/// <param name="BehindSince">When the first of them was received; null where there is none.</param>
sealed record ConsumerLag(Consumer Consumer, long Behind, DateTimeOffset? BehindSince)
{
    public const int CountLimitEvents = 10_000;
}

/// <summary>What became of a consumer that was to be added.</summary>
enum ConsumerAdded
{
    TooMany,
    Known,
    Added,
}
