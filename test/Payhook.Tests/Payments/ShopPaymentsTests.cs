using Payhook.Payments;
using static Payhook.Tests.Payments.Lives;

namespace Payhook.Tests.Payments;

/// <summary>
/// The payments of shops and of card processors: what is told in steps, and again with the whole order, counts once.
/// </summary>
public sealed class ShopPaymentsTests
{
    [Fact]
    public void Tap_follows_a_charge_and_the_authorisation_it_was_made_from()
    {
        Sent Object(string kind, string id, string status, string amount, string more = "") => $$"""
            {"id":"{{id}}","object":"{{kind}}","amount":{{amount}},"currency":"KWD","status":"{{status}}", {{more}}
            "transaction":{"created":"1700000000000"},"live_mode":false}
            """;
        var authorized = Object("authorize", "auth_1", "AUTHORIZED", "1.5");
        var charged = Object("charge", "chg_1", "CAPTURED", "1.5", "\"source\":{\"id\":\"auth_1\"},");
        Sent Refund(string status) => Object("refund", "re_1", status, "0.5", "\"charge_id\":\"chg_1\",");
        Expect(PaymentStatus.Authorized, "tap", authorized);
        Assert.Equal(1500, Expect(PaymentStatus.Captured, "tap", authorized, charged).Captured);
        Expect(PaymentStatus.Voided, "tap", authorized, Object("authorize", "auth_1", "VOID", "1.5"));
        Expect(PaymentStatus.Failed, "tap", Object("charge", "chg_2", "DECLINED", "10"));
        var state = Expect(PaymentStatus.PartiallyRefunded, "tap", charged, Refund("PENDING"), Refund("REFUNDED"));
        Assert.Equal(500, state.Refunded);
        Expect(PaymentStatus.Captured, "tap", charged, Refund("PENDING"), Refund("FAILED"));
    }

    [Fact]
    public void Worldpay_settles_refunds_and_takes_back()
    {
        Sent Event(string type, int minute, long amount = 2500, string more = "") => $$"""
            {"eventId":"{{type}}-{{minute}}","eventTimestamp":"2020-09-14T12:{{minute:00}}:31.418Z","eventDetails":{
            "transactionReference":"ORDER-1","type":"{{type}}", {{more}}
            "amount":{"value":{{amount}},"currencyCode":"GBP"} } }
            """;
        Sent sent = Event("sentForAuthorization", 1), authorized = Event("authorized", 2),
            settling = Event("sentForSettlement", 3), settled = Event("settled", 4);
        Expect(PaymentStatus.Pending, "worldpay", sent);
        Expect(PaymentStatus.Authorized, "worldpay", sent, authorized);
        Assert.Equal(2500, Expect(PaymentStatus.Captured, "worldpay", sent, authorized, settling, settled).Captured);
        Expect(PaymentStatus.Authorized, "worldpay", authorized, settling, Event("settlementFailed", 5));
        Expect(PaymentStatus.Failed, "worldpay", sent, Event("refused", 2));
        Expect(PaymentStatus.Voided, "worldpay", authorized, Event("cancelled", 3));
        const string part = "\"reference\":\"partial-1\",";
        var refunded = Event("refunded", 6, 500, part);
        var state = Expect(
            PaymentStatus.PartiallyRefunded, "worldpay", settled, Event("sentForRefund", 5, 500, part), refunded);
        Assert.Equal(500, state.Refunded);
        Expect(PaymentStatus.Captured, "worldpay", settled, refunded, Event("refundFailed", 7, 500, part));
        Expect(PaymentStatus.DisputeLost, "worldpay", settled, Event("chargedBack", 8));
        Expect(PaymentStatus.Captured, "worldpay", settled, Event("chargedBack", 8), Event("chargebackReversed", 9));
    }

