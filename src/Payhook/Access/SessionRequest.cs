using System.Text.Json;

namespace Payhook.Access;

/// <summary>What somebody signs in with, or the password that shall be: one member, and no other.</summary>
/// <param name="Way">The member: password, key or link.</param>
/// <param name="Secret">Its text.</param>
sealed record SessionRequest(string Way, string Secret)
{
    public const string Password = "password", Key = "key", Link = "link";
    public const int BodyLimitBytes = 4096;

    public override string ToString() => $"{Way} ***";

    /// <summary>Reads a body; <see langword="null"/> where it is none of these.</summary>
    public static async Task<SessionRequest?> ReadAsync(HttpContext context, params string[] ways)
    {
        var bytes = new byte[BodyLimitBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(
            bytes, bytes.Length, throwOnEndOfStream: false, context.RequestAborted);
        return length > BodyLimitBytes ? null : Read(bytes.AsSpan(0, length), ways);
    }

    public static SessionRequest? Read(ReadOnlySpan<byte> body, params string[] ways)
    {
        var json = new Utf8JsonReader(body);
        try
        {
            if (!Is(ref json, JsonTokenType.StartObject) || !Is(ref json, JsonTokenType.PropertyName)) return null;
            var way = json.GetString()!;
            if (!ways.Contains(way) || !Is(ref json, JsonTokenType.String)) return null;
            var secret = json.GetString()!;
            return Is(ref json, JsonTokenType.EndObject) && !json.Read() ? new(way, secret) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // no JSON; half a character
        {
            return null;
        }
    }

    static bool Is(ref Utf8JsonReader json, JsonTokenType type) => json.Read() && json.TokenType == type;
}
