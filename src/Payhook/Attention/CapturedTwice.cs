using Payhook.Payments;

namespace Payhook.Attention;

/// <summary>
/// Two payments that were captured for one order: somebody paid twice. The captures of one payment are its parts and no
/// alarm.
/// </summary>
static class CapturedTwice
{
    /// <summary>Fees on top differ by the means of payment, so the two amounts need not be equal.</summary>
    const int FeePercent = 5;

    /// <summary>
    /// Providers whose order is one purchase and whose attempts at it are payments of their own. Elsewhere an order is
    /// a name of the payment itself, or something that is paid again and again: a subscription, a link, a table's bill.
    /// </summary>
    public static bool AppliesTo(string provider) => provider is "razorpay" or "cashfree" or "checkoutcom";

    /// <summary>Whether the writer must look for another payment of the order.</summary>
    public static bool MayHold(string provider, PaymentFacts facts, in PaymentState state) =>
        state.IsCaptured && AppliesTo(provider) && facts.OrderId.Value is not null
        && PaymentQuestions.HoldsMoney(state);

    /// <param name="row">The payment that is marked.</param>
    /// <param name="others">The other payments of its order.</param>
    public static Finding? Find(PaymentRow row, IEnumerable<PaymentRow> others)
    {
        var state = PaymentState.Of(row.Facts);
        if (!MayHold(row.Provider, row.Facts, state)) return null;
        var twins = others.Where(o => IsTwin(row, state, o)).OrderBy(o => o.Number).ToArray();
        if (twins.Length == 0) return null;
        var ids = twins.Select(t => t.Facts.Id).ToArray();
        return new(AttentionKind.CapturedTwice,
            $"The order {row.Facts.OrderId.Value} was paid more than once: by {row.Facts.Id}, "
            + $"{AmountText.Of(state.Captured, row.Facts.Currency)}, and by {string.Join(", ", ids)}.",
            "See which payment the order is to keep, and refund the others.",
            string.Join(' ', [row.Number, .. twins.Select(t => t.Number)]))
        {
            Evidence =
            [
                new("order_id", row.Facts.OrderId.Value), new("captured", state.Captured),
                new("currency", row.Facts.Currency), new("captured_at", row.Facts.CapturedAt),
                new("other_payments", ids),
            ],
        };
    }

    static bool IsTwin(PaymentRow row, in PaymentState state, PaymentRow other)
    {
        if (other.Number == row.Number || other.Provider != row.Provider || other.Account != row.Account
            || other.Facts.OrderId.Value != row.Facts.OrderId.Value || other.Facts.Currency != row.Facts.Currency)
            return false;
        var otherState = PaymentState.Of(other.Facts);
        var more = Math.Max(state.Captured, otherState.Captured);
        var difference = Math.Abs(state.Captured - otherState.Captured);
        // An order that may be paid in parts has payments of different amounts.
        return PaymentQuestions.HoldsMoney(otherState) && difference * 100 <= more * FeePercent;
    }
}
