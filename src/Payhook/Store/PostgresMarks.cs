using Npgsql;
using NpgsqlTypes;
using Payhook.Attention;
using Payhook.Payments;

namespace Payhook.Store;

/// <summary>
/// Looks, as a wave is written, at rules that need other rows: one statement where something can hold, and none where
/// nothing can.
/// </summary>
sealed class PostgresMarks
{
    const string IsSubscribedSql = """
        select exists (
            select 1 from (
                select source from payhook_events
                where event_type = $1 order by commit_xid desc, sequence desc limit 1000) e
            where e.source = $2)
        """;

    readonly SubscribedSources _sources = new();

    /// <summary>
    /// What is locked before an order's payments are written: of two listeners that capture for one order at once, one
    /// would not see the other's.
    /// </summary>
    public static IEnumerable<string> LocksOf(IEnumerable<Receipt> receipts) =>
        from receipt in receipts
        where CapturedTwice.AppliesTo(receipt.ProviderName)
        from change in receipt.Changes
        where change.Kind == ChangeKind.Captured && change.OrderId is not null
        select $"order {receipt.ProviderName} {receipt.AccountId} {change.OrderId}";

    /// <summary>The bits of the rules that a payment may breach, but for those that a statement finds.</summary>
    /// <param name="row">The payment.</param>
    /// <param name="state">Where it stands.</param>
    /// <param name="newCommand">Makes a command on the connection whose transaction is open.</param>
    public long Of(PaymentRow row, in PaymentState state, Func<string, NpgsqlCommand> newCommand)
    {
        var bits = PaymentRules.Of(row.Provider, row.Facts, state);
        _sources.Note(row);
        if (CaptureWithoutAuthorization.Holds(row.Provider, row.Facts)
            && _sources.Has(row.Source, source => IsSubscribed(newCommand, source)))
            bits |= AttentionKind.CaptureWithoutAuthorization.Bit();
        return bits;
    }

    /// <summary>Asks to mark those whose order was paid by another payment.</summary>
    public static void AddTo(NpgsqlBatch batch, IEnumerable<(PaymentRow Row, PaymentState State)> written)
    {
        var numbers = written.Where(w => CapturedTwice.MayHold(w.Row.Provider, w.Row.Facts, w.State))
            .Select(w => w.Row.Number).ToArray();
        if (numbers.Length == 0) return;
        PostgresArrays.AddTo(batch, AttentionSql.MarkTwice, numbers).Column(NpgsqlDbType.Bigint, number => number);
    }

    static bool IsSubscribed(Func<string, NpgsqlCommand> newCommand, string source)
    {
        using var command = newCommand(IsSubscribedSql);
        command.Parameters.Add(new() { Value = CaptureWithoutAuthorization.MissingType });
        command.Parameters.Add(new() { Value = source });
        return (bool)command.ExecuteScalar()!;
    }
}
