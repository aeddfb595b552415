using Payhook.Payments;

namespace Payhook.Store;

/// <summary>
/// Which sources receive authorisations at all, as one writer learns it. Where a source is not subscribed to them, none
/// is missing, and millions of payments must not be marked for it.
/// </summary>
sealed class SubscribedSources
{
    readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);

    public void Note(PaymentRow row)
    {
        if (row.Provider == "razorpay" && row.Facts.Flags.HasFlag(PaymentFlags.Authorized)) _known[row.Source] = true;
    }

    /// <param name="source">The source.</param>
    /// <param name="find">Looks into the store; asked once for each source.</param>
    public bool Has(string source, Func<string, bool> find)
    {
        if (!_known.TryGetValue(source, out var isSubscribed)) _known[source] = isSubscribed = find(source);
        return isSubscribed;
    }
}
