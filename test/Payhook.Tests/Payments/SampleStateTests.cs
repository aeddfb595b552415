using System.Text;
using Payhook.Mock;
using Payhook.Payments;
using Payhook.Providers;
using Payhook.Tests.Providers;

namespace Payhook.Tests.Payments;

/// <summary>
/// Where the mock events, which tell one payment's life for each provider, and the providers' published samples leave a
/// payment. Told in every order.
/// </summary>
public sealed class SampleStateTests
{
    public static TheoryData<string> Mocked() => [.. MockPayloads.Providers().Select(p => p.Name)];

    [Theory, MemberData(nameof(Mocked))]
    public void The_mock_events_leave_the_payment_where_their_names_say(string provider)
    {
        Sent Mock(string name) => Encoding.UTF8.GetString(MockPayloads.Find(provider, name)!);
        Sent authorized = Mock("authorized"), captured = Mock("captured"), failed = Mock("failed"),
            part = Mock("partially-refunded"), rest = Mock("refunded"), disputed = Mock("disputed");

        Lives.Expect(PaymentStatus.Authorized, provider, authorized);
        var state = Lives.Expect(PaymentStatus.Captured, provider, authorized, captured);
        Assert.Equal((5000, 0), (state.Captured, state.Refunded));
        Lives.Expect(PaymentStatus.Failed, provider, failed);
        Lives.Expect(PaymentStatus.Captured, provider, failed, authorized, captured);
        state = Lives.Expect(PaymentStatus.PartiallyRefunded, provider, authorized, captured, part);
        Assert.Equal((5000, 2000), (state.Captured, state.Refunded));
        state = Lives.Expect(PaymentStatus.Refunded, provider, authorized, captured, part, rest);
        Assert.Equal((5000, 5000), (state.Captured, state.Refunded));
        // Adyen's is a chargeback, and by that the money is gone.
        var expected = provider == "adyen" ? PaymentStatus.DisputeLost : PaymentStatus.Disputed;
        state = Lives.Expect(expected, provider, authorized, captured, disputed);
        Assert.Equal(5000, state.DisputedOpen + state.DisputeLost);
    }

    [Theory]
    [InlineData("paypal", "captured: PAYMENT.CAPTURE.COMPLETED", "captured 3000")]
    [InlineData("paypal", "refunded: PAYMENT.CAPTURE.REFUNDED, the capture only in a link",
        "partially_refunded 0 refunded 198")]
    [InlineData("paypal", "failed: PAYMENT.CAPTURE.DECLINED", "failed")]
    [InlineData("paypal", "captured, first version: PAYMENT.SALE.COMPLETED", "captured 601")]
    [InlineData("paypal", "refunded, first version: a negative amount", "partially_refunded 0 refunded 1")]
    [InlineData("paypal", "disputed: CUSTOMER.DISPUTE.CREATED", "disputed 0 disputed 3000")]
    [InlineData("paypal", "order: CHECKOUT.ORDER.APPROVED, no capture yet", "created")]
    [InlineData("paypal", "authorized, first version: PAYMENT.AUTHORIZATION.CREATED", "authorized 600")]
    [InlineData("paypal", "no payment: BILLING.PLAN.CREATED", "")]
    [InlineData("adyen", "authorised: one item", "authorized 1000")]
    [InlineData("adyen", "one item on its own", "authorized 1000")]
    [InlineData("adyen", "capture failed without the payment reference belongs to no payment", "")]
    [InlineData("mollie", "captured: payment.paid", "captured 1000")]
    [InlineData("mollie", "refunded: refund.refunded", "partially_refunded 0 refunded 595")]
    [InlineData("mollie", "disputed: a chargeback", "dispute_lost 0 lost 1000")]
    [InlineData("mollie", "a payment link without its object", "")]
    [InlineData("klarna", "authorized: a payment request", "authorized 11800")]
    [InlineData("klarna", "refunded", "partially_refunded 0 refunded 1800")]
    [InlineData("klarna", "disputed", "disputed 0 disputed 39900")]
    [InlineData("worldpay", "authorized", "authorized 2500")]
    [InlineData("worldpay", "refunded in part", "partially_refunded 0 refunded 500")]
    [InlineData("tap", "captured: charge.CAPTURED", "captured 1500")]
    [InlineData("tap", "refunded: refund.REFUNDED", "partially_refunded 0 refunded 500")]
    [InlineData("tap", "failed: charge.DECLINED", "failed")]
    [InlineData("braintree", "settled transaction", "captured 10050")]
    [InlineData("braintree", "dispute opened", "disputed 0 disputed 25000")]
    [InlineData("braintree", "subscription charged", "captured 4999")]
    [InlineData("braintree", "check: nothing names it but its body", "")]
    [InlineData("lemonsqueezy", "captured: order_created", "captured 1199")]
    [InlineData("lemonsqueezy", "partially refunded: order_refunded", "partially_refunded 1199 refunded 500")]
    [InlineData("mercadopago", "an order: the body spells the id as the provider does", "captured 0")]
    [InlineData("midtrans", "captured: capture", "captured 1000000")]
    [InlineData("midtrans", "refunded in part: partial_refund", "partially_refunded 1000000 refunded 400000")]
    [InlineData("midtrans", "failed: deny, without a currency", "failed")]
    [InlineData("payu-india", "captured: success", "captured 1000")]
    [InlineData("payu-india", "failed: failure, the time is India's", "failed")]
    [InlineData("phonepe", "captured: checkout.order.completed", "captured 10000")]
    [InlineData("phonepe", "refunded: pg.refund.completed", "partially_refunded 0 refunded 4000")]
    [InlineData("xendit", "captured: an invoice is PAID", "captured 5000000")]
    [InlineData("xendit", "captured: payment.succeeded, without the header of the id", "captured 100050")]
    [InlineData("xendit", "refunded: refund.succeeded", "partially_refunded 0 refunded 100000")]
    [InlineData("authorizenet", "captured", "captured 0")]
    [InlineData("authorizenet", "refunded: a transaction of its own", "")]
    public void A_published_sample_says_no_more_than_it_says(string provider, string sampleName, string expected)
    {
        var sample = SampleTests.Load(provider).Single(s => s.GetProperty("name").GetString() == sampleName);
        var body = SampleTests.Body(sample);
        var events = new List<PaymentEvent>();
        ProviderCatalog.Find(provider)!.Read(SampleTests.Request(sample, body), events);
        var facts = new PaymentFacts();
        foreach (var read in events)
        {
            var item = read.Place.Equals(default) ? body : body[read.Place];
            foreach (var change in PaymentMappings.Map(provider, item, read)) facts.Apply(change);
        }
        Assert.Equal(expected, facts.Names.Count == 0 ? "" : EventTable.Text(PaymentState.Of(facts)));
    }
}
