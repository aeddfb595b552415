using System.Text;
using System.Text.Json;

namespace Payhook;

/// <summary>
/// One value of payhook.json that knows its line and path: a fault without them is looked for by hand, which neither
/// <see cref="JsonDocument"/> nor a serializer spares anybody.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The text of a string, the digits of a number.</param>
/// <param name="Line">Its line, counted from 1.</param>
/// <param name="Path">The names that lead to it, joined by dots.</param>
/// <param name="Members">The members of an object, in order; a name may come twice.</param>
/// <param name="Items">The items of a list.</param>
sealed record ConfigValue(
    JsonValueKind Kind, string Text, int Line, string Path,
    IReadOnlyList<(string Name, ConfigValue Value)> Members, IReadOnlyList<ConfigValue> Items)
{
    const int DepthLimit = 8;

    /// <summary>Line and path, as faults are told.</summary>
    public string Place => $"line {Line}{(Path.Length > 0 ? ", " + Path : "")}";

    /// <summary>Reads a text; comments and trailing commas are allowed, since people write it.</summary>
    /// <exception cref="FormatException">With the line and the fault, never with what stands there.</exception>
    public static ConfigValue Parse(ReadOnlySpan<byte> json)
    {
        if (json.StartsWith(Encoding.UTF8.Preamble)) json = json[Encoding.UTF8.Preamble.Length..];
        if (!System.Text.Unicode.Utf8.IsValid(json)) throw new FormatException("is not UTF-8");
        var reader = new Utf8JsonReader(json, new JsonReaderOptions
        {
            CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = DepthLimit,
        });
        try
        {
            reader.Read();
            var lines = new LineCounter();
            var value = Read(ref reader, json, ref lines, "");
            reader.Read(); // what stands behind the end is a fault
            return value;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            var line = e is JsonException { LineNumber: { } number } ? $" in line {number + 1}" : "";
            throw new FormatException($"is not JSON{line}, or is nested deeper than {DepthLimit} levels", e);
        }
    }

    static ConfigValue Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ref LineCounter lines, string path)
    {
        var line = lines.At(json, (int)reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<(string, ConfigValue)>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    var inner = path.Length == 0 ? Word(name) : $"{path}.{Word(name)}";
                    members.Add((name, Read(ref reader, json, ref lines, inner)));
                }
                return new(JsonValueKind.Object, "", line, path, members, []);
            case JsonTokenType.StartArray:
                var items = new List<ConfigValue>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(Read(ref reader, json, ref lines, $"{path}[{items.Count}]"));
                return new(JsonValueKind.Array, "", line, path, [], items);
            case JsonTokenType.String:
                return new(JsonValueKind.String, reader.GetString()!, line, path, [], []);
            case JsonTokenType.Number:
                return new(JsonValueKind.Number, Encoding.UTF8.GetString(reader.ValueSpan), line, path, [], []);
            case JsonTokenType.True: return new(JsonValueKind.True, "true", line, path, [], []);
            case JsonTokenType.False: return new(JsonValueKind.False, "false", line, path, [], []);
            default: return new(JsonValueKind.Null, "", line, path, [], []);
        }
    }

    /// <summary>A name for a path: short, and on one line.</summary>
    static string Word(string name) =>
        new([.. name.Take(64).Select(c => char.IsControl(c) || char.IsWhiteSpace(c) ? '?' : c)]);

    /// <summary>Counts each line end once, however many values ask.</summary>
    struct LineCounter
    {
        int _position;
        int _lineEnds;

        public int At(ReadOnlySpan<byte> json, int position)
        {
            _lineEnds += json[_position..position].Count((byte)'\n');
            _position = position;
            return _lineEnds + 1;
        }
    }
}
