using System.Text.Json;
using System.Text.Unicode;

namespace Payhook.Providers;

/// <summary>
/// JSON read where it lies: one bounded pass over the received bytes that builds nothing but the ids.
/// </summary>
static class JsonText
{
    /// <summary>The deepest nesting that is read; deeper bodies are refused as malformed.</summary>
    public const int DepthLimit = 64;

    static readonly JsonReaderOptions Options = new() { MaxDepth = DepthLimit };

    /// <summary>A reader over the body, past a leading byte order mark; false where the bytes are not UTF-8.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> body, out Utf8JsonReader reader)
    {
        if (body.StartsWith("\uFEFF"u8)) body = body[3..];
        reader = new Utf8JsonReader(body, Options);
        return Utf8.IsValid(body);
    }

    /// <summary>Tells whether the bytes are one JSON value in UTF-8, no deeper than <see cref="DepthLimit"/>.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> body)
    {
        if (!TryOpen(body, out var reader)) return false;
        try
        {
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>
    /// Tells whether the current name is this one; one with an escape that stands for no character is none.
    /// </summary>
    public static bool NameIs(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ValueIsEscaped) return reader.ValueSpan.SequenceEqual(name);
        try
        {
            return reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
