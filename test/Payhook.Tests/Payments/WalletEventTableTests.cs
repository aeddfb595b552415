namespace Payhook.Tests.Payments;

/// <summary>What each documented event of PayPal and Adyen does to a payment, row by row.</summary>
public sealed class WalletEventTableTests
{
    [Fact]
    public void Each_of_PayPals_events_does_what_its_table_says()
    {
        var table = new EventTable("paypal");
        Sent approved = PayPal("CHECKOUT.ORDER.APPROVED", 1, "checkout-order", $$"""
                "id":"ORDER1","status":"APPROVED","intent":"CAPTURE","purchase_units":[{"payee":{"merchant_id":"M"},
                "amount":{{Money(1000)}} }]
                """),
            authorized = Authorization("CREATED", 2), captured = Capture("COMPLETED", 3);
        table.Row("created", approved);
        table.Row("voided", approved, PayPal(
            "CHECKOUT.PAYMENT-APPROVAL.REVERSED", 2, "checkout-order", "\"order_id\":\"ORDER1\""));
        table.Row("authorized 1000", approved, authorized);
        table.Row("voided 1000", authorized, Authorization("VOIDED", 9));
        table.Row("pending", approved, Capture("PENDING", 3));
        table.Row("captured 1000", approved, authorized, Capture("PENDING", 3), Capture("COMPLETED", 4));
        table.Row("failed", approved, Capture("DECLINED", 3));
        table.Row("failed", Capture("DENIED", 3));
        foreach (var (type, expected) in new[]
            { ("PENDING", "pending"), ("COMPLETED", "captured 1000"), ("DENIED", "failed") })
            table.Row(expected, Sale(type, 3));

        var refunded = Refund("PAYMENT.CAPTURE.REFUNDED", 4, 400, 400);
        table.Row("partially_refunded 1000 refunded 400", captured, refunded);
        table.Row(
            "refunded 1000 refunded 1000", captured, refunded, Refund("PAYMENT.CAPTURE.REFUNDED", 5, 600, 1000, "R2"));
        table.Row("partially_refunded 1000 refunded 400", Sale("COMPLETED", 3), PayPal(
            "PAYMENT.SALE.REFUNDED", 4, "refund",
            "\"id\":\"R1\",\"sale_id\":\"SALE1\",\"state\":\"completed\","
            + "\"amount\":{\"total\":\"-4.00\",\"currency\":\"USD\"}"));
        table.Row("captured 1000 refunding 400", captured, Refund("PAYMENT.REFUND.PENDING", 4, 400, 0));
        table.Row("captured 1000", captured, refunded, Refund("PAYMENT.REFUND.FAILED", 5, 400, 0, status: "FAILED"));
        table.Row("dispute_lost 1000 lost 1000", captured, Refund("PAYMENT.CAPTURE.REVERSED", 5, 1000, 1000));
        table.Row("dispute_lost 1000 lost 1000", Sale("COMPLETED", 3), PayPal(
            "PAYMENT.SALE.REVERSED", 4, "sale",
            "\"id\":\"R1\",\"sale_id\":\"SALE1\",\"amount\":{\"total\":\"-10.00\",\"currency\":\"USD\"}"));

        var opened = Dispute("CREATED", 6, "OPEN");
        table.Row("disputed 1000 disputed 1000", captured, opened);
        table.Row("disputed 0 disputed 1000", opened);
        foreach (var status in new[]
            { "WAITING_FOR_BUYER_RESPONSE", "WAITING_FOR_SELLER_RESPONSE", "UNDER_REVIEW", "OTHER" })
            table.Row("disputed 1000 disputed 1000", captured, opened, Dispute("UPDATED", 7, status));
        foreach (var outcome in new[]
            { "RESOLVED_SELLER_FAVOUR", "CANCELED_BY_BUYER", "DENIED", "RESOLVED_WITH_PAYOUT" })
            table.Row("captured 1000", captured, opened, Dispute("RESOLVED", 8, "RESOLVED", outcome));
        foreach (var outcome in new[] { "RESOLVED_BUYER_FAVOUR", "ACCEPTED" })
        {
            var resolved = Dispute("RESOLVED", 8, "RESOLVED", outcome);
            table.Row("dispute_lost 1000 lost 1000", captured, opened, resolved);
            // The same money, told twice.
            table.Row(
                "dispute_lost 1000 lost 1000", captured, opened, resolved,
                Refund("PAYMENT.CAPTURE.REVERSED", 8, 1000, 1000));
        }
        table.Row("disputed 1000 disputed 1000", captured, opened, Dispute("RESOLVED", 8, "RESOLVED", "NONE"));
        table.AssertAll();
    }

