using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>One change of a payment, and the event that caused it.</summary>
/// <param name="Change">What the event says.</param>
/// <param name="Event">The event.</param>
/// <param name="Status">The status once everything before it by the provider's clock, and it, is known.</param>
/// <param name="IsLate">True where it was received after something that happened later.</param>
sealed record HistoryEntry(Change Change, StoredEvent Event, PaymentStatus Status, bool IsLate);

/// <summary>
/// A payment told again from its stored events: its timeline, and what was known of it at any moment that has passed.
/// </summary>
static class PaymentHistory
{
    /// <summary>The most events that are told again.</summary>
    public const int EventsLimit = 2000;

    /// <summary>The facts of some events alone: those that had been received by a moment.</summary>
    public static PaymentFacts FactsOf(IEnumerable<(StoredEvent Event, Change Change)> changes)
    {
        var facts = new PaymentFacts();
        foreach (var (_, change) in changes) facts.Apply(change);
        return facts;
    }

    /// <summary>The changes in the order in which they happened.</summary>
    public static IReadOnlyList<HistoryEntry> Of(IReadOnlyList<(StoredEvent Event, Change Change)> changes)
    {
        var facts = new PaymentFacts();
        var entries = new List<HistoryEntry>(changes.Count);
        var ordered = changes.OrderBy(c => c.Change.At ?? c.Event.ReceivedAt).ThenBy(c => c.Change.Kind)
            .ThenBy(c => c.Event.Sequence).ToArray();
        for (var i = 0; i < ordered.Length; i++)
        {
            var (stored, change) = ordered[i];
            facts.Apply(change);
            var isLate = ordered.Skip(i + 1).Any(later => later.Event.ReceivedAt < stored.ReceivedAt
                && later.Change.At > change.At);
            entries.Add(new(change, stored, PaymentState.Of(facts).Status, isLate));
        }
        return entries;
    }

    /// <summary>Reads a stored event again, and what it says of the payment with these names.</summary>
    public static IEnumerable<(StoredEvent Event, Change Change)> ChangesOf(
        StoredEvent stored, Provider provider, IReadOnlySet<string> names) =>
        ReadAgain(stored, provider).Where(c => c.Names.Any(n => names.Contains(n.Id))).Select(c => (stored, c));

    /// <summary>What a stored event says about payments.</summary>
    public static IReadOnlyList<Change> ReadAgain(StoredEvent stored, Provider provider) =>
        StoredReading.Read(stored, provider) is { } read
            ? PaymentMappings.Map(provider.Name, stored.Body, read)
            : [];
}
