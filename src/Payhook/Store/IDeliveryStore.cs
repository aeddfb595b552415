namespace Payhook.Store;

/// <summary>
/// What is owed to destinations. It follows from the committed events: of each destination the store knows how far in
/// the feed it is, and a row for every event from there back that was tried. One process at a time serves a
/// destination; what another one writes of it is refused.
/// </summary>
interface IDeliveryStore
{
    /// <summary>
    /// Tells that a process lives, keeps the destinations that it serves, and takes more that nobody serves, up to
    /// its share.
    /// </summary>
    /// <param name="process">Any name that no other process has.</param>
    /// <param name="duration">For how long, from now.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be reached now.</exception>
    LeaseReport KeepLeases(string process, TimeSpan duration);

    /// <summary>Gives a destination back before its time, so that another process may serve it at once.</summary>
    void Release(Lease lease);

    /// <summary>Tells that a process ends: all it has is free, and it has no share any more.</summary>
    void ReleaseAll(string process);

    /// <summary>
    /// Writes what became of deliveries, all in one transaction, synced as events are in PostgreSQL, and safe from an
    /// end of the process in SQLite. A lease that was lost is left out, with all that is written under it.
    /// </summary>
    /// <returns>The destinations whose lease was lost.</returns>
    IReadOnlyList<long> Settle(IReadOnlyList<Settlement> settlements);

    /// <summary>
    /// Pending deliveries of a destination that are due, the longest due first, with their events and bodies; never
    /// more than a page's bytes at once.
    /// </summary>
    /// <param name="destinationId">The destination.</param>
    /// <param name="dueUntil">Due at this moment or before.</param>
    /// <param name="except">Numbers of deliveries to leave out: they are being tried.</param>
    /// <param name="limitDeliveries">At most so many.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask<IReadOnlyList<DueDelivery>> DueAsync(
        long destinationId, DateTimeOffset dueUntil, IReadOnlyCollection<long> except, int limitDeliveries,
        CancellationToken cancellation);

    /// <summary>What a process must know of a destination that it begins to serve.</summary>
    ValueTask<DestinationBacklog> BacklogAsync(long destinationId, CancellationToken cancellation);

    /// <summary>How many processes live that serve destinations.</summary>
    ValueTask<int> LivingAsync(CancellationToken cancellation);

    /// <summary>The places of the newest events behind one in the feed, the newest first.</summary>
    ValueTask<IReadOnlyList<FeedPosition>> PlacesBehindAsync(
        FeedPosition after, int limit, CancellationToken cancellation);

    /// <summary>How many are pending and dead, of each destination that has any.</summary>
    ValueTask<IReadOnlyList<DeliveryCount>> CountsAsync(CancellationToken cancellation);

    /// <summary>
    /// How many dead letters of a destination failed how last, of each failure that there is; each counted up to
    /// <see cref="StoreLimits.DeadCountedPerFailure"/>.
    /// </summary>
    ValueTask<IReadOnlyList<(FailureClass Failure, long Count)>> DeadByFailureAsync(
        long destinationId, CancellationToken cancellation);

    /// <summary>Deliveries for people to look at, the newest first.</summary>
    IAsyncEnumerable<DeliveryLine> Deliveries(DeliveryPage page, CancellationToken cancellation);

    /// <summary>The attempts of a delivery, the first one first.</summary>
    IAsyncEnumerable<Attempt> AttemptsOf(long deliverySequence, CancellationToken cancellation);

    /// <summary>
    /// Makes dead letters pending again, due now and with all their attempts before them.
    /// </summary>
    /// <param name="destinationId">Those of this destination.</param>
    /// <param name="deliverySequence">Only this one; null: all.</param>
    /// <param name="at">Now.</param>
    /// <param name="failure">Only those whose last attempt failed so; null: all.</param>
    /// <returns>How many there were.</returns>
    long Revive(long destinationId, long? deliverySequence, DateTimeOffset at, FailureClass? failure = null);
}

