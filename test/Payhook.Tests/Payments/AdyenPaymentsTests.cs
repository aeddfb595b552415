using Payhook.Payments;

namespace Payhook.Tests.Payments;

/// <summary>
/// Adyen's payments: every change has a reference of its own, and one that names no payment must make none.
/// </summary>
public sealed class AdyenPaymentsTests
{
    const string Payment = "ZVWN7D3WSMK2WN82";

    static readonly Sent Authorised = Item("AUTHORISATION", 1, Payment, original: null);
    static readonly Sent Captured = Item("CAPTURE", 2, "CAP1");

    [Fact]
    public void Follows_a_payment_from_its_authorisation_to_a_full_refund()
    {
        var payment = Assert.Single(Lives.All("adyen", Authorised));
        Assert.Equal((Payment, PaymentStatus.Authorized, 1000),
            (payment.Id, payment.State.Status, payment.State.Authorized));
        Assert.Equal(PaymentStatus.Captured, Lives.One("adyen", Authorised, Captured).Status);
        var state = Lives.One("adyen", Authorised, Captured, Item("REFUND", 3, "REF1", amount: 400));
        Assert.Equal((PaymentStatus.PartiallyRefunded, 400), (state.Status, state.Refunded));
        state = Lives.One(
            "adyen", Authorised, Captured, Item("REFUND", 3, "REF1", amount: 400),
            Item("REFUND_WITH_DATA", 4, "REF2", amount: 600));
        Assert.Equal((PaymentStatus.Refunded, 1000), (state.Status, state.Refunded));
    }

    [Fact]
    public void A_failed_authorisation_is_a_failed_payment()
    {
        var refused = Item("AUTHORISATION", 1, Payment, null, isSuccess: false);
        Assert.Equal(PaymentStatus.Failed, Lives.One("adyen", refused).Status);
        Assert.Equal("Refused", Assert.Single(Lives.Changes("adyen", refused)).Reason);
    }

    [Fact]
    public void Parts_captured_are_summed_up_until_the_rest_is_cancelled()
    {
        Sent first = Item("CAPTURE", 2, "CAP1", amount: 300), second = Item("CAPTURE", 3, "CAP2", amount: 200);
        var state = Lives.One("adyen", Authorised, first, second);
        Assert.Equal((PaymentStatus.PartiallyCaptured, 500), (state.Status, state.Captured));
        Assert.Equal(
            PaymentStatus.Captured,
            Lives.One("adyen", Authorised, first, second, Item("CANCELLATION", 4, "CAN1")).Status);
    }

    [Fact]
    public void A_capture_that_failed_is_undone_and_may_be_done_again()
    {
        var failed = Item("CAPTURE_FAILED", 5, "CAP1");
        var state = Lives.One("adyen", Authorised, Captured, failed);
        Assert.Equal((PaymentStatus.Authorized, 0), (state.Status, state.Captured));
        state = Lives.One("adyen", Authorised, Captured, failed, Item("CAPTURE", 6, "CAP2"));
        Assert.Equal((PaymentStatus.Captured, 1000), (state.Status, state.Captured));
        Assert.Equal(
            PaymentStatus.Authorized,
            Lives.One("adyen", Authorised, Item("CAPTURE", 2, "CAP1", isSuccess: false)).Status);
    }

    [Fact]
    public void A_refund_without_a_capture_implies_it()
    {
        var state = Lives.One("adyen", Item("REFUND", 3, "REF1", amount: 400), Authorised);
        Assert.Equal((PaymentStatus.PartiallyRefunded, 1000, 400), (state.Status, state.Captured, state.Refunded));
        var payment = Assert.Single(Lives.All("adyen", Item("REFUND", 3, "REF1", amount: 400)));
        Assert.Equal((Payment, PaymentStatus.PartiallyRefunded), (payment.Id, payment.State.Status));
    }

