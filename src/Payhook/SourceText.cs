using System.Text;

namespace Payhook;

/// <summary>What may be told of a source: in lists, in answers and in lines. Never a secret.</summary>
static class SourceText
{
    const int ValueLimitChars = 80;

    /// <summary>One source in one line.</summary>
    public static string Line(Source source)
    {
        var line = new StringBuilder($"{source.Name}: {source.Provider.DisplayName} at {source.Path}, ");
        line.Append($"{source.SecretCount} {(source.SecretCount == 1 ? "secret" : "secrets")}, ");
        if (Parameter(source) is { } parameter) line.Append($"{parameter}, ");
        if (source.Credentials.IsSandbox) line.Append("sandbox, ");
        return line.Append($"tolerance {Tolerance(source)}, from {source.Origin}").ToString();
    }

    public static string Environment(Source source) => source.Credentials.IsSandbox ? "sandbox" : "live";

    public static string Tolerance(Source source) => ToleranceOf(source) switch
    {
        null => "none",
        { } tolerance when tolerance == Timeout.InfiniteTimeSpan => "off",
        { } tolerance => $"{tolerance.TotalSeconds} s",
    };

    /// <summary>How far a signed time may be from the clock; null where none is looked at.</summary>
    public static double? ToleranceSeconds(Source source) =>
        ToleranceOf(source) is { } tolerance && tolerance != Timeout.InfiniteTimeSpan ? tolerance.TotalSeconds : null;

    /// <summary>The parameter as it may be shown, with its name.</summary>
    public static string? Parameter(Source source) => source.Credentials.Parameter is { } text
        ? $"{source.Provider.Parameter!.Name} {Shown(text, ValueLimitChars)}"
        : null;

    /// <summary>A text as it may be shown: an address can hold a password or a token; what is long is cut.</summary>
    public static string Shown(string text, int limitChars)
    {
        var end = text.IndexOf('?');
        var shown = end < 0 ? text : text[..end] + "?***";
        var start = shown.IndexOf("://", StringComparison.Ordinal) + 3;
        var path = start < 3 ? -1 : shown.IndexOf('/', start);
        var at = start < 3 ? -1 : shown.AsSpan(0, path < 0 ? shown.Length : path).LastIndexOf('@');
        if (at >= start) shown = $"{shown[..start]}***{shown[at..]}";
        return new string([.. shown.Take(limitChars).Select(c => char.IsControl(c) ? '?' : c)]);
    }

    static TimeSpan? ToleranceOf(Source source) => source.Credentials.Tolerance ?? source.Provider.DefaultTolerance;
}
