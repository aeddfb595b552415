using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Payhook.Query;

/// <summary>How far a reader of several lists side by side has come in each.</summary>
/// <param name="Marked">Behind this payment, of those that are marked.</param>
/// <param name="Authorized">Behind this one, of those that wait to be captured.</param>
/// <param name="Conflict">Behind this disagreement.</param>
sealed record AttentionPlace(
    (DateTimeOffset LastEventAt, long Number)? Marked, (DateTimeOffset LastEventAt, long Number)? Authorized,
    long Conflict)
{
    const int LimitChars = 200;

    public static AttentionPlace Start { get; } = new(null, null, long.MaxValue);

    /// <summary>How a reader remembers it; its form is nobody's business but this type's.</summary>
    public override string ToString() => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{Text(Marked)}.{Text(Authorized)}.{Conflict}")));

    public static AttentionPlace? Parse(string text)
    {
        if (text.Length > LimitChars || !Base64Url.IsValid(text)) return null;
        var numbers = new List<long>();
        foreach (var part in Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split('.'))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
            numbers.Add(number);
        }
        return numbers is [var markedAt, var marked, var authorizedAt, var authorized, var conflict]
            && IsMoment(markedAt) && IsMoment(authorizedAt)
            ? new(Place(markedAt, marked), Place(authorizedAt, authorized), conflict)
            : null;
    }

    static string Text((DateTimeOffset LastEventAt, long Number)? place) => place is { } p
        ? string.Create(CultureInfo.InvariantCulture, $"{p.LastEventAt.UtcTicks}.{p.Number}")
        : "0.0";

    static (DateTimeOffset, long)? Place(long ticks, long number) =>
        ticks == 0 ? null : (new DateTimeOffset(ticks, TimeSpan.Zero), number);

    static bool IsMoment(long ticks) => ticks <= DateTimeOffset.MaxValue.UtcTicks;
}
