namespace Payhook.Tests.Payments;

/// <summary>What each documented event of Square, Paddle, GoCardless and Checkout.com does, row by row.</summary>
public sealed class OtherEventTableTests
{
    [Fact]
    public void Each_of_Squares_statuses_does_what_its_table_says()
    {
        var table = new EventTable("square");
        Sent Payment(string status, int minute, long refunded = 0) => Square("payment", "updated", minute, $$"""
            "id":"P1","order_id":"o1","status":"{{status}}","amount_money":{{Money(1000)}},
            "approved_money":{{Money(1000)}},"refunded_money":{{Money(refunded)}}
            """);
        Sent Refund(string status, int minute) => Square("refund", "updated", minute, $$"""
            "id":"R1","payment_id":"P1","status":"{{status}}","amount_money":{{Money(400)}}
            """);
        Sent Dispute(string state, int minute) => Square("dispute", "state.updated", minute, $$"""
            "id":"D1","disputed_payment":{"payment_id":"P1"},"state":"{{state}}","amount_money":{{Money(1000)}}
            """);
        Sent approved = Payment("APPROVED", 2), completed = Payment("COMPLETED", 3);
        table.Row("pending", Payment("PENDING", 1));
        table.Row("authorized 1000", Payment("PENDING", 1), approved);
        table.Row("captured 1000", approved, completed);
        table.Row("voided 1000", approved, Payment("CANCELED", 3));
        table.Row("failed", Payment("PENDING", 1), Payment("FAILED", 2));
        table.Row("captured 1000 refunding 400", completed, Refund("PENDING", 4));
        table.Row("partially_refunded 1000 refunded 400", completed, Refund("COMPLETED", 5));
        table.Row("partially_refunded 1000 refunded 400", completed, Payment("COMPLETED", 5, 400));
        table.Row(
            "partially_refunded 1000 refunded 400", completed, Refund("COMPLETED", 5), Payment("COMPLETED", 5, 400));
        table.Row("refunded 1000 refunded 1000", completed, Payment("COMPLETED", 5, 1000));
        foreach (var status in new[] { "REJECTED", "FAILED" })
            table.Row("captured 1000", completed, Refund("PENDING", 4), Refund(status, 5));
        foreach (var state in new[]
            { "INQUIRY_EVIDENCE_REQUIRED", "INQUIRY_PROCESSING", "EVIDENCE_REQUIRED", "PROCESSING" })
            table.Row("disputed 1000 disputed 1000", completed, Dispute(state, 6));
        foreach (var state in new[] { "INQUIRY_CLOSED", "WON" })
            table.Row("captured 1000", completed, Dispute("EVIDENCE_REQUIRED", 6), Dispute(state, 7));
        foreach (var state in new[] { "LOST", "ACCEPTED" })
            table.Row("dispute_lost 1000 lost 1000", completed, Dispute("EVIDENCE_REQUIRED", 6), Dispute(state, 7));
        table.AssertAll();
    }

    [Fact]
    public void Each_of_Paddles_events_does_what_its_table_says()
    {
        var table = new EventTable("paddle");
        Sent Transaction(string type, int minute) => Paddle($"transaction.{type}", minute, """
            "id":"txn_1","status":"x","details":{"totals":{"total":"1000","grand_total":"1000"}},
            "payments":[{"amount":"1000","error_code":"declined"},{"amount":"1000"}]
            """);
        Sent Adjustment(string action, string status, int minute, long amount = 1000, string type = "created") =>
            Paddle($"adjustment.{type}", minute, $$$"""
                "id":"adj_{{{action}}}","action":"{{{action}}}","status":"{{{status}}}","transaction_id":"txn_1",
                "totals":{"total":"{{{amount}}}"}
                """);
        var completed = Transaction("completed", 3);
        table.Row("created", Transaction("ready", 1));
        table.Row("created", Transaction("created", 1), Transaction("billed", 2));
        table.Row("captured 1000", Transaction("ready", 1), Transaction("paid", 2));
        table.Row("captured 1000", Transaction("paid", 2), completed);
        table.Row("failed", Transaction("ready", 1), Transaction("payment_failed", 2));
        table.Row("captured 1000", Transaction("payment_failed", 2), completed);
        table.Row("failed", Transaction("billed", 1), Transaction("past_due", 2));
        table.Row("voided", Transaction("billed", 1), Transaction("canceled", 2));
        foreach (var action in new[] { "refund", "credit" })
        {
            var asked = Adjustment(action, "pending_approval", 4, 400);
            table.Row("captured 1000 refunding 400", completed, asked);
            table.Row(
                "partially_refunded 1000 refunded 400", completed, asked,
                Adjustment(action, "approved", 5, 400, "updated"));
            foreach (var status in new[] { "rejected", "reversed" })
                table.Row("captured 1000", completed, asked, Adjustment(action, status, 5, 400, "updated"));
        }
        table.Row("refunded 1000 refunded 1000", completed, Adjustment("refund", "approved", 4));
        var warning = Adjustment("chargeback_warning", "approved", 6);
        table.Row("disputed 1000 disputed 1000", completed, warning);
        table.Row("dispute_lost 1000 lost 1000", completed, warning, Adjustment("chargeback", "approved", 7));
        table.Row(
            "captured 1000", completed, Adjustment("chargeback", "approved", 7),
            Adjustment("chargeback_reverse", "approved", 8));
        table.Row("captured 1000", completed, warning, Adjustment("chargeback_warning_reverse", "approved", 8));
        table.AssertAll();
    }

