namespace Payhook.Tests.Payments;

/// <summary>
/// Stripe's payments: an intent with a charge for each attempt. In one variant the charges' events do not name the
/// intent, so that only the intent's own events join them.
/// </summary>
static class StripeLives
{
    public static LifeProvider Provider { get; } = new("stripe", Write)
    {
        Authorizes = true,
        CapturesInParts = true,
        CancelsBeforePayment = true,
        TellsPending = true,
        RetriesAfterFailure = true,
        RefundsFailAfterwards = true,
    };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        var intent = $"pi_{plan.Key}";
        var intentOrNull = plan.Variant == 0 ? $"\"{intent}\"" : "null";
        var charge = $"ch_{plan.Key}_{(step.Kind == StepKind.Fail ? step.Attempt - 1 : step.Attempt)}";
        var left = Math.Max(0, step.Authorized - step.Captured);
        switch (step.Kind)
        {
            case StepKind.Create: Intent("created", null); break;
            case StepKind.Process: Intent("processing"); break;
            case StepKind.Fail:
                Intent("payment_failed");
                Charge("failed", "failed");
                break;
            case StepKind.Authorize:
                Charge("succeeded", "succeeded");
                Intent("amount_capturable_updated");
                break;
            case StepKind.Capture:
                Charge(step.Authorized > 0 ? "captured" : "succeeded", "succeeded");
                Intent(left > 0 ? "amount_capturable_updated" : "succeeded");
                break;
            case StepKind.Void:
                Intent("canceled", step.Authorized > 0 ? charge : null);
                if (step is { Authorized: > 0, Captured: 0 }) Charge("refunded", "succeeded", plan.Amount);
                break;
            case StepKind.RefundStart:
                Refund("refund.created", "pending");
                Charge("refunded", "succeeded", step.RefundedRunning);
                break;
            case StepKind.RefundDone:
                Refund("refund.updated", "succeeded");
                Refund("charge.refund.updated", "succeeded");
                break;
            case StepKind.RefundFail: Refund("refund.failed", "failed"); break;
            case StepKind.DisputeOpen:
                Dispute("created", "needs_response");
                Dispute("funds_withdrawn", "needs_response");
                break;
            case StepKind.DisputeReview: Dispute("updated", "under_review"); break;
            case StepKind.DisputeWin:
                Dispute("closed", "won");
                Dispute("funds_reinstated", "won");
                break;
            case StepKind.DisputeLose: Dispute("closed", "lost"); break;
        }

        void Intent(string type, string? latestCharge = "") => Add($"payment_intent.{type}", $$"""
            "id":"{{intent}}","object":"payment_intent","amount":{{plan.Amount}},"amount_capturable":{{left}},
            "amount_received":{{step.Captured}},
            "latest_charge":{{(latestCharge is null ? "null" : $"\"{charge}\"")}}
            """);

        void Charge(string type, string status, long refunded = 0) => Add($"charge.{type}", $$"""
            "id":"{{charge}}","object":"charge","amount":{{plan.Amount}},"amount_captured":{{step.Captured}},
            "amount_refunded":{{refunded}},"captured":{{(step.Captured > 0 ? "true" : "false")}},
            "status":"{{status}}","payment_intent":{{intentOrNull}}
            """);

        void Refund(string type, string status) => Add(type, $$"""
            "id":"{{step.Id}}","object":"refund","amount":{{step.Amount}},"charge":"{{charge}}",
            "payment_intent":{{intentOrNull}},"status":"{{status}}"
            """);

        void Dispute(string type, string status) => Add($"charge.dispute.{type}", $$"""
            "id":"{{step.Id}}","object":"dispute","amount":{{step.Amount}},"charge":"{{charge}}",
            "payment_intent":{{intentOrNull}},"status":"{{status}}","reason":"general",
            "evidence_details":{"due_by":1793679999}
            """);

        void Add(string type, string members) => bodies.Add(Event(bodies.Count, step, type, members));
    }

    static string Event(int number, Step step, string type, string members) => $$$"""
        {"id":"evt_{{{number}}}","object":"event","type":"{{{type}}}","created":{{{step.UnixSeconds}}},
        "livemode":false,"data":{"object":{{{{members}}},"currency":"usd"}} }
        """;
}
