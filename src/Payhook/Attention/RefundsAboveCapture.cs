using Payhook.Payments;

namespace Payhook.Attention;

/// <summary>More money went back than came in: a refund was made twice, or by mistake.</summary>
static class RefundsAboveCapture
{
    public static bool Holds(PaymentFacts facts, in PaymentState state) =>
        state.Captured > 0 && state.Refunded > state.Captured && facts.Currencies.Count <= 1;

    public static Finding? Find(PaymentRow row, in PaymentState state)
    {
        var facts = row.Facts;
        if (!Holds(facts, state)) return null;
        var (refunded, captured) = (state.Refunded, state.Captured);
        return new(AttentionKind.RefundsAboveCapture,
            $"{AmountText.Of(refunded, facts.Currency)} was refunded of {AmountText.Of(captured, facts.Currency)} "
            + $"captured: {AmountText.Of(refunded - captured, facts.Currency)} too much.",
            "See which refund was meant, and ask the provider about the others.", $"{refunded} {captured}")
        {
            Evidence =
            [
                new("refunded", refunded), new("captured", captured), new("currency", facts.Currency),
                new("refunds", facts.Refunds.Where(r => r.Value.State == ChildState.RefundSucceeded)
                    .Select(r => r.Key).ToArray()),
            ],
        };
    }
}
