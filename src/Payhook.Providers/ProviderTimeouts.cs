using System.Collections.Frozen;

namespace Payhook.Providers;

/// <summary>How long each provider waits for an answer before it counts the delivery as failed.</summary>
public static class ProviderTimeouts
{
    /// <summary>
    /// Where the provider's own documents name a span, the shorter end of it stands here. Those that are marked are
    /// told by merchants and not by the provider. Who publishes none is not in the list: no number is made up.
    /// </summary>
    static readonly FrozenDictionary<string, int> Seconds = new Dictionary<string, int>
    {
        ["razorpay"] = 5, // its best practices for webhooks
        ["paddle"] = 5, // how it responds to webhooks
        ["shopify"] = 5, // one second to connect, five in all
        ["adyen"] = 10, // handling webhook events
        ["adyen-platforms"] = 10,
        ["square"] = 10, // webhooks overview
        ["gocardless"] = 10, // staying up to date with webhooks
        ["github"] = 10, // told by users
        ["standard-webhooks"] = 15, // the specification asks senders for 15 to 30
        ["midtrans"] = 15, // HTTP notifications
        ["mollie"] = 15, // told by merchants
        ["mollie-classic"] = 15, // told by merchants
        ["mercadopago"] = 22, // told by merchants
        ["xendit"] = 30, // webhooks
        ["paystack"] = 30, // told by merchants
        ["braintree"] = 30, // told by merchants
        ["flutterwave"] = 60, // told by merchants
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The timeout of a provider.</summary>
    /// <param name="providerName">The provider's name, in lower case.</param>
    /// <returns>Its timeout, or <see langword="null"/> where none is known.</returns>
    public static TimeSpan? Of(string providerName) =>
        Seconds.TryGetValue(providerName, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>The names of the providers whose timeout is known.</summary>
    public static IReadOnlyCollection<string> Known => Seconds.Keys;
}
