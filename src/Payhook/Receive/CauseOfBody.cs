using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Payhook.Receive;

/// <summary>
/// What happens to bodies between a sender and a listener, undone one by one until the signature is right.
/// </summary>
static class CauseOfBody
{
    /// <summary>The largest body that compression is undone for, in bytes, before and after.</summary>
    public const int DecompressedLimitBytes = 1024 * 1024;

    /// <summary>The characters that Windows-1252 has where Latin-1 has none, from 0x80 on.</summary>
    const string Windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

    /// <summary>What can be seen in a body that did not come whole.</summary>
    public static Cause? FindLoss(ref CauseTries tries)
    {
        if (!tries.Source.Provider.SignsBody) return null;
        var length = tries.Request.Body.Length;
        if (length == 0) return CauseKind.BodyEmpty.Found();
        return long.TryParse(tries.Request.Headers.Find("Content-Length", out var isRepeated), out var claimed)
            && !isRepeated && claimed > length ? CauseKind.BodyTruncated.Found() : null;
    }

    public static Cause? FindNewlines(ref CauseTries tries)
    {
        var body = tries.Request.Body;
        if (!tries.Source.Provider.SignsBody || body.IsEmpty) return null;
        var shorter = body.EndsWith("\r\n"u8) ? body[..^2] : body.EndsWith("\n"u8) ? body[..^1] : body;
        if (tries.VerifiesBody(shorter)) return CauseKind.FinalNewlineAdded.Found();
        if (tries.VerifiesBody(body.TrimEnd("\r\n"u8))) return CauseKind.FinalNewlineAdded.Found();
        if (tries.VerifiesBody(Append(ref tries, body, "\n"u8))) return CauseKind.NewlinesStripped.Found();
        if (tries.VerifiesBody(Append(ref tries, body, "\r\n"u8))) return CauseKind.NewlinesStripped.Found();
        return null;
    }

    /// <summary>Other white space than a final newline's.</summary>
    public static Cause? FindWhiteSpace(ref CauseTries tries)
    {
        var body = tries.Request.Body;
        if (!tries.Source.Provider.SignsBody || body.IsEmpty) return null;
        if (tries.VerifiesBody(body.Trim(" \t\r\n"u8))) return CauseKind.WhiteSpaceAdded.Found();
        if (!body.ContainsAny((byte)'\r', (byte)'\n')) return null;
        if (tries.VerifiesBody(WriteNewlines(ref tries, body, ""u8))) return CauseKind.NewlinesAdded.Found();
        if (tries.VerifiesBody(WriteNewlines(ref tries, body, "\n"u8))) return CauseKind.LineEndings.Found();
        return tries.VerifiesBody(WriteNewlines(ref tries, body, "\r\n"u8)) ? CauseKind.LineEndings.Found() : null;
    }

    public static Cause? FindReserialisation(ref CauseTries tries)
    {
        var body = tries.Request.Body;
        var start = body.IndexOfAnyExcept(" \t\r\n"u8);
        if (!tries.Source.Provider.SignsBody || start < 0) return null;
        if (body[start] == '"') return FindInText(ref tries);
        if (body[start] is not ((byte)'{' or (byte)'[')) return null;
        var room = (int)Math.Min(body.Length * 6L + 1024, CauseTries.ScratchLimitBytes);
        foreach (var spelling in JsonSpelling.All)
        {
            if (tries.IsSpent) return null;
            var scratch = tries.Scratch(room);
            var text = scratch.AsSpan(0, spelling.Write(body, scratch));
            if (text.IsEmpty) continue;
            var isStripped = IsSameWithoutNewlines(text, body);
            if (isStripped && VerifiesWithWindowsNewlines(ref tries, text)) return CauseKind.NewlinesStripped.Found();
            if (!tries.VerifiesBody(text)) continue;
            if (isStripped) return CauseKind.NewlinesStripped.Found();
            return CauseKind.BodyReserialised.Found(
                $"The signature is right once the body's JSON is written {spelling.Words}.");
        }
        return null;
    }

