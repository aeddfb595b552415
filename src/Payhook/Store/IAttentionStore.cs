using Payhook.Attention;
using Payhook.Payments;

namespace Payhook.Store;

/// <summary>
/// What the rules about attention ask of the store. Every question is a bounded walk along an index, however many
/// payments and events there are.
/// </summary>
interface IAttentionStore
{
    /// <summary>A page of the payments whose rows say that rules may hold.</summary>
    IAsyncEnumerable<MarkedPayment> Marked(MarkedPage page, CancellationToken cancellation);

    /// <summary>One payment by its number in the store.</summary>
    IAsyncEnumerable<MarkedPayment> Payment(long number, CancellationToken cancellation);

    /// <summary>The payments of an order, the newest first, up to a bound.</summary>
    IAsyncEnumerable<MarkedPayment> OfOrder(
        string provider, string account, string orderId, CancellationToken cancellation);

    /// <summary>Events whose signed id came with other bodies, the latest disagreement first.</summary>
    /// <param name="beforeSequence">Only disagreements before this one.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellation">Ends the reading.</param>
    IAsyncEnumerable<ConflictingEvent> Conflicting(long beforeSequence, int limit, CancellationToken cancellation);

    /// <summary>The same of one event.</summary>
    IAsyncEnumerable<ConflictingEvent> ConflictingEvent(long eventSequence, CancellationToken cancellation);

    /// <summary>The newest payments of test mode of a source.</summary>
    IAsyncEnumerable<PaymentRow> TestPayments(string source, int limit, CancellationToken cancellation);

    /// <summary>
    /// When events of a source were received: the latest, and others at even distances through its past.
    /// </summary>
    IAsyncEnumerable<DateTimeOffset> Received(string source, CancellationToken cancellation);

    /// <summary>How many of a source's latest events were received since a moment, up to a bound.</summary>
    ValueTask<long> CountSinceAsync(string source, DateTimeOffset from, CancellationToken cancellation);

    /// <summary>What is known of items, of those that were acknowledged.</summary>
    IAsyncEnumerable<Acknowledgement> Acknowledgements(IReadOnlyList<string> items, CancellationToken cancellation);

    /// <summary>Notes that somebody looked at an item, in one transaction with its entry in the audit log.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    void Acknowledge(Acknowledgement acknowledgement, AuditEntry entry);
}

/// <summary>A payment and the rules that may hold of it.</summary>
readonly record struct MarkedPayment(PaymentRow Row, long Bits);

/// <summary>Which marked payments are wanted, those with the latest events first.</summary>
/// <param name="Bits">Only with one of these rules.</param>
/// <param name="After">Only further down than this.</param>
readonly record struct MarkedPage(
    int Limit, long Bits, (DateTimeOffset LastEventAt, long Number)? After, string? Provider, string? Source);

/// <summary>That somebody looked at an item.</summary>
/// <param name="Item">The item's id.</param>
/// <param name="Mark">What exactly was looked at.</param>
/// <param name="Actor">Who.</param>
/// <param name="At">When.</param>
/// <param name="Note">In whose words; may be empty.</param>
sealed record Acknowledgement(string Item, string Mark, string Actor, DateTimeOffset At, string Note)
{
    public const int NoteLimitChars = 500;
}
