using Payhook.Payments;

namespace Payhook.Attention;

/// <summary>
/// A refund of money that was never captured: Razorpay gave an authorisation back by itself, or a payment that only
/// failed was refunded. Whatever was delivered for it is not paid.
/// </summary>
static class RefundWithoutCapture
{
    /// <summary>
    /// A release that the merchant asked for is no refund; other providers than Razorpay can tell it as one. A refund
    /// alone proves nothing: the payment may be older than the listener.
    /// </summary>
    public static bool Holds(string provider, PaymentFacts facts)
    {
        if (facts.Refunds.Count == 0 || PaymentQuestions.SawCapture(facts)) return false;
        var isReleased = provider == "razorpay" && facts.Flags.HasFlag(PaymentFlags.NeverCaptured);
        var isOnlyFailed = facts.FailedAt is not null && !facts.Flags.HasFlag(PaymentFlags.Authorized)
            && facts.Captures.Count == 0;
        if (!isReleased && !isOnlyFailed) return false;
        foreach (var (_, refund) in facts.Refunds)
        {
            if (refund.State != ChildState.RefundFailed) return true;
        }
        return false;
    }

    public static Finding? Find(PaymentRow row, DateTimeOffset now)
    {
        var facts = row.Facts;
        if (!Holds(row.Provider, facts) || now - row.LastEventAt < PaymentQuestions.Grace) return null;
        var isReleased = facts.Flags.HasFlag(PaymentFlags.NeverCaptured);
        string[] refunds = [.. facts.Refunds.Keys.Where(id => id.Length > 0)];
        return new(AttentionKind.RefundWithoutCapture,
            isReleased
                ? "The payment was refunded and had never been captured, as Razorpay does by itself with what nobody "
                  + "captures. No money arrived."
                : "The payment failed, and was refunded. No event tells that it was ever captured.",
            "Make sure that nothing is delivered for it, and that whoever paid knows.",
            string.Join(' ', refunds))
        {
            Evidence =
            [
                new("refunds", refunds), new("failed_at", facts.FailedAt), new("authorized_at", facts.AuthorizedAt),
            ],
        };
    }
}