/// <summary>The right to serve a destination for a while.</summary>
/// <param name="DestinationId">The destination.</param>
/// <param name="Epoch">Counts its holders: what is written under an older one is refused.</param>
readonly record struct Lease(long DestinationId, long Epoch);

/// <summary>What a process serves from now on.</summary>
/// <param name="Leases">All that it has.</param>
/// <param name="Share">How many it should have: where it has more, some must be given back.</param>
/// <param name="ProcessCount">How many processes live.</param>
sealed record LeaseReport(IReadOnlyList<Lease> Leases, int Share, int ProcessCount);

/// <summary>What is to be written of one destination.</summary>
sealed record Settlement(Lease Lease)
{
    /// <summary>Deliveries that were tried or put off: new ones have no number yet.</summary>
    public IReadOnlyList<SettledDelivery> Deliveries { get; init; } = [];

    /// <summary>How far the feed was served; null: no further than before.</summary>
    public FeedPosition? Cursor { get; init; }

    /// <summary>How far replays are, by their number.</summary>
    public IReadOnlyList<ReplayProgress> Replays { get; init; } = [];

    /// <summary>
    /// Keys of which a delivery has ended: the first that is still pending and was not tried yet is due now.
    /// </summary>
    public IReadOnlyList<string> KeysReleased { get; init; } = [];
}

/// <summary>What became of a delivery.</summary>
/// <param name="Delivery">As it is now. One of an event that has a row already is left as it was.</param>
/// <param name="Position">The event's place in the feed.</param>
/// <param name="Attempt">The attempt that made it so; null where it was put off untried.</param>
readonly record struct SettledDelivery(Delivery Delivery, FeedPosition Position, Attempt? Attempt);

/// <summary>How far a replay is.</summary>
/// <param name="ReplayId">Its number.</param>
/// <param name="Cursor">Behind the last event that needs no more looking at.</param>
/// <param name="Planned">How many deliveries it has made since the last time.</param>
/// <param name="IsDone">It has been through all its events.</param>
readonly record struct ReplayProgress(long ReplayId, FeedPosition Cursor, long Planned, bool IsDone);

/// <summary>A pending delivery, with the event.</summary>
readonly record struct DueDelivery(Delivery Delivery, FeedEvent Event);

/// <summary>What is known of a destination when a process begins to serve it.</summary>
/// <param name="Cursor">How far the feed was served.</param>
/// <param name="Behind">Events behind the cursor that have a row already; not those of replays.</param>
/// <param name="PendingKeys">The ordering key of each pending delivery that has one.</param>
/// <param name="PendingCount">How many are pending.</param>
/// <param name="NextDueAt">When the first of them is due.</param>
sealed record DestinationBacklog(
    FeedPosition Cursor, IReadOnlyList<long> Behind, IReadOnlyList<string> PendingKeys, long PendingCount,
    DateTimeOffset? NextDueAt);

/// <summary>How many deliveries stand where.</summary>
/// <param name="DestinationId">Whose they are.</param>
/// <param name="Pending">To be tried (again).</param>
/// <param name="Dead">Given up.</param>
/// <param name="NextDueAt">When the first of the pending is due.</param>
/// <param name="OldestPendingAt">Since when the oldest of the pending is tried, or was put off untried.</param>
readonly record struct DeliveryCount(
    long DestinationId, long Pending, long Dead, DateTimeOffset? NextDueAt, DateTimeOffset? OldestPendingAt);

/// <summary>A delivery in a list.</summary>
sealed record DeliveryLine(
    Delivery Delivery, string EventId, string EventType, string SourceName, DateTimeOffset ChangedAt);

/// <summary>Which deliveries are wanted, the newest first unless the oldest are asked for.</summary>
sealed record DeliveryPage(int Limit)
{
    public long? DestinationId { get; init; }
    public long? EventSequence { get; init; }
    public DeliveryState? State { get; init; }
    public FailureClass? Failure { get; init; }
    public long? ReplayId { get; init; }
    public bool IsOldestFirst { get; init; }

    /// <summary>Only those with a smaller number.</summary>
    public long BeforeSequence { get; init; } = long.MaxValue;
}
