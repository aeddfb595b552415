namespace Payhook.Tests.Payments;

/// <summary>Paddle's payments: attempts fail until one succeeds, and money goes back by adjustments.</summary>
static class PaddleLives
{
    public static LifeProvider Provider { get; } = new("paddle", Write)
    {
        CancelsBeforePayment = true,
        RetriesAfterFailure = true,
        RefundsFailAfterwards = true,
        LostDisputesTurn = true,
    };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Create:
                Transaction("created", "ready");
                Transaction("ready", "ready");
                break;
            case StepKind.Fail: Transaction("payment_failed", "ready"); break;
            case StepKind.Capture:
                Transaction("paid", "paid");
                Transaction("updated", "completed");
                Transaction("completed", "completed");
                break;
            case StepKind.Void: Transaction("canceled", "canceled"); break;
            case StepKind.RefundStart: Adjustment("created", step.Id, "refund", "pending_approval"); break;
            case StepKind.RefundDone: Adjustment("updated", step.Id, "refund", "approved"); break;
            case StepKind.RefundFail:
                Adjustment("updated", step.Id, "refund", plan.Variant == 0 ? "rejected" : "reversed");
                break;
            case StepKind.DisputeOpen: Adjustment("created", "adj_warning", "chargeback_warning", "approved"); break;
            case StepKind.DisputeLose: Adjustment("created", "adj_charge", "chargeback", "approved"); break;
            case StepKind.DisputeWin when step.WasLost:
                Adjustment("created", "adj_reverse", "chargeback_reverse", "approved");
                Adjustment("updated", "adj_charge", "chargeback", "reversed");
                break;
            case StepKind.DisputeWin:
                Adjustment("created", "adj_reverse", "chargeback_warning_reverse", "approved");
                break;
        }

        void Transaction(string type, string status) => Add($"transaction.{type}", $$$"""
            "id":"txn_{{{plan.Key}}}","status":"{{{status}}}","subscription_id":null,
            "details":{"totals":{"total":"{{{plan.Amount}}}","grand_total":"{{{plan.Amount}}}"}},
            "payments":[{"amount":"{{{plan.Amount}}}","error_code":"declined"},{"amount":"{{{plan.Amount}}}"}]
            """);

        void Adjustment(string type, string id, string action, string status) => Add($"adjustment.{type}", $$$"""
            "id":"{{{id}}}","action":"{{{action}}}","status":"{{{status}}}","transaction_id":"txn_{{{plan.Key}}}",
            "totals":{"total":"{{{step.Amount}}}"}
            """);

        void Add(string type, string members) => bodies.Add($$$"""
            {"event_id":"evt_{{{bodies.Count}}}","event_type":"{{{type}}}","occurred_at":"{{{step.Rfc3339}}}",
            "data":{{{{members}}},"currency_code":"USD"}}
            """);
    }
}
