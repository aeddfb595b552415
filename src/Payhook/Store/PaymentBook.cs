using System.Runtime.InteropServices;
using Payhook.Payments;

namespace Payhook.Store;

/// <summary>
/// The payments of one batch in memory: each is read once and written once, however many of its events came together.
/// </summary>
sealed class PaymentBook
{
    readonly List<(Receipt Receipt, long Sequence)> _events = [];
    readonly Dictionary<PaymentKey, PaymentRow> _byName = [];
    readonly HashSet<PaymentRow> _changed = [];
    readonly List<PaymentRow> _touched = [];
    readonly List<long> _unlinked = [];
    readonly List<PaymentRow> _merged = [];
    readonly HashSet<PaymentKey> _storedNames = [];

    /// <summary>The payments to be written.</summary>
    public IReadOnlyCollection<PaymentRow> Changed => _changed;

    /// <summary>Events for which their payment has no room: they must be found by the id that they carry.</summary>
    public IReadOnlyList<long> Unlinked => _unlinked;

    /// <summary>Stored payments that turned out to be others: <see cref="PaymentRow.MergedInto"/>.</summary>
    public IReadOnlyList<PaymentRow> Merged => _merged;

    public bool IsEmpty => _events.Count == 0;

    /// <summary>Adds an event that is new, unless it is about no payment.</summary>
    public void Add(Receipt receipt, long sequence)
    {
        if (receipt.Changes.Count > 0) _events.Add((receipt, sequence));
    }

    /// <summary>Every name by which the events call their payments.</summary>
    public HashSet<PaymentKey> Keys()
    {
        var keys = new HashSet<PaymentKey>(_events.Count);
        foreach (var (receipt, _) in _events) AddKeys(receipt, keys);
        return keys;
    }

    public static void AddKeys(Receipt receipt, HashSet<PaymentKey> keys)
    {
        foreach (var change in receipt.Changes)
        {
            foreach (var name in change.Names) keys.Add(new(receipt.ProviderName, receipt.AccountId, name.Id));
        }
    }

    /// <summary>Brings in a payment as it is stored.</summary>
    public void Know(PaymentRow row)
    {
        row.NamesStored = row.Facts.Names.Count;
        foreach (var name in row.Facts.Names) _storedNames.Add(new(row.Provider, row.Account, name.Id));
        Name(row);
    }

    /// <summary>Whether a name led to a payment when the batch began.</summary>
    public bool IsStored(PaymentKey name) => _storedNames.Contains(name);

    /// <summary>Lets every event have its effect.</summary>
    public void Apply()
    {
        foreach (var (receipt, sequence) in _events)
        {
            _touched.Clear();
            foreach (var change in receipt.Changes)
            {
                var row = Find(receipt, change);
                row.Facts.Apply(change);
                if (row.Facts.Names.Count != row.NamesKnown) Name(row);
                if (!_touched.Contains(row)) _touched.Add(row);
            }
            foreach (var row in CollectionsMarshal.AsSpan(_touched))
            {
                if (row.MergedInto is not null) continue;
                if (!row.Count(receipt.SourceName, receipt.ReceivedAt, sequence)) _unlinked.Add(sequence);
                _changed.Add(row);
            }
        }
    }

    public void Clear()
    {
        _events.Clear();
        _byName.Clear();
        _changed.Clear();
        _unlinked.Clear();
        _merged.Clear();
        _storedNames.Clear();
    }

    /// <summary>The payment that a change names; where it names several, they turn out to be one.</summary>
    PaymentRow Find(Receipt receipt, Change change)
    {
        PaymentRow? row = null;
        foreach (var name in change.Names)
        {
            var key = new PaymentKey(receipt.ProviderName, receipt.AccountId, name.Id);
            if (!_byName.TryGetValue(key, out var found)) continue;
            // A name that its payment had no room for still leads to the one that was merged.
            while (found.MergedInto is { } into) found = into;
            if (found == row) continue;
            row = row is null ? found : Unite(row, found);
        }
        return row ?? new()
        {
            Provider = receipt.ProviderName,
            Account = receipt.AccountId,
            Source = receipt.SourceName,
            Facts = new(),
        };
    }

    /// <summary>The one that is stored already stays, so that fewer names move.</summary>
    PaymentRow Unite(PaymentRow a, PaymentRow b)
    {
        var (into, other) = a.Number == 0 && b.Number != 0 ? (b, a) : (a, b);
        into.Merge(other);
        other.MergedInto = into;
        _changed.Remove(other);
        _changed.Add(into);
        if (other.Number != 0) _merged.Add(other);
        foreach (var before in _merged)
        {
            if (before.MergedInto == other) before.MergedInto = into;
        }
        Name(into);
        return into;
    }

    void Name(PaymentRow row)
    {
        foreach (var name in row.Facts.Names) _byName[new(row.Provider, row.Account, name.Id)] = row;
        row.NamesKnown = row.Facts.Names.Count;
    }
}

/// <summary>What finds a payment: one of its ids, at one account of one provider.</summary>
readonly record struct PaymentKey(string Provider, string Account, string Name);