    [Fact]
    public void Each_of_GoCardless_actions_does_what_its_table_says()
    {
        var table = new EventTable("gocardless");
        Sent Action(string resource, string action, int minute) => $$$"""
            {"events":[{"id":"EV{{{action}}}{{{minute}}}","created_at":"2026-03-01T12:{{{minute:00}}}:00Z",
            "resource_type":"{{{resource}}}","action":"{{{action}}}","links":{"payment":"PM1"
            {{{(resource == "refunds" ? ",\"refund\":\"RF1\"" : "")}}} } }],"meta":{"webhook_id":"WB1"} }
            """;
        Sent created = Action("payments", "created", 1), confirmed = Action("payments", "confirmed", 3);
        table.Row("pending", created);
        table.Row("pending", created, Action("payments", "submitted", 2));
        table.Row("captured 0", created, confirmed);
        table.Row("captured 0", confirmed, Action("payments", "paid_out", 4));
        table.Row("failed", created, Action("payments", "failed", 3));
        table.Row("failed", created, confirmed, Action("payments", "failed", 5));
        table.Row("failed", created, confirmed, Action("payments", "late_failure_settled", 5));
        table.Row("captured 0", Action("payments", "failed", 2), confirmed);
        table.Row("voided", created, Action("payments", "cancelled", 3));
        var charged = Action("payments", "charged_back", 5);
        table.Row("dispute_lost 0", confirmed, charged);
        table.Row("captured 0", confirmed, charged, Action("payments", "chargeback_cancelled", 6));
        var refunding = Action("refunds", "created", 5);
        table.Row("captured 0", confirmed, refunding);
        table.Row("partially_refunded 0", confirmed, refunding, Action("refunds", "paid", 6));
        table.Row("captured 0", confirmed, refunding, Action("refunds", "failed", 6));
        table.AssertAll();
    }

    [Fact]
    public void Each_of_Checkout_coms_events_does_what_its_table_says()
    {
        var table = new EventTable("checkoutcom");
        Sent Payment(string type, int minute, long amount = 1000, string action = "1") => Checkout(type, minute, $$"""
            "id":"pay_1","action_id":"act_{{action}}","amount":{{amount}},"reference":"ORD-1"
            """);
        Sent Dispute(string type, int minute) => Checkout(type, minute, """
            "id":"dsp_1","payment_id":"pay_1","amount":1000,"reason_code":"10.4"
            """);
        Sent approved = Payment("payment_approved", 1), captured = Payment("payment_captured", 2);
        table.Row("pending", Payment("payment_pending", 1));
        table.Row("authorized 1000", approved);
        table.Row("captured 1000", approved, captured);
        table.Row("partially_captured 400", approved, Payment("payment_captured", 2, 400));
        table.Row("captured 1000", approved, Checkout("payment_captured", 3, """
            "id":"pay_1","action_id":"act_1","amount":600,"balances":{"total_authorized":1000,"total_captured":1000,
            "total_refunded":0,"available_to_capture":0}
            """));
        table.Row("failed", Payment("payment_declined", 1));
        table.Row("voided 1000", approved, Payment("payment_voided", 3));
        table.Row("voided 1000", approved, Payment("payment_expired", 3));
        table.Row("partially_refunded 1000 refunded 400", captured, Payment("payment_refunded", 4, 400, "2"));
        table.Row("refunded 1000 refunded 1000", captured, Payment("payment_refunded", 4, 1000, "2"));
        foreach (var type in new[] { "dispute_received", "dispute_evidence_required" })
            table.Row("disputed 1000 disputed 1000", captured, Dispute(type, 5));
        table.Row("captured 1000", captured, Dispute("dispute_received", 5), Dispute("dispute_won", 6));
        foreach (var type in new[] { "dispute_lost", "dispute_accepted" })
            table.Row("dispute_lost 1000 lost 1000", captured, Dispute("dispute_received", 5), Dispute(type, 6));
        table.AssertAll();
    }

