using Npgsql;
using NpgsqlTypes;
using Payhook.Attention;
using Payhook.Payments;

namespace Payhook.Store;

/// <summary>
/// Marks payments by rules that need other rows, after a wave was written: at most one statement for each rule, and
/// none for a wave in which nothing can hold.
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

    /// <param name="newCommand">Makes a command on the connection whose transaction is open.</param>
    /// <param name="rows">What was written.</param>
    public void After(Func<string, NpgsqlCommand> newCommand, IReadOnlyList<PaymentRow> rows)
    {
        foreach (var row in rows) _sources.Note(row);
        Mark(newCommand, AttentionSql.MarkTwice,
            rows.Where(r => CapturedTwice.MayHold(r.Provider, r.Facts, PaymentState.Of(r.Facts))));
        Mark(newCommand, AttentionSql.MarkMissing,
            rows.Where(r => CaptureWithoutAuthorization.Holds(r.Provider, r.Facts)
                && _sources.Has(r.Source, source => IsSubscribed(newCommand, source))));
    }

    static void Mark(Func<string, NpgsqlCommand> newCommand, string sql, IEnumerable<PaymentRow> rows)
    {
        var numbers = rows.Select(r => r.Number).ToArray();
        if (numbers.Length == 0) return;
        using var command = newCommand(sql.Replace("number = $1", "number = any ($1)", StringComparison.Ordinal));
        command.Parameters.Add(new NpgsqlParameter<long[]>
        {
            TypedValue = numbers, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint,
        });
        command.ExecuteNonQuery();
    }

    static bool IsSubscribed(Func<string, NpgsqlCommand> newCommand, string source)
    {
        using var command = newCommand(IsSubscribedSql);
        command.Parameters.Add(new() { Value = CaptureWithoutAuthorization.MissingType });
        command.Parameters.Add(new() { Value = source });
        return (bool)command.ExecuteScalar()!;
    }
}
