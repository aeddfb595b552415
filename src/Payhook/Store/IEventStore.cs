using Payhook.Payments;

namespace Payhook.Store;

/// <summary>Where events live. Two stores, one behaviour: the same suite runs against both.</summary>
interface IEventStore : IAsyncDisposable
{
    /// <summary>What to call it in front of the operator, without a password.</summary>
    string DisplayName { get; }

    /// <summary>Checks the engine and brings the schema up to date; safe while other processes do the same.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached now; trying again may help.</exception>
    /// <exception cref="StoreRefusedException">The store must not be used; a person has to do something.</exception>
    void Open();

    /// <summary>Looks at the store without changing it, for a person who asks what is wrong.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached now.</exception>
    /// <exception cref="StoreRefusedException">The store must not be used as it is.</exception>
    StoreReport Examine();

    /// <summary>Refused requests, kept beside the events.</summary>
    IRejectionStore Rejections { get; }

    /// <summary>Keys for the interface.</summary>
    IKeyStore Keys { get; }

    /// <summary>Who is signed in, and the admin password.</summary>
    ISessionStore Sessions { get; }

    /// <summary>Who did what to the listener.</summary>
    IAuditStore Audit { get; }

    /// <summary>What the rules about attention ask.</summary>
    IAttentionStore Attention { get; }

    /// <summary>Requests, counted.</summary>
    IStatsStore Stats { get; }

    /// <summary>Attempts of deliveries, counted.</summary>
    IStatsStore DeliveryStats { get; }

    /// <summary>All events in the order of their commits.</summary>
    IEventFeed Feed { get; }

    /// <summary>Where events are handed on to.</summary>
    IDestinationStore Destinations { get; }

    /// <summary>What is owed to destinations.</summary>
    IDeliveryStore Deliveries { get; }

    /// <summary>How far those are who ask for events by a name.</summary>
    IConsumerStore Consumers { get; }

    /// <summary>
    /// Makes all payments anew beside those that are there: goes on with what an earlier run left, unless told to
    /// begin again.
    /// </summary>
    /// <exception cref="StoreRefusedException">Another process does so at this moment.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot be reached now.</exception>
    IPaymentRebuild OpenRebuild(bool beginsAgain);

    /// <summary>A writer with a connection of its own, for one thread.</summary>
    IEventWriter OpenWriter();

    /// <summary>The events of a payment in the order of their receipt, past a sequence number.</summary>
    IAsyncEnumerable<StoredEvent> EventsOfPayment(string paymentId, EventPage page, CancellationToken cancellation);

    /// <summary>
    /// The events that carry an id, the first received first: one, unless an unsigned id was used again.
    /// </summary>
    IAsyncEnumerable<StoredEvent> EventsWithId(string eventId, bool withBody, CancellationToken cancellation);

    /// <summary>The payments that go by an id: one, unless several providers or accounts use it.</summary>
    IAsyncEnumerable<PaymentRow> PaymentsCalled(string id, CancellationToken cancellation);

    /// <summary>A page of payments.</summary>
    IAsyncEnumerable<PaymentRow> Payments(PaymentPage page, CancellationToken cancellation);

    /// <summary>Up to where such a page was looked for, where that was not to the end.</summary>
    ValueTask<(DateTimeOffset LastEventAt, long Number)?> PaymentsWalkedAsync(
        PaymentPage page, CancellationToken cancellation);

    /// <summary>What disagreed with an event, the earliest first.</summary>
    IAsyncEnumerable<Conflict> ConflictsOf(long sequence, CancellationToken cancellation);
}

/// <summary>Writes receipts. Not for use by two threads at once.</summary>
interface IEventWriter : IDisposable
{
    /// <summary>
    /// Commits the batch and sets the outcome of every receipt that is committed. Where it throws, those without an
    /// outcome were not, and may be appended again.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now (disk full, database away).</exception>
    /// <exception cref="Exception">Any other: some receipt of the batch cannot be stored.</exception>
    void Append(ReadOnlySpan<Receipt> batch);

    /// <summary>Commits a small write, to learn whether the store can be written.</summary>
    /// <exception cref="StoreUnavailableException">It cannot.</exception>
    void Probe();
}

/// <summary>Which part of a long answer is wanted.</summary>
/// <param name="AfterSequence">Only events stored after this one; 0 for all.</param>
/// <param name="Limit">At most so many.</param>
/// <param name="WithBody">Bodies and headers too.</param>
readonly record struct EventPage(long AfterSequence, int Limit, bool WithBody);

/// <summary>What a look at the store found.</summary>
/// <param name="EngineVersion">The version of the engine.</param>
/// <param name="SchemaVersion">The version of the schema, 0 where there is none yet.</param>
/// <param name="Clock">The time at the store, where it has a clock of its own.</param>
/// <param name="Warnings">What is allowed and unwise.</param>
sealed record StoreReport(
    string EngineVersion, int SchemaVersion, DateTimeOffset? Clock, IReadOnlyList<string> Warnings);

/// <summary>The store cannot commit now; what was sent must be sent again.</summary>
sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The store must not be used as it is: a newer schema, an unsafe engine, a wrong path. Says what to do.
/// </summary>
sealed class StoreRefusedException(string message, Exception? inner = null) : Exception(message, inner);
