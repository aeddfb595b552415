using Payhook.Payments;

namespace Payhook.Attention;

/// <summary>
/// Events that contradict each other about how much a payment is, or in what currency: one of them is not to be
/// believed, and what was checked against the order may not be what was paid.
/// </summary>
static class AmountChanged
{
    /// <summary>
    /// Providers whose payment has one amount from its beginning. A Stripe payment intent, a Square payment (a tip), a
    /// Paddle transaction, a PayPal order and a Klarna request can be changed by the merchant until they are paid.
    /// </summary>
    static bool IsFixed(string provider) =>
        provider is "razorpay" or "cashfree" or "adyen" or "mollie" or "mollie-classic" or "paystack" or "flutterwave"
            or "payu-india" or "phonepe" or "phonepe-xverify" or "midtrans" or "checkoutcom";

    public static bool Holds(string provider, PaymentFacts facts) =>
        (facts.Amounts.Count > 1 || IsOtherCurrency(facts)) && IsFixed(provider);

    public static Finding? Find(PaymentRow row)
    {
        var facts = row.Facts;
        if (!Holds(row.Provider, facts)) return null;
        string[] amounts = [.. facts.Amounts.Select(a => AmountText.Of(a, facts.Currency))];
        var currencies = string.Join(", ", facts.Currencies);
        return new(AttentionKind.AmountChanged,
            IsOtherCurrency(facts)
                ? $"The events of this payment name several currencies: {currencies}."
                : $"The events of this payment name several amounts: {string.Join(", ", amounts)}.",
            "Look the payment up at the provider, and compare what was paid with the order before it is fulfilled.",
            $"{string.Join(' ', facts.Amounts)} {currencies}")
        {
            Evidence = [new("amounts", amounts), new("currencies", facts.Currencies.ToArray())],
        };
    }

    /// <summary>A bank fights about a payment in a currency of its own.</summary>
    static bool IsOtherCurrency(PaymentFacts facts) => facts.Currencies.Count > 1 && facts.Disputes.Count == 0;
}
