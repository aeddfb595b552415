namespace Payhook.Attention;

/// <summary>How long a provider goes on trying to deliver, and what can be done after that.</summary>
/// <param name="TriesFor">From the first try of an event to the last.</param>
/// <param name="Then">What happens then.</param>
/// <param name="Replay">How to have events sent again.</param>
sealed record ProviderLimit(TimeSpan TriesFor, string Then, string Replay);

/// <summary>
/// The limits by provider, as their docs on webhooks told them in 2026; a provider that is not here publishes none.
/// </summary>
static class ProviderLimits
{
    const string ByHand = "Have them sent again by hand from the provider's list of deliveries.";
    const string ByApi = "Nothing is sent again: read the payments of that time by the provider's API.";

    public static ProviderLimit? Of(string provider) => provider switch
    {
        "razorpay" => new(TimeSpan.FromHours(24), "Razorpay disables the webhook.",
            "Enable the webhook again, and replay from the dashboard what was not acknowledged; it keeps seven days."),
        "stripe" => new(TimeSpan.FromDays(3), "Stripe gives up.",
            "Resend them from the dashboard or by the Stripe CLI."),
        "paypal" => new(TimeSpan.FromDays(3), "PayPal gives up after 25 tries.",
            "Resend them from the dashboard's list of webhook events."),
        "adyen" => new(TimeSpan.FromDays(30), "Adyen lets go of what waits in the queue.",
            "What waits is delivered by itself once the first of it is accepted."),
        "square" => new(TimeSpan.FromHours(24), "Square gives up, and disables the webhook after three weeks.", ByHand),
        "paddle" => new(TimeSpan.FromDays(3), "Paddle gives up after 60 tries.",
            "Replay them from the notification log."),
        "paystack" => new(TimeSpan.FromHours(72), "Paystack gives up.", ByHand),
        "coinbase-commerce" => new(TimeSpan.FromDays(3), "Coinbase Commerce gives up.", ByHand),
        "mollie" or "mollie-classic" => new(TimeSpan.FromHours(26), "Mollie gives up after ten tries.", ByApi),
        "shopify" => new(TimeSpan.FromHours(4),
            "Shopify gives up after eight tries, and removes a subscription that an app made.",
            "Nothing is sent again: make the subscription again, and read the orders of that time by the API."),
        "lemonsqueezy" => new(TimeSpan.FromMinutes(3), "Lemon Squeezy gives up after four tries.",
            "Resend them from the webhook's list of deliveries, or read the orders of that time by the API."),
        "midtrans" => new(TimeSpan.FromHours(6), "Midtrans gives up.", ByApi),
        "klarna" => new(TimeSpan.FromHours(21), "Klarna gives up.", ByApi),
        "xendit" => new(TimeSpan.FromHours(24), "Xendit gives up.", ByHand),
        "braintree" => new(TimeSpan.FromHours(24), "Braintree gives up.", ByApi),
        "checkoutcom" => new(TimeSpan.FromHours(16), "Checkout.com gives up, and may unsubscribe the event.",
            "Retry them by the workflows API or from the dashboard."),
        "flutterwave" => new(TimeSpan.FromMinutes(90), "Flutterwave gives up after three more tries.", ByHand),
        _ => null,
    };
}
