using Payhook.Attention;
using Payhook.Payments;
using SQLitePCL;

namespace Payhook.Store;

/// <summary>
/// Marks payments by rules that need other rows, right after they were written: few ever reach a statement.
/// </summary>
sealed class SqliteMarks(sqlite3 database) : IDisposable
{
    readonly SqliteStatement _twice = new(database, AttentionSql.MarkTwice);
    readonly SqliteStatement _missing = new(database, AttentionSql.MarkMissing);
    readonly SqliteStatement _isSubscribed = new(database, """
        select 1 from (
            select source from payhook_events indexed by payhook_events_feed_type
            where event_type = ?1 order by sequence desc limit 1000)
        where source = ?2
        """);

    readonly SubscribedSources _sources = new();

    public void After(PaymentRow row, in PaymentState state)
    {
        _sources.Note(row);
        if (CapturedTwice.MayHold(row.Provider, row.Facts, state)) _twice.Bind(row.Number).Run();
        if (CaptureWithoutAuthorization.Holds(row.Provider, row.Facts) && _sources.Has(row.Source, IsSubscribed))
            _missing.Bind(row.Number).Run();
    }

    bool IsSubscribed(string source) =>
        _isSubscribed.Bind(CaptureWithoutAuthorization.MissingType).Bind(source).Exists();

    public void Dispose()
    {
        _twice.Dispose();
        _missing.Dispose();
        _isSubscribed.Dispose();
    }
}

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
