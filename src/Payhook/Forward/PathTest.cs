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
    /// <summary>What is longer is compared as a text.</summary>
    const int NumberLimitBytes = 64;

    readonly JsonPaths? _path;
    readonly string _operator;
    readonly byte[] _value;
    readonly decimal? _number;

    public PathTest(PathComparison comparison)
    {
        _path = PathComparison.Steps(comparison.Path) is { } steps ? new(string.Join('.', steps)) : null;
        _operator = comparison.Operator;
        _value = Encoding.UTF8.GetBytes(comparison.Value);
        _number = NumberOf(_value);
    }

    /// <summary>What is wrong with a comparison; null where nothing is.</summary>
    public static string? Fault(PathComparison comparison)
    {
        if (!PathComparison.Operators.Contains(comparison.Operator))
            return $"has an operator that is none of {string.Join(' ', PathComparison.Operators)}";
        if (PathComparison.Steps(comparison.Path) is null)
            return "has a path that is none: names between dots, [0] for items, at most "
                + $"{PathComparison.StepsLimit} steps and {PathComparison.PathLimitChars} characters";
        return comparison.Value.Length > PathComparison.ValueLimitChars
            ? $"has a value of more than {PathComparison.ValueLimitChars} characters"
            : null;
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
            if (!json.Read() || json.BytesConsumed != text.Length) return null;
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
}