    /// <summary>A body that was put into a JSON text, as is done by writing what is written already.</summary>
    static Cause? FindInText(ref CauseTries tries)
    {
        var body = tries.Request.Body;
        var scratch = tries.Scratch(body.Length);
        if (scratch.Length == 0) return null;
        var json = new Utf8JsonReader(body);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.String) return null;
            return tries.VerifiesBody(scratch.AsSpan(0, json.CopyString(scratch))) ? CauseKind.BodyReserialised.Found(
                "The signature is right over what stands in the JSON text that the body is: it was written twice.")
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // no JSON; a text that is none
        {
            return null;
        }
    }

    static bool VerifiesWithWindowsNewlines(ref CauseTries tries, ReadOnlySpan<byte> text)
    {
        var newlines = text.Count((byte)'\n');
        if (newlines == 0 || text.Length + newlines > CauseTries.ScratchLimitBytes) return false;
        var windows = new byte[text.Length + newlines];
        var length = 0;
        foreach (var b in text)
        {
            if (b == '\n') windows[length++] = (byte)'\r';
            windows[length++] = b;
        }
        return tries.VerifiesBody(windows);
    }

    public static Cause? FindCharset(ref CauseTries tries)
    {
        var body = tries.Request.Body;
        if (!tries.Source.Provider.SignsBody || body.IsEmpty) return null;
        if (body.StartsWith("\uFEFF"u8))
        {
            if (tries.VerifiesBody(body[3..])) return CauseKind.CharsetChanged.Found(
                "The signature is right once the byte order mark at the start of the body is removed.");
        }
        else if (tries.VerifiesBody(Append(ref tries, "\uFEFF"u8, body)))
        {
            return CauseKind.CharsetChanged.Found(
                "The signature is right once a byte order mark is put at the start of the body.");
        }
        if (System.Text.Ascii.IsValid(body)) return null;
        if (!System.Text.Unicode.Utf8.IsValid(body))
            return tries.VerifiesBody(FromLatin1(ref tries, body)) ? CauseKind.CharsetChanged.Found(
                "The signature is right once the body is turned from Latin-1 into UTF-8.") : null;
        return tries.VerifiesBody(ToLatin1(ref tries, body)) ? CauseKind.CharsetChanged.Found(
            "The signature is right once the body's characters are written as Latin-1: its UTF-8 was taken for "
            + "Latin-1 and encoded again, or it was Latin-1 that was encoded.") : null;
    }

    public static Cause? FindFormEncoding(ref CauseTries tries)
    {
        var body = tries.Request.Body;
        if (!tries.Source.Provider.SignsBody || !body.Contains((byte)'=') || body[0] is (byte)'{' or (byte)'[')
            return null;
        if (!body.ContainsAny((byte)'%', (byte)'+')) return null;
        foreach (var space in (ReadOnlySpan<char>)['\0', '+', '%'])
        {
            foreach (var letter in (ReadOnlySpan<char>)['\0', 'A', 'a'])
            {
                if (tries.VerifiesBody(Reencode(ref tries, body, space, letter)))
                    return CauseKind.FormReencoded.Found();
            }
        }
        return null;
    }

    public static Cause? FindCompression(ref CauseTries tries)
    {
        var body = tries.Request.Body;
        if (!tries.Source.Provider.SignsBody || body.Length is < 4 or > DecompressedLimitBytes) return null;
        var encoding = tries.Request.Headers.Find("Content-Encoding", out _);
        var isBrotli = string.Equals(encoding, "br", StringComparison.OrdinalIgnoreCase);
        var isGzip = body is [0x1f, 0x8b, 8, ..];
        var isZlib = (body[0] & 0x8f) == 8 && (body[0] << 8 | body[1]) % 31 == 0;
        if (!isBrotli && !isGzip && !isZlib) return null;

        var scratch = tries.Scratch(body.Length + DecompressedLimitBytes);
        body.CopyTo(scratch);
        var length = Decompress(
            scratch.AsSpan(body.Length, DecompressedLimitBytes),
            new MemoryStream(scratch, 0, body.Length, writable: false), isBrotli, isGzip);
        if (length <= 0) return null;
        return tries.VerifiesBody(scratch.AsSpan(body.Length, length))
            ? CauseKind.BodyCompressed.Found("The signature is right once the body is decompressed.")
            : CauseKind.BodyCompressed.Found();
    }

    /// <returns>The length in bytes; -1 where the bytes are not compressed in this way.</returns>
    static int Decompress(Span<byte> destination, MemoryStream compressed, bool isBrotli, bool isGzip)
    {
        try
        {
            using Stream stream = isBrotli ? new BrotliStream(compressed, CompressionMode.Decompress)
                : isGzip ? new GZipStream(compressed, CompressionMode.Decompress)
                : new ZLibStream(compressed, CompressionMode.Decompress);
            return stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException or IOException)
        {
            return -1;
        }
    }

    static ReadOnlySpan<byte> Append(ref CauseTries tries, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var scratch = tries.Scratch(first.Length + second.Length).AsSpan();
        if (scratch.IsEmpty) return tries.Request.Body;
        first.CopyTo(scratch);
        second.CopyTo(scratch[first.Length..]);
        return scratch[..(first.Length + second.Length)];
    }

    /// <summary>Every line break in one spelling.</summary>
    static ReadOnlySpan<byte> WriteNewlines(ref CauseTries tries, ReadOnlySpan<byte> body, ReadOnlySpan<byte> newline)
    {
        var scratch = tries.Scratch(body.Length * 2).AsSpan();
        if (scratch.IsEmpty) return body;
        var length = 0;
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] is not ((byte)'\r' or (byte)'\n')) scratch[length++] = body[i];
            else
            {
                if (body[i] == '\r' && i + 1 < body.Length && body[i + 1] == '\n') i++;
                newline.CopyTo(scratch[length..]);
                length += newline.Length;
            }
        }
        return scratch[..length];
    }

    static bool IsSameWithoutNewlines(ReadOnlySpan<byte> text, ReadOnlySpan<byte> body)
    {
        foreach (var b in text)
        {
            if (b is (byte)'\r' or (byte)'\n') continue;
            if (body.IsEmpty || body[0] != b) return false;
            body = body[1..];
        }
        return body.IsEmpty;
    }

    static ReadOnlySpan<byte> FromLatin1(ref CauseTries tries, ReadOnlySpan<byte> body)
    {
        var scratch = tries.Scratch(body.Length * 3).AsSpan();
        if (scratch.IsEmpty) return body;
        var length = 0;
        foreach (var b in body)
        {
            var character = b is >= 0x80 and < 0xA0 ? Windows1252[b - 0x80] : (char)b;
            length += new Rune(character).EncodeToUtf8(scratch[length..]);
        }
        return scratch[..length];
    }

    static ReadOnlySpan<byte> ToLatin1(ref CauseTries tries, ReadOnlySpan<byte> body)
    {
        var scratch = tries.Scratch(body.Length).AsSpan();
        if (scratch.IsEmpty) return body;
        var length = 0;
        for (var rest = body; !rest.IsEmpty;)
        {
            Rune.DecodeFromUtf8(rest, out var rune, out var consumed);
            rest = rest[consumed..];
            var place = rune.Value <= 0xFF ? -1 : Windows1252.IndexOf((char)Math.Min(rune.Value, 0xFFFF));
            if (rune.Value > 0xFF && place < 0) return body;
            scratch[length++] = (byte)(place < 0 ? rune.Value : 0x80 + place);
        }
        return scratch[..length];
    }

    /// <summary>The form with spaces as <c>+</c> or <c>%20</c>, and hexadecimal in capitals or not.</summary>
    static ReadOnlySpan<byte> Reencode(ref CauseTries tries, ReadOnlySpan<byte> body, char space, char letter)
    {
        var scratch = tries.Scratch(body.Length * 3).AsSpan();
        if (scratch.IsEmpty) return body;
        var length = 0;
        for (var i = 0; i < body.Length; i++)
        {
            var isEscape = body[i] == '%' && i + 2 < body.Length;
            if (space != '\0' && (body[i] == '+' || (isEscape && body.Slice(i, 3).SequenceEqual("%20"u8))))
            {
                if (body[i] == '%') i += 2;
                var encoded = space == '+' ? "+"u8 : "%20"u8;
                encoded.CopyTo(scratch[length..]);
                length += encoded.Length;
                continue;
            }
            scratch[length++] = body[i];
            if (!isEscape) continue;
            scratch[length++] = InCase(body[++i], letter);
            scratch[length++] = InCase(body[++i], letter);
        }
        return scratch[..length];
    }

    static byte InCase(byte digit, char letter) => letter switch
    {
        'A' when digit is >= (byte)'a' and <= (byte)'f' => (byte)(digit - 32),
        'a' when digit is >= (byte)'A' and <= (byte)'F' => (byte)(digit + 32),
        _ => digit,
    };
}
