using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Payhook.Providers;

namespace Payhook.Cli;

/// <summary>
/// The signatures in a file of vectors that belong to no webhook: the parts that schemes are built from, and what
/// providers sign elsewhere. Each is computed here anew, so that a fault in a provider's own code cannot hide in both.
/// </summary>
static class Primitives
{
    /// <summary>Tells whether the vector's signature is right; null where it is of none of these kinds.</summary>
    public static bool? Verify(Vector vector) => vector.ProviderName switch
    {
        "razorpay-checkout" => IsHeader(vector, "razorpay_signature", HmacSha256Hex(vector)),
        "hmac-sha256-hex" => IsHeader(vector, "signature", HmacSha256Hex(vector)),
        "crc32" => IsHeader(vector, "crc32", Crc32(vector.Body).ToString()),
        "braintree-challenge" => vector.Body.Length is >= 20 and <= 32
            && Array.TrueForAll(vector.Body, b => char.IsAsciiHexDigitLower((char)b))
            && IsHeader(vector, "response", $"{vector.Text("public_key")}|{BraintreeDigest(vector)}"),
        "braintree-digest" => IsHeader(vector, "digest", BraintreeDigest(vector)),
        "jws-es256" => IsEs256(vector),
        "payu-india-request" => IsHeader(vector, "hash", Convert.ToHexStringLower(SHA512.HashData(vector.Body))),
        _ => null,
    };

    static string HmacSha256Hex(Vector vector) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Key(vector), vector.Body));

    /// <summary>Braintree's key is the hash of the private key, not the private key.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "A provider's scheme; HMAC-SHA1 is not broken")]
    static string BraintreeDigest(Vector vector) =>
        Convert.ToHexStringLower(HMACSHA1.HashData(SHA1.HashData(Key(vector)), vector.Body));

    /// <summary>CRC-32 of IEEE 802.3, bit by bit: short, and fast enough for a file of vectors.</summary>
    static uint Crc32(byte[] bytes)
    {
        const uint polynomial = 0xEDB88320;
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ polynomial;
        }
        return ~crc;
    }

    /// <summary>A compact JWS: the signature, in base64url, is over all that stands before its dot.</summary>
    static bool IsEs256(Vector vector)
    {
        var jws = vector.Headers().Find("jws", out _) ?? "";
        var dot = jws.LastIndexOf('.');
        if (dot < 0 || vector.Raw("jwk") is not { } jwk || PublicKey.FromJsonWebKey(jwk) is not { } key) return false;
        var signature = new byte[64];
        return System.Buffers.Text.Base64Url.TryDecodeFromChars(jws.AsSpan(dot + 1), signature, out var written)
            && written == signature.Length
            && key.VerifiesEs256(Encoding.ASCII.GetBytes(jws[..dot]), signature);
    }

    static byte[] Key(Vector vector)
    {
        if (vector.Text("secret_base64") is not { } base64) return Encoding.UTF8.GetBytes(vector.Text("secret") ?? "");
        var key = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, key, out var written) ? key[..written] : [];
    }

    static bool IsHeader(Vector vector, string name, string computed) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(vector.Headers().Find(name, out _) ?? ""), Encoding.UTF8.GetBytes(computed));
}
