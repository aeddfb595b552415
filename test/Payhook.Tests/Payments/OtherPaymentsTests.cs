using System.Text;
using Payhook.Payments;
using Payhook.Providers;
using Payhook.Tests.Providers;
using static Payhook.Tests.Payments.Lives;

namespace Payhook.Tests.Payments;

/// <summary>
/// The payments of the smaller providers, as far as their events tell: one status word taken for another is a payment
/// that is shipped unpaid.
/// </summary>
public sealed class OtherPaymentsTests
{
    [Fact]
    public void Mollie_tells_payments_by_status_and_the_rest_by_objects_of_their_own()
    {
        var paid = Mollie("payment.paid", 2, "tr_1", "\"status\":\"paid\",\"mode\":\"live\"");
        var refunded = Mollie("refund.refunded", 4, "re_1", "\"paymentId\":\"tr_1\"", "4.00");
        var charged = Mollie("chargeback.received", 5, "chb_1", "\"paymentId\":\"tr_1\"", "10.00");
        var reversed = Mollie("chargeback.reversed", 6, "chb_1", "\"paymentId\":\"tr_1\"", "10.00");

        Expect(PaymentStatus.Pending, "mollie", Mollie("payment.pending", 1, "tr_1", "\"status\":\"pending\""));
        Expect(PaymentStatus.Captured, "mollie", Mollie("payment.pending", 1, "tr_1", ""), paid);
        Expect(PaymentStatus.Voided, "mollie", Mollie("payment.canceled", 1, "tr_1", ""));
        Expect(PaymentStatus.Voided, "mollie", Mollie("payment.expired", 1, "tr_1", ""));
        Expect(PaymentStatus.Failed, "mollie", Mollie("payment.failed", 1, "tr_1", ""));
        Expect(PaymentStatus.Captured, "mollie", Mollie("payment.updated", 1, "tr_1", "\"status\":\"paid\""));
        Assert.Equal(400, Expect(PaymentStatus.PartiallyRefunded, "mollie", paid, refunded).Refunded);
        var failed = Mollie("refund.failed", 7, "re_1", "\"paymentId\":\"tr_1\"");
        Expect(PaymentStatus.Captured, "mollie", paid, refunded, failed);
        Assert.Equal(1000, Expect(PaymentStatus.DisputeLost, "mollie", paid, charged).DisputeLost);
        Expect(PaymentStatus.Captured, "mollie", paid, charged, reversed);
        Assert.True(Lives.Changes("mollie", paid)[0].IsLive);
    }

    [Fact]
    public void Mollie_captures_an_authorised_payment_in_parts()
    {
        var authorized = Mollie("payment.authorized", 1, "tr_1", "\"status\":\"authorized\"");
        var first = Mollie("capture.succeeded", 2, "cpt_1", "\"paymentId\":\"tr_1\"", "4.00");
        var second = Mollie("capture.succeeded", 3, "cpt_2", "\"paymentId\":\"tr_1\"", "6.00");
        Assert.Equal(400, Expect(PaymentStatus.PartiallyCaptured, "mollie", authorized, first).Captured);
        Assert.Equal(1000, Expect(PaymentStatus.Captured, "mollie", authorized, first, second).Captured);
        Expect(
            PaymentStatus.Authorized, "mollie", authorized, first,
            Mollie("capture.failed", 4, "cpt_1", "\"paymentId\":\"tr_1\"", "4.00"));
    }

    [Fact]
    public void Mollie_classic_keeps_its_status_while_totals_grow()
    {
        Sent open = Classic("open"), authorized = Classic("authorized"), paid = Classic("paid");
        var captured = Classic("authorized", "\"amountCaptured\":{\"value\":\"4.00\",\"currency\":\"EUR\"}");
        var refunded = Classic("paid", "\"amountRefunded\":{\"value\":\"5.95\",\"currency\":\"EUR\"}");
        var charged = Classic("paid", "\"amountChargedBack\":{\"value\":\"10.00\",\"currency\":\"EUR\"}");
        Expect(PaymentStatus.Pending, "mollie-classic", open);
        Expect(PaymentStatus.Authorized, "mollie-classic", open, authorized);
        Assert.Equal(400, Expect(PaymentStatus.PartiallyCaptured, "mollie-classic", authorized, captured).Captured);
        Expect(PaymentStatus.Captured, "mollie-classic", open, paid);
        Assert.Equal(595, Expect(PaymentStatus.PartiallyRefunded, "mollie-classic", open, paid, refunded).Refunded);
        Expect(PaymentStatus.DisputeLost, "mollie-classic", paid, charged);
        Expect(PaymentStatus.Failed, "mollie-classic", open, Classic("failed"));
        Expect(PaymentStatus.Voided, "mollie-classic", open, Classic("expired"));
    }

