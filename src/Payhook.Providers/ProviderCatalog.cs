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
        new Paystack(),
        new Flutterwave(),
        new Cashfree(),
        new PhonePe(),
        new PhonePeXVerify(),
        new PayUIndia(),
        new Midtrans(),
        new Tap(),
        new Xendit(),
        new MercadoPago(),
        new GenericHmac(),
        new Adyen(),
        new AdyenPlatforms(),
        new Square(),
        new Braintree(),
        new GoCardless(),
        new Worldpay(),
        new AuthorizeNet(),
        new Wise(),
        new Plaid(),
        new StandardWebhooks(),
        new Paddle(),
        new Mollie(),
        new MollieClassic(),
        new CheckoutCom(),
        new CoinbaseCommerce(),
        new LemonSqueezy(),
        new Shopify(),
        new Klarna(),
        new GitHub(),
    ];

    /// <summary>Finds a provider by its name.</summary>
    /// <param name="name">The provider's name, in lower case.</param>
    /// <returns>The provider, or <see langword="null"/> where none has that name.</returns>
    public static Provider? Find(string name) => All.FirstOrDefault(p => p.Name == name);
}
