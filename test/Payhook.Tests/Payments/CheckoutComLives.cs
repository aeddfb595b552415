namespace Payhook.Tests.Payments;

/// <summary>Checkout.com's payments: captured in parts, with and without the running totals.</summary>
static class CheckoutComLives
{
    public static LifeProvider Provider { get; } = new("checkoutcom", Write)
    {
        Authorizes = true,
        CapturesInParts = true,
        TellsPending = true,
    };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        var payment = $"pay_{plan.Key}";
        switch (step.Kind)
        {
            case StepKind.Process: Payment("payment_pending", plan.Amount); break;
            case StepKind.Fail: Payment("payment_declined", plan.Amount); break;
            case StepKind.Authorize: Payment("payment_approved", plan.Amount); break;
            case StepKind.Capture: Payment("payment_captured", step.Amount); break;
            case StepKind.Void: Payment("payment_voided", plan.Amount - step.Captured); break;
            case StepKind.RefundStart: Payment("payment_refund_pending", step.Amount); break;
            case StepKind.RefundDone: Payment("payment_refunded", step.Amount); break;
            case StepKind.RefundFail: Payment("payment_refund_declined", step.Amount); break;
            case StepKind.DisputeOpen:
                Dispute("dispute_received");
                Dispute("dispute_evidence_required");
                break;
            case StepKind.DisputeReview: Dispute("dispute_evidence_submitted"); break;
            case StepKind.DisputeWin: Dispute("dispute_won"); break;
            case StepKind.DisputeLose: Dispute(plan.Variant == 0 ? "dispute_lost" : "dispute_accepted"); break;
        }

        void Payment(string type, long amount) => Add(type, $$"""
            "id":"{{payment}}","action_id":"act_{{(step.Id.Length > 0 ? step.Id : "0")}}",
            "amount":{{amount}},"reference":"ORD-1"{{Balances()}}
            """);

        string Balances() => plan.Variant == 0 ? "" : $$"""
            ,"balances":{"total_authorized":{{Math.Max(step.Authorized, step.Captured)}},
            "total_captured":{{step.Captured}},"total_refunded":{{step.RefundedDone}},
            "available_to_capture":{{Math.Max(0, step.Authorized - step.Captured)}}}
            """;

        void Dispute(string type) => Add(type, $$"""
            "id":"{{step.Id}}","payment_id":"{{payment}}","amount":{{step.Amount}},"reason_code":"10.4",
            "evidence_required_by":"2026-12-01T00:00:00Z"
            """);

        void Add(string type, string members) => bodies.Add($$$"""
            {"id":"evt_{{{bodies.Count}}}","type":"{{{type}}}",
            "{{{(plan.Variant == 0 ? "created_on" : "timestamp")}}}":"{{{step.Rfc3339}}}",
            "data":{{{{members}}},"currency":"USD"}}
            """);
    }
}
