namespace Payhook.Tests.Payments;

/// <summary>GoCardless's payments: no amounts, failures after confirmation, and new attempts after those.</summary>
static class GoCardlessLives
{
    public static LifeProvider Provider { get; } = new("gocardless", Write)
    {
        CancelsBeforePayment = true,
        TellsPending = true,
        IsPendingFromStart = true,
        RetriesAfterFailure = true,
        FailsAfterCapture = true,
        OpensDisputes = false,
        LostDisputesTurn = true,
        TellsAmounts = false,
    };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Create: Add("payments", "created"); break;
            case StepKind.Process: Add("payments", step.Attempt == 0 ? "submitted" : "resubmission_requested"); break;
            case StepKind.Fail: Add("payments", "failed"); break;
            case StepKind.Capture:
                Add("payments", "confirmed");
                Add("payments", "paid_out");
                break;
            case StepKind.CaptureFail:
                Add("payments", "failed");
                Add("payments", "late_failure_settled");
                break;
            case StepKind.Void: Add("payments", "cancelled"); break;
            case StepKind.RefundStart: Add("refunds", "created"); break;
            case StepKind.RefundDone: Add("refunds", "paid"); break;
            case StepKind.RefundFail: Add("refunds", "failed"); break;
            case StepKind.DisputeLose:
                Add("payments", "charged_back");
                Add("payments", "chargeback_settled");
                break;
            case StepKind.DisputeWin: Add("payments", "chargeback_cancelled"); break;
        }

        void Add(string resource, string action) => bodies.Add($$$"""
            {"events":[{"id":"EV{{{bodies.Count}}}","created_at":"{{{step.Rfc3339}}}",
            "resource_type":"{{{resource}}}","action":"{{{action}}}",
            "links":{"payment":"PM{{{plan.Key}}}"{{{(resource == "refunds" ? $",\"refund\":\"{step.Id}\"" : "")}}}},
            "details":{"origin":"bank","cause":"{{{action}}}"}}],"meta":{"webhook_id":"WB1"}}
            """);
    }
}
