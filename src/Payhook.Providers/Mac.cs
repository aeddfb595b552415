using System.Security.Cryptography;

namespace Payhook.Providers;

/// <summary>Message authentication codes compared in constant time, without allocating.</summary>
static class Mac
{
    /// <summary>Decodes a signature written in hexadecimal, in either case.</summary>
    /// <returns>False where the text is not exactly <paramref name="mac"/>'s length in hexadecimal.</returns>
    public static bool TryReadHex(ReadOnlySpan<char> hex, Span<byte> mac) =>
        hex.Length == mac.Length * 2
        && Convert.FromHexString(hex, mac, out _, out _) == System.Buffers.OperationStatus.Done;

    /// <summary>Finds the secret whose HMAC-SHA256 over the text is the one given.</summary>
    /// <returns>The secret's number, counted from 1, or 0 where none matches.</returns>
    public static int FindSha256(ReadOnlySpan<byte> mac, ReadOnlySpan<byte> text, IReadOnlyList<Secret> secrets)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        for (var i = 0; i < secrets.Count; i++)
        {
            HMACSHA256.HashData(secrets[i].Bytes, text, expected);
            if (CryptographicOperations.FixedTimeEquals(expected, mac)) return i + 1;
        }
        return 0;
    }

    /// <summary>The HMAC-SHA256 of the text as lower-case hexadecimal.</summary>
    public static string HexSha256(ReadOnlySpan<byte> text, Secret secret)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret.Bytes, text, mac);
        return Convert.ToHexStringLower(mac);
    }
}
