namespace Payhook.Providers;

/// <summary>Every provider there is, in one explicit list: nothing is found by scanning.</summary>
public static class ProviderCatalog
{
    /// <summary>All providers, in the order of the docs.</summary>
    public static IReadOnlyList<Provider> All { get; } =
    [
        new Razorpay(),
        new PayPal(),
        new Stripe(),
        new Adyen(),
        new AdyenPlatforms(),
        new Braintree(),
        new Square(),
        new CheckoutCom(),
        new Worldpay(),
        new AuthorizeNet(),
        new Mollie(),
        new MollieClassic(),
        new Klarna(),
        new GoCardless(),
        new Wise(),
        new Plaid(),
        new Paddle(),
        new LemonSqueezy(),
        new Shopify(),
        new CoinbaseCommerce(),
        new Cashfree(),
        new PhonePe(),
        new PhonePeXVerify(),
        new PayUIndia(),
        new Paystack(),
        new Flutterwave(),
        new Midtrans(),
        new Xendit(),
        new Tap(),
        new MercadoPago(),
        new StandardWebhooks(),
        new GitHub(),
        new GenericHmac(),
    ];

    /// <summary>Finds a provider by its name.</summary>
    /// <param name="name">The provider's name, in lower case.</param>
    /// <returns>The provider, or <see langword="null"/> where none has that name.</returns>
    public static Provider? Find(string name) => All.FirstOrDefault(p => p.Name == name);
}