    [Theory]
    [InlineData("REFUND_FAILED", true)]
    [InlineData("REFUNDED_REVERSED", true)]
    [InlineData("REFUND", false)]
    public void A_refund_that_failed_gave_nothing_back(string code, bool isSuccess)
    {
        var state = Lives.One(
            "adyen", Authorised, Captured, Item("REFUND", 3, "REF1"),
            Item(code, 4, "REF1", isSuccess: isSuccess));
        Assert.Equal((PaymentStatus.Captured, 0), (state.Status, state.Refunded));
    }

    [Fact]
    public void A_chargeback_is_lost_and_comes_back_when_it_is_reversed()
    {
        Sent notified = Item("NOTIFICATION_OF_CHARGEBACK", 3, "DIS1"), charged = Item("CHARGEBACK", 4, "DIS1"),
            reversed = Item("CHARGEBACK_REVERSED", 5, "DIS1"), again = Item("SECOND_CHARGEBACK", 6, "DIS1");
        Assert.Equal(PaymentStatus.Disputed, Lives.One("adyen", Authorised, Captured, notified).Status);
        var state = Lives.One("adyen", Authorised, Captured, notified, charged);
        Assert.Equal((PaymentStatus.DisputeLost, 1000), (state.Status, state.DisputeLost));
        state = Lives.One("adyen", Authorised, Captured, notified, charged, reversed);
        Assert.Equal((PaymentStatus.Captured, 0), (state.Status, state.DisputeLost));
        Assert.Equal(
            PaymentStatus.DisputeLost, Lives.One("adyen", Captured, notified, charged, reversed, again).Status);
    }

    [Fact]
    public void With_automatic_capture_a_chargeback_implies_it_also_once_reversed()
    {
        var charged = Item("CHARGEBACK", 4, "DIS1");
        var state = Lives.One("adyen", Authorised, charged);
        Assert.Equal((PaymentStatus.DisputeLost, 1000), (state.Status, state.Captured));
        state = Lives.One("adyen", Authorised, charged, Item("CHARGEBACK_REVERSED", 5, "DIS1"));
        Assert.Equal((PaymentStatus.Captured, 1000), (state.Status, state.Captured));
    }

    [Theory]
    [InlineData("REQUEST_FOR_INFORMATION", "Disputed")]
    [InlineData("PREARBITRATION_OPEN", "Disputed")]
    [InlineData("SCHEME_ARBITRATION_STARTED", "Disputed")]
    [InlineData("DISPUTE_DEFENSE_PERIOD_ENDED", "Disputed")]
    [InlineData("ISSUER_RESPONSE_TIMEFRAME_EXPIRED", "Disputed")]
    [InlineData("PREARBITRATION_WON", "Captured")]
    [InlineData("PREARBITRATION_LOST", "DisputeLost")]
    [InlineData("PREARBITRATION_ACCEPTED", "DisputeLost")]
    [InlineData("PREARBITRATION_DECLINED", "Captured")]
    public void Each_step_of_a_dispute_has_its_status(string code, string status) =>
        Assert.Equal(status, Lives.One("adyen", Authorised, Captured, Item(code, 4, "DIS1")).Status.ToString());

    [Fact]
    public void The_end_of_the_defence_opens_no_dispute_that_was_lost()
    {
        var state = Lives.One(
            "adyen", Authorised, Captured, Item("CHARGEBACK", 4, "DIS1"),
            Item("DISPUTE_DEFENSE_PERIOD_ENDED", 9, "DIS1"));
        Assert.Equal(PaymentStatus.DisputeLost, state.Status);
    }

    [Theory]
    [InlineData("CANCELLATION", "")]
    [InlineData("TECHNICAL_CANCEL", "")]
    [InlineData("EXPIRE", "")]
    [InlineData("CANCEL_OR_REFUND", "\"modification.action\":\"cancel\"")]
    public void A_cancelled_authorisation_is_voided_unless_that_failed(string code, string additional)
    {
        Assert.Equal(
            PaymentStatus.Voided, Lives.One("adyen", Authorised, Item(code, 2, "MOD1", additional: additional)).Status);
        Assert.Equal(
            PaymentStatus.Authorized,
            Lives.One("adyen", Authorised, Item(code, 2, "MOD1", isSuccess: false, additional: additional)).Status);
    }

