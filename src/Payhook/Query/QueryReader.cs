using System.Globalization;

namespace Payhook.Query;

/// <summary>
/// Reads the parameters of a query and keeps the first fault, which names its parameter and never repeats a value.
/// </summary>
sealed class QueryReader(IQueryCollection query)
{
    /// <summary>The first fault, if any.</summary>
    public Problem? Fault { get; private set; }

    /// <summary>A slip in a name would widen the answer in silence, so only these may be there.</summary>
    public void AllowOnly(params ReadOnlySpan<string> names)
    {
        foreach (var name in query.Keys)
        {
            if (names.Contains(name)) continue;
            Fault ??= Problem.UnknownParameterOf(string.Join(", ", names.ToArray()));
        }
    }

    /// <summary>A parameter's value; null where it is not given or empty.</summary>
    public string? Text(string name)
    {
        var values = query[name];
        if (values.Count > 1) Refuse(name, "is given more than once");
        RefuseZero(name);
        return values.Count == 0 || string.IsNullOrEmpty(values[0]) ? null : values[0];
    }

    public long? Number(string name, long minimum, long maximum)
    {
        if (Text(name) is not { } text) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= minimum && number <= maximum) return number;
        Refuse(name, maximum == long.MaxValue
            ? $"must be a whole number of at least {minimum}"
            : $"must be a whole number from {minimum} to {maximum}");
        return null;
    }

    /// <summary>A number above zero, which need not be whole.</summary>
    public double? Fraction(string name, double maximum)
    {
        if (Text(name) is not { } text) return null;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number > 0 && number <= maximum) return number;
        Refuse(name, string.Create(CultureInfo.InvariantCulture, $"must be a number above 0 and up to {maximum}"));
        return null;
    }

    /// <summary>True where the parameter has the one value that it can have.</summary>
    public bool Word(string name, string word)
    {
        if (Text(name) is not { } text) return false;
        if (text != word) Refuse(name, $"can only be {word}");
        return text == word;
    }

    /// <summary>A moment as RFC 3339 writes it.</summary>
    public DateTimeOffset? Moment(string name)
    {
        if (Text(name) is not { } text) return null;
        // A plus that was not written %2B has become a space.
        text = text.Replace(' ', '+').ToUpperInvariant();
        if (DateTimeOffset.TryParseExact(text,
            ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"],
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) return moment;
        Refuse(name, "must be a time as in RFC 3339, such as 2026-01-31T09:00:00Z");
        return null;
    }

    /// <summary>The values of a parameter that may be repeated, or hold several separated by commas.</summary>
    public IReadOnlyList<string> List(string name, int limitItems, int limitChars)
    {
        RefuseZero(name);
        var items = query[name].SelectMany(v => (v ?? "").Split(',')).ToArray();
        if (items.Length > limitItems) Refuse(name, $"can have {limitItems} values at most");
        if (items.Any(i => i.Length == 0 || i.Length > limitChars))
            Refuse(name, $"has an empty value or one of more than {limitChars} characters");
        return items;
    }

    /// <summary>PostgreSQL has no texts with a zero character, and would fail at one.</summary>
    void RefuseZero(string name)
    {
        if (query[name].Any(v => v?.Contains('\0', StringComparison.Ordinal) == true))
            Refuse(name, "holds a zero character");
    }

    public void Refuse(string name, string rule) => Fault ??= Problem.BadParameterOf(name, rule);
}
