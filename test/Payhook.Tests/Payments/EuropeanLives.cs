namespace Payhook.Tests.Payments;

/// <summary>Klarna's payments: a request that becomes a transaction with another id.</summary>
static class KlarnaLives
{
    public static LifeProvider Provider { get; } = new("klarna", Write)
    {
        Authorizes = true,
        CapturesInParts = true,
        TellsPending = true,
        CancelsBeforePayment = true,
    };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        string request = $"\"payment_request_id\":\"req{plan.Key}\"",
            transaction = $"\"payment_transaction_id\":\"tx{plan.Key}\"";
        switch (step.Kind)
        {
            case StepKind.Create: Request("submitted"); break;
            case StepKind.Process: Request("in-progress"); break;
            case StepKind.Fail: Request("declined"); break;
            case StepKind.Authorize: Request("completed", $",{transaction}"); break;
            case StepKind.Capture:
                if (step.Authorized == 0) Request("completed", $",{transaction}");
                Transaction("transaction.captured", $"\"payment_capture_id\":\"{step.Id}\",\"amount\":{step.Amount}");
                break;
            case StepKind.Void when step.Authorized > 0: Transaction("transaction.voided", "\"x\":0"); break;
            case StepKind.Void: Request(plan.Variant == 0 ? "canceled" : "expired"); break;
            case StepKind.RefundDone:
                Transaction("transaction.refunded", $"\"payment_refund_id\":\"{step.Id}\",\"amount\":{step.Amount}");
                break;
            case StepKind.DisputeOpen: Dispute("initiated"); break;
            case StepKind.DisputeReview: Dispute("under-review"); break;
            case StepKind.DisputeWin: Dispute("won"); break;
            case StepKind.DisputeLose: Dispute("lost"); break;
        }

        void Request(string state, string more = "") =>
            Add($"request.state-change.{state}", $"{request},\"amount\":{plan.Amount}{more}");

        void Transaction(string type, string more) => Add(type, $"{transaction},{more}");

        void Dispute(string state) => Add($"dispute.state-change.{state}", $$$"""
            {{{transaction}}},"payment_dispute_id":"{{{step.Id}}}",
            "dispute_details":{"dispute_amount":{{{step.Amount}}},"currency":"USD"}
            """);

        void Add(string type, string payload) => bodies.Add($$$"""
            {"metadata":{"event_type":"payment.{{{type}}}","event_id":"e{{{bodies.Count}}}",
            "occurred_at":"{{{step.Rfc3339}}}","live":true,"recipient_account_id":"a"},
            "payload":{{{{payload}}},"currency":"USD"} }
            """);
    }
}

/// <summary>Worldpay's payments: parts are told apart by a reference, and everything has a word of its own.</summary>
static class WorldpayLives
{
    public static LifeProvider Provider { get; } = new("worldpay", Write)
    {
        Authorizes = true,
        CapturesInParts = true,
        TellsPending = true,
        RefundsFailAfterwards = true,
        LostDisputesTurn = true,
    };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Process: Add("sentForAuthorization", plan.Amount); break;
            case StepKind.Fail: Add(plan.Variant == 0 ? "refused" : "error", plan.Amount); break;
            case StepKind.Authorize: Add("authorized", plan.Amount); break;
            case StepKind.Capture:
                Add("sentForSettlement", step.Amount);
                Add("settled", step.Amount);
                break;
            case StepKind.Void: Add(plan.Variant == 0 ? "cancelled" : "expired", plan.Amount); break;
            case StepKind.RefundStart: Add("sentForRefund", step.Amount); break;
            case StepKind.RefundDone: Add("refunded", step.Amount); break;
            case StepKind.RefundFail: Add("refundFailed", step.Amount); break;
            case StepKind.DisputeOpen: Add("informationRequested", step.Amount); break;
            case StepKind.DisputeLose: Add("chargedBack", step.Amount); break;
            case StepKind.DisputeWin: Add("chargebackReversed", step.Amount); break;
        }

        void Add(string type, long amount) => bodies.Add($$$"""
            {"eventId":"{{{bodies.Count}}}","eventTimestamp":"{{{step.Rfc3339}}}","eventDetails":{"type":"{{{type}}}",
            "transactionReference":"ORDER{{{plan.Key}}}",
            {{{(step.Id.Length > 0 ? $"\"reference\":\"{step.Id}\"," : "")}}}
            "amount":{"value":{{{amount}}},"currencyCode":"GBP"} } }
            """);
    }
}