    [Fact]
    public void An_order_and_a_dispute_that_tell_the_account_join_a_capture_that_does_not()
    {
        var told = new[] { Dispute("CREATED", 6, "OPEN"), Capture("COMPLETED", 3) }
            .SelectMany(s => Lives.Events("paypal", s));
        Assert.Single(told.Select(t => t.Account).Distinct());
    }

    [Fact]
    public void Each_of_Adyens_events_does_what_its_table_says()
    {
        var table = new EventTable("adyen");
        Sent authorised = Adyen("AUTHORISATION", 1, Payment), captured = Adyen("CAPTURE", 2, "C1");
        table.Row("authorized 1000", authorised);
        table.Row("failed", Adyen("AUTHORISATION", 1, Payment, isSuccess: false));
        table.Row("authorized 1500", authorised, Adyen("AUTHORISATION_ADJUSTMENT", 2, "A1", 1500));
        table.Row("captured 1000", authorised, captured);
        table.Row("partially_captured 400", authorised, Adyen("CAPTURE", 2, "C1", 400));
        table.Row("authorized 1000", authorised, captured, Adyen("CAPTURE_FAILED", 3, "C1"));
        table.Row("authorized 1000", authorised, Adyen("CAPTURE", 3, "C1", isSuccess: false));
        foreach (var code in new[] { "CANCELLATION", "TECHNICAL_CANCEL", "EXPIRE" })
        {
            table.Row("voided 1000", authorised, Adyen(code, 3, "V1"));
            table.Row("authorized 1000", authorised, Adyen(code, 3, "V1", isSuccess: false));
        }
        table.Row("voided 1000", authorised, Adyen("CANCEL_OR_REFUND", 3, "M1", action: "cancel"));
        table.Row(
            "refunded 1000 refunded 1000", authorised, captured, Adyen("CANCEL_OR_REFUND", 3, "M1", action: "refund"));
        foreach (var code in new[] { "REFUND", "REFUND_WITH_DATA" })
        {
            var refund = Adyen(code, 3, "R1", 400);
            table.Row("partially_refunded 1000 refunded 400", authorised, captured, refund);
            // With automatic capture no CAPTURE comes.
            table.Row("partially_refunded 1000 refunded 400", authorised, refund);
            table.Row("captured 1000", authorised, captured, Adyen(code, 3, "R1", 400, isSuccess: false));
            foreach (var undone in new[] { "REFUND_FAILED", "REFUNDED_REVERSED" })
                table.Row("captured 1000", authorised, captured, refund, Adyen(undone, 5, "R1", 400));
        }
        foreach (var code in new[] { "REQUEST_FOR_INFORMATION", "NOTIFICATION_OF_CHARGEBACK", "PREARBITRATION_OPEN" })
            table.Row("disputed 1000 disputed 1000", authorised, captured, Adyen(code, 4, "D1"));
        foreach (var code in new[]
            { "DISPUTE_DEFENSE_PERIOD_ENDED", "ISSUER_RESPONSE_TIMEFRAME_EXPIRED", "PREARBITRATION_OPEN",
              "SCHEME_ARBITRATION_OPEN", "PREARBITRATION_DECLINED", "PREARBITRATION_ISSUER_WITHDRAWN" })
        {
            table.Row(
                "disputed 1000 disputed 1000", authorised, captured, Adyen("NOTIFICATION_OF_CHARGEBACK", 4, "D1"),
                Adyen(code, 5, "D1"));
        }
        foreach (var code in new[]
            { "CHARGEBACK", "SECOND_CHARGEBACK", "PREARBITRATION_LOST", "PREARBITRATION_ACCEPTED" })
        {
            var lost = Adyen(code, 5, "D1");
            table.Row("dispute_lost 1000 lost 1000", authorised, captured, lost);
            table.Row("dispute_lost 1000 lost 1000", authorised, lost);
            table.Row("captured 1000", authorised, captured, Adyen("NOTIFICATION_OF_CHARGEBACK", 4, "D1"),
                Adyen(code, 5, "D1", isSuccess: false), Adyen("CHARGEBACK_REVERSED", 6, "D1"));
            foreach (var won in new[] { "CHARGEBACK_REVERSED", "PREARBITRATION_WON" })
                table.Row("captured 1000", authorised, captured, lost, Adyen(won, 6, "D1"));
        }
        table.Row("pending", Adyen("PENDING", 1, Payment));
        table.Row("failed", Adyen("PENDING", 1, Payment), Adyen("OFFER_CLOSED", 2, Payment));
        foreach (var code in new[]
            { "CAPTURE", "REFUND", "CHARGEBACK", "CHARGEBACK_REVERSED", "SECOND_CHARGEBACK", "PREARBITRATION_WON",
              "REPORT_AVAILABLE" })
            table.Row("authorized 1000", authorised, Adyen(code, 4, "X1", original: ""));
        table.AssertAll();
    }

