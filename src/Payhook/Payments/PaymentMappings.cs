using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>Reads what an event says about payments. Pure: the same bytes give the same changes.</summary>
/// <param name="body">The event's own bytes.</param>
/// <param name="read">What its provider read of it.</param>
/// <param name="changes">Takes the changes; none for an event that is about no payment.</param>
delegate void MapPayment(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes);

/// <summary>How each provider's events change its payments. A new one is one file and one line.</summary>
static class PaymentMappings
{
    static readonly Dictionary<string, MapPayment> ByProvider = new(StringComparer.Ordinal)
    {
        ["adyen"] = AdyenPayments.Map,
        ["authorizenet"] = AuthorizeNetPayments.Map,
        ["braintree"] = BraintreePayments.Map,
        ["cashfree"] = CashfreePayments.Map,
        ["checkoutcom"] = CheckoutComPayments.Map,
        ["coinbase-commerce"] = CoinbaseCommercePayments.Map,
        ["flutterwave"] = FlutterwavePayments.Map,
        ["gocardless"] = GoCardlessPayments.Map,
        ["klarna"] = KlarnaPayments.Map,
        ["lemonsqueezy"] = LemonSqueezyPayments.Map,
        ["mercadopago"] = MercadoPagoPayments.Map,
        ["midtrans"] = MidtransPayments.Map,
        ["mollie"] = MolliePayments.Map,
        ["mollie-classic"] = MolliePayments.MapClassic,
        ["paddle"] = PaddlePayments.Map,
        ["paypal"] = PayPalPayments.Map,
        ["paystack"] = PaystackPayments.Map,
        ["payu-india"] = PayUIndiaPayments.Map,
        ["phonepe"] = PhonePePayments.Map,
        ["phonepe-xverify"] = PhonePePayments.MapXVerify,
        ["razorpay"] = RazorpayPayments.Map,
        ["shopify"] = ShopifyPayments.Map,
        ["square"] = SquarePayments.Map,
        ["stripe"] = StripePayments.Map,
        ["tap"] = TapPayments.Map,
        ["worldpay"] = WorldpayPayments.Map,
        ["xendit"] = XenditPayments.Map,
    };

    /// <summary>The names of the providers whose payments are followed.</summary>
    public static IReadOnlyCollection<string> ProviderNames => ByProvider.Keys;

    /// <summary>The changes of one event; empty where its provider has no mapping or it is about no payment.</summary>
    public static IReadOnlyList<Change> Map(string providerName, ReadOnlySpan<byte> body, PaymentEvent read)
    {
        if (!ByProvider.TryGetValue(providerName, out var map)) return [];
        var changes = new List<Change>(2);
        map(body, read, changes);
        return changes;
    }
}