    [Fact]
    public void Braintree_tells_a_refund_that_settles_from_a_payment()
    {
        var settled = Braintree("transaction_settled", 1, Transaction("tx1"));
        var refund = Braintree("transaction_settled", 2, Transaction("rf1", "4.00", "tx1"));
        var failed = Braintree("refund_failed", 3, Transaction("rf1", "4.00", "tx1"));
        Assert.Equal(1000, Expect(PaymentStatus.Captured, "braintree", settled).Captured);
        Assert.Equal(400, Expect(PaymentStatus.PartiallyRefunded, "braintree", settled, refund).Refunded);
        Expect(PaymentStatus.Captured, "braintree", settled, refund, failed);
        Expect(PaymentStatus.Failed, "braintree", Braintree("transaction_settlement_declined", 1, Transaction("tx1")));
        Assert.Empty(Lives.Changes("braintree", Braintree("check", 1, "<check>true</check>")));
    }

    [Theory]
    [InlineData("dispute_opened", "Disputed")]
    [InlineData("dispute_disputed", "Disputed")]
    [InlineData("dispute_won", "Captured")]
    [InlineData("dispute_lost", "DisputeLost")]
    [InlineData("dispute_accepted", "DisputeLost")]
    [InlineData("dispute_expired", "DisputeLost")]
    public void Braintree_ends_a_dispute_by_its_kind(string kind, string status)
    {
        const string dispute = "<dispute><amount-disputed>10.00</amount-disputed>"
            + "<currency-iso-code>USD</currency-iso-code><id>dp1</id><transaction><id>tx1</id></transaction></dispute>";
        var state = Lives.One(
            "braintree", Braintree("transaction_settled", 1, Transaction("tx1")),
            Braintree("dispute_opened", 2, dispute), Braintree(kind, 3, dispute));
        Assert.Equal(status, state.Status.ToString());
    }

    [Fact]
    public void PhonePe_goes_by_the_state_of_the_order()
    {
        var attempt = PhonePe("pg.transaction.attempt.failed", 1, "PENDING");
        var completed = PhonePe("checkout.order.completed", 2, "COMPLETED");
        Sent Refund(string name, string state, int minute) => $$"""
            {"event":"pg.refund.{{name}}","payload":{"merchantRefundId":"mr-1","refundId":"OMR1",
            "originalMerchantOrderId":"mo-1001","amount":4000,"state":"{{state}}","timestamp":173086996{{minute}}754} }
            """;
        Expect(PaymentStatus.Pending, "phonepe", attempt);
        Expect(PaymentStatus.Failed, "phonepe", attempt, PhonePe("checkout.order.failed", 2, "FAILED"));
        Assert.Equal(10000, Expect(PaymentStatus.Captured, "phonepe", attempt, completed).Captured);
        var state = Expect(
            PaymentStatus.PartiallyRefunded, "phonepe", completed, Refund("accepted", "CONFIRMED", 1),
            Refund("completed", "COMPLETED", 2));
        Assert.Equal(4000, state.Refunded);
        Expect(
            PaymentStatus.Captured, "phonepe", completed, Refund("accepted", "CONFIRMED", 1),
            Refund("failed", "FAILED", 2));
        Sent nameless = """
            {"type":"CHECKOUT_TRANSACTION_ATTEMPT_FAILED","payload":{"orderId":"OMO1",
            "paymentDetails":[{"state":"FAILED"}]}}
            """;
        Expect(PaymentStatus.Captured, "phonepe", nameless, completed);
    }

