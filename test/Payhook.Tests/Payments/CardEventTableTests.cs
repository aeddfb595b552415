namespace Payhook.Tests.Payments;

/// <summary>What each documented event of Razorpay and Stripe does to a payment, row by row.</summary>
public sealed class CardEventTableTests
{
    [Fact]
    public void Each_of_Razorpays_events_does_what_its_table_says()
    {
        var table = new EventTable("razorpay");
        Sent authorized = Razorpay("payment.authorized", 2, "authorized", isCaptured: false),
            captured = Razorpay("payment.captured", 3), failed = Razorpay("payment.failed", 1, "failed", false);
        table.Row("pending", Razorpay("payment.pending", 1, "pending", false));
        table.Row("authorized 1000", authorized);
        table.Row("authorized 1000", failed, authorized);
        table.Row("captured 1000", captured);
        table.Row("captured 1000", authorized, captured);
        table.Row("captured 1000", Razorpay("order.paid", 3, more: ",\"order\":{\"entity\":{\"id\":\"order_1\"}}"));
        table.Row("failed", failed);
        table.Row("captured 1000", captured, Razorpay("payment.failed", 9, "failed", false));

        Sent created = Razorpay("refund.created", 4, more: Refund("pending"), refunded: 400),
            processed = Razorpay("refund.processed", 5, more: Refund("processed"), refunded: 400),
            all = Razorpay("refund.processed", 6, "refunded", more: Refund("processed", "rfnd_2", 600), refunded: 1000),
            refundFailed = Razorpay("refund.failed", 7, more: Refund("failed"), refunded: 0);
        table.Row("captured 1000 refunding 400", captured, created);
        table.Row(
            "partially_refunded 1000 refunded 400", captured,
            Razorpay("refund.created", 4, more: Refund("processed"), refunded: 400));
        table.Row("partially_refunded 1000 refunded 400", captured, created, processed);
        table.Row("partially_refunded 1000 refunded 400", processed);
        table.Row("refunded 1000 refunded 1000", captured, processed, all);
        table.Row("captured 1000", captured, created, refundFailed);
        table.Row("partially_refunded 1000 refunded 600", captured, created, refundFailed, all);
        table.Row(
            "captured 1000", captured, Razorpay("refund.speed_changed", 5, more: Refund("processed")));
        table.Row(
            "voided 1000", authorized,
            Razorpay("refund.processed", 9, "refunded", false, Refund("processed", amount: 1000), 1000));

        Sent Dispute(string type, int minute, string status, long deducted = 0) =>
            Razorpay($"payment.dispute.{type}", minute, more: $$"""
                ,"dispute":{"entity":{"id":"disp_1","payment_id":"pay_1","amount":1000,"currency":"INR",
                "amount_deducted":{{deducted}},"status":"{{status}}"} }
                """);
        var opened = Dispute("created", 10, "open");
        table.Row("disputed 1000 disputed 1000", captured, opened);
        table.Row("disputed 1000 disputed 1000", captured, opened, Dispute("under_review", 11, "under_review"));
        table.Row("disputed 1000 disputed 1000", captured, opened, Dispute("action_required", 11, "open"));
        table.Row("captured 1000", captured, opened, Dispute("won", 12, "won"));
        table.Row("captured 1000", captured, opened, Dispute("closed", 12, "closed"));
        table.Row("dispute_lost 1000 lost 1000", captured, opened, Dispute("lost", 12, "lost", 1000));
        table.Row("partially_refunded 1000 lost 300", captured, opened, Dispute("lost", 12, "lost", 300));
        table.Row("dispute_lost 1000 lost 1000", captured, opened, Dispute("lost", 12, "lost"));

        foreach (var type in new[]
            { "payment_link.paid", "payment_link.partially_paid", "invoice.paid", "invoice.partially_paid",
              "subscription.charged", "qr_code.credited", "virtual_account.credited" })
            table.Row("captured 1000", Razorpay(type, 3));
        table.Row("captured 1000", Razorpay("subscription.charged", 3, capturedText: "\"1\""));
        foreach (var type in new[] { "payment_link.cancelled", "payment_link.expired" })
            table.Row("", $$$"""
                {"entity":"event","account_id":"acc_1","event":"{{{type}}}","created_at":1700000000,
                "payload":{"payment_link":{"entity":{"id":"plink_1","amount":1000,"status":"cancelled"} } } }
                """);
        table.AssertAll();
    }

