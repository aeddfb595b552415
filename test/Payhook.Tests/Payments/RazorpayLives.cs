namespace Payhook.Tests.Payments;

/// <summary>Razorpay's payments: entities come whole, and <c>amount_refunded</c> counts refunds under way.</summary>
static class RazorpayLives
{
    public static LifeProvider Provider { get; } = new("razorpay", Write)
    {
        Authorizes = true,
        TellsPending = true,
        RetriesAfterFailure = true, // a late authorisation
    };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Process: Add("payment.pending", ""); break;
            case StepKind.Fail: Add("payment.failed", ""); break;
            case StepKind.Authorize: Add("payment.authorized", ""); break;
            case StepKind.Capture:
                Add("payment.captured", "");
                Add("order.paid", $$$""","order":{"entity":{"id":"order_{{{plan.Key}}}","amount_paid":1}}""");
                break;
            case StepKind.Void:
                Add("refund.created", Refund("pending", plan.Amount, "auto"), plan.Amount);
                Add("refund.processed", Refund("processed", plan.Amount, "auto"), plan.Amount);
                break;
            case StepKind.RefundStart: Add("refund.created", Refund("pending", step.Amount, step.Id)); break;
            case StepKind.RefundDone:
                Add("refund.processed", Refund("processed", step.Amount, step.Id));
                Add("refund.speed_changed", Refund("processed", step.Amount, step.Id));
                break;
            case StepKind.RefundFail: Add("refund.failed", Refund("failed", step.Amount, step.Id)); break;
            case StepKind.DisputeOpen:
                Add("payment.dispute.created", Dispute("open"));
                Add("payment.dispute.action_required", Dispute("open"));
                break;
            case StepKind.DisputeReview: Add("payment.dispute.under_review", Dispute("under_review")); break;
            case StepKind.DisputeWin:
                Add("payment.dispute.won", Dispute("won"));
                Add("payment.dispute.closed", Dispute("closed"));
                break;
            case StepKind.DisputeLose: Add("payment.dispute.lost", Dispute("lost")); break;
        }

        void Add(string type, string more, long? refunded = null) => bodies.Add($$$"""
            {"entity":"event","account_id":"acc_1","event":"{{{type}}}","payload":{"payment":{"entity":{
            "id":"pay_{{{plan.Key}}}","entity":"payment","amount":{{{plan.Amount}}},"currency":"INR",
            "order_id":"order_{{{plan.Key}}}","email":"a@example.com","status":"created",
            "captured":{{{(step.Captured > 0 ? "true" : "false")}}},
            "amount_refunded":{{{refunded ?? step.RefundedRunning}}}}}{{{more}}}},"created_at":{{{step.UnixSeconds}}}}
            """);

        string Refund(string status, long amount, string id) => $$$"""
            ,"refund":{"entity":{"id":"{{{id}}}","amount":{{{amount}}},"currency":"INR","status":"{{{status}}}",
            "payment_id":"pay_{{{plan.Key}}}"}}
            """;

        string Dispute(string status) => $$$"""
            ,"dispute":{"entity":{"id":"{{{step.Id}}}","payment_id":"pay_{{{plan.Key}}}","amount":{{{step.Amount}}},
            "currency":"INR","amount_deducted":{{{(status == "lost" ? step.Amount : 0)}}},"status":"{{{status}}}",
            "reason_code":"fraud","respond_by":1790431400}}
            """;
    }
}
