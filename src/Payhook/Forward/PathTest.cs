using System.Globalization;
using System.Text;
using System.Text.Json;
using Payhook.Providers;

namespace Payhook.Forward;

/// <summary>
/// Compares what stands at one place of a body, where it lies, with a value. What is not there is unlike everything:
/// only <c>!=</c> holds.
/// </summary>
/// <remarks>
/// A number, and a text that is written as JSON writes numbers (amounts often are), is a number; two numbers are
/// compared as such, anything else by its UTF-8 bytes. <c>true</c>, <c>false</c> and <c>null</c> are those words. Of an
/// object or a list it can only be told whether it exists. In a body that is no JSON nothing is there. A name that
/// comes twice counts as its last value.
/// </remarks>
sealed class PathTest
{
    const int PathLimitChars = 200, ValueLimitChars = 500, StepsLimit = 16;

    /// <summary>No value that is compared is longer; what is longer is unlike it and behind it or before it.</summary>
    const int NumberLimitBytes = 64;

    readonly JsonPaths? _path;
    readonly string _operator;
    readonly byte[] _value;
    readonly decimal? _number;

    public PathTest(PathComparison comparison)
    {
        _path = Steps(comparison.Path) is { } steps ? new(string.Join('.', steps)) : null;
        _operator = comparison.Operator;
        _value = Encoding.UTF8.GetBytes(comparison.Value);
        _number = NumberOf(_value);
    }

    /// <summary>What is wrong with a comparison; null where nothing is.</summary>
    public static string? Fault(PathComparison comparison)
    {
        if (!PathComparison.Operators.Contains(comparison.Operator))
            return $"has an operator that is none of {string.Join(' ', PathComparison.Operators)}";
        if (Steps(comparison.Path) is null)
            return $"has a path that is none: names between dots, [0] for items, at most {StepsLimit} steps "
                + $"and {PathLimitChars} characters";
        return comparison.Value.Length > ValueLimitChars ? $"has a value of more than {ValueLimitChars} characters" : null;
    }

    public bool Holds(ReadOnlySpan<byte> body)
    {
        if (_path is null) return false;
        Span<JsonPlace> places = stackalloc JsonPlace[1];
        var found = _path.Read(body, places);
        var kind = found.Kind(0);
        if (_operator == "exists") return kind != JsonTokenType.None;
        if (kind is JsonTokenType.None or JsonTokenType.StartObject or JsonTokenType.StartArray)
            return _operator == "!=";
        var raw = found.Raw(0);
        if (kind != JsonTokenType.String) return HoldsOf(raw);
        if (!places[0].IsEscaped) return HoldsOf(raw[1..^1]);
        return Decoded(raw) is { } text ? HoldsOf(text) : _operator == "!=";
    }

    bool HoldsOf(ReadOnlySpan<byte> text)
    {
        var order = _number is { } wanted && NumberOf(text) is { } number
            ? number.CompareTo(wanted)
            : text.SequenceCompareTo(_value);
        return _operator switch
        {
            "=" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            ">=" => order >= 0,
            _ => false,
        };
    }

    /// <summary>A number as JSON writes it, and no larger than money gets; else null.</summary>
    public static decimal? NumberOf(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text.Length > NumberLimitBytes || !(text[0] == '-' || char.IsAsciiDigit((char)text[0])))
            return null;
        try
        {
            var json = new Utf8JsonReader(text);
            if (!json.Read() || json.TokenType != JsonTokenType.Number || json.BytesConsumed != text.Length) return null;
        }
        catch (JsonException)
        {
            return null;
        }
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>A text without its escapes; null where half a character stands in it.</summary>
    static byte[]? Decoded(ReadOnlySpan<byte> quoted)
    {
        var json = new Utf8JsonReader(quoted);
        json.Read();
        var text = new byte[quoted.Length];
        try
        {
            return text[..json.CopyString(text)];
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The names and numbers of a path; null where it is none.</summary>
    static List<string>? Steps(string path)
    {
        if (path.Length is 0 or > PathLimitChars) return null;
        var steps = new List<string>();
        var parts = path.Split('.');
        for (var i = 0; i < parts.Length; i++)
        {
            var bracket = parts[i].IndexOf('[', StringComparison.Ordinal);
            var name = bracket < 0 ? parts[i] : parts[i][..bracket];
            // A body that is a list begins with an item.
            if (name.Contains(']', StringComparison.Ordinal) || (name.Length == 0 && (i > 0 || bracket < 0))) return null;
            if (name.Length > 0) steps.Add(name);
            for (var rest = bracket < 0 ? "" : parts[i][bracket..]; rest.Length > 0;)
            {
                var end = rest.IndexOf(']', StringComparison.Ordinal);
                if (end < 2 || rest[0] != '[' || !int.TryParse(rest.AsSpan(1, end - 1), NumberStyles.None,
                        CultureInfo.InvariantCulture, out var item)) return null;
                steps.Add(item.ToString(CultureInfo.InvariantCulture));
                rest = rest[(end + 1)..];
            }
        }
        return steps.Count <= StepsLimit ? steps : null;
    }
}