    [Fact]
    public void Authorize_Net_captures_and_voids_what_is_not_yet_settled()
    {
        Sent Event(string type, int minute, int code = 1) => $$"""
            {"notificationId":"n{{minute}}","eventType":"net.authorize.payment.{{type}}.created",
            "eventDate":"2017-03-08T17:{{minute:00}}:37.155999Z","payload":{"responseCode":{{code}},
            "authAmount":10.0,"entityName":"transaction","id":"60019392075"} }
            """;
        Sent authorized = Event("authorization", 1), captured = Event("priorAuthCapture", 2), voided = Event("void", 3);
        Expect(PaymentStatus.Authorized, "authorizenet", authorized);
        Expect(PaymentStatus.Captured, "authorizenet", authorized, captured);
        Expect(PaymentStatus.Voided, "authorizenet", authorized, voided);
        Expect(PaymentStatus.Voided, "authorizenet", authorized, captured, voided);
        Expect(PaymentStatus.Failed, "authorizenet", Event("authcapture", 1, 2));
        Expect(PaymentStatus.Pending, "authorizenet", Event("authcapture", 1, 4));
        Assert.Empty(Lives.Changes("authorizenet", Event("refund", 4)));
    }

    [Fact]
    public void Lemon_Squeezy_tells_a_running_total_of_refunds()
    {
        Sent Event(string name, int minute, string status, int refunded, string kind = "orders") => $$$"""
            {"meta":{"test_mode":true,"event_name":"{{{name}}}"},"data":{"type":"{{{kind}}}","id":"2041","attributes":{
            "status":"{{{status}}}","total":1199,"refunded_amount":{{{refunded}}},"currency":"USD",
            "user_email":"a@example.com","updated_at":"2024-05-24T14:{{{minute:00}}}:06.000000Z"} } }
            """;
        Sent pending = Event("order_created", 1, "pending", 0), paid = Event("order_created", 2, "paid", 0),
            part = Event("order_refunded", 3, "partial_refund", 500),
            all = Event("order_refunded", 4, "refunded", 1199);
        Expect(PaymentStatus.Pending, "lemonsqueezy", pending);
        Expect(PaymentStatus.Captured, "lemonsqueezy", pending, paid);
        Assert.Equal(500, Expect(PaymentStatus.PartiallyRefunded, "lemonsqueezy", paid, part).Refunded);
        Assert.Equal(500, Expect(PaymentStatus.PartiallyRefunded, "lemonsqueezy", part).Refunded);
        Assert.Equal(1199, Expect(PaymentStatus.Refunded, "lemonsqueezy", paid, part, all).Refunded);
        Sent Invoice(string name, int minute) => Event(name, minute, "pending", 0, "subscription-invoices");
        Expect(PaymentStatus.Failed, "lemonsqueezy", Invoice("subscription_payment_failed", 1));
        Expect(
            PaymentStatus.Captured, "lemonsqueezy", Invoice("subscription_payment_failed", 1),
            Invoice("subscription_payment_recovered", 2));
        Assert.False(Lives.Changes("lemonsqueezy", paid)[0].IsLive);
    }

    [Fact]
    public void Shopify_counts_a_refund_once_that_is_told_three_times()
    {
        Sent Order(string topic, string status, int minute) => new($$"""
            {"id":82,"name":"#9","currency":"USD","total_price":"100.00","financial_status":"{{status}}",
            "updated_at":"2021-12-31T19:{{minute:00}}:01-05:00"}
            """) { Topic = topic };
        var refund = new Sent("""
            {"id":89,"order_id":82,"created_at":"2021-12-31T19:05:00-05:00","transactions":[
            {"id":24,"kind":"refund","status":"success","amount":"40.00","currency":"USD"}]}
            """) { Topic = "refunds/create" };
        var step = Step("refund", "success", 5, 24, "40.00");
        var paid = Order("orders/paid", "paid", 2);
        Expect(PaymentStatus.Pending, "shopify", Order("orders/create", "pending", 1));
        Expect(PaymentStatus.Authorized, "shopify", Order("orders/create", "authorized", 1));
        var cancelled = Order("orders/cancelled", "voided", 2);
        Expect(PaymentStatus.Voided, "shopify", Order("orders/create", "authorized", 1), cancelled);
        Expect(PaymentStatus.Voided, "shopify", Order("orders/cancelled", "pending", 2));
        Expect(PaymentStatus.Captured, "shopify", Order("orders/create", "pending", 1), paid);
        var state = Expect(
            PaymentStatus.PartiallyRefunded, "shopify", paid, refund, step,
            Order("orders/updated", "partially_refunded", 6));
        Assert.Equal((10000, 4000), (state.Captured, state.Refunded));
        Expect(PaymentStatus.Refunded, "shopify", paid, refund, Order("orders/updated", "refunded", 7));
    }

