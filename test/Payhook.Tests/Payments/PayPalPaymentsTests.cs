using Payhook.Payments;

namespace Payhook.Tests.Payments;

/// <summary>
/// PayPal's payments: an authorisation that stays open for ever because its capture has another id, or a dispute that
/// is counted twice, is money that a merchant looks for.
/// </summary>
public sealed class PayPalPaymentsTests
{
    const string Authorization = "5O190127TN364715A", Order = "5O190127TN364715T", Capture = "12A34567BC123456S";

    [Fact]
    public void Follows_an_order_from_its_approval_to_a_full_refund()
    {
        var approved = Event("CHECKOUT.ORDER.APPROVED", 1, "checkout-order", $$"""
            "id":"{{Order}}","status":"APPROVED","intent":"CAPTURE","purchase_units":[{"reference_id":"d9",
            "amount":{"currency_code":"USD","value":"30.00"} }]
            """);
        var captured = Captured(2, "30.00", order: Order);

        var payment = Assert.Single(Lives.All("paypal", approved));
        Assert.Equal((Order, PaymentStatus.Created, 3000), (payment.Id, payment.State.Status, payment.State.Amount));
        var state = Lives.One("paypal", approved, captured);
        Assert.Equal((PaymentStatus.Captured, 3000), (state.Status, state.Captured));
        state = Lives.One("paypal", approved, captured, Refunded("R1", 3, "10.00", "10.00"));
        Assert.Equal((PaymentStatus.PartiallyRefunded, 1000), (state.Status, state.Refunded));
        state = Lives.One(
            "paypal", approved, captured, Refunded("R1", 3, "10.00", "10.00"), Refunded("R2", 4, "20.00", "30.00"));
        Assert.Equal((PaymentStatus.Refunded, 3000), (state.Status, state.Refunded));
    }

    [Fact]
    public void A_capture_continues_the_authorisation_that_it_names()
    {
        var payment = Assert.Single(Lives.All(
            "paypal", Authorized(1, "30.00"), Captured(2, "30.00", Authorization, Order)));
        Assert.Equal(Authorization, payment.Id);
        Assert.Equal((PaymentStatus.Captured, 3000, 3000),
            (payment.State.Status, payment.State.Authorized, payment.State.Captured));
    }

    [Fact]
    public void A_capture_names_its_authorisation_by_a_link_alone()
    {
        var captured = Event("PAYMENT.CAPTURE.COMPLETED", 2, "capture", $$"""
            "id":"{{Capture}}","status":"COMPLETED","amount":{"currency_code":"USD","value":"30.00"},
            "links":[{"rel":"up","href":"https://api.paypal.com/v2/payments/authorizations/{{Authorization}}"}]
            """);
        Assert.Equal(PaymentStatus.Captured, Lives.One("paypal", Authorized(1, "30.00"), captured).Status);
    }

    [Theory]
    [InlineData(false, "PartiallyCaptured")]
    [InlineData(true, "Captured")]
    public void A_part_captured_is_all_only_where_it_is_the_last(bool isFinal, string status)
    {
        var state = Lives.One("paypal", Authorized(1, "30.00"), Captured(2, "10.00", Authorization, isFinal: isFinal));
        Assert.Equal((status, 1000), (state.Status.ToString(), state.Captured));
    }

    [Fact]
    public void Captures_of_one_authorisation_are_summed_up()
    {
        var state = Lives.One(
            "paypal", Authorized(1, "30.00"), Captured(2, "10.00", Authorization, isFinal: false, id: "C1"),
            Captured(3, "20.00", Authorization, id: "C2"));
        Assert.Equal((PaymentStatus.Captured, 3000), (state.Status, state.Captured));
    }

    [Fact]
    public void A_voided_authorisation_is_voided_and_the_rest_of_a_captured_one_is_only_released()
    {
        var voided = Event("PAYMENT.AUTHORIZATION.VOIDED", 5, "authorization", $"\"id\":\"{Authorization}\"");
        Assert.Equal(PaymentStatus.Voided, Lives.One("paypal", Authorized(1, "30.00"), voided).Status);
        var captured = Captured(2, "10.00", Authorization, isFinal: false);
        Assert.Equal(
            PaymentStatus.Captured, Lives.One("paypal", Authorized(1, "30.00"), captured, voided).Status);
    }

