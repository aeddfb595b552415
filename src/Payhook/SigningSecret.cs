using System.Security.Cryptography;
using Payhook.Providers;

namespace Payhook;

/// <summary>Secrets that deliveries are signed with, written as Standard Webhooks writes them.</summary>
static class SigningSecret
{
    public const string Prefix = "whsec_";
    public const int BytesMinimum = 24;
    public const int BytesLimit = 64;

    /// <summary>One for now and one for those who have not changed theirs yet.</summary>
    public const int CountLimit = 2;

    const int RandomBytes = 32;

    public static Secret Create() => new((ReadOnlySpan<byte>)RandomNumberGenerator.GetBytes(RandomBytes));

    public static string Text(Secret secret) => Prefix + Convert.ToBase64String(secret.Bytes);

    /// <summary>The secret that a text stands for; null where it is none.</summary>
    public static Secret? Read(string text)
    {
        Span<byte> bytes = stackalloc byte[BytesLimit + 2];
        return text.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64Chars(text.AsSpan(Prefix.Length), bytes, out var length)
            && length is >= BytesMinimum and <= BytesLimit
            ? new(bytes[..length])
            : null;
    }
}
