using Payhook.Attention;
using Payhook.Payments;
using SQLitePCL;

namespace Payhook.Store;

/// <summary>Looks, as a payment is written, at rules that need other rows: few ever reach a statement.</summary>
sealed class SqliteMarks(sqlite3 database) : IDisposable
{
    readonly SqliteStatement _twice = new(database, AttentionSql.HasTwin);
    readonly SqliteStatement _isSubscribed = new(database, """
        select 1 from (
            select source from payhook_events indexed by payhook_events_feed_type
            where event_type = ?1 order by sequence desc limit 1000)
        where source = ?2
        """);

    readonly SubscribedSources _sources = new();

    /// <summary>The bits of all rules that the payment may breach.</summary>
    public long Of(PaymentRow row, in PaymentState state)
    {
        var bits = PaymentRules.Of(row.Provider, row.Facts, state);
        _sources.Note(row);
        if (CapturedTwice.MayHold(row.Provider, row.Facts, state)
            && _twice.Bind(row.Facts.OrderId.Value).Bind(row.Number).Bind(row.Provider).Bind(row.Account).Exists())
            bits |= AttentionKind.CapturedTwice.Bit();
        if (CaptureWithoutAuthorization.Holds(row.Provider, row.Facts) && _sources.Has(row.Source, IsSubscribed))
            bits |= AttentionKind.CaptureWithoutAuthorization.Bit();
        return bits;
    }

    bool IsSubscribed(string source) =>
        _isSubscribed.Bind(CaptureWithoutAuthorization.MissingType).Bind(source).Exists();

    public void Dispose()
    {
        _twice.Dispose();
        _isSubscribed.Dispose();
    }
}