    [Fact]
    public void An_approval_taken_back_voids_the_order()
    {
        var approved = Event("CHECKOUT.ORDER.APPROVED", 1, "checkout-order", $"\"id\":\"{Order}\"");
        var reversed = Event(
            "CHECKOUT.PAYMENT-APPROVAL.REVERSED", 2, "checkout-order", $"\"order_id\":\"{Order}\"");
        Assert.Equal(PaymentStatus.Voided, Lives.One("paypal", approved, reversed).Status);
    }

    [Fact]
    public void A_declined_capture_fails_and_a_later_one_counts()
    {
        var declined = Event("PAYMENT.CAPTURE.DECLINED", 2, "capture", $$$"""
            "id":"C0","status":"DECLINED","amount":{"currency_code":"USD","value":"30.00"},
            "supplementary_data":{"related_ids":{"order_id":"{{{Order}}}"}}
            """);
        var pending = Event("PAYMENT.CAPTURE.PENDING", 1, "capture", $$$"""
            "id":"C0","status":"PENDING","amount":{"currency_code":"USD","value":"30.00"},
            "supplementary_data":{"related_ids":{"order_id":"{{{Order}}}"}}
            """);
        Assert.Equal(PaymentStatus.Pending, Lives.One("paypal", pending).Status);
        Assert.Equal(PaymentStatus.Failed, Lives.One("paypal", pending, declined).Status);
        Assert.Equal(
            PaymentStatus.Captured,
            Lives.One("paypal", pending, declined, Captured(3, "30.00", order: Order)).Status);
    }

    [Fact]
    public void A_refund_alone_tells_of_a_payment_that_was_captured()
    {
        var payment = Assert.Single(Lives.All("paypal", Refunded("R1", 3, "10.00", "10.00")));
        Assert.Equal((Capture, PaymentStatus.PartiallyRefunded, true),
            (payment.Id, payment.State.Status, payment.State.IsCaptured));
    }

    [Fact]
    public void A_running_total_tells_of_a_refund_that_was_not_heard_of()
    {
        var state = Lives.One("paypal", Captured(1, "30.00"), Refunded("R2", 3, "0.99", "1.98"));
        Assert.Equal((PaymentStatus.PartiallyRefunded, 198), (state.Status, state.Refunded));
    }

    [Fact]
    public void A_refund_that_failed_gave_nothing_back()
    {
        var failed = Refunded("R1", 9, "10.00", null, "PAYMENT.REFUND.FAILED", "FAILED");
        var pending = Refunded("R1", 2, "10.00", null, "PAYMENT.REFUND.PENDING", "PENDING");
        var state = Lives.One("paypal", Captured(1, "30.00"), pending);
        Assert.Equal((PaymentStatus.Captured, 1000), (state.Status, state.RefundPending));
        state = Lives.One("paypal", Captured(1, "30.00"), pending, Refunded("R1", 3, "10.00", "10.00"), failed);
        Assert.Equal((PaymentStatus.Captured, 0, 0), (state.Status, state.Refunded, state.RefundPending));
    }

    [Fact]
    public void What_PayPal_takes_back_is_lost_and_no_refund()
    {
        var state = Lives.One("paypal", Captured(1, "30.00"), Reversed("R9", 3, "30.00", "30.00"));
        Assert.Equal((PaymentStatus.DisputeLost, 3000, 0), (state.Status, state.DisputeLost, state.Refunded));
    }

    [Fact]
    public void A_refund_beside_a_reversal_is_still_a_refund()
    {
        var state = Lives.One(
            "paypal", Captured(1, "30.00"), Refunded("R1", 2, "10.00", "10.00"), Reversed("R9", 3, "20.00", "30.00"));
        Assert.Equal((PaymentStatus.Refunded, 1000, 2000), (state.Status, state.Refunded, state.DisputeLost));
    }

    [Fact]
    public void A_lost_dispute_and_its_reversal_and_its_refund_are_the_same_money()
    {
        var lost = Dispute("CUSTOMER.DISPUTE.RESOLVED", 5, "RESOLVED", "RESOLVED_BUYER_FAVOUR", "30.00");
        var reversed = Reversed("R9", 4, "30.00", "30.00");
        foreach (var money in (Sent[][])
            [[reversed], [Refunded("R9", 4, "30.00", "30.00")], [reversed, Refunded("R9", 4, "30.00", "30.00")], []])
        {
            var state = Lives.One("paypal", [Captured(1, "30.00"), Dispute(), lost, .. money]);
            Assert.Equal((PaymentStatus.DisputeLost, 3000, 0), (state.Status, state.DisputeLost, state.Refunded));
        }
    }

