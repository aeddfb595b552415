using static Payhook.Tests.Payments.BraintreeLives;

namespace Payhook.Tests.Payments;

/// <summary>
/// PayPal's payments: an order, an authorisation, captures and refunds, each with an id of its own; only the order and
/// the dispute tell the merchant's account. In one variant the money of a lost dispute is told as a reversal too.
/// </summary>
static class PayPalLives
{
    public static LifeProvider Provider { get; } = new("paypal", Write)
    {
        Authorizes = true,
        CapturesInParts = true,
        CancelsBeforePayment = true,
        TellsPending = true,
        RetriesAfterFailure = true,
        DisputedLess = 7,
    };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        string order = $"ORDER{plan.Key}", authorization = $"AUTH{plan.Key}";
        switch (step.Kind)
        {
            case StepKind.Create:
                Add("CHECKOUT.ORDER.APPROVED", "checkout-order", $$"""
                    "id":"{{order}}","status":"APPROVED","purchase_units":[{"amount":{{Money(plan.Amount)}},
                    "payee":{"merchant_id":"MERCHANT"} }]
                    """);
                break;
            case StepKind.Process:
                Capture("PAYMENT.CAPTURE.PENDING", $"WAIT{step.Attempt}", "PENDING", plan.Amount);
                break;
            case StepKind.Fail:
                Capture("PAYMENT.CAPTURE.DENIED", $"FAIL{step.Attempt}", "DECLINED", plan.Amount);
                break;
            case StepKind.Authorize: Authorization("PAYMENT.AUTHORIZATION.CREATED", "CREATED"); break;
            case StepKind.Capture:
                Capture("PAYMENT.CAPTURE.COMPLETED", step.Id, "COMPLETED", step.Amount);
                break;
            case StepKind.Void when step.Authorized > 0:
                Authorization("PAYMENT.AUTHORIZATION.VOIDED", "VOIDED");
                break;
            case StepKind.Void:
                Add("CHECKOUT.PAYMENT-APPROVAL.REVERSED", "checkout-order", $"\"order_id\":\"{order}\"");
                break;
            case StepKind.RefundStart: Refund("PAYMENT.REFUND.PENDING", "PENDING"); break;
            case StepKind.RefundDone: Refund("PAYMENT.CAPTURE.REFUNDED", "COMPLETED"); break;
            case StepKind.RefundFail: Refund("PAYMENT.REFUND.FAILED", "FAILED"); break;
            case StepKind.DisputeOpen: Dispute("CREATED", "OPEN"); break;
            case StepKind.DisputeReview: Dispute("UPDATED", "UNDER_REVIEW"); break;
            case StepKind.DisputeWin: Dispute("RESOLVED", "RESOLVED", "RESOLVED_SELLER_FAVOUR"); break;
            case StepKind.DisputeLose:
                Dispute("RESOLVED", "RESOLVED", "RESOLVED_BUYER_FAVOUR");
                if (plan.Variant == 1) Refund("PAYMENT.CAPTURE.REVERSED", "COMPLETED", step.Amount);
                break;
        }

        void Authorization(string type, string status) => Add(type, "authorization", $$"""
            "id":"{{authorization}}","status":"{{status}}","amount":{{Money(plan.Amount)}},
            "supplementary_data":{"related_ids":{"order_id":"{{order}}"} }
            """);

        void Capture(string type, string id, string status, long amount) => Add(type, "capture", $$"""
            "id":"{{id}}{{plan.Key}}","status":"{{status}}","amount":{{Money(amount)}},
            "supplementary_data":{"related_ids":{"order_id":"{{order}}"
            {{(step.Authorized > 0 ? $",\"authorization_id\":\"{authorization}\"" : "")}} } }
            """);

        void Refund(string type, string status, long reversed = 0) => Add(type, "refund", $$"""
            "id":"R{{step.Id}}","status":"{{status}}","amount":{{Money(step.Amount)}},
            "seller_payable_breakdown":{"total_refunded_amount":{{Money(step.RefundedDone + reversed)}} },
            "links":[{"rel":"up","href":"https://api.paypal.com/v2/payments/captures/cap_1{{plan.Key}}"}]
            """);

        void Dispute(string type, string status, string? outcome = null) =>
            Add($"CUSTOMER.DISPUTE.{type}", "dispute", $$"""
                "dispute_id":"PP-D-1","status":"{{status}}","dispute_amount":{{Money(step.Amount)}},
                {{(outcome is null ? "" : $"\"dispute_outcome\":{{\"outcome_code\":\"{outcome}\"}},")}}
                "disputed_transactions":[{"seller_transaction_id":"cap_1{{plan.Key}}",
                "seller":{"merchant_id":"MERCHANT"} }]
                """);

        void Add(string type, string kind, string members) => bodies.Add($$$"""
            {"id":"WH-{{{bodies.Count}}}","create_time":"{{{step.Rfc3339}}}","resource_type":"{{{kind}}}",
            "event_type":"{{{type}}}","resource":{{{{members}}} } }
            """);
    }

    static string Money(long minor) => $$"""{"currency_code":"USD","value":"{{Major(minor)}}"}""";
}