    const string Payment = "PSP1";

    static Sent Adyen(
        string code, int minute, string reference, long amount = 1000, bool isSuccess = true, string? original = null,
        string? action = null)
    {
        original ??= reference == Payment ? "" : Payment;
        return $$$"""
            {"live":"true","notificationItems":[{"NotificationRequestItem":{"additionalData":{
            {{{(action is null ? "" : $"\"modification.action\":\"{action}\"")}}} },
            "amount":{"currency":"EUR","value":{{{amount}}}},"eventCode":"{{{code}}}",
            "eventDate":"2023-01-10T13:{{{minute:00}}}:29+01:00","merchantAccountCode":"M",
            "merchantReference":"order-1","pspReference":"{{{reference}}}",
            {{{(original.Length > 0 ? $"\"originalReference\":\"{original}\"," : "")}}}
            "success":"{{{(isSuccess ? "true" : "false")}}}"} }]}
            """;
    }

    static Sent Authorization(string type, int minute) =>
        PayPal($"PAYMENT.AUTHORIZATION.{type}", minute, "authorization", $$"""
            "id":"AUTH1","status":"{{type}}","amount":{{Money(1000)}},
            "supplementary_data":{"related_ids":{"order_id":"ORDER1"} }
            """);

    static Sent Capture(string type, int minute) => PayPal($"PAYMENT.CAPTURE.{type}", minute, "capture", $$"""
        "id":"CAP1","status":"{{type}}","amount":{{Money(1000)}},"final_capture":true,
        "supplementary_data":{"related_ids":{"order_id":"ORDER1","authorization_id":"AUTH1"} }
        """);

    static Sent Sale(string type, int minute) => PayPal($"PAYMENT.SALE.{type}", minute, "sale", $$"""
        "id":"SALE1","state":"{{type.ToLowerInvariant()}}","amount":{"total":"10.00","currency":"USD"},
        "parent_payment":"PAY-1"
        """);

    static Sent Refund(
        string type, int minute, long amount, long total, string id = "R1", string status = "COMPLETED") =>
        PayPal(type, minute, "refund", $$"""
            "id":"{{id}}","amount":{{Money(amount)}},
            "status":"{{(type.EndsWith("PENDING", StringComparison.Ordinal) ? "PENDING" : status)}}",
            "seller_payable_breakdown":{"total_refunded_amount":{{Money(total)}} },
            "links":[{"href":"https://api.paypal.com/v2/payments/captures/CAP1","rel":"up","method":"GET"}]
            """);

    static Sent Dispute(string type, int minute, string status, string? outcome = null) =>
        PayPal($"CUSTOMER.DISPUTE.{type}", minute, "dispute", $$"""
            "dispute_id":"PP-D-1","status":"{{status}}","dispute_amount":{{Money(1000)}},
            {{(outcome is null ? "" : $"\"dispute_outcome\":{{\"outcome_code\":\"{outcome}\"}},")}}
            "disputed_transactions":[{"seller_transaction_id":"CAP1","seller":{"merchant_id":"M"} }]
            """);

    static string Money(long minor) =>
        $$"""{"currency_code":"USD","value":"{{BraintreeLives.Major(minor)}}"}""";

    static Sent PayPal(string type, int minute, string kind, string resource) => $$$"""
        {"id":"WH-{{{type}}}{{{minute}}}","create_time":"2024-02-14T21:{{{minute:00}}}:07.940Z",
        "resource_type":"{{{kind}}}","event_type":"{{{type}}}","resource":{{{{resource}}} } }
        """;
}
