using System.Text;
using CsCheck;
using Payhook.Payments;
using Payhook.Providers;
using Payhook.Tests.Providers;

namespace Payhook.Tests.Payments;

/// <summary>
/// What each provider's own samples say about a payment: expected by hand, from the provider's documentation. A sample
/// says only what it says, so that a refund on its own leaves the captured amount to be inferred.
/// </summary>
public sealed class MappingTests
{
    [Theory]
    [InlineData("stripe", "captured: payment_intent.succeeded", "Captured 1099/1099 r0 d0 USD")]
    [InlineData("stripe", "failed: payment_intent.payment_failed", "Failed 0/1099 r0 d0 USD")]
    [InlineData("stripe", "partially refunded: charge.refunded", "PartiallyRefunded 100/100 r40 d0 USD")]
    [InlineData("stripe", "disputed: charge.dispute.created", "Disputed 0/ r0 d1000 USD")]
    [InlineData("square", "captured: payment.updated", "Captured 120/120 r0 d0 USD")]
    [InlineData("square", "refunded: refund.updated", "PartiallyRefunded 0/ r1000 d0 JPY")]
    [InlineData("square", "disputed: dispute.created", "Disputed 0/ r0 d4350 CAD")]
    [InlineData("square", "an unknown type", "")]
    [InlineData("gocardless", "three events in one delivery", "PartiallyRefunded 0/ r0 d0 ")]
    [InlineData("gocardless", "one event on its own", "Captured 0/ r0 d0 ")]
    [InlineData("gocardless", "no events", "")]
    [InlineData("paddle", "captured: transaction.completed", "Captured 60000/60000 r0 d0 USD")]
    [InlineData("paddle", "refunded: adjustment.updated", "PartiallyRefunded 0/ r1200 d0 JPY")]
    [InlineData("paddle", "disputed: a chargeback is an adjustment too", "Disputed 0/ r0 d500 EUR")]
    [InlineData("paddle", "no payment: price.created", "")]
    [InlineData("checkoutcom", "captured: payment_captured", "Captured 6540/ r0 d0 USD")]
    [InlineData("checkoutcom", "refunded: payment_refunded", "PartiallyRefunded 0/ r540 d0 USD")]
    [InlineData("checkoutcom", "disputed: dispute_received", "Disputed 0/ r0 d6540 USD")]
    [InlineData("checkoutcom", "a stored card is no payment", "")]
    [InlineData("coinbase-commerce", "captured: charge:confirmed, second attempt", "Captured 150/150 r0 d0 USD")]
    [InlineData("coinbase-commerce", "created, without a price", "Created 0/ r0 d0 ")]
    [InlineData("coinbase-commerce", "failed: charge:failed, by its id", "Failed 0/ r0 d0 ")]
    [InlineData("paystack", "captured: charge.success", "Captured 10000/10000 r0 d0 NGN")]
    [InlineData("paystack", "refunded: refund.processed, amount as text", "PartiallyRefunded 0/ r4000 d0 NGN")]
    [InlineData("paystack", "refund that nothing names: only the body tells it from another", "Created 0/ r0 d0 NGN")]
    [InlineData("paystack", "disputed: charge.dispute.create", "Disputed 0/ r0 d5800 NGN")]
    [InlineData("paystack", "a transfer is no payment: transfer.success", "")]
    [InlineData("flutterwave", "captured: charge.completed of version 3, not signed",
        "Captured 10050/10050 r0 d0 NGN")]
    [InlineData("flutterwave", "captured: charge.completed of version 4, signed", "Captured 10000/10000 r0 d0 NGN")]
    [InlineData("flutterwave", "refunded: refund.completed of version 4, time in milliseconds",
        "PartiallyRefunded 0/ r4000 d0 NGN")]
    [InlineData("flutterwave", "a transfer is no payment: transfer.completed of version 3", "")]
    [InlineData("cashfree", "captured: PAYMENT_SUCCESS_WEBHOOK, the id a number", "Captured 100/100 r0 d0 INR")]
    [InlineData("cashfree", "failed: PAYMENT_FAILED_WEBHOOK, the id a text", "Failed 0/2950 r0 d0 INR")]
    [InlineData("cashfree", "refunded: REFUND_STATUS_WEBHOOK", "PartiallyRefunded 0/ r200 d0 INR")]
    [InlineData("cashfree", "disputed: DISPUTE_CREATED", "Disputed 0/ r0 d450000 INR")]
    [InlineData("razorpay", "captured: payment.captured", "Captured 100/100 r0 d0 INR")]
    [InlineData("razorpay", "order paid: order.paid", "Captured 100/100 r0 d0 INR")]
    [InlineData("razorpay", "partially refunded: refund.processed", "PartiallyRefunded 500000/500000 r190000 d0 INR")]
    [InlineData("razorpay", "disputed: payment.dispute.created", "Disputed 5297600/5297600 r700000 d39000 INR")]
    public void Reads_the_state_from_the_providers_sample(string providerName, string sampleName, string expected)
    {
        var sample = SampleTests.Load(providerName).Single(s => s.GetProperty("name").GetString() == sampleName);
        Assert.Equal(expected, Told(providerName, SampleTests.Request(sample, SampleTests.Body(sample))));
    }