    [Fact]
    public void Each_of_Stripes_events_of_an_intent_or_a_charge_does_what_its_table_says()
    {
        var table = new EventTable("stripe");
        Sent created = Intent("created", 1, 0, 0), succeeded = Intent("succeeded", 5, 0, 1000),
            capturable = Intent("amount_capturable_updated", 3, 1000, 0),
            failed = Intent("payment_failed", 2, 0, 0);
        table.Row("created", created);
        table.Row("created", created, Intent("requires_action", 2, 0, 0));
        table.Row("pending", created, Intent("processing", 2, 0, 0));
        table.Row("authorized 1000", created, capturable);
        table.Row("captured 1000", created, succeeded);
        table.Row("partially_captured 400", capturable, Intent("amount_capturable_updated", 4, 600, 400));
        table.Row("captured 700", capturable, Intent("succeeded", 5, 0, 700));
        table.Row("failed", created, failed);
        table.Row("pending", failed, Intent("processing", 4, 0, 0));
        table.Row("captured 1000", failed, succeeded);
        table.Row("voided", created, Intent("canceled", 4, 0, 0));
        table.Row("voided 1000", capturable, Intent("canceled", 4, 0, 0));
        table.Row("captured 1000", Charge("succeeded", 3));
        table.Row("authorized 1000", Charge("succeeded", 3, isCaptured: false));
        table.Row("captured 1000", Charge("succeeded", 3, isCaptured: false), Charge("captured", 4));
        table.Row(
            "captured 700", Charge("succeeded", 3, isCaptured: false), Charge("captured", 4, 700, 300),
            Intent("succeeded", 5, 0, 700));
        table.Row("failed", Charge("failed", 3, isCaptured: false, status: "failed"));
        table.Row("voided 1000", Charge("succeeded", 3, isCaptured: false), Charge("expired", 9, isCaptured: false));
        table.Row("partially_refunded 1000 refunded 400", Charge("succeeded", 3), Charge("refunded", 4, 1000, 400));
        table.Row("refunded 1000 refunded 1000", Charge("succeeded", 3), Charge("refunded", 4, 1000, 1000));
        table.Row(
            "voided 1000", Charge("succeeded", 3, isCaptured: false),
            Charge("refunded", 4, 0, 1000, isCaptured: false));
        Sent Session(string type, string status) => Stripe($"checkout.session.{type}", 6, $$"""
            "id":"cs_1","object":"checkout.session","payment_intent":"pi_1","amount_total":1000,
            "payment_status":"{{status}}"
            """);
        table.Row("captured 1000", Session("completed", "paid"));
        table.Row("created", created, Session("completed", "unpaid"));
        table.Row("captured 1000", Session("completed", "unpaid"), Session("async_payment_succeeded", "paid"));
        table.Row("failed", Session("completed", "unpaid"), Session("async_payment_failed", "unpaid"));
        table.AssertAll();
    }

