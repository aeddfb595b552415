using System.Globalization;
using System.Text;

namespace Payhook.Providers;

/// <summary>Reads <c>application/x-www-form-urlencoded</c> bodies and queries, one field at a time.</summary>
static class FormText
{
    /// <summary>The most fields that are looked at.</summary>
    public const int FieldsLimit = 500;

    /// <summary>The longest name or value that is decoded, in encoded characters.</summary>
    public const int FieldLimitChars = 256 * 1024;

    /// <summary>What one byte takes at most: <c>%41</c>.</summary>
    const int EscapeBytes = 3;

    /// <summary>Tells whether the bytes can be a form: printable ASCII with at least one <c>=</c>.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> body) =>
        body.Contains((byte)'=') && !TrimEnd(body).ContainsAnyExceptInRange((byte)0x21, (byte)0x7e);

    /// <summary>Finds a field by its name and decodes it (<c>+</c> and <c>%XX</c>, as UTF-8).</summary>
    /// <returns>Its first value, or <see langword="null"/> where it is absent or cannot be decoded.</returns>
    public static string? Find(ReadOnlySpan<byte> body, string name, out bool isRepeated)
    {
        isRepeated = false;
        string? found = null;
        body = TrimEnd(body);
        var fields = 0;
        while (!body.IsEmpty && fields++ < FieldsLimit)
        {
            var end = body.IndexOf((byte)'&');
            var field = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            var equals = field.IndexOf((byte)'=');
            if (equals < 0 || field.Length > FieldLimitChars || !IsNamed(field[..equals], name)) continue;
            isRepeated |= found is not null;
            found ??= Decode(field[(equals + 1)..]);
        }
        return found;
    }

    /// <summary>The same for a query of a URL, with or without its <c>?</c>.</summary>
    public static string? FindInQuery(ReadOnlySpan<char> query, string name, out bool isRepeated)
    {
        isRepeated = false;
        if (query.Length > FieldLimitChars) return null;
        return Find(Encoding.UTF8.GetBytes(query.TrimStart('?').ToString()), name, out isRepeated);
    }

    /// <summary>Finds several fields in one pass.</summary>
    /// <param name="body">The form.</param>
    /// <param name="names">Their names.</param>
    /// <param name="values">Takes their values, or <see langword="null"/> for what is absent.</param>
    /// <returns>False where one of them comes twice or cannot be decoded.</returns>
    public static bool TryFind(ReadOnlySpan<byte> body, ReadOnlySpan<string> names, Span<string?> values)
    {
        values.Clear();
        body = TrimEnd(body);
        var fields = 0;
        while (!body.IsEmpty && fields++ < FieldsLimit)
        {
            var end = body.IndexOf((byte)'&');
            var field = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            var equals = field.IndexOf((byte)'=');
            if (equals < 0 || field.Length > FieldLimitChars) continue;
            for (var i = 0; i < names.Length; i++)
            {
                if (!IsNamed(field[..equals], names[i])) continue;
                if (values[i] is not null || Decode(field[(equals + 1)..]) is not { } value) return false;
                values[i] = value;
            }
        }
        return true;
    }

    /// <summary>Encodes a value as browsers do.</summary>
    public static string Encode(string value) =>
        Uri.EscapeDataString(value).Replace("%20", "+", StringComparison.Ordinal);

    static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> body) => body.TrimEnd("\r\n"u8);

    static bool IsNamed(ReadOnlySpan<byte> encoded, string name) =>
        encoded.Length <= name.Length * EscapeBytes // a longer one is not even decoded
        && (encoded.ContainsAny((byte)'%', (byte)'+') ? Decode(encoded) == name : Ascii.Equals(encoded, name));

    static string? Decode(ReadOnlySpan<byte> encoded)
    {
        if (!encoded.ContainsAny((byte)'%', (byte)'+')) return Utf8(encoded);
        var bytes = new byte[encoded.Length];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            var value = encoded[i];
            if (value == '+') value = (byte)' ';
            else if (value == '%')
            {
                if (i + 2 >= encoded.Length || !byte.TryParse(
                    encoded.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out value)) return null;
                i += 2;
            }
            bytes[length++] = value;
        }
        return Utf8(bytes.AsSpan(0, length));
    }

    static string? Utf8(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
}
