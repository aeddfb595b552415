using System.Globalization;
using System.Text;

namespace Payhook.Tests.Payments;

/// <summary>Braintree's payments: told when they settle, and so are refunds.</summary>
static class BraintreeLives
{
    public static LifeProvider Provider { get; } =
        new("braintree", Write) { RefundsFailAfterwards = true, LostDisputesTurn = true };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        var payment = $"tx{plan.Key}";
        switch (step.Kind)
        {
            case StepKind.Fail: Add("transaction_settlement_declined", Transaction(payment, plan.Amount)); break;
            case StepKind.Capture:
                Add("transaction_settled", Transaction(payment, step.Amount));
                Add("transaction_disbursed", Transaction(payment, step.Amount));
                break;
            case StepKind.RefundDone: Add("transaction_settled", Transaction(step.Id, step.Amount, payment)); break;
            case StepKind.RefundFail: Add("refund_failed", Transaction(step.Id, step.Amount, payment)); break;
            case StepKind.DisputeOpen: Add("dispute_opened", Dispute()); break;
            case StepKind.DisputeReview:
                Add(plan.Variant == 0 ? "dispute_disputed" : "dispute_under_review", Dispute());
                break;
            case StepKind.DisputeWin: Add("dispute_won", Dispute()); break;
            case StepKind.DisputeLose: Add(plan.Variant == 0 ? "dispute_lost" : "dispute_accepted", Dispute()); break;
        }

        string Dispute() => $"<dispute><amount-disputed>{Major(step.Amount)}</amount-disputed>"
            + $"<currency-iso-code>USD</currency-iso-code><id>{step.Id}</id>"
            + $"<merchant-account-id>m1</merchant-account-id><transaction><id>{payment}</id></transaction></dispute>";

        void Add(string kind, string subject)
        {
            var xml = $"<notification><timestamp>{step.Rfc3339}</timestamp><kind>{kind}</kind>"
                + $"<subject>{subject}</subject></notification>";
            var payload = Convert.ToBase64String(Encoding.UTF8.GetBytes(xml));
            bodies.Add($"bt_signature=k%7C00&bt_payload={Uri.EscapeDataString(payload)}");
        }
    }

    static string Transaction(string id, long amount, string refunded = "") =>
        $"<transaction><id>{id}</id><amount>{Major(amount)}</amount><currency-iso-code>USD</currency-iso-code>"
        + $"<refunded-transaction-id>{refunded}</refunded-transaction-id></transaction>";

    /// <summary>Minor units as those write them who send decimals.</summary>
    public static string Major(long minor) => (minor / 100m).ToString("F2", CultureInfo.InvariantCulture);
}
