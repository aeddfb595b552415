using System.Text;
using static Payhook.Tests.Payments.BraintreeLives;

namespace Payhook.Tests.Payments;

/// <summary>Cashfree's payments: one status word for a payment, one for a refund, one for a dispute.</summary>
static class CashfreeLives
{
    public static LifeProvider Provider { get; } = new("cashfree", Write) { RefundsFailAfterwards = true };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Fail:
                Payment(plan.Variant == 0 ? "PAYMENT_FAILED_WEBHOOK" : "PAYMENT_USER_DROPPED_WEBHOOK", "FAILED");
                break;
            case StepKind.Capture: Payment("PAYMENT_SUCCESS_WEBHOOK", "SUCCESS"); break;
            case StepKind.RefundStart: Refund("PENDING"); break;
            case StepKind.RefundDone: Refund("SUCCESS"); break;
            case StepKind.RefundFail: Refund("CANCELLED"); break;
            case StepKind.DisputeOpen: Dispute("DISPUTE_CREATED", "CHARGEBACK_CREATED"); break;
            case StepKind.DisputeReview: Dispute("DISPUTE_UPDATED", "CHARGEBACK_UNDER_REVIEW"); break;
            case StepKind.DisputeWin: Dispute("DISPUTE_CLOSED", "CHARGEBACK_MERCHANT_WON"); break;
            case StepKind.DisputeLose: Dispute("DISPUTE_CLOSED", "CHARGEBACK_MERCHANT_LOST"); break;
        }

        void Payment(string type, string status) => Add(type, $$$"""
            "order":{"order_id":"o{{{plan.Key}}}"},
            "payment":{"cf_payment_id":{{{plan.Key}}},"payment_status":"{{{status}}}",
            "payment_amount":{{{Major(plan.Amount)}}},"payment_currency":"INR"},
            "customer_details":{"customer_email":"A@example.com"}
            """);

        void Refund(string status) => Add("REFUND_STATUS_WEBHOOK", $$$"""
            "refund":{"cf_refund_id":"{{{step.Id}}}","cf_payment_id":{{{plan.Key}}},"order_id":"o{{{plan.Key}}}",
            "refund_amount":{{{Major(step.Amount)}}},"refund_currency":"INR","refund_status":"{{{status}}}"}
            """);

        void Dispute(string type, string status) => Add(type, $$$"""
            "dispute":{"dispute_id":"{{{step.Id}}}","dispute_amount":{{{Major(step.Amount)}}},
            "dispute_amount_currency":"INR","dispute_status":"{{{status}}}"},
            "order_details":{"order_id":"o{{{plan.Key}}}","cf_payment_id":{{{plan.Key}}}}
            """);

        void Add(string type, string data) => bodies.Add($$$"""
            {"data":{{{{data}}} },"event_time":"{{{step.Rfc3339}}}","type":"{{{type}}}"}
            """);
    }
}

/// <summary>PhonePe's payments: orders of the merchant's own naming; refunds do not say whose.</summary>
static class PhonePeLives
{
    public static LifeProvider Provider { get; } =
        new("phonepe", Write) { TellsPending = true, Disputes = false, Ends = 5 };

    public static LifeProvider XVerify { get; } =
        new("phonepe-xverify", WriteOld) { TellsPending = true, Refunds = false, Disputes = false, Ends = 3 };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Process: Order("pg.transaction.attempt.failed", "PENDING"); break;
            case StepKind.Fail: Order("checkout.order.failed", "FAILED"); break;
            case StepKind.Capture: Order("checkout.order.completed", "COMPLETED"); break;
            case StepKind.RefundStart: Refund("accepted", "CONFIRMED"); break;
            case StepKind.RefundDone: Refund("completed", "COMPLETED"); break;
            case StepKind.RefundFail: Refund("failed", "FAILED"); break;
        }

        void Order(string name, string state) => bodies.Add($$$"""
            {"event":"{{{name}}}","payload":{"merchantId":"M","merchantOrderId":"mo{{{plan.Key}}}","orderId":"OMO1",
            "state":"{{{state}}}","amount":{{{plan.Amount}}},
            "paymentDetails":[{"timestamp":{{{step.UnixSeconds}}}000,"state":"FAILED"}]}}
            """);

        void Refund(string name, string state) => bodies.Add($$$"""
            {"event":"pg.refund.{{{name}}}","payload":{"merchantRefundId":"m{{{step.Id}}}","refundId":"{{{step.Id}}}",
            "originalMerchantOrderId":"mo{{{plan.Key}}}","amount":{{{step.Amount}}},"state":"{{{state}}}",
            "timestamp":{{{step.UnixSeconds}}}000}}
            """);
    }

    static void WriteOld(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Process: Add("PAYMENT_PENDING", ""); break;
            case StepKind.Fail: Add("PAYMENT_ERROR", ""); break;
            case StepKind.Capture: Add("PAYMENT_SUCCESS", $"\"transactionId\":\"T{plan.Key}\","); break;
        }

        void Add(string code, string id)
        {
            var json = $$$"""
                {"code":"{{{code}}}","data":{"merchantId":"M","merchantTransactionId":"MT{{{plan.Key}}}",{{{id}}}
                "amount":{{{plan.Amount}}}}}
                """;
            bodies.Add($$"""{"response":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(json))}}"}""");
        }
    }
}

/// <summary>PayU India's payments: a form, and what is said of refunds in it is not signed.</summary>
static class PayUIndiaLives
{
    public static LifeProvider Provider { get; } =
        new("payu-india", Write) { TellsPending = true, Refunds = false, Disputes = false, Ends = 3 };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Process: Add("pending", "in+progress"); break;
            case StepKind.Fail: Add("failure", plan.Variant == 0 ? "failed" : "bounced"); break;
            case StepKind.Capture: Add("success", "captured"); break;
        }

        void Add(string status, string detail) => bodies.Add(
            $"mihpayid={plan.Key}&status={status}&unmappedstatus={detail}&txnid=t1&amount={Major(plan.Amount)}"
            + $"&addedon={Uri.EscapeDataString(step.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss"))}");
    }
}
