namespace Payhook.Payments;

/// <summary>
/// Within what the ids of a payment are unique. An account that only some of a payment's events tell would make two
/// payments of one.
/// </summary>
static class PaymentAccounts
{
    /// <summary>Their ids are unique by themselves, and not every event tells the account.</summary>
    static readonly HashSet<string> WithUniqueIds = new(StringComparer.Ordinal)
    {
        "braintree", "flutterwave", "mercadopago", "mollie", "mollie-classic", "paypal", "tap", "xendit",
    };

    /// <summary>Their ids are the merchant's own words, and not every event tells whose.</summary>
    static readonly HashSet<string> WithMerchantsIds =
        new(StringComparer.Ordinal) { "paystack", "phonepe", "worldpay" };

    /// <param name="providerName">The provider.</param>
    /// <param name="sourceName">The source that received the event: one source is one merchant.</param>
    /// <param name="account">What the event says, if anything.</param>
    /// <returns>The account as part of a payment's key; empty where it is no part of it.</returns>
    public static string Of(string providerName, string sourceName, string? account)
    {
        if (WithUniqueIds.Contains(providerName)) return "";
        if (WithMerchantsIds.Contains(providerName)) return sourceName == providerName ? "" : sourceName;
        return account ?? "";
    }
}
