using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Payhook.Seed;

/// <summary>A mock event in pieces, of which the ids, the amounts, the times and the buyer are written anew.</summary>
sealed partial class SeedTemplate
{
    readonly List<(byte[] Literal, Token Token, long Value)> _pieces = [];

    public SeedTemplate(byte[] body, DateTimeOffset happenedAt)
    {
        var text = Encoding.UTF8.GetString(body);
        var copied = 0;
        foreach (var match in Variable().Matches(text).Cast<Match>())
        {
            var (token, value) = Of(match, happenedAt);
            _pieces.Add((Encoding.UTF8.GetBytes(text[copied..match.Index]), token, value));
            copied = match.Index + match.Length;
        }
        _pieces.Add((Encoding.UTF8.GetBytes(text[copied..]), Token.None, 0));
    }

    enum Token { None, Id, Minor, Decimal, Unix, Iso, Buyer }

    /// <param name="output">Takes the body.</param>
    /// <param name="end">What its ids end in.</param>
    /// <param name="amount">The whole payment, in minor units, a multiple of five.</param>
    /// <param name="at">When it happens.</param>
    /// <param name="buyer">Who pays.</param>
    public void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> end, long amount, DateTimeOffset at, long buyer)
    {
        foreach (var (literal, token, value) in _pieces)
        {
            output.Write(literal);
            if (token == Token.None) continue;
            var span = output.GetSpan(64);
            var length = 0;
            switch (token)
            {
                case Token.Id: end.CopyTo(span); length = end.Length; break;
                case Token.Minor: Utf8Formatter.TryFormat(amount / 5 * value, span, out length); break;
                case Token.Decimal:
                    (amount / 5m * value / 100).TryFormat(span, out length, "0.00", CultureInfo.InvariantCulture);
                    break;
                case Token.Unix: Utf8Formatter.TryFormat(at.ToUnixTimeSeconds() + value, span, out length); break;
                case Token.Iso:
                    at.AddSeconds(value).TryFormat(span, out length, "yyyy-MM-dd'T'HH:mm:ss",
                        CultureInfo.InvariantCulture);
                    break;
                case Token.Buyer:
                    Encoding.UTF8.TryGetBytes(
                        string.Create(CultureInfo.InvariantCulture, $"buyer.{buyer}@example.com"), span, out length);
                    break;
            }
            output.Advance(length);
        }
    }

    static (Token, long) Of(Match match, DateTimeOffset happenedAt)
    {
        const long wholeMinor = 5000, fifthMinor = wholeMinor / 5;
        var text = match.Value;
        if (match.Groups["id"].Success) return (Token.Id, 0);
        if (match.Groups["buyer"].Success) return (Token.Buyer, 0);
        if (match.Groups["decimal"].Success)
            return (Token.Decimal, (long)(decimal.Parse(text, CultureInfo.InvariantCulture) * 100) / fifthMinor);
        if (match.Groups["minor"].Success)
            return (Token.Minor, long.Parse(text, CultureInfo.InvariantCulture) / fifthMinor);
        var moment = match.Groups["unix"].Success
            ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(text, CultureInfo.InvariantCulture))
            : DateTimeOffset.Parse(text + "Z", CultureInfo.InvariantCulture);
        return (match.Groups["unix"].Success ? Token.Unix : Token.Iso, (long)(moment - happenedAt).TotalSeconds);
    }

    [GeneratedRegex("""
        (?<id>(?<=_)014|X014)|(?<=":)(?<minor>[235]000)\b|(?<=")(?<decimal>[235]0\.00)(?=")
        |(?<unix>\b175\d{7}\b)|(?<iso>2025-0\d-\d\dT\d\d:\d\d:\d\d)|(?<buyer>gaurav\.kumar@example\.com)
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
