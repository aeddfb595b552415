using static Payhook.Tests.Payments.BraintreeLives;

namespace Payhook.Tests.Payments;

/// <summary>
/// Mollie's payments: told by objects of their own, or, by the classic webhook, by one object whose totals grow.
/// </summary>
static class MollieLives
{
    public static LifeProvider Provider { get; } = new("mollie", Write)
    {
        Authorizes = true,
        CapturesInParts = true,
        CancelsBeforePayment = true,
        TellsPending = true,
        RefundsFailAfterwards = true,
        OpensDisputes = false,
        LostDisputesTurn = true,
    };

    public static LifeProvider Classic { get; } = new("mollie-classic", WriteClassic)
    {
        Authorizes = true,
        CancelsBeforePayment = true,
        IsPendingFromStart = true,
        OpensDisputes = false,
    };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        var payment = $"tr_{plan.Key}";
        switch (step.Kind)
        {
            case StepKind.Create: Payment("created", "open"); break;
            case StepKind.Process: Payment("pending", "pending"); break;
            case StepKind.Fail: Payment("failed", "failed"); break;
            case StepKind.Authorize: Payment("authorized", "authorized"); break;
            case StepKind.Capture when step.Authorized > 0: Child("capture.succeeded", $"cpt_{step.Id}"); break;
            case StepKind.Capture: Payment("paid", "paid"); break;
            case StepKind.Void: Payment(plan.Variant == 0 ? "canceled" : "expired", "canceled"); break;
            case StepKind.RefundStart:
                Child("refund.queued", $"re_{step.Id}");
                Child("refund.processing", $"re_{step.Id}");
                break;
            case StepKind.RefundDone: Child("refund.refunded", $"re_{step.Id}"); break;
            case StepKind.RefundFail: Child("refund.failed", $"re_{step.Id}"); break;
            case StepKind.DisputeLose: Child("chargeback.received", $"chb_{step.Id}"); break;
            case StepKind.DisputeWin: Child("chargeback.reversed", $"chb_{step.Id}"); break;
        }

        void Payment(string type, string status) => Add($"payment.{type}", payment, $$"""
            "status":"{{status}}","mode":"live","profileId":"pfl_1",
            "amount":{"value":"{{Major(plan.Amount)}}","currency":"EUR"}
            """);

        void Child(string type, string id) => Add(type, id, $$"""
            "paymentId":"{{payment}}","mode":"live","amount":{"value":"{{Major(step.Amount)}}","currency":"EUR"}
            """);

        void Add(string type, string id, string entity) => bodies.Add($$$"""
            {"resource":"event","id":"event_{{{bodies.Count}}}","type":"{{{type}}}","entityId":"{{{id}}}",
            "createdAt":"{{{step.Rfc3339}}}","_embedded":{"entity":{"id":"{{{id}}}",{{{entity}}} } } }
            """);
    }

    static void WriteClassic(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Create: Add("open", "createdAt"); break;
            case StepKind.Fail: Add("failed", "failedAt"); break;
            case StepKind.Authorize: Add("authorized", "authorizedAt"); break;
            case StepKind.Capture: Add("paid", "paidAt"); break;
            case StepKind.Void: Add(plan.Variant == 0 ? "canceled" : "expired", "canceledAt"); break;
            case StepKind.RefundDone or StepKind.DisputeLose: Add("paid", "paidAt"); break;
        }

        void Add(string status, string time) => bodies.Add(new Sent($"id=tr_{plan.Key}")
        {
            Document = $$$"""
                {"resource":"payment","id":"tr_{{{plan.Key}}}","status":"{{{status}}}","profileId":"pfl_1",
                "amount":{{{Money(plan.Amount)}}},"amountRefunded":{{{Money(step.RefundedDone)}}},
                "amountChargedBack":{{{Money(step.Kind == StepKind.DisputeLose ? step.Amount : 0)}}},
                "{{{time}}}":"{{{step.Rfc3339}}}"}
                """,
        });
    }

    static string Money(long minor) => $$"""{"value":"{{Major(minor)}}","currency":"EUR"}""";
}
