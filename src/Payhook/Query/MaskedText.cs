using System.Buffers;
using System.Text;
using System.Text.Json;
using Payhook.Providers;

namespace Payhook.Query;

/// <summary>
/// Takes out of a refused request what could be sent again: once the settings are mended, the signature of a request
/// that was refused by mistake is a valid one, wherever it stood. Rather too much than too little.
/// </summary>
static class MaskedText
{
    const string Stars = "***";

    /// <summary>Parts of the names of headers and fields that hold signatures, passwords and the like.</summary>
    static readonly SearchValues<string> SecretNames = SearchValues.Create(
        ["sig", "auth", "cookie", "token", "secret", "password", "api-key", "apikey", "hmac", "hash", "checksum",
            "digest", "mac", "verif", "security"],
        StringComparison.OrdinalIgnoreCase);

    static readonly HashSet<string> SignatureHeaders =
        new(ProviderCatalog.All.SelectMany(p => p.SignatureHeaders), StringComparer.OrdinalIgnoreCase);

    /// <param name="name">The header's name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="sources">The configured sources: some sign in a header that no provider here knows.</param>
    public static string Header(string name, string value, IReadOnlyList<Source> sources)
    {
        if (SignatureHeaders.Contains(name) || IsSecret(name)) return Stars;
        foreach (var source in sources)
        {
            if (source.Provider.SignatureHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)) return Stars;
        }
        return value;
    }

    /// <summary>A body as a text: JSON or form fields; what is neither is shown where nobody signs in it.</summary>
    /// <param name="body">The body as received.</param>
    /// <param name="isSignedInHeader">True where the source's signature stands in a header.</param>
    public static string Body(byte[] body, bool isSignedInHeader)
    {
        if (TryMaskJson(body) is { } json) return json;
        var text = Encoding.UTF8.GetString(body);
        if (text.Contains('=', StringComparison.Ordinal) && !text.AsSpan().ContainsAny("{<\n")) return Form(text);
        return isSignedInHeader ? text : Stars;
    }

    static bool IsSecret(string name) => name.AsSpan().ContainsAny(SecretNames);

    static string Form(string text)
    {
        var masked = text.Split('&').Select(field =>
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            return equals > 0 && IsSecret(Uri.UnescapeDataString(field[..equals]))
                ? string.Concat(field.AsSpan(0, equals + 1), Stars)
                : field;
        });
        return string.Join('&', masked);
    }

    /// <summary>The same JSON, byte for byte but for the values taken out; null where it is none.</summary>
    static string? TryMaskJson(byte[] body)
    {
        var start = body.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        var reader = new Utf8JsonReader(body.AsSpan(start));
        var masked = new ArrayBufferWriter<byte>(body.Length + 16);
        var (copied, isUnderSecretName) = (0, false);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName) isUnderSecretName = IsSecret(reader.GetString()!);
                if (!isUnderSecretName) continue;
                if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number)) continue;
                masked.Write(body.AsSpan(copied..(start + (int)reader.TokenStartIndex)));
                masked.Write("\"***\""u8);
                copied = start + (int)reader.BytesConsumed;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // no JSON; a name that is no text
        {
            return null;
        }
        masked.Write(body.AsSpan(copied));
        return Encoding.UTF8.GetString(masked.WrittenSpan);
    }
}
