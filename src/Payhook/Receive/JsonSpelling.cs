using System.Globalization;
using System.Text;

namespace Payhook.Receive;

/// <summary>Where a writer of JSON puts white space.</summary>
enum JsonLayout
{
    /// <summary>Nowhere, as JavaScript, PHP and Go do.</summary>
    Minified = 0,

    /// <summary>Behind every comma and colon, as Python does.</summary>
    Spaced,

    /// <summary>Every member on its line, indented by two spaces.</summary>
    IndentedBy2,

    /// <summary>Every member on its line, indented by four spaces.</summary>
    IndentedBy4,
}

/// <summary>How a writer of JSON spells characters that could stand as they are.</summary>
enum JsonEscapes
{
    /// <summary>As they came.</summary>
    Kept = 0,

    /// <summary>As UTF-8, as JavaScript does.</summary>
    None,

    /// <summary>As <c>\u00e9</c>, as Python and PHP do.</summary>
    Ascii,

    /// <summary>As <c>\u00E9</c>, as some Java and .NET writers do.</summary>
    UpperCaseAscii,
}

/// <summary>
/// The way in which one kind of software writes JSON, so that a body which was read and written again can be put back
/// into the form that was signed. Numbers keep their spelling, members their order.
/// </summary>
/// <param name="Words">The way in words.</param>
/// <param name="Layout">Its white space.</param>
/// <param name="Escapes">Its characters outside ASCII.</param>
/// <param name="EscapesSlash">Whether it writes <c>\/</c>; looked at where escapes are not kept.</param>
/// <param name="EscapesHtml">Whether it writes <c>\u003c</c>; looked at where escapes are not kept.</param>
/// <param name="EndsInNewline">Whether it ends in a newline.</param>
sealed record JsonSpelling(
    string Words, JsonLayout Layout, JsonEscapes Escapes = JsonEscapes.Kept, bool EscapesSlash = false,
    bool EscapesHtml = false, bool EndsInNewline = false)
{
    /// <summary>The likeliest first: a large body gets the first ones only.</summary>
    public static IReadOnlyList<JsonSpelling> All { get; } =
    [
        new("without white space", JsonLayout.Minified),
        new("indented by two spaces", JsonLayout.IndentedBy2),
        new("with a space behind every comma and colon", JsonLayout.Spaced),
        new("indented by four spaces", JsonLayout.IndentedBy4),
        new("without white space and without escapes", JsonLayout.Minified, JsonEscapes.None),
        new("as PHP writes it", JsonLayout.Minified, JsonEscapes.Ascii, EscapesSlash: true),
        new("as Python writes it", JsonLayout.Spaced, JsonEscapes.Ascii),
        new("without white space and with escapes", JsonLayout.Minified, JsonEscapes.Ascii),
        new("as Go writes it", JsonLayout.Minified, JsonEscapes.None, EscapesHtml: true),
        new("without white space and with \\/", JsonLayout.Minified, JsonEscapes.None, EscapesSlash: true),
        new("indented by two spaces and without escapes", JsonLayout.IndentedBy2, JsonEscapes.None),
        new("indented by two spaces and with escapes", JsonLayout.IndentedBy2, JsonEscapes.Ascii),
        new("indented by two spaces with a newline at the end", JsonLayout.IndentedBy2, EndsInNewline: true),
        new("indented by four spaces with a newline at the end", JsonLayout.IndentedBy4, EndsInNewline: true),
        new("without white space but a newline at the end", JsonLayout.Minified, EndsInNewline: true),
        new("with a space behind every comma and colon and without escapes", JsonLayout.Spaced, JsonEscapes.None),
        new("indented by four spaces and without escapes", JsonLayout.IndentedBy4, JsonEscapes.None),
        new("indented by four spaces and with escapes", JsonLayout.IndentedBy4, JsonEscapes.Ascii),
        new("without white space and with upper-case escapes", JsonLayout.Minified, JsonEscapes.UpperCaseAscii),
        new("as PHP writes it for people", JsonLayout.IndentedBy4, JsonEscapes.Ascii, EscapesSlash: true),
    ];

    /// <summary>Writes a text that looks like JSON in this way. What is no JSON is written somehow, or not.</summary>
    /// <returns>The length in bytes, or 0 where it has no room or cannot be read.</returns>
    public int Write(ReadOnlySpan<byte> json, Span<byte> destination)
    {
        var writer = new Writer(json, destination, this);
        return writer.Write() ? writer.Length : 0;
    }

    /// <summary>One pass over the text, without believing that it is JSON.</summary>
    ref struct Writer(ReadOnlySpan<byte> json, Span<byte> destination, JsonSpelling spelling)
    {
        const int DepthLimit = 64;

        readonly ReadOnlySpan<byte> _json = json;
        readonly Span<byte> _destination = destination;
        int _place;
        int _depth;
        bool _isFull;

        public int Length { get; private set; }

        public bool Write()
        {
            while (_place < _json.Length && !_isFull)
            {
                var current = _json[_place++];
                switch (current)
                {
                    case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n': break;
                    case (byte)'"':
                        if (!WriteString()) return false;
                        break;
                    case (byte)'{' or (byte)'[':
                        if (!Open(current)) return false;
                        break;
                    case (byte)'}' or (byte)']':
                        if (--_depth < 0) return false;
                        BreakLine();
                        Put(current);
                        break;
                    case (byte)',':
                        Put(current);
                        if (spelling.Layout == JsonLayout.Spaced) Put((byte)' ');
                        BreakLine();
                        break;
                    case (byte)':':
                        Put(current);
                        if (spelling.Layout != JsonLayout.Minified) Put((byte)' ');
                        break;
                    default: Put(current); break;
                }
            }
            if (spelling.EndsInNewline) Put((byte)'\n');
            return !_isFull;
        }

        /// <summary>What is empty stays on its line, as all writers have it.</summary>
        bool Open(byte bracket)
        {
            Put(bracket);
            var rest = _json[_place..];
            var next = rest.IndexOfAnyExcept(" \t\r\n"u8);
            if (next >= 0 && rest[next] == bracket + 2) // } and ] follow two behind { and [
            {
                Put(rest[next]);
                _place += next + 1;
                return true;
            }
            if (++_depth > DepthLimit) return false;
            BreakLine();
            return true;
        }

        void BreakLine()
        {
            if (spelling.Layout is not (JsonLayout.IndentedBy2 or JsonLayout.IndentedBy4)) return;
            Put((byte)'\n');
            var width = _depth * (spelling.Layout == JsonLayout.IndentedBy2 ? 2 : 4);
            for (var i = 0; i < width; i++) Put((byte)' ');
        }

        /// <summary>A string behind its first quotation mark.</summary>
        bool WriteString()
        {
            Put((byte)'"');
            while (_place < _json.Length && !_isFull)
            {
                var current = _json[_place];
                if (current == '"')
                {
                    _place++;
                    Put(current);
                    return true;
                }
                if (spelling.Escapes == JsonEscapes.Kept)
                {
                    Put(current);
                    _place++;
                    if (current == '\\' && _place < _json.Length) Put(_json[_place++]);
                }
                else if (ReadCharacter() is >= 0 and var character) PutCharacter(character);
                else return false;
            }
            return false;
        }

        /// <summary>One character, escaped or not; a surrogate without its other half as itself; -1 for none.</summary>
        int ReadCharacter()
        {
            if (_json[_place] != '\\')
            {
                Rune.DecodeFromUtf8(_json[_place..], out var rune, out var length);
                var isValid = rune != Rune.ReplacementChar || length == 3;
                _place += length;
                return isValid ? rune.Value : -1;
            }
            if (_place + 1 >= _json.Length) return -1;
            var escape = (char)_json[_place + 1];
            if (escape == 'u')
            {
                var unit = ReadUnit(_place);
                _place += 6;
                if (unit is < 0xD800 or > 0xDBFF || ReadUnit(_place) is not (>= 0xDC00 and <= 0xDFFF and var low))
                    return unit;
                _place += 6;
                return char.ConvertToUtf32((char)unit, (char)low);
            }
            _place += 2;
            var index = "\"\\/bfnrt".IndexOf(escape, StringComparison.Ordinal);
            return index < 0 ? -1 : "\"\\/\b\f\n\r\t"[index];
        }

        /// <summary>The number in a <c>\uXXXX</c>; -1 where there is none.</summary>
        readonly int ReadUnit(int place) =>
            place + 6 <= _json.Length && _json[place] == '\\' && _json[place + 1] == 'u'
            && ushort.TryParse(_json.Slice(place + 2, 4), NumberStyles.AllowHexSpecifier, null, out var unit)
                ? unit
                : -1;

        void PutCharacter(int character)
        {
            var shortEscape = "\"\\\b\f\n\r\t".IndexOf((char)character, StringComparison.Ordinal);
            if (character <= '\\' && shortEscape >= 0) PutEscape((byte)"\"\\bfnrt"[shortEscape]);
            else if (character == '/' && spelling.EscapesSlash) PutEscape((byte)'/');
            else if (character < ' ' || character is >= 0xD800 and <= 0xDFFF || IsHtml(character)) PutUnit(character);
            else if (character < 0x80) Put((byte)character);
            else if (spelling.Escapes == JsonEscapes.None)
            {
                Span<byte> utf8 = stackalloc byte[4];
                foreach (var b in utf8[..new Rune(character).EncodeToUtf8(utf8)]) Put(b);
            }
            else if (character <= 0xFFFF) PutUnit(character);
            else
            {
                var pair = char.ConvertFromUtf32(character);
                PutUnit(pair[0]);
                PutUnit(pair[1]);
            }
        }

        readonly bool IsHtml(int character) =>
            spelling.EscapesHtml && character is '<' or '>' or '&' or 0x2028 or 0x2029;

        void PutEscape(byte letter)
        {
            Put((byte)'\\');
            Put(letter);
        }

        void PutUnit(int unit)
        {
            var digits = spelling.Escapes == JsonEscapes.UpperCaseAscii ? "0123456789ABCDEF" : "0123456789abcdef";
            PutEscape((byte)'u');
            for (var shift = 12; shift >= 0; shift -= 4) Put((byte)digits[unit >> shift & 15]);
        }

        void Put(byte value)
        {
            if (Length < _destination.Length) _destination[Length++] = value;
            else _isFull = true;
        }
    }
}
