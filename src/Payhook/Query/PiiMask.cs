using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Payhook.Query;

/// <summary>
/// Takes personal data out of what a reader without the scope <c>pii</c> gets. What cannot be read cannot be masked,
/// and is not given at all.
/// </summary>
sealed class PiiMask(PiiPaths paths)
{
    const string Stars = "***";

    /// <summary>What a form is made of once it is encoded; anything else is no form that could be masked.</summary>
    static readonly SearchValues<char> FormChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%+&=*@:/[]()!,;|$'*");

    /// <summary>The mask for who asks; null for who may see personal data.</summary>
    public PiiMask? For(HttpContext context) => Caller.Of(context).May(Scopes.Pii) ? null : this;

    /// <summary>JSON written anew with its personal values as <c>***</c>; null where it is no JSON.</summary>
    public byte[]? Json(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json)) return null;
        var masked = new ArrayBufferWriter<byte>(json.Length + 16);
        using var writer = new Utf8JsonWriter(masked, new() { Encoder = JsonText.Encoder });
        try
        {
            Rewrite(json, writer);
            writer.Flush();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return null; // no JSON, or a text with half a character in it
        }
        return masked.WrittenSpan.ToArray();
    }

    /// <summary>A form with its personal values as <c>***</c>; null where it is none.</summary>
    public string? Form(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body) || !body.Contains((byte)'=')) return null;
        var text = Encoding.UTF8.GetString(body);
        return text.AsSpan().ContainsAnyExcept(FormChars) ? null : string.Join('&', text.Split('&').Select(Field));
    }

    /// <summary>A body as a text, whatever it is; null where it is nothing that could be masked.</summary>
    public string? Text(ReadOnlySpan<byte> body) =>
        Json(body.StartsWith("\uFEFF"u8) ? body[3..] : body) is { } json ? Encoding.UTF8.GetString(json) : Form(body);

    public string Header(string name, string value) =>
        new Trail(paths).Enter(name) || IsPersonal(value) ? Stars : value;

    void Rewrite(ReadOnlySpan<byte> json, Utf8JsonWriter writer)
    {
        var reader = new Utf8JsonReader(json);
        var trail = new Trail(paths);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    trail.Open();
                    if (reader.TokenType == JsonTokenType.StartObject) writer.WriteStartObject();
                    else writer.WriteStartArray();
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    trail.Close();
                    if (reader.TokenType == JsonTokenType.EndObject) writer.WriteEndObject();
                    else writer.WriteEndArray();
                    break;
                case JsonTokenType.PropertyName:
                    var name = reader.GetString()!;
                    // A map may have addresses for names.
                    writer.WritePropertyName(IsPersonal(name) ? Stars : name);
                    if (!trail.Enter(name)) break;
                    reader.Read();
                    if (reader.TokenType == JsonTokenType.Null) writer.WriteNullValue();
                    else writer.WriteStringValue(Stars);
                    reader.Skip();
                    break;
                case JsonTokenType.String:
                    var text = reader.GetString()!;
                    writer.WriteStringValue(IsPersonal(text) ? Stars : text);
                    break;
                default:
                    writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true); // a number stays as it is spelt
                    break;
            }
        }
    }

    string Field(string field)
    {
        var equals = field.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) return IsPersonal(Decoded(field)) ? Stars : field;
        var name = Decoded(field[..equals]);
        var isMasked = new Trail(paths).Enter(name) || IsPersonal(Decoded(field[(equals + 1)..]));
        var shown = IsPersonal(name) ? Stars : field[..equals];
        return isMasked ? $"{shown}={Stars}" : $"{shown}{field[equals..]}";
    }

    static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    /// <summary>
    /// Whether a text is personal wherever it stands: an e-mail address, a VPA, a telephone number; or a document of
    /// its own, plain or in Base64, that is not looked into.
    /// </summary>
    public static bool IsPersonal(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        return text switch
        {
            [] => false,
            ['{' or '[' or '<' or '"', ..] => true,
            ['+', ..] => CountDigits(text) >= PhoneMinimumDigits,
            _ => HasAt(text) || text.Contains("%40", StringComparison.Ordinal) || IsEncodedDocument(text),
        };
    }

    const int PhoneMinimumDigits = 7;

    static int CountDigits(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var c in text) count += char.IsAsciiDigit(c) ? 1 : 0;
        return count;
    }

    static bool HasAt(ReadOnlySpan<char> text)
    {
        for (var i = 1; i < text.Length - 1; i++)
        {
            if (text[i] is '@' or '\uFF20' && !char.IsWhiteSpace(text[i - 1]) && !char.IsWhiteSpace(text[i + 1]))
                return true;
        }
        return false;
    }

    /// <summary>Base64 of either alphabet whose first bytes begin JSON or XML.</summary>
    static bool IsEncodedDocument(ReadOnlySpan<char> text)
    {
        const int minimumChars = 12;
        Span<byte> start = stackalloc byte[3];
        return text.Length >= minimumChars
            && Convert.TryFromBase64Chars(text[..4], start, out var written) && written == 3
            && start.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[' or (byte)'<', ..]
            && start.IndexOfAnyExceptInRange((byte)9, (byte)126) < 0;
    }

    /// <summary>The names that lead to where a reader is. What joins several in one name parts it.</summary>
    ref struct Trail(PiiPaths paths)
    {
        readonly List<string> _names = [];
        readonly Stack<int> _marks = [];

        public readonly void Open() => _marks.Push(_names.Count);

        public readonly void Close() => Cut(_marks.Pop());

        /// <summary>Goes to a member, and tells whether it is personal.</summary>
        public readonly bool Enter(string name)
        {
            Cut(_marks.TryPeek(out var mark) ? mark : 0);
            foreach (var part in name.AsSpan().SplitAny('.', '[', ']', '/', ':'))
            {
                if (name.AsSpan()[part].IsEmpty) continue;
                _names.Add(PiiPaths.Folded(name.AsSpan()[part]));
                if (paths.Match(_names)) return true;
            }
            return false;
        }

        readonly void Cut(int count) => _names.RemoveRange(count, _names.Count - count);
    }
}
