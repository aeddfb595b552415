using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;

namespace Payhook.Forward;

/// <summary>Which headers leave, so that none that was received or configured changes what a request is.</summary>
static class OutboundHeaders
{
    public const string OwnPrefix = "payhook-";
    const int ValueLimitChars = 8192;

    /// <summary>What is about one connection or one message, and is written by the client itself.</summary>
    static readonly FrozenSet<string> OfTheConnection = new[]
    {
        "connection", "content-length", "expect", "host", "http2-settings", "keep-alive", "proxy-authenticate",
        "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    static readonly FrozenSet<string> OfTheSignature = new[]
    {
        StandardWebhooksSignature.IdHeader, StandardWebhooksSignature.TimeHeader, StandardWebhooksSignature.Header,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    static readonly SearchValues<char> NameChars = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>Tells names that a destination's own headers cannot have, since Payhook writes them.</summary>
    public static bool IsReserved(string name) =>
        OfTheConnection.Contains(name) || OfTheSignature.Contains(name)
        || name.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase)
        || name.Equals("user-agent", StringComparison.OrdinalIgnoreCase);

    public static bool IsSignature(string name) => OfTheSignature.Contains(name);

    public static bool IsName(string name) => name.Length is > 0 and <= 256 && !name.AsSpan().ContainsAnyExcept(NameChars);

    /// <summary>Whether a header can hold it: no line end, no other control character.</summary>
    public static bool IsValue(string value)
    {
        if (value.Length > ValueLimitChars) return false;
        foreach (var c in value)
        {
            if (char.IsControl(c) && c != '\t') return false;
        }
        return true;
    }

    /// <summary>Those headers of the provider that are kept and can be sent on.</summary>
    public static List<KeyValuePair<string, string>> Received(StoredEvent stored)
    {
        var headers = new List<KeyValuePair<string, string>>();
        var json = new Utf8JsonReader(stored.HeadersJson is { Length: > 0 } kept ? kept : "{}"u8);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            var value = json.GetString() ?? "";
            if ((IsSignature(name) || !IsReserved(name)) && IsName(name) && IsValue(value)) headers.Add(new(name, value));
        }
        return headers;
    }
}