    [Fact]
    public void Cancel_or_refund_does_what_Adyen_chose()
    {
        const string refund = "\"a\":{\"modification.action\":\"cancel\"},\"modification.action\":\"refund\"";
        var state = Lives.One("adyen", Authorised, Captured, Item("CANCEL_OR_REFUND", 3, "MOD1", additional: refund));
        Assert.Equal((PaymentStatus.Refunded, 1000), (state.Status, state.Refunded));
        Assert.Equal(
            PaymentStatus.Captured, Lives.One("adyen", Authorised, Captured, Item("CANCEL_OR_REFUND", 3, "M")).Status);
    }

    [Fact]
    public void The_latest_adjustment_is_what_is_authorised()
    {
        var state = Lives.One(
            "adyen", Authorised, Item("AUTHORISATION_ADJUSTMENT", 2, "ADJ1", amount: 1500),
            Item("AUTHORISATION_ADJUSTMENT", 3, "ADJ2", amount: 700),
            Item("AUTHORISATION_ADJUSTMENT", 4, "ADJ3", amount: 9000, isSuccess: false));
        Assert.Equal((PaymentStatus.Authorized, 700), (state.Status, state.Authorized));
    }

    [Fact]
    public void An_offer_is_pending_until_it_is_closed()
    {
        var pending = Item("PENDING", 1, Payment, null);
        Assert.Equal(PaymentStatus.Pending, Lives.One("adyen", pending).Status);
        Assert.Equal(
            PaymentStatus.Failed, Lives.One("adyen", pending, Item("OFFER_CLOSED", 2, Payment, null)).Status);
        Assert.Equal(
            PaymentStatus.Authorized, Lives.One("adyen", pending, Item("AUTHORISATION", 3, Payment, null)).Status);
    }

    [Theory]
    [InlineData("CAPTURE")]
    [InlineData("REFUND")]
    [InlineData("CHARGEBACK_REVERSED")]
    [InlineData("SECOND_CHARGEBACK")]
    [InlineData("PREARBITRATION_WON")]
    [InlineData("REPORT_AVAILABLE")]
    [InlineData("PAYOUT_THIRDPARTY")]
    [InlineData("SOMETHING_NEW")]
    public void What_names_no_payment_makes_none(string code) =>
        Assert.Empty(Lives.Changes("adyen", Item(code, 3, "X1", original: null)));

    [Fact]
    public void Each_item_of_a_batch_changes_its_own_payment()
    {
        var items = string.Join(',', new[] { Authorised, Captured, Item("AUTHORISATION", 3, "OTHER", null) }
            .Select(i => i.Body));
        var payments = Lives.All("adyen", $$"""{"live":"false","notificationItems":[{{items}}]}""");
        Assert.Equal(
            [("OTHER", PaymentStatus.Authorized), (Payment, PaymentStatus.Captured)],
            payments.Select(p => (p.Id, p.State.Status)));
    }

    static Sent Item(
        string code, int minute, string psp, string? original = Payment, long amount = 1000, bool isSuccess = true,
        string additional = "")
    {
        var parent = original is null ? "" : $"\"originalReference\":\"{original}\",";
        return $$"""
            {"NotificationRequestItem":{"additionalData":{ {{additional}} },
            "amount":{"currency":"EUR","value":{{amount}}},"eventDate":"2023-01-10T13:{{minute:00}}:29+01:00",
            "merchantAccountCode":"TestMerchant","merchantReference":"order-1","paymentMethod":"visa", {{parent}}
            "reason":"{{(isSuccess ? "" : "Refused")}}","success":"{{(isSuccess ? "true" : "false")}}",
            "eventCode":"{{code}}","pspReference":"{{psp}}"} }
            """;
    }
}