    [Theory]
    [InlineData("authorized", """
        "payment_intent.amount_capturable_updated" {"id":"pi_1","object":"payment_intent","amount":1099,
        "amount_capturable":1099,"amount_received":0,"currency":"usd","latest_charge":"ch_1"}
        """, "Authorized 0/1099 r0 d0 USD")]
    [InlineData("rest released after a final partial capture", """
        "charge.updated" {"id":"ch_1","object":"charge","amount":1000,"amount_captured":700,"amount_refunded":300,
        "captured":true,"status":"succeeded","currency":"usd","payment_intent":"pi_1"}
        """, "Captured 700/1000 r0 d0 USD")]
    [InlineData("never captured", """
        "charge.refunded" {"id":"ch_1","object":"charge","amount":1000,"amount_captured":0,"amount_refunded":1000,
        "captured":false,"status":"succeeded","currency":"usd","payment_intent":"pi_1"}
        """, "Voided 0/1000 r0 d0 USD")]
    [InlineData("ran out", """
        "charge.expired" {"id":"ch_1","object":"charge","amount":1000,"captured":false,"currency":"usd"}
        """, "Voided 0/1000 r0 d0 USD")]
    [InlineData("paid checkout", """
        "checkout.session.completed" {"id":"cs_1","object":"checkout.session","payment_intent":"pi_1",
        "amount_total":500,"payment_status":"paid","currency":"eur"}
        """, "Captured 500/500 r0 d0 EUR")]
    [InlineData("unpaid checkout", """
        "checkout.session.completed" {"id":"cs_1","object":"checkout.session","payment_intent":"pi_1",
        "amount_total":500,"payment_status":"unpaid","currency":"eur"}
        """, "Created 0/500 r0 d0 EUR")]
    [InlineData("checkout without a payment", """
        "checkout.session.expired" {"id":"cs_1","object":"checkout.session","payment_intent":null}
        """, "")]
    [InlineData("inquiry closed", """
        "charge.dispute.closed" {"id":"dp_1","object":"dispute","amount":5,"charge":"ch_1","status":"warning_closed"}
        """, "Captured 0/ r0 d0 ")]
    [InlineData("not about a payment", """
        "customer.created" {"id":"cus_1","object":"customer"}
        """, "")]
    public void Reads_what_Stripe_means(string because, string typeAndObject, string expected)
    {
        Assert.NotEmpty(because);
        var parts = typeAndObject.Split(' ', 2);
        var body = Stripe(parts[0].Trim('"'), parts[1]);
        Assert.Equal(expected, Told("stripe", new(new DictionaryHeaders([]), Encoding.UTF8.GetBytes(body))));
    }