    [Theory]
    [InlineData("PAYMENT_SUCCESS", "Captured")]
    [InlineData("PAYMENT_PENDING", "Pending")]
    [InlineData("PAYMENT_ERROR", "Failed")]
    [InlineData("SOMETHING_NEW", "Created")]
    public void PhonePe_of_version_1_goes_by_its_code(string code, string status)
    {
        Sent Response(string code, string id)
        {
            var json = $$"""
                {"code":"{{code}}","data":{"merchantTransactionId":"MT1" {{id}} ,"amount":10000} }
                """;
            return $$"""{"response":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(json))}}"}""";
        }
        const string id = ",\"transactionId\":\"T1\"";
        Assert.Equal(status, Lives.One("phonepe-xverify", Response(code, id)).Status.ToString());
        Expect(
            PaymentStatus.Captured, "phonepe-xverify", Response(code, ""), Response("PAYMENT_PENDING", id),
            Response("PAYMENT_SUCCESS", id));
    }

    [Theory]
    [InlineData("success", "captured", "Captured")]
    [InlineData("success", "auth", "Authorized")]
    [InlineData("failure", "captured", "Failed")]
    [InlineData("pending", "in progress", "Pending")]
    public void PayU_India_goes_by_the_signed_status(string status, string detail, string expected)
    {
        var form = $"mihpayid=4039&status={status}&unmappedstatus={detail.Replace(' ', '+')}&txnid=t1&amount=10.00";
        Assert.Equal(expected, Lives.One("payu-india", form).Status.ToString());
        Sent json = $$"""
            {"mihpayid":4039,"status":"{{status}}","unmappedstatus":"{{detail}}","txnid":"t1","amount":"10.00"}
            """;
        Assert.Equal(expected, Lives.One("payu-india", json).Status.ToString());
        Assert.Equal(
            PaymentStatus.Created, Lives.One("payu-india", form + "&action=refund").Status);
    }

    [Fact]
    public void Midtrans_keeps_a_settled_payment_whatever_comes_late()
    {
        Sent pending = Midtrans("pending", 9, code: "201"), settled = Midtrans("settlement", 2);
        Expect(PaymentStatus.Pending, "midtrans", pending);
        Assert.Equal(1000000, Expect(PaymentStatus.Captured, "midtrans", settled, pending).Captured);
        Expect(PaymentStatus.Captured, "midtrans", Midtrans("capture", 1, "\"fraud_status\":\"accept\","), settled);
        Expect(PaymentStatus.Pending, "midtrans", Midtrans("capture", 1, "\"fraud_status\":\"challenge\","));
        Expect(PaymentStatus.Failed, "midtrans", Midtrans("deny", 1, code: "202"));
        Expect(PaymentStatus.Voided, "midtrans", pending, Midtrans("expire", 9, code: "407"));
        Expect(PaymentStatus.Voided, "midtrans", Midtrans("authorize", 1), Midtrans("cancel", 2));
        Expect(PaymentStatus.DisputeLost, "midtrans", settled, Midtrans("chargeback", 3));
    }

    [Fact]
    public void Midtrans_counts_each_listed_refund_once()
    {
        const string first = """{"refund_chargeback_id":1,"refund_amount":"4000.00","refund_key":"r1"}""";
        const string second = """{"refund_chargeback_id":2,"refund_amount":"6000.00","refund_key":"r2"}""";
        Sent settled = Midtrans("settlement", 2),
            part = Midtrans("partial_refund", 3, $"\"refund_amount\":\"4000.00\",\"refunds\":[{first}],"),
            all = Midtrans("refund", 4, $"\"refund_amount\":\"10000.00\",\"refunds\":[{first},{second}],");
        Assert.Equal(400000, Expect(PaymentStatus.PartiallyRefunded, "midtrans", settled, part).Refunded);
        Assert.Equal(1000000, Expect(PaymentStatus.Refunded, "midtrans", settled, part, all).Refunded);
        var single = Midtrans("partial_refund", 3, "\"refund_amount\":\"4000.00\",\"refund_key\":\"r1\",");
        Assert.Equal(400000, Expect(PaymentStatus.PartiallyRefunded, "midtrans", settled, single, part).Refunded);
    }

