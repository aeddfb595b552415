using static Payhook.Tests.Payments.BraintreeLives;

namespace Payhook.Tests.Payments;

/// <summary>Paystack's payments: refunds without a time, and a dispute's events all with the time it began.</summary>
static class PaystackLives
{
    public static LifeProvider Provider { get; } = new("paystack", Write) { RetriesAfterFailure = true };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Fail: Charge("charge.failed", "failed"); break;
            case StepKind.Capture: Charge("charge.success", "success"); break;
            case StepKind.RefundStart:
                Refund("refund.pending");
                Refund("refund.processing");
                break;
            case StepKind.RefundDone: Refund("refund.processed"); break;
            case StepKind.RefundFail: Refund("refund.failed"); break;
            case StepKind.DisputeOpen:
                Dispute("create", "awaiting-merchant-feedback");
                Dispute("remind", "awaiting-merchant-feedback");
                break;
            case StepKind.DisputeWin: Dispute("resolve", "resolved", "\"declined\""); break;
            case StepKind.DisputeLose: Dispute("resolve", "resolved", "\"merchant-accepted\""); break;
        }

        void Charge(string type, string status) => Add(type, $$"""
            "id":30{{step.Attempt}},"domain":"live","status":"{{status}}","reference":"ref{{plan.Key}}",
            "amount":{{plan.Amount}},"paid_at":"{{step.Rfc3339}}"
            """);

        void Refund(string type) => Add(type, $$"""
            "id":"{{step.Id}}","transaction_reference":"ref{{plan.Key}}","amount":"{{step.Amount}}"
            """);

        void Dispute(string type, string status, string resolution = "null") => Add($"charge.dispute.{type}", $$"""
            "id":358950,"refund_amount":{{step.Amount}},"status":"{{status}}","resolution":{{resolution}},
            "transaction":{"id":30{{step.Attempt}},"reference":"ref{{plan.Key}}"},
            "created_at":"2026-02-01T00:00:00.000Z"
            """);

        void Add(string type, string data) => bodies.Add($$$"""
            {"event":"{{{type}}}","data":{{{{data}}},"currency":"NGN"} }
            """);
    }
}

/// <summary>Flutterwave's payments in both versions; only a charge of the older one tells the account.</summary>
static class FlutterwaveLives
{
    public static LifeProvider Provider { get; } =
        new("flutterwave", Write) { TellsPending = true, Disputes = false, Ends = 5 };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Process: Charge("pending"); break;
            case StepKind.Fail: Charge("failed"); break;
            case StepKind.Capture: Charge(plan.Variant == 0 ? "successful" : "succeeded"); break;
            case StepKind.RefundDone: Refund(plan.Variant == 0 ? "completed-bank-transfer" : "succeeded"); break;
            case StepKind.RefundFail: Refund("failed"); break;
        }

        void Charge(string status) => Add("charge.completed", $$"""
            "id":{{plan.Key}},"amount":{{Major(plan.Amount)}},"status":"{{status}}","account_id":17321
            """);

        void Refund(string status) => Add("refund.completed", $$"""
            "id":"{{step.Id}}","{{(plan.Variant == 0 ? "TransactionId" : "charge_id")}}":{{plan.Key}},
            "{{(plan.Variant == 0 ? "AmountRefunded" : "amount_refunded")}}":{{Major(step.Amount)}},
            "status":"{{status}}"
            """);

        void Add(string type, string data) => bodies.Add(plan.Variant == 0
            ? $$$"""
            {"event":"{{{type}}}","data":{{{{data}}},"currency":"NGN","created_at":"{{{step.Rfc3339}}}"} }
            """
            : $$$"""
            {"webhook_id":"w{{{bodies.Count}}}","timestamp":{{{step.UnixSeconds}}},"type":"{{{type}}}",
            "data":{{{{data}}},"currency":"NGN"} }
            """);
    }
}
