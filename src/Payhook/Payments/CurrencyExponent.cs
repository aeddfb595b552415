using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// How many of an amount's last digits stand behind the decimal point. Amounts are what the provider counts in, and a
/// few count some currencies otherwise than ISO 4217 does.
/// </summary>
static class CurrencyExponent
{
    public static int Of(string providerName, string currency) => (providerName, currency) switch
    {
        ("stripe", "ISK" or "UGX") => 2,
        ("adyen", "CLP" or "ISK") => 2,
        ("adyen", "CVE" or "IDR") => 0,
        _ => Money.Decimals(currency),
    };
}