    [Fact]
    public void Xendit_joins_a_payment_its_request_and_its_refunds()
    {
        Sent Event(string type, int minute, string data, string status) => $$"""
            {"event":"{{type}}","created":"2022-08-12T13:{{minute:00}}:58Z","data":{ {{data}},
            "status":"{{status}}","currency":"PHP"} }
            """;
        const string payment = "\"id\":\"py-1\",\"payment_request_id\":\"pr-1\",\"amount\":1000";
        const string refund = "\"id\":\"rfd-1\",\"payment_id\":\"py-1\",\"amount\":400";
        var paid = Event("payment.succeeded", 2, payment, "SUCCEEDED");
        Expect(PaymentStatus.Authorized, "xendit", Event("payment.awaiting_capture", 1, payment, "AWAITING_CAPTURE"));
        Expect(PaymentStatus.Captured, "xendit", Event("payment.pending", 1, payment, "PENDING"), paid);
        Expect(PaymentStatus.Failed, "xendit", Event("payment.failed", 1, payment, "FAILED"));
        var state = Expect(
            PaymentStatus.PartiallyRefunded, "xendit", paid, Event("refund.succeeded", 3, refund, "SUCCEEDED"));
        Assert.Equal(40000, state.Refunded);
        Expect(PaymentStatus.Captured, "xendit", paid, Event("refund.failed", 3, refund, "FAILED"));
        Assert.Empty(Lives.Changes("xendit", Event("payout.succeeded", 1, "\"id\":\"disb-1\"", "SUCCEEDED")));
    }

    [Fact]
    public void Xendit_takes_an_invoice_for_a_payment_and_a_payout_for_none()
    {
        Sent Invoice(string status) =>
            $$"""{"id":"579c","external_id":"i1","status":"{{status}}","amount":50000,"currency":"IDR"}""";
        Expect(PaymentStatus.Captured, "xendit", Invoice("PENDING"), Invoice("PAID"), Invoice("SETTLED"));
        Expect(PaymentStatus.Voided, "xendit", Invoice("PENDING"), Invoice("EXPIRED"));
        Expect(PaymentStatus.Captured, "xendit", """
            {"payment_id":"15","callback_virtual_account_id":"598d","external_id":"d1","amount":80000,"id":"598e"}
            """);
        Assert.Empty(Lives.Changes("xendit", """
            {"id":"57c9","external_id":"d1","status":"COMPLETED","amount":90000,"account_holder_name":"A",
            "disbursement_description":"x"}
            """));
        Assert.Empty(Lives.Changes("xendit", Invoice("COMPLETED")));
    }

    [Fact]
    public void Mercado_Pago_tells_a_state_for_orders_only()
    {
        Sent Order(string action, int minute) => $$"""
            {"action":"order.{{action}}","date_created":"2021-11-01T02:{{minute:00}}:02Z","id":"{{minute}}",
            "live_mode":false,"type":"order","data":{"id":"ORD1","transactions":{"payments":[{"id":"PAY1"}],
            "refunds":[{"id":"REF1"}]} } }
            """;
        Sent updated = """{"action":"payment.updated","data":{"id":"PAY1"},"id":9,"live_mode":true,"type":"payment"}""";
        Expect(PaymentStatus.Created, "mercadopago", updated);
        Expect(PaymentStatus.Captured, "mercadopago", updated, Order("processing", 1), Order("processed", 2));
        Expect(PaymentStatus.Voided, "mercadopago", Order("canceled", 1));
        Expect(PaymentStatus.PartiallyRefunded, "mercadopago", Order("processed", 1), Order("refunded", 2));
        Expect(PaymentStatus.Disputed, "mercadopago", Order("processed", 1), """
            {"action":"created","type":"topic_chargebacks_wh","data":{"id":"2170","payment_id":"PAY1"}}
            """);
    }

    [Theory]
    [InlineData("wise")]
    [InlineData("adyen-platforms")]
    public void Transfers_and_payouts_are_no_payments(string provider) =>
        Assert.DoesNotContain(provider, PaymentMappings.ProviderNames);

    public static TheoryData<string> Mapped() => [.. PaymentMappings.ProviderNames];

