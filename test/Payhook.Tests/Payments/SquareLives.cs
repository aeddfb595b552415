namespace Payhook.Tests.Payments;

/// <summary>Square's payments: each event carries the whole object, ordered by when it was last updated.</summary>
static class SquareLives
{
    public static LifeProvider Provider { get; } = new("square", Write) { Authorizes = true, TellsPending = true };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Process: Payment("created", "PENDING"); break;
            case StepKind.Fail: Payment("updated", "FAILED"); break;
            case StepKind.Authorize: Payment("created", "APPROVED"); break;
            case StepKind.Capture: Payment("updated", "COMPLETED"); break;
            case StepKind.Void: Payment("updated", "CANCELED"); break;
            case StepKind.RefundStart: Refund("created", "PENDING"); break;
            case StepKind.RefundDone:
                Refund("updated", "COMPLETED");
                Payment("updated", "COMPLETED");
                break;
            case StepKind.RefundFail: Refund("updated", "FAILED"); break;
            case StepKind.DisputeOpen: Dispute("created", "EVIDENCE_REQUIRED"); break;
            case StepKind.DisputeReview: Dispute("state.changed", "PROCESSING"); break;
            case StepKind.DisputeWin: Dispute("state.updated", "WON"); break;
            case StepKind.DisputeLose: Dispute("state.updated", plan.Variant == 0 ? "LOST" : "ACCEPTED"); break;
        }

        void Payment(string type, string status) => Add("payment", type, $$$"""
            "id":"{{{plan.Key}}}","order_id":"o{{{plan.Key}}}",
            "status":"{{{status}}}","updated_at":"{{{step.Rfc3339}}}",
            "amount_money":{"amount":{{{plan.Amount}}},"currency":"USD"},
            "approved_money":{"amount":{{{plan.Amount}}},"currency":"USD"},
            "refunded_money":{"amount":{{{step.RefundedDone}}},"currency":"USD"}
            """);

        void Refund(string type, string status) => Add("refund", type, $$$"""
            "id":"{{{step.Id}}}","payment_id":"{{{plan.Key}}}","status":"{{{status}}}",
            "updated_at":"{{{step.Rfc3339}}}","amount_money":{"amount":{{{step.Amount}}},"currency":"USD"}
            """);

        void Dispute(string type, string state) => Add("dispute", type, $$$"""
            "id":"{{{step.Id}}}","disputed_payment":{"payment_id":"{{{plan.Key}}}"},"state":"{{{state}}}",
            "updated_at":"{{{step.Rfc3339}}}","amount_money":{"amount":{{{step.Amount}}},"currency":"USD"}
            """);

        void Add(string kind, string type, string members) => bodies.Add($$$"""
            {"merchant_id":"M","type":"{{{kind}}}.{{{type}}}","event_id":"{{{bodies.Count}}}",
            "created_at":"2026-03-02T00:00:00Z","data":{"type":"{{{kind}}}",
            "object":{"{{{kind}}}":{{{{members}}} } } } }
            """);
    }
}
