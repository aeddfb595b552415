using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Payhook.Providers;

/// <summary>What <see cref="JsonPaths"/> found in a body, by the number of the path.</summary>
readonly ref struct JsonFields(
    ReadOnlySpan<byte> text, Span<JsonPlace> places, JsonTokenType kind, int textStart = 0)
{
    readonly ReadOnlySpan<byte> _text = text;
    readonly Span<JsonPlace> _places = places;

    /// <summary>True where the body is no JSON in UTF-8, or nested too deep.</summary>
    public bool IsMalformed => kind == JsonTokenType.None;

    /// <summary>True where the body is one JSON object.</summary>
    public bool IsObject => kind == JsonTokenType.StartObject;

    /// <summary>The kind of a value; <see cref="JsonTokenType.None"/> where it is absent.</summary>
    public JsonTokenType Kind(int path) => _places[path].Kind;

    /// <summary>True where the value is absent or null.</summary>
    public bool IsAbsent(int path) => Kind(path) is JsonTokenType.None or JsonTokenType.Null;

    /// <summary>The value's bytes as they lie in the body, with quotes and brackets; empty where absent.</summary>
    public ReadOnlySpan<byte> Raw(int path) => _text.Slice(_places[path].Start, _places[path].Length);

    /// <summary>Where the value lies in the body that was received.</summary>
    public Range Place(int path)
    {
        var start = textStart + _places[path].Start;
        return new(start, start + _places[path].Length);
    }

    /// <summary>The text of a string that can be an id, else <see langword="null"/>.</summary>
    public string? Id(int path)
    {
        var place = _places[path];
        // A character takes at most six bytes (\u0041), so a longer text cannot be an id and is not even decoded.
        if (place.Kind != JsonTokenType.String || place.Length > PaymentEvent.IdLimitChars * 6 + 2) return null;
        return Decode(place) is { } decoded && PaymentEvent.IsId(decoded) ? decoded : null;
    }

    /// <summary>The first of the values that is an id.</summary>
    public string? FirstId(params ReadOnlySpan<int> paths)
    {
        foreach (var path in paths)
        {
            if (Id(path) is { } id) return id;
        }
        return null;
    }

    /// <summary>An id that the provider writes as a string or as a whole number.</summary>
    public string? IdOrNumber(int path)
    {
        if (Kind(path) != JsonTokenType.Number) return Id(path);
        var digits = Raw(path);
        return digits.Length <= 40 && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            ? Encoding.ASCII.GetString(digits)
            : null;
    }

    /// <summary>True where there is a value, it is not null, and it cannot be an id.</summary>
    public bool IsWrongId(int path) => !IsAbsent(path) && Id(path) is null;

    /// <summary>True where there is a value, it is not null, and it is no object.</summary>
    public bool IsWrongObject(int path) => !IsAbsent(path) && Kind(path) != JsonTokenType.StartObject;

    /// <summary>Any text up to a limit, empty ones too, as signed texts are made of.</summary>
    public string? Text(int path, int limitChars)
    {
        var place = _places[path];
        if (place.Kind != JsonTokenType.String || place.Length > limitChars * 6 + 2) return null;
        return Decode(place) is { } decoded && decoded.Length <= limitChars ? decoded : null;
    }

    /// <summary>
    /// A string, a number or a boolean as text, as signed texts are made of: empty where the value is absent,
    /// <see langword="null"/> where it is something else or too long.
    /// </summary>
    public string? Scalar(int path, int limitChars) => Kind(path) switch
    {
        JsonTokenType.None or JsonTokenType.Null => "",
        JsonTokenType.String => Text(path, limitChars),
        JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False when Raw(path).Length <= limitChars =>
            Encoding.ASCII.GetString(Raw(path)),
        _ => null,
    };

    /// <summary>True where the value is this string, written without escapes.</summary>
    public bool Is(int path, ReadOnlySpan<byte> text)
    {
        var place = _places[path];
        return place.Kind == JsonTokenType.String && !place.IsEscaped && Inner(place).SequenceEqual(text);
    }

    public bool IsTrue(int path) => Kind(path) == JsonTokenType.True;
    public bool IsFalse(int path) => Kind(path) == JsonTokenType.False;

    /// <summary>A whole number, written as a number or as a string.</summary>
    public long? Integer(int path)
    {
        var digits = Unquoted(path);
        return !digits.IsEmpty && Utf8Parser.TryParse(digits, out long number, out var used) && used == digits.Length
            ? number
            : null;
    }

    /// <summary>A currency code in upper case, or <see langword="null"/> where the value is none.</summary>
    public string? Currency(int path)
    {
        var code = Kind(path) == JsonTokenType.String ? Unquoted(path) : default;
        if (code.Length is < 3 or > 5) return null;
        foreach (var letter in code)
        {
            if (!char.IsAsciiLetter((char)letter)) return null;
        }
        return Money.Code(code);
    }

    /// <summary>A decimal amount (a number or a string such as <c>10.00</c>) in minor units.</summary>
    public long? Minor(int path, string? currency) => Money.Minor(Unquoted(path), currency);

    /// <summary>A time in Unix seconds, written as a number or as a string.</summary>
    public DateTimeOffset? UnixSeconds(int path) =>
        Integer(path) is { } seconds and > 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>A time in Unix milliseconds, written as a number or as a string.</summary>
    public DateTimeOffset? UnixMilliseconds(int path) =>
        Integer(path) is { } milliseconds and > 0 and < 253_402_300_800_000
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;

    /// <summary>A time as RFC 3339 writes it; digits finer than 100 nanoseconds are cut off.</summary>
    public DateTimeOffset? Rfc3339(int path) =>
        Kind(path) == JsonTokenType.String && !_places[path].IsEscaped ? Moment.Read(Unquoted(path)) : null;

    ReadOnlySpan<byte> Unquoted(int path)
    {
        var place = _places[path];
        return place.Kind switch
        {
            JsonTokenType.String => place.IsEscaped ? default : Inner(place),
            JsonTokenType.Number => _text.Slice(place.Start, place.Length),
            _ => default,
        };
    }

    ReadOnlySpan<byte> Inner(JsonPlace place) => _text.Slice(place.Start + 1, place.Length - 2);

    string? Decode(JsonPlace place)
    {
        if (!place.IsEscaped) return Encoding.UTF8.GetString(Inner(place));
        var reader = new Utf8JsonReader(_text.Slice(place.Start, place.Length));
        try
        {
            reader.Read();
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // an escape such as \ud800 that stands for no character
        }
    }
}
