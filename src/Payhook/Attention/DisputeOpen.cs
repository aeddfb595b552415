using Payhook.Payments;

namespace Payhook.Attention;

/// <summary>A dispute that waits for the merchant's answer; without one it is lost.</summary>
static class DisputeOpen
{
    public static bool Holds(PaymentFacts facts)
    {
        if (facts.Disputes.Count == 0) return false;
        foreach (var (_, dispute) in facts.Disputes)
        {
            if (dispute.State == ChildState.DisputeOpen) return true;
        }
        return false;
    }

    public static Finding? Find(PaymentRow row, DateTimeOffset now)
    {
        var facts = row.Facts;
        if (!Holds(facts)) return null;
        var open = facts.Disputes.Where(d => d.Value.State == ChildState.DisputeOpen).ToArray();
        var amount = open.Sum(d => d.Value.Amount);
        DateTimeOffset? deadline = open.Select(d => d.Value.LatestRespondBy).Where(by => by.IsKnown)
            .Select(by => (DateTimeOffset?)by.Value).Min();
        var told = deadline is not { } by ? "The provider's event names no date."
            : by < now ? $"The time to answer ended at {JsonText.Moment(by)}."
            : $"It is lost without an answer by {JsonText.Moment(by)}.";
        return new(AttentionKind.DisputeOpen,
            $"{(amount > 0 ? AmountText.Of(amount, facts.Currency) : "The payment")} is disputed. {told}",
            "Send evidence at the provider, or accept the dispute.",
            string.Join(' ', open.Select(d => d.Key)))
        {
            Deadline = deadline,
            Evidence =
            [
                new("disputes", open.Select(d => d.Key).ToArray()), new("amount", amount),
                new("currency", facts.Currency), new("respond_by", deadline),
                new("reasons", open.Select(d => d.Value.LatestReason.Value).OfType<string>().ToArray()),
            ],
        };
    }
}