    [Fact]
    public void A_refund_of_another_amount_is_not_the_money_of_the_dispute()
    {
        var lost = Dispute("CUSTOMER.DISPUTE.RESOLVED", 5, "RESOLVED", "ACCEPTED", "20.00");
        var state = Lives.One(
            "paypal", Captured(1, "30.00"), Refunded("R1", 2, "10.00", "10.00"), lost,
            Refunded("R2", 6, "20.00", "30.00"));
        Assert.Equal((PaymentStatus.Refunded, 1000, 2000), (state.Status, state.Refunded, state.DisputeLost));
    }

    [Fact]
    public void Money_held_for_an_open_dispute_is_not_lost_as_well()
    {
        var state = Lives.One("paypal", Captured(1, "30.00"), Dispute(), Reversed("R9", 4, "30.00", "30.00"));
        Assert.Equal(
            (PaymentStatus.Disputed, 3000, 0, 0),
            (state.Status, state.DisputedOpen, state.DisputeLost, state.Refunded));
    }

    [Theory]
    [InlineData("RESOLVED_SELLER_FAVOUR", "Captured")]
    [InlineData("CANCELED_BY_BUYER", "Captured")]
    [InlineData("DENIED", "Captured")]
    [InlineData("RESOLVED_WITH_PAYOUT", "Captured")]
    [InlineData("RESOLVED_BUYER_FAVOUR", "DisputeLost")]
    [InlineData("ACCEPTED", "DisputeLost")]
    [InlineData("NONE", "Disputed")]
    [InlineData("SOMETHING_NEW", "Disputed")]
    public void The_outcome_of_a_dispute_decides(string outcome, string status)
    {
        var review = Dispute("CUSTOMER.DISPUTE.UPDATED", 4, "UNDER_REVIEW");
        var resolved = Dispute("CUSTOMER.DISPUTE.RESOLVED", 5, "RESOLVED", outcome);
        Assert.Equal(PaymentStatus.Disputed, Lives.One("paypal", Captured(1, "30.00"), Dispute(), review).Status);
        Assert.Equal(
            status,
            Lives.One("paypal", Captured(1, "30.00"), Dispute(), review, resolved).Status.ToString());
    }

    [Fact]
    public void A_dispute_won_falls_back_to_what_was_before()
    {
        var won = Dispute("CUSTOMER.DISPUTE.RESOLVED", 5, "RESOLVED", "RESOLVED_SELLER_FAVOUR");
        var state = Lives.One("paypal", Captured(1, "30.00"), Refunded("R1", 2, "10.00", "10.00"), Dispute(), won);
        Assert.Equal((PaymentStatus.PartiallyRefunded, 1000), (state.Status, state.Refunded));
    }

    [Fact]
    public void A_dispute_of_two_payments_takes_from_each_no_more_than_its_own()
    {
        var dispute = Event("CUSTOMER.DISPUTE.CREATED", 3, "dispute", $$$"""
            "dispute_id":"PP-1","status":"OPEN","dispute_amount":{"currency_code":"USD","value":"50.00"},
            "disputed_transactions":[
            {"seller_transaction_id":"C1","gross_amount":{"currency_code":"USD","value":"30.00"}},
            {"seller_transaction_id":"C2","gross_amount":{"currency_code":"USD","value":"20.00"}}]
            """);
        var payments = Lives.All("paypal", dispute);
        Assert.Equal([("C1", 3000), ("C2", 2000)], payments.Select(p => (p.Id, p.State.DisputedOpen)));
    }

    [Fact]
    public void Follows_a_sale_of_the_first_version_with_its_negative_refund()
    {
        var sale = V1("PAYMENT.SALE.COMPLETED", 1, "sale", """
            "id":"8RS6","state":"completed","amount":{"total":"6.01","currency":"USD"}
            """);
        var refund = V1("PAYMENT.SALE.REFUNDED", 2, "sale", """
            "id":"6YX4","state":"completed","sale_id":"8RS6","amount":{"total":"-0.01","currency":"USD"}
            """);
        var reversed = V1("PAYMENT.SALE.REVERSED", 3, "sale", """
            "id":"8RS6","state":"completed","amount":{"total":"-6.00","currency":"USD"}
            """);
        var state = Lives.One("paypal", sale, refund);
        Assert.Equal((PaymentStatus.PartiallyRefunded, 601, 1), (state.Status, state.Captured, state.Refunded));
        state = Lives.One("paypal", sale, refund, reversed);
        Assert.Equal((PaymentStatus.Refunded, 1, 600), (state.Status, state.Refunded, state.DisputeLost));
    }

