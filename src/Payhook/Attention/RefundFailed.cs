using Payhook.Payments;

namespace Payhook.Attention;

/// <summary>Somebody was promised money that did not arrive.</summary>
static class RefundFailed
{
    public static bool Holds(PaymentFacts facts, in PaymentState state)
    {
        if (facts.Refunds.Count == 0 || state.Status is PaymentStatus.Refunded or PaymentStatus.Voided) return false;
        foreach (var (_, refund) in facts.Refunds)
        {
            if (IsOpen(refund, facts)) return true;
        }
        return false;
    }

    public static Finding? Find(PaymentRow row, in PaymentState state)
    {
        var facts = row.Facts;
        if (!Holds(facts, state)) return null;
        var failed = facts.Refunds.Where(r => IsOpen(r.Value, facts)).ToArray();
        var amount = failed.Sum(r => r.Value.Amount);
        return new(AttentionKind.RefundFailed,
            (failed.Length == 1 ? "A refund" : $"{failed.Length} refunds")
            + (amount > 0 ? $" of {AmountText.Of(amount, facts.Currency)}" : "")
            + " failed, and none that followed makes up for it. The money is still with you.",
            "Refund again, or send the money another way and acknowledge this.",
            string.Join(' ', failed.Select(r => $"{r.Key} {r.Value.StateAt:O}")))
        {
            Evidence =
            [
                new("refunds", failed.Select(r => r.Key).ToArray()), new("amount", amount),
                new("currency", facts.Currency), new("failed_at", failed.Max(r => r.Value.StateAt)),
                new("reasons", failed.Select(r => r.Value.LatestReason.Value).OfType<string>().ToArray()),
            ],
        };
    }

    /// <summary>A later refund of at least its amount makes up for one that failed.</summary>
    static bool IsOpen(Child failed, PaymentFacts facts)
    {
        if (failed.State != ChildState.RefundFailed) return false;
        foreach (var (_, other) in facts.Refunds)
        {
            if (other.State == ChildState.RefundSucceeded && other.StateAt >= failed.StateAt
                && other.Amount >= failed.Amount) return false;
        }
        return true;
    }
}