    [Fact]
    public void Shopify_sums_up_the_steps_of_an_order_and_follows_disputes()
    {
        Sent authorized = Step("authorization", "success", 1, 1, "100.00"),
            captured = Step("capture", "success", 2, 2, "60.00");
        Sent Dispute(string status, string topic = "disputes/update") => new($$"""
            {"id":28,"order_id":82,"amount":"60.00","currency":"USD","status":"{{status}}"}
            """) { Topic = topic };
        Expect(PaymentStatus.Failed, "shopify", Step("sale", "failure", 1, 1, "100.00"));
        Assert.Equal(6000, Expect(PaymentStatus.PartiallyCaptured, "shopify", authorized, captured).Captured);
        Expect(PaymentStatus.Captured, "shopify", authorized, captured, Step("void", "success", 3, 3, "40.00"));
        var opened = Dispute("needs_response", "disputes/create");
        Expect(PaymentStatus.Disputed, "shopify", captured, opened, Dispute("under_review"));
        Expect(PaymentStatus.Captured, "shopify", captured, opened, Dispute("won"));
        Expect(PaymentStatus.DisputeLost, "shopify", captured, opened, Dispute("lost"));
    }

    [Fact]
    public void Klarna_joins_a_request_and_its_transaction()
    {
        Sent Event(string type, int minute, string payload) => $$"""
            {"metadata":{"event_type":"payment.{{type}}","event_id":"e{{minute}}",
            "occurred_at":"2024-01-01T12:{{minute:00}}:00Z","live":true},"payload":{ {{payload}},"currency":"USD"} }
            """;
        const string request = "\"payment_request_id\":\"req1\",\"amount\":11800";
        const string transaction = "\"payment_transaction_id\":\"tx1\"";
        Sent submitted = Event("request.state-change.submitted", 1, request),
            completed = Event("request.state-change.completed", 2, $"{request},{transaction}"),
            captured = Event(
                "transaction.captured", 3, $"{transaction},\"payment_capture_id\":\"c1\",\"amount\":11800"),
            refunded = Event(
                "transaction.refunded", 4, $"{transaction},\"payment_refund_id\":\"r1\",\"amount\":1800");
        Expect(PaymentStatus.Created, "klarna", submitted);
        Expect(PaymentStatus.Authorized, "klarna", submitted, completed);
        Expect(PaymentStatus.Captured, "klarna", submitted, completed, captured);
        Assert.Equal(1800, Expect(PaymentStatus.PartiallyRefunded, "klarna", completed, captured, refunded).Refunded);
        Expect(PaymentStatus.Failed, "klarna", Event("request.state-change.declined", 2, request));
        Expect(PaymentStatus.Voided, "klarna", submitted, Event("request.state-change.expired", 2, request));
        Sent Dispute(string state, int minute) => Event($"dispute.state-change.{state}", minute, $$$"""
            {{{transaction}}},"payment_dispute_id":"d1","dispute_details":{"dispute_amount":11800,"currency":"USD"}
            """);
        Expect(PaymentStatus.Disputed, "klarna", captured, Dispute("initiated", 5));
        Expect(PaymentStatus.DisputeLost, "klarna", captured, Dispute("initiated", 5), Dispute("lost", 6));
        Expect(PaymentStatus.Disputed, "klarna", captured, Dispute("initiated", 5), Dispute("closed", 6));
    }

    static Sent Step(string kind, string status, int minute, int id, string amount) => new($$"""
        {"id":{{id}},"order_id":82,"kind":"{{kind}}","status":"{{status}}","amount":"{{amount}}","currency":"USD",
        "created_at":"2021-12-31T19:{{minute:00}}:00-05:00"}
        """) { Topic = "order_transactions/create" };
}
