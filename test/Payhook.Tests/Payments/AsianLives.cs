using static Payhook.Tests.Payments.BraintreeLives;

namespace Payhook.Tests.Payments;

/// <summary>Midtrans's payments: all events but one bear the time at which the payment began.</summary>
static class MidtransLives
{
    public static LifeProvider Provider { get; } = new("midtrans", Write)
    {
        Authorizes = true,
        TellsPending = true,
        CancelsBeforePayment = true,
        OpensDisputes = false,
        DisputesInParts = false,
    };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Process: Add("pending", "201"); break;
            case StepKind.Fail: Add(plan.Variant == 0 ? "deny" : "failure", "202"); break;
            case StepKind.Authorize: Add("authorize", "200"); break;
            case StepKind.Capture:
                if (plan.Variant == 0) Add("capture", "200", "\"fraud_status\":\"accept\",");
                Add("settlement", "200", $"\"settlement_time\":\"{Time(step.At)}\",");
                break;
            case StepKind.Void: Add(plan.Variant == 0 ? "cancel" : "expire", "202"); break;
            case StepKind.RefundDone:
                var isAll = step.RefundedDone == step.Captured;
                Add(isAll ? "refund" : "partial_refund", "200", plan.Variant == 0 ? Refund() : Refunds());
                break;
            case StepKind.DisputeLose: Add("chargeback", "200"); break;
        }

        string Refund() => $"\"refund_amount\":\"{Major(step.Amount)}\",\"refund_key\":\"{step.Id}\",";

        string Refunds()
        {
            var soFar = plan.Steps.TakeWhile(s => s.At <= step.At).Where(s => s.Kind == StepKind.RefundDone)
                .Select(s => $$"""{"refund_key":"{{s.Id}}","refund_amount":"{{Major(s.Amount)}}"}""");
            return $"\"refund_amount\":\"{Major(step.RefundedDone)}\",\"refunds\":[{string.Join(',', soFar)}],";
        }

        void Add(string status, string code, string more = "") => bodies.Add($$"""
            {"transaction_time":"{{Time(plan.Steps[0].At)}}","transaction_status":"{{status}}",{{more}}
            "transaction_id":"57d5{{plan.Key}}","status_code":"{{code}}","order_id":"o-1","merchant_id":"G1",
            "gross_amount":"{{Major(plan.Amount)}}","currency":"IDR"}
            """);
    }

    /// <summary>In Jakarta's time, without saying so.</summary>
    static string Time(DateTimeOffset at) => at.AddHours(7).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss");
}

/// <summary>Xendit's payments: a request with a payment for each attempt.</summary>
static class XenditLives
{
    public static LifeProvider Provider { get; } = new("xendit", Write)
    {
        Authorizes = true,
        TellsPending = true,
        RetriesAfterFailure = true,
        RefundsFailAfterwards = true,
        Disputes = false,
    };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Process: Payment("payment.pending", "PENDING"); break;
            case StepKind.Fail: Payment("payment.failed", "FAILED"); break;
            case StepKind.Authorize: Payment("payment.awaiting_capture", "AWAITING_CAPTURE"); break;
            case StepKind.Capture: Payment("payment.succeeded", "SUCCEEDED"); break;
            case StepKind.Void: Payment("payment.expired", plan.Variant == 0 ? "EXPIRED" : "CANCELED"); break;
            case StepKind.RefundDone: Refund("refund.succeeded", "SUCCEEDED"); break;
            case StepKind.RefundFail: Refund("refund.failed", "FAILED"); break;
        }

        void Payment(string type, string status) => Add(type, $$"""
            "id":"py-{{plan.Key}}-{{step.Attempt}}","payment_request_id":"pr-{{plan.Key}}",
            "amount":{{Major(plan.Amount)}},"status":"{{status}}"
            """);

        void Refund(string type, string status) => Add(type, $$"""
            "id":"{{step.Id}}","payment_request_id":"pr-{{plan.Key}}","amount":{{Major(step.Amount)}},
            "status":"{{status}}"
            """);

        void Add(string type, string data) => bodies.Add($$$"""
            {"event":"{{{type}}}","created":"{{{step.Rfc3339}}}","data":{{{{data}}},"currency":"PHP"} }
            """);
    }
}

/// <summary>Tap's payments: every event of an object bears the time at which the object was made.</summary>
static class TapLives
{
    public static LifeProvider Provider { get; } =
        new("tap", Write) { Authorizes = true, TellsPending = true, Disputes = false };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        var isAuthorized = plan.Steps.Any(s => s.Kind == StepKind.Authorize);
        string charge = $"chg_{plan.Key}", first = isAuthorized ? $"auth_{plan.Key}" : charge;
        switch (step.Kind)
        {
            case StepKind.Create: Add(first, "INITIATED", plan.Amount); break;
            case StepKind.Process: Add(first, "IN_PROGRESS", plan.Amount); break;
            case StepKind.Fail: Add(first, "DECLINED", plan.Amount); break;
            case StepKind.Authorize: Add(first, "AUTHORIZED", plan.Amount); break;
            case StepKind.Capture:
                Add(charge, "CAPTURED", step.Amount, isAuthorized ? $"\"source\":{{\"id\":\"{first}\"}}," : "");
                break;
            case StepKind.Void: Add(first, "VOID", plan.Amount); break;
            case StepKind.RefundStart: Refund("PENDING"); break;
            case StepKind.RefundDone: Refund("REFUNDED"); break;
            case StepKind.RefundFail: Refund("FAILED"); break;
        }

        void Refund(string status) => Add($"re_{step.Id}", status, step.Amount, $"\"charge_id\":\"{charge}\",");

        void Add(string id, string status, long amount, string more = "") => bodies.Add($$$"""
            {"id":"{{{id}}}","object":"o","amount":{{{Major(amount)}}},"currency":"USD","status":"{{{status}}}",
            {{{more}}}{{{(id == charge ? "\"merchant\":{\"id\":\"1124340\"}," : "")}}}
            "transaction":{"created":"{{{plan.Steps[0].UnixSeconds}}}000"},"live_mode":true}
            """);
    }
}