    [Fact]
    public void Each_of_Mollies_objects_does_what_its_table_says()
    {
        var table = new EventTable("mollie");
        Sent Event(string type, int minute, string id, string members, string amount = "10.00") => $$$"""
            {"resource":"event","id":"event_{{{type}}}{{{minute}}}","type":"{{{type}}}","entityId":"{{{id}}}",
            "createdAt":"2024-12-16T15:{{{minute:00}}}:04.0Z","_embedded":{"entity":{"id":"{{{id}}}",{{{members}}},
            "amount":{"currency":"EUR","value":"{{{amount}}}"} } } }
            """;
        Sent Payment(string type, int minute, string more = "\"profileId\":\"pfl_1\"") =>
            Event($"payment.{type}", minute, "tr_1", more);
        Sent Child(string type, int minute, string id, string amount = "10.00") =>
            Event(type, minute, id, "\"paymentId\":\"tr_1\"", amount);
        Sent authorized = Payment("authorized", 2), paid = Payment("paid", 3);
        table.Row("pending", Payment("pending", 1));
        table.Row("authorized 1000", authorized);
        table.Row("captured 1000", paid);
        table.Row("voided", Payment("canceled", 2));
        table.Row("voided", Payment("expired", 2));
        table.Row("failed", Payment("failed", 2));
        table.Row("captured 1000", authorized, Child("capture.succeeded", 3, "cpt_1"));
        table.Row("partially_captured 400", authorized, Child("capture.succeeded", 3, "cpt_1", "4.00"));
        table.Row("captured 1000 refunding 400", paid, Child("refund.queued", 4, "re_1", "4.00"));
        table.Row("partially_refunded 1000 refunded 400", paid, Child("refund.refunded", 4, "re_1", "4.00"));
        table.Row(
            "captured 1000", paid, Child("refund.refunded", 4, "re_1", "4.00"),
            Child("refund.failed", 5, "re_1", "4.00"));
        table.Row("partially_refunded 1000 refunded 400", Payment("paid", 4,
            "\"amountRefunded\":{\"currency\":\"EUR\",\"value\":\"4.00\"}"));
        var charged = Child("chargeback.received", 6, "chb_1");
        table.Row("dispute_lost 1000 lost 1000", paid, charged);
        table.Row("captured 1000", paid, charged, Child("chargeback.reversed", 7, "chb_1"));
        table.AssertAll();
    }

    static string Money(long minor) => $$"""{"amount":{{minor}},"currency":"USD"}""";

    static Sent Square(string kind, string type, int minute, string members) => $$$"""
        {"merchant_id":"M","type":"{{{kind}}}.{{{type}}}","event_id":"{{{minute}}}","created_at":"2026-03-02T00:00:00Z",
        "data":{"type":"{{{kind}}}","object":{"{{{kind}}}":{{{{members}}},
        "updated_at":"2026-03-01T12:{{{minute:00}}}:00Z"} } } }
        """;

    static Sent Paddle(string type, int minute, string members) => $$$"""
        {"event_id":"evt_{{{minute}}}","event_type":"{{{type}}}","occurred_at":"2026-03-01T12:{{{minute:00}}}:00Z",
        "data":{{{{members}}},"currency_code":"USD"} }
        """;

    static Sent Checkout(string type, int minute, string members) => $$$"""
        {"id":"evt_{{{type}}}{{{minute}}}","type":"{{{type}}}","created_on":"2026-03-01T12:{{{minute:00}}}:00Z",
        "data":{{{{members}}},"currency":"USD"} }
        """;
}
