using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Payhook.Providers;

/// <summary>
/// Plain hashes over a text that the secret is a part of: what some providers use where others use an HMAC.
/// </summary>
static class SaltedHash
{
    /// <summary>Finds the secret with which the hash of before, secret and after is the one given.</summary>
    /// <param name="hash">The hash: 32 bytes for SHA-256, 64 for SHA-512.</param>
    /// <param name="before">What stands before the secret.</param>
    /// <param name="after">What stands behind it.</param>
    /// <param name="secrets">The secrets to try, in order.</param>
    /// <returns>The secret's number, counted from 1, or 0 where none matches.</returns>
    public static int Find(
        ReadOnlySpan<byte> hash, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, IReadOnlyList<Secret> secrets)
    {
        Span<byte> expected = stackalloc byte[hash.Length];
        for (var i = 0; i < secrets.Count; i++)
        {
            if (secrets[i].Bytes.IsEmpty) continue; // a public key is no shared secret
            Compute(before, secrets[i].Bytes, after, expected);
            if (CryptographicOperations.FixedTimeEquals(expected, hash)) return i + 1;
        }
        return 0;
    }

    /// <summary>The hash in hexadecimal, lower case, to sign with.</summary>
    public static string Write(int sizeBytes, ReadOnlySpan<byte> before, Secret secret, ReadOnlySpan<byte> after)
    {
        Span<byte> hash = stackalloc byte[sizeBytes];
        Compute(before, secret.Bytes, after, hash);
        return Convert.ToHexStringLower(hash);
    }

    static void Compute(
        ReadOnlySpan<byte> before, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> after, Span<byte> hash)
    {
        var length = before.Length + secret.Length + after.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        before.CopyTo(buffer);
        secret.CopyTo(buffer.AsSpan(before.Length));
        after.CopyTo(buffer.AsSpan(before.Length + secret.Length));
        if (hash.Length == SHA256.HashSizeInBytes) SHA256.HashData(buffer.AsSpan(0, length), hash);
        else SHA512.HashData(buffer.AsSpan(0, length), hash);
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true); // it held the secret
    }
}

/// <summary>Values that are signed one by one, exactly as a JSON body spells them.</summary>
static class SignedField
{
    /// <summary>The longest value, in characters.</summary>
    public const int LimitChars = 1024;

    /// <summary>
    /// A text or the digits of a number; empty where absent or null, <see langword="null"/> where it is anything else
    /// or too long.
    /// </summary>
    public static string? Text(in JsonFields json, int path)
    {
        if (json.IsAbsent(path)) return "";
        if (json.Kind(path) != JsonTokenType.Number) return json.Text(path, LimitChars);
        var digits = json.Raw(path);
        return digits.Length <= LimitChars ? Encoding.ASCII.GetString(digits) : null;
    }

    /// <summary>Puts a signature into a JSON object: in the place of the old one, or as its last member.</summary>
    /// <param name="body">The object as bytes.</param>
    /// <param name="json">The same object as it was read.</param>
    /// <param name="path">The number of the signature's path.</param>
    /// <param name="name">The signature's name at the top level.</param>
    /// <param name="signature">The signature, which needs no escapes.</param>
    public static byte[] Put(ReadOnlySpan<byte> body, in JsonFields json, int path, string name, string signature)
    {
        if (json.Kind(path) != JsonTokenType.None)
        {
            var (start, length) = json.Place(path).GetOffsetAndLength(body.Length);
            return [.. body[..start], .. Encoding.UTF8.GetBytes($"\"{signature}\""), .. body[(start + length)..]];
        }
        var end = body.LastIndexOf((byte)'}');
        var comma = body[..end].TrimEnd(" \t\r\n"u8) is [.., (byte)'{'] ? "" : ",";
        return [.. body[..end], .. Encoding.UTF8.GetBytes($"{comma}\"{name}\":\"{signature}\""), .. body[end..]];
    }
}
