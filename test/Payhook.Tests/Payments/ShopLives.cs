using static Payhook.Tests.Payments.BraintreeLives;

namespace Payhook.Tests.Payments;

/// <summary>Shopify's payments: an order's transactions, told alone, with a refund and with the order.</summary>
static class ShopifyLives
{
    public static LifeProvider Provider { get; } = new("shopify", Write)
    {
        Authorizes = true,
        CapturesInParts = true,
        CancelsBeforePayment = true,
        TellsPending = true,
        IsPendingFromStart = true,
        RetriesAfterFailure = true,
        RefundsFailAfterwards = true,
    };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Create: Order("orders/create", "pending"); break;
            case StepKind.Process: Transaction("sale", "pending", 10 + step.Attempt, plan.Amount); break;
            case StepKind.Fail: Transaction("sale", "failure", 9 + step.Attempt, plan.Amount); break;
            case StepKind.Authorize: Transaction("authorization", "success", 20, plan.Amount); break;
            case StepKind.Capture:
                Transaction(step.Authorized > 0 ? "capture" : "sale", "success", Number(30), step.Amount);
                if (step.Captured == plan.Amount) Order("orders/paid", "paid");
                break;
            case StepKind.Void when step.Authorized > 0: Transaction("void", "success", 40, plan.Amount); break;
            case StepKind.Void: Order("orders/cancelled", "voided"); break;
            case StepKind.RefundStart: Transaction("refund", "pending", Number(50), step.Amount); break;
            case StepKind.RefundDone:
                Refund();
                Transaction("refund", "success", Number(50), step.Amount);
                Order("orders/updated", "partially_refunded");
                break;
            case StepKind.RefundFail: Transaction("refund", "failure", Number(50), step.Amount); break;
            case StepKind.DisputeOpen: Dispute("needs_response"); break;
            case StepKind.DisputeReview: Dispute("under_review"); break;
            case StepKind.DisputeWin: Dispute("won"); break;
            case StepKind.DisputeLose: Dispute(plan.Variant == 0 ? "lost" : "accepted"); break;
        }

        int Number(int first) => first + step.Id[^1] - '0';

        void Order(string topic, string status) => Add(topic, $$"""
            "id":{{plan.Key}},"total_price":"{{Major(plan.Amount)}}","financial_status":"{{status}}","name":"#9",
            "total_outstanding":"{{Major(plan.Amount - step.Captured)}}","updated_at":"{{step.Rfc3339}}"
            """);

        void Transaction(string kind, string status, int id, long amount) => Add("order_transactions/create", $$"""
            "id":{{id}},"order_id":{{plan.Key}},"kind":"{{kind}}","status":"{{status}}","amount":"{{Major(amount)}}",
            "created_at":"{{step.Rfc3339}}"
            """);

        void Refund() => Add("refunds/create", $$"""
            "id":89,"order_id":{{plan.Key}},"created_at":"{{step.Rfc3339}}","transactions":[{"id":{{Number(50)}},
            "kind":"refund","status":"success","amount":"{{Major(step.Amount)}}","currency":"USD"}]
            """);

        void Dispute(string status) => Add("disputes/update", $$"""
            "id":28,"order_id":{{plan.Key}},"amount":"{{Major(step.Amount)}}","status":"{{status}}"
            """);

        void Add(string topic, string members) =>
            bodies.Add(new Sent($$"""{ {{members}},"currency":"USD"}""") { Topic = topic });
    }
}

/// <summary>Lemon Squeezy's payments: an order with a total of refunds.</summary>
static class LemonSqueezyLives
{
    public static LifeProvider Provider { get; } = new("lemonsqueezy", Write)
    {
        CancelsBeforePayment = true,
        IsPendingFromStart = true,
        Disputes = false,
    };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Create: Add("order_created", "pending"); break;
            case StepKind.Fail: Add("order_updated", "failed"); break;
            case StepKind.Capture: Add("order_created", "paid"); break;
            case StepKind.Void: Add("order_updated", "void"); break;
            case StepKind.RefundDone:
                Add("order_refunded", step.RefundedDone == step.Captured ? "refunded" : "partial_refund");
                break;
        }

        void Add(string name, string status) => bodies.Add($$$"""
            {"meta":{"test_mode":false,"event_name":"{{{name}}}"},"data":{"type":"orders","id":"{{{plan.Key}}}",
            "attributes":{"store_id":11,"status":"{{{status}}}","total":{{{plan.Amount}}},
            "refunded_amount":{{{step.RefundedDone}}},"currency":"USD","updated_at":"{{{step.Rfc3339}}}"} } }
            """);
    }
}

/// <summary>Coinbase Commerce's payments: what fails can be paid late, and is then resolved.</summary>
static class CoinbaseCommerceLives
{
    public static LifeProvider Provider { get; } = new("coinbase-commerce", Write)
    {
        TellsPending = true,
        RetriesAfterFailure = true,
        Refunds = false,
        Disputes = false,
        Ends = 4,
    };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Create: Add("charge:created"); break;
            case StepKind.Process: Add("charge:pending"); break;
            case StepKind.Fail: Add("charge:failed"); break;
            case StepKind.Capture: Add(step.Attempt == 0 ? "charge:confirmed" : "charge:resolved"); break;
        }

        void Add(string type) => bodies.Add($$$"""
            {"id":1,"event":{"id":"e{{{bodies.Count}}}","type":"{{{type}}}","created_at":"{{{step.Rfc3339}}}",
            "data":{"code":"C{{{plan.Key}}}","id":"uuid-{{{plan.Key}}}",
            "pricing":{"local":{"amount":"{{{Major(plan.Amount)}}}","currency":"USD"} } } } }
            """);
    }
}

/// <summary>Mercado Pago's payments: an order with its payment, and no amounts.</summary>
static class MercadoPagoLives
{
    public static LifeProvider Provider { get; } = new("mercadopago", Write)
    {
        Authorizes = true,
        TellsPending = true,
        CancelsBeforePayment = true,
        Disputes = false,
        TellsAmounts = false,
    };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Create:
                bodies.Add($$$"""
                    {"action":"payment.created","data":{"id":"PAY{{{plan.Key}}}"},"id":1,"type":"payment",
                    "date_created":"{{{step.Rfc3339}}}","user_id":"724484980"}
                    """);
                break;
            case StepKind.Process: Add("processing"); break;
            case StepKind.Fail: Add("failed"); break;
            case StepKind.Authorize: Add("action_required", "\"status_detail\":\"waiting_capture\","); break;
            case StepKind.Capture: Add("processed"); break;
            case StepKind.Void: Add(plan.Variant == 0 ? "canceled" : "expired"); break;
            case StepKind.RefundDone: Add("refunded"); break;
        }

        void Add(string action, string more = "") => bodies.Add($$$"""
            {"action":"order.{{{action}}}","date_created":"{{{step.Rfc3339}}}","id":"{{{bodies.Count}}}",
            "type":"order","data":{"id":"ORD{{{plan.Key}}}",{{{more}}}
            "transactions":{"payments":[{"id":"PAY{{{plan.Key}}}"}],"refunds":[{"id":"{{{step.Id}}}"}] } } }
            """);
    }
}
