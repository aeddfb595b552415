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
    public const int EventsLimit = 5_000;

    /// <summary>A payment as it stood once these events had been received, and nothing else.</summary>
    public static PaymentRow? RowOf(PaymentRow now, IEnumerable<(StoredEvent Event, Change Change)> changes)
    {
        PaymentRow? row = null;
        var events = new HashSet<long>();
        foreach (var (stored, change) in changes)
        {
            row ??= new()
            {
                Number = now.Number,
                Provider = now.Provider,
                Account = now.Account,
                Source = stored.SourceName,
                Facts = new(),
            };
            row.Facts.Apply(change);
            if (events.Add(stored.Sequence)) row.Count(stored.SourceName, stored.ReceivedAt, stored.Sequence);
        }
        return row;
    }

    /// <summary>The changes in the order in which they happened.</summary>
    public static IReadOnlyList<HistoryEntry> Of(IReadOnlyList<(StoredEvent Event, Change Change)> changes)
    {
        var facts = new PaymentFacts();
        var entries = new List<HistoryEntry>(changes.Count);
        var ordered = changes.OrderBy(c => c.Change.At ?? c.Event.ReceivedAt).ThenBy(c => c.Change.Kind)
            .ThenBy(c => c.Event.Sequence).ToArray();
        var isLate = Late(ordered);
        for (var i = 0; i < ordered.Length; i++)
        {
            var (stored, change) = ordered[i];
            facts.Apply(change);
            entries.Add(new(change, stored, PaymentState.Of(facts).Status, isLate[i]));
        }
        return entries;
    }

    /// <summary>Which changes were received after one that happened later.</summary>
    static bool[] Late((StoredEvent Event, Change Change)[] ordered)
    {
        var isLate = new bool[ordered.Length];
        // From the end: the earliest receipt of all that happened later, and of those of the same moment.
        DateTimeOffset later = DateTimeOffset.MaxValue, atOnce = DateTimeOffset.MaxValue, moment = default;
        for (var i = ordered.Length - 1; i >= 0; i--)
        {
            var (stored, change) = ordered[i];
            if (change.At is not { } at) continue;
            if (at != moment) (later, atOnce, moment) = (Earlier(later, atOnce), DateTimeOffset.MaxValue, at);
            atOnce = Earlier(atOnce, stored.ReceivedAt);
            isLate[i] = later < stored.ReceivedAt;
        }
        return isLate;
    }

    static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    /// <summary>What a stored event says of a payment that is known; nothing where it is about another one.</summary>
    public static IEnumerable<Change> ChangesOf(
        StoredEvent stored, Provider provider, PaymentRow row, IReadOnlySet<string> names) =>
        ReadAgain(stored, provider, row).Where(c => c.Names.Any(n => names.Contains(n.Id)));

    static IReadOnlyList<Change> ReadAgain(StoredEvent stored, Provider provider, PaymentRow row)
    {
        if (StoredReading.Read(stored, provider) is not { } read) return [];
        // Where it stands in what was looked up, it is not there to be compared.
        var account = PaymentAccounts.Of(provider.Name, stored.SourceName, read.AccountId);
        if (read.AccountId is not null && account != row.Account) return [];
        // What was looked up to verify it is in no body: its outcome stands in the event's id, and a payment has one
        // amount.
        if (provider is MollieClassic)
        {
            read = read with
            {
                AmountMinor = row.Facts.Amounts.Count > 0 ? row.Facts.Amounts.Max : null,
                Currency = row.Facts.Currency,
            };
        }
        return PaymentMappings.Map(provider.Name, stored.Body, read);
    }
}
