using System.Collections.Frozen;

namespace Payhook.Payments;

/// <summary>
/// The refunds that are the money of a dispute or of a reversal, told a second time, so that what went back once is
/// counted once.
/// </summary>
/// <param name="Ids">Their ids.</param>
/// <param name="Total">What a running total of refunds counts of disputes and reversals.</param>
readonly record struct DisputedRefunds(IReadOnlySet<string> Ids, long Total)
{
    static readonly DisputedRefunds None = new(FrozenSet<string>.Empty, 0);

    public static DisputedRefunds Of(PaymentFacts facts)
    {
        if (facts.Disputes.Count == 0) return None;
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var reversed = new List<long>();
        var lost = new List<long>();
        long total = 0;
        foreach (var (id, dispute) in facts.Disputes)
        {
            if (dispute.State == ChildState.DisputeLost && !dispute.IsReversal) lost.Add(dispute.Amount);
            if (!dispute.IsReversal) continue;
            reversed.Add(dispute.Amount);
            total += dispute.Amount;
            if (facts.Refunds.ContainsKey(id)) ids.Add(id);
        }
        if (!facts.Flags.HasFlag(PaymentFlags.ReturnedOnce)) return new(ids, total);
        foreach (var amount in lost)
        {
            // Which refund paid for a dispute is not told; of those of its amount any is as good.
            if (reversed.Remove(amount) || FindRefund(facts, ids, amount) is not { } refund) continue;
            ids.Add(refund);
            total += amount;
        }
        return new(ids, total);
    }

    static string? FindRefund(PaymentFacts facts, HashSet<string> taken, long amount)
    {
        foreach (var (id, refund) in facts.Refunds)
        {
            if (refund.State == ChildState.RefundSucceeded && refund.Amount == amount && !taken.Contains(id)) return id;
        }
        return null;
    }
}