    [Fact]
    public void A_charge_and_its_intent_are_one_payment_once_an_event_names_both()
    {
        var changes = Map("stripe", Stripe("payment_intent.succeeded",
            """{"id":"pi_1","object":"payment_intent","amount":5,"amount_received":5,"latest_charge":"ch_1"}"""));
        Assert.Equal([new(NameKind.Payment, "pi_1"), new(NameKind.Capture, "ch_1")], changes.Single().Names);

        var facts = new PaymentFacts();
        foreach (var change in changes) facts.Apply(change);
        Assert.Equal("pi_1", facts.Id);
    }

    [Fact]
    public void A_charge_that_Coinbase_names_twice_is_called_by_its_code()
    {
        var body = """{"event":{"id":"e","type":"charge:pending","data":{"code":"AB12","id":"0001-uuid"}}}""";
        var facts = new PaymentFacts();
        foreach (var change in Map("coinbase-commerce", body)) facts.Apply(change);
        Assert.Equal("AB12", facts.Id);
        Assert.Equal(2, facts.Names.Count);
    }

    public static TheoryData<string> Mapped() => [.. PaymentMappings.ProviderNames];

    [Theory, MemberData(nameof(Mapped))]
    public void Never_throws_whatever_the_body(string providerName)
    {
        var provider = ProviderCatalog.Find(providerName)!;
        var samples = SampleTests.Load(providerName).Select(SampleTests.Body).ToArray();
        var mutations = Gen.Select(Gen.Int[0, 5_000], Gen.Byte).Array[0, 8];
        Gen.Select(Gen.OneOf<byte[]>(samples), mutations, Gen.Byte.Array[0, 30]).Sample((sample, changes, noise) =>
        {
            byte[] body = [.. sample];
            foreach (var (index, value) in changes) body[index % body.Length] = value;
            var events = new List<PaymentEvent>();
            provider.Read(new(new DictionaryHeaders([]), body), events);
            if (events.Count == 0) events.Add(new() { EventType = "x", PaymentId = "p", RefundId = "r" });
            var facts = new PaymentFacts();
            foreach (var read in events)
            {
                var item = read.Place.Equals(default) ? body : body[read.Place];
                foreach (var change in PaymentMappings.Map(providerName, item, read))
                {
                    Assert.NotEmpty(change.Names);
                    facts.Apply(change);
                }
                PaymentMappings.Map(providerName, noise, read);
            }
            PaymentState.Of(facts);
        }, iter: 1_000);
    }

    static string Stripe(string type, string json) =>
        $$$"""{"id":"evt_1","type":"{{{type}}}","created":1700000000,"data":{"object":{{{json}}}}}""";

    static IReadOnlyList<Change> Map(string providerName, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var events = new List<PaymentEvent>();
        ProviderCatalog.Find(providerName)!.Read(new(new DictionaryHeaders([]), bytes), events);
        return PaymentMappings.Map(providerName, bytes, events.Single());
    }

    /// <summary>Status, captured/whole, refunded, disputed or lost, currency; empty without a payment.</summary>
    static string Told(string providerName, WebhookRequest request)
    {
        var events = new List<PaymentEvent>();
        ProviderCatalog.Find(providerName)!.Read(request, events);
        var facts = new PaymentFacts();
        foreach (var read in events)
        {
            var item = read.Place.Equals(default) ? request.Body : request.Body[read.Place];
            foreach (var change in PaymentMappings.Map(providerName, item, read)) facts.Apply(change);
        }
        if (facts.Names.Count == 0) return "";
        var state = PaymentState.Of(facts);
        return $"{state.Status} {state.Captured}/{state.Amount} r{state.Refunded} "
            + $"d{state.DisputedOpen + state.DisputeLost} {facts.Currency}";
    }
}