    [Fact]
    public void An_authorisation_and_a_capture_of_the_first_version_share_their_payment()
    {
        var authorized = V1("PAYMENT.AUTHORIZATION.CREATED", 1, "authorization", """
            "id":"6F96","state":"authorized","amount":{"total":"6.00","currency":"USD"}
            """);
        var captured = V1("PAYMENT.CAPTURE.COMPLETED", 2, "capture", """
            "id":"9XY1","state":"completed","is_final_capture":true,"amount":{"total":"5.00","currency":"USD"}
            """);
        var state = Lives.One("paypal", authorized, captured);
        Assert.Equal((PaymentStatus.Captured, 600, 500), (state.Status, state.Authorized, state.Captured));
    }

    [Theory]
    [InlineData("BILLING.PLAN.CREATED")]
    [InlineData("PAYMENT.PAYOUTS-ITEM.REFUNDED")]
    [InlineData("PAYMENT.PAYOUTSBATCH.SUCCESS")]
    public void What_is_about_no_payment_makes_none(string type) =>
        Assert.Empty(Lives.Changes("paypal", Event(type, 1, "plan", "\"id\":\"P-1\"")));

    static Sent Event(string type, int minute, string kind, string resource) => $$"""
        {"id":"WH-{{type}}-{{minute}}","event_version":"1.0","create_time":"2024-02-14T21:{{minute:00}}:07.940Z",
        "resource_type":"{{kind}}","resource_version":"2.0","event_type":"{{type}}","resource":{ {{resource}} } }
        """;

    static Sent V1(string type, int minute, string kind, string resource) =>
        Event(type, minute, kind, $"\"parent_payment\":\"PAY-11X29866PC6848407K72RIQA\",{resource}");

    static Sent Authorized(int minute, string amount) =>
        Event("PAYMENT.AUTHORIZATION.CREATED", minute, "authorization", $$"""
            "id":"{{Authorization}}","status":"CREATED","amount":{"currency_code":"USD","value":"{{amount}}"}
            """);

    static Sent Captured(
        int minute, string amount, string? authorization = null, string? order = null, bool isFinal = true,
        string id = Capture)
    {
        var related = string.Join(',', new[]
        {
            authorization is null ? null : $"\"authorization_id\":\"{authorization}\"",
            order is null ? null : $"\"order_id\":\"{order}\"",
        }.Where(m => m is not null));
        return Event("PAYMENT.CAPTURE.COMPLETED", minute, "capture", $$"""
            "id":"{{id}}","status":"COMPLETED","amount":{"currency_code":"USD","value":"{{amount}}"},
            "final_capture":{{(isFinal ? "true" : "false")}},"invoice_id":"5840243-146",
            "supplementary_data":{"related_ids":{ {{related}} } }
            """);
    }

    static Sent Refunded(
        string id, int minute, string amount, string? total, string type = "PAYMENT.CAPTURE.REFUNDED",
        string status = "COMPLETED")
    {
        var sum = total is null ? "" : $$$"""
            "seller_payable_breakdown":{"total_refunded_amount":{"currency_code":"USD","value":"{{{total}}}"}},
            """;
        return Event(type, minute, "refund", $$"""
            "id":"{{id}}","status":"{{status}}","amount":{"currency_code":"USD","value":"{{amount}}"}, {{sum}}
            "links":[{"href":"https://api.paypal.com/v2/payments/refunds/{{id}}","rel":"self","method":"GET"},
            {"href":"https://api.paypal.com/v2/payments/captures/{{Capture}}","rel":"up","method":"GET"}]
            """);
    }

    static Sent Reversed(string id, int minute, string amount, string total) =>
        Refunded(id, minute, amount, total, "PAYMENT.CAPTURE.REVERSED");

    static Sent Dispute(
        string type = "CUSTOMER.DISPUTE.CREATED", int minute = 3, string status = "OPEN", string? outcome = null,
        string? returned = null)
    {
        var amount = returned is null ? "" : $$"""
            ,"amount_refunded":{"currency_code":"USD","value":"{{returned}}"}
            """;
        var result = outcome is null ? "" : $$"""
            "dispute_outcome":{"outcome_code":"{{outcome}}" {{amount}} },
            """;
        return Event(type, minute, "dispute", $$$"""
            "dispute_id":"PP-000-042-663-135","reason":"MERCHANDISE_OR_SERVICE_NOT_RECEIVED","status":"{{{status}}}",
            {{{result}}} "disputed_transactions":[{"seller_transaction_id":"{{{Capture}}}"}],
            "dispute_amount":{"currency_code":"USD","value":"30.00"}
            """);
    }
}