    [Theory, MemberData(nameof(Mapped))]
    public void Never_throws_whatever_the_body(string provider)
    {
        byte[][] bodies = [[], "null"u8.ToArray(), "[1]"u8.ToArray(), [0xff, 0xfe], "a=%zz&a=1&a"u8.ToArray()];
        foreach (var sample in SampleTests.Load(provider))
        {
            var events = new List<PaymentEvent>();
            var body = SampleTests.Body(sample);
            ProviderCatalog.Find(provider)!.Read(SampleTests.Request(sample, body), events);
            var text = Encoding.UTF8.GetString(body);
            var odd = new[]
            {
                text.Replace("\":\"", "\":[\"", StringComparison.Ordinal), text.Replace("\":{", "\":7,\"x\":{"),
                text.Replace(".00\"", "999999999999999999.99\"", StringComparison.Ordinal),
                text.Replace("\"amount\":", "\"amount\":-9223372036854775808,\"x\":", StringComparison.Ordinal),
                text.Replace("0", "\\ud800", StringComparison.Ordinal),
            }.Select(Encoding.UTF8.GetBytes);
            var cut = Enumerable.Range(0, body.Length / 13).Select(i => body[..(i * 13)]);
            foreach (var read in events)
            {
                foreach (var other in (byte[][])[body, .. bodies, .. odd, .. cut])
                {
                    foreach (var amount in (long?[])[read.AmountMinor, long.MinValue, long.MaxValue, null])
                    {
                        var facts = new PaymentFacts();
                        foreach (var change in PaymentMappings.Map(provider, other, read with { AmountMinor = amount }))
                        {
                            Assert.NotEmpty(change.Names);
                            facts.Apply(change);
                            Assert.InRange(PaymentState.Of(facts).Captured, 0, PaymentFacts.AmountLimitMinor);
                        }
                    }
                }
            }
        }
    }

    static Sent Mollie(string type, int minute, string id, string entity, string amount = "10.00") => $$"""
        {"resource":"event","id":"event_{{id}}{{minute}}","type":"{{type}}","entityId":"{{id}}",
        "createdAt":"2024-12-16T15:{{minute:00}}:04.0Z","_embedded":{"entity":{"id":"{{id}}",
        {{entity}}{{(entity.Length > 0 ? "," : "")}}"amount":{"currency":"EUR","value":"{{amount}}"} } } }
        """;

    static Sent Classic(string status, string totals = "\"x\":0") => new("id=tr_1")
    {
        Document = $$"""
            {"resource":"payment","id":"tr_1","createdAt":"2024-03-20T09:13:37+00:00","status":"{{status}}",
            "amount":{"value":"10.00","currency":"EUR"}, {{totals}} }
            """,
    };

    static Sent Braintree(string kind, int minute, string subject)
    {
        var xml = $"<notification><timestamp>2026-11-24T21:{minute:00}:57Z</timestamp><kind>{kind}</kind>"
            + $"<subject>{subject}</subject></notification>";
        var payload = Convert.ToBase64String(Encoding.UTF8.GetBytes(xml));
        return $"bt_signature=k%7C00&bt_payload={Uri.EscapeDataString(payload)}";
    }

    static string Transaction(string id, string amount = "10.00", string? refunded = null) =>
        $"<transaction><id>{id}</id><amount>{amount}</amount><currency-iso-code>USD</currency-iso-code>"
        + $"<refunded-transaction-id>{refunded}</refunded-transaction-id></transaction>";

    static Sent PhonePe(string name, int minute, string state) => $$"""
        {"event":"{{name}}","payload":{"merchantId":"M","merchantOrderId":"mo-1001","orderId":"OMO1",
        "state":"{{state}}","amount":10000,"paymentDetails":[{"timestamp":172486679383{{minute}},"state":"FAILED"}]} }
        """;

    static Sent Midtrans(string status, int minute, string more = "", string code = "200") => $$"""
        {"transaction_time":"2020-01-09 18:{{minute:00}}:19","transaction_status":"{{status}}","transaction_id":"57d5",
        "status_code":"{{code}}",{{more}}"order_id":"o-1","gross_amount":"10000.00","currency":"IDR"}
        """;
}
