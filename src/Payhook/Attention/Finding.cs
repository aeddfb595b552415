using System.Globalization;
using Payhook.Providers;

namespace Payhook.Attention;

/// <summary>What a rule found: why somebody must look, what proves it, by when, and what to do.</summary>
/// <param name="Kind">The rule.</param>
/// <param name="Explanation">What happened, in words.</param>
/// <param name="Action">What to do about it, in words.</param>
/// <param name="Mark">
/// What exactly was found: another mark is something new, which no acknowledgement of before covers.
/// </param>
sealed record Finding(AttentionKind Kind, string Explanation, string Action, string Mark)
{
    public IReadOnlyList<Evidence> Evidence { get; init; } = [];

    /// <summary>Until when it can be acted on, where the provider has a limit.</summary>
    public DateTimeOffset? Deadline { get; init; }
}

/// <summary>One thing that proves a finding.</summary>
/// <param name="Name">What it is, as a JSON member.</param>
/// <param name="Value">A text, a list of texts, a whole number or a moment.</param>
readonly record struct Evidence(string Name, object? Value);

/// <summary>How findings write amounts for people.</summary>
static class AmountText
{
    /// <summary>An amount with its currency; without one the number alone, which then is in minor units.</summary>
    public static string Of(long minor, string? currency)
    {
        if (currency is null) return string.Create(CultureInfo.InvariantCulture, $"{minor} minor units");
        var decimals = Money.Decimals(currency);
        decimal amount = minor;
        for (var i = 0; i < decimals; i++) amount /= 10;
        return $"{amount.ToString("F" + decimals, CultureInfo.InvariantCulture)} {currency}";
    }
}