    [Fact]
    public void Each_of_Stripes_events_of_a_refund_or_a_dispute_does_what_its_table_says()
    {
        var table = new EventTable("stripe");
        var captured = Charge("succeeded", 3);
        Sent Refund(string type, string status, int minute) => Stripe(type, minute, $$"""
            "id":"re_1","object":"refund","amount":400,"charge":"ch_1","payment_intent":"pi_1","status":"{{status}}"
            """);
        table.Row("captured 1000 refunding 400", captured, Refund("refund.created", "pending", 4));
        table.Row("captured 1000 refunding 400", captured, Refund("refund.created", "requires_action", 4));
        table.Row("partially_refunded 1000 refunded 400", captured, Refund("refund.created", "succeeded", 4));
        foreach (var type in new[] { "refund.updated", "charge.refund.updated" })
        {
            table.Row(
                "partially_refunded 1000 refunded 400", captured, Refund("refund.created", "pending", 4),
                Refund(type, "succeeded", 5));
        }
        table.Row(
            "captured 1000", captured, Refund("refund.created", "pending", 4), Charge("refunded", 4, 1000, 400),
            Refund("refund.failed", "failed", 6));
        table.Row("captured 1000", captured, Refund("refund.updated", "canceled", 6));

        Sent Dispute(string type, string status, int minute) => Stripe($"charge.dispute.{type}", minute, $$"""
            "id":"dp_1","object":"dispute","amount":1000,"charge":"ch_1","payment_intent":"pi_1","status":"{{status}}"
            """);
        var opened = Dispute("created", "needs_response", 7);
        table.Row("disputed 1000 disputed 1000", captured, opened);
        table.Row("disputed 1000 disputed 1000", captured, Dispute("created", "warning_needs_response", 7));
        table.Row("disputed 1000 disputed 1000", captured, opened, Dispute("updated", "under_review", 8));
        table.Row("disputed 1000 disputed 1000", captured, opened, Dispute("funds_withdrawn", "needs_response", 7));
        table.Row("disputed 1000 disputed 1000", captured, opened, Dispute("funds_reinstated", "under_review", 8));
        table.Row("captured 1000", captured, opened, Dispute("closed", "won", 9));
        table.Row("captured 1000", captured, opened, Dispute("closed", "warning_closed", 9));
        table.Row("dispute_lost 1000 lost 1000", captured, opened, Dispute("closed", "lost", 9));
        table.AssertAll();
    }

    static Sent Razorpay(
        string type, int minute, string status = "captured", bool isCaptured = true, string more = "",
        long refunded = 0, string? capturedText = null) => $$$"""
        {"entity":"event","account_id":"acc_1","event":"{{{type}}}","payload":{"payment":{"entity":{"id":"pay_1",
        "entity":"payment","amount":1000,"currency":"INR","status":"{{{status}}}","order_id":"order_1",
        "amount_refunded":{{{refunded}}},"captured":{{{capturedText ?? (isCaptured ? "true" : "false")}}},
        "created_at":1700000000}}{{{more}}}},"created_at":{{{1700000000 + 60 * minute}}}}
        """;

    static string Refund(string status, string id = "rfnd_1", long amount = 400) => $$$"""
        ,"refund":{"entity":{"id":"{{{id}}}","amount":{{{amount}}},"currency":"INR","payment_id":"pay_1",
        "status":"{{{status}}}"}}
        """;

    static Sent Intent(string type, int minute, long capturable, long received) =>
        Stripe($"payment_intent.{type}", minute, $$"""
            "id":"pi_1","object":"payment_intent","amount":1000,"amount_capturable":{{capturable}},
            "amount_received":{{received}},"latest_charge":"ch_1"
            """);

    static Sent Charge(
        string type, int minute, long captured = 1000, long refunded = 0, bool isCaptured = true,
        string status = "succeeded") => Stripe($"charge.{type}", minute, $$"""
            "id":"ch_1","object":"charge","amount":1000,"amount_captured":{{(isCaptured ? captured : 0)}},
            "amount_refunded":{{refunded}},"captured":{{(isCaptured ? "true" : "false")}},"status":"{{status}}",
            "payment_intent":"pi_1"
            """);

    static Sent Stripe(string type, int minute, string members) => $$$"""
        {"id":"evt_{{{type}}}{{{minute}}}","object":"event","type":"{{{type}}}",
        "created":{{{1700000000 + 60 * minute}}},"livemode":true,"data":{"object":{{{{members}}},"currency":"usd"} } }
        """;
}
