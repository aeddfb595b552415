using System.Globalization;
using System.Text;

namespace Payhook.Providers;

/// <summary>Amounts as integers of a currency's minor unit; never through binary floating point.</summary>
public static class Money
{
    static readonly string[] Common =
    [
        "EUR", "USD", "INR", "GBP", "JPY", "BRL", "IDR", "NGN", "KWD", "AUD", "CAD", "CHF", "MXN", "SGD", "ZAR", "AED",
    ];

    /// <summary>How many decimals a currency's minor unit has, by ISO 4217; 2 for a code that is not known.</summary>
    /// <param name="currency">The currency's code in upper case.</param>
    public static int Decimals(string currency) => currency switch
    {
        "BIF" or "CLP" or "DJF" or "GNF" or "ISK" or "JPY" or "KMF" or "KRW" or "PYG" or "RWF" or "UGX" or "UYI"
            or "VND" or "VUV" or "XAF" or "XOF" or "XPF" => 0,
        "BHD" or "IQD" or "JOD" or "KWD" or "LYD" or "OMR" or "TND" => 3,
        "CLF" or "UYW" => 4,
        _ => 2,
    };

    /// <summary>Reads a decimal amount such as <c>10.00</c>, <c>-1.5</c> or <c>7</c> in minor units.</summary>
    /// <param name="amount">The amount in ASCII, without an exponent.</param>
    /// <param name="currency">The currency's code in upper case.</param>
    /// <returns>
    /// The minor units, or <see langword="null"/> where the text is no such amount, is finer than the minor unit, or
    /// is too large.
    /// </returns>
    public static long? Minor(ReadOnlySpan<byte> amount, string? currency)
    {
        if (currency is null || amount.Length is 0 or > 20) return null;
        Span<char> text = stackalloc char[20];
        var length = Encoding.Latin1.GetChars(amount, text);
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(text[..length], style, CultureInfo.InvariantCulture, out var number)) return null;
        for (var i = Decimals(currency); i > 0; i--) number *= 10;
        return number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue
            ? (long)number
            : null;
    }

    /// <summary>The code in upper case, without allocating for the common ones.</summary>
    internal static string Code(ReadOnlySpan<byte> letters)
    {
        Span<char> upper = stackalloc char[5];
        for (var i = 0; i < letters.Length; i++) upper[i] = char.ToUpperInvariant((char)letters[i]);
        foreach (var common in Common)
        {
            if (upper[..letters.Length].SequenceEqual(common)) return common;
        }
        return new(upper[..letters.Length]);
    }
}

/// <summary>Times as providers write them.</summary>
static class Moment
{
    /// <summary>
    /// Reads RFC 3339 (<c>2022-07-13T20:30:59.037339943Z</c>); a time without a zone counts as UTC, and digits finer
    /// than 100 nanoseconds are cut off.
    /// </summary>
    public static DateTimeOffset? Read(ReadOnlySpan<byte> ascii)
    {
        const int fractionLimit = 7;
        if (ascii.Length is < 10 or > 40) return null;
        Span<char> text = stackalloc char[40];
        var length = 0;
        var digits = -1;
        foreach (var letter in ascii)
        {
            if (letter is (byte)'.' && digits < 0) digits = 0;
            else if (digits >= 0 && char.IsAsciiDigit((char)letter) && digits++ >= fractionLimit) continue;
            else if (digits > 0 && !char.IsAsciiDigit((char)letter)) digits = int.MinValue;
            text[length++] = (char)letter;
        }
        return DateTimeOffset.TryParse(
            text[..length], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment
            : null;
    }
}
