using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Payhook.Providers;

/// <summary>A public key that verifies what only its owner can sign, and the time for which it counts.</summary>
public sealed class PublicKey
{
    readonly RSA? _rsa;
    readonly ECDsa? _ecdsa;
    readonly byte[]? _ed25519;

    PublicKey(RSA? rsa = null, ECDsa? ecdsa = null, byte[]? ed25519 = null) =>
        (_rsa, _ecdsa, _ed25519) = (rsa, ecdsa, ed25519);

    /// <summary>
    /// Verifies an Ed25519 signature (public key of 32 bytes, message, signature of 64 bytes). The base class library
    /// has no Ed25519, so whoever has one sets it at the start; until then such signatures are refused.
    /// </summary>
    public static Ed25519Verifier? Ed25519 { get; set; }

    /// <summary>The first moment at which the key counts.</summary>
    public DateTimeOffset ValidFrom { get; init; } = DateTimeOffset.MinValue;

    /// <summary>The last moment at which the key counts.</summary>
    public DateTimeOffset ValidUntil { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>The key id of a JSON Web Key that names one.</summary>
    public string? KeyId { get; private init; }

    /// <summary>Takes an RSA key of at least 2048 bits.</summary>
    /// <param name="rsa">The key; not to be disposed of by the caller.</param>
    /// <param name="validFrom">The first moment at which it counts.</param>
    /// <param name="validUntil">The last moment at which it counts.</param>
    public static PublicKey FromRsa(
        RSA rsa, DateTimeOffset? validFrom = null, DateTimeOffset? validUntil = null) => new(rsa: rsa)
        {
            ValidFrom = validFrom ?? DateTimeOffset.MinValue,
            ValidUntil = validUntil ?? DateTimeOffset.MaxValue,
        };

    /// <summary>Takes an Ed25519 key.</summary>
    /// <param name="key">Its 32 bytes.</param>
    public static PublicKey FromEd25519(ReadOnlySpan<byte> key) => new(ed25519: key.ToArray());

    /// <summary>Reads an RSA public key in PEM (<c>-----BEGIN PUBLIC KEY-----</c>).</summary>
    /// <param name="pem">The text.</param>
    /// <returns>The key, or <see langword="null"/> where the text is none.</returns>
    public static PublicKey? FromPem(string pem)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return new(rsa: rsa);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            rsa.Dispose();
            return null;
        }
    }

    /// <summary>Reads an elliptic-curve JSON Web Key on the curve P-256.</summary>
    /// <param name="json">The JSON Web Key.</param>
    /// <returns>The key, or <see langword="null"/> where the text is none.</returns>
    public static PublicKey? FromJsonWebKey(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var jwk = document.RootElement;
            if (Text(jwk, "kty") != "EC" || Text(jwk, "crv") != "P-256") return null;
            var ecdsa = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new()
                {
                    X = Base64Url.DecodeFromChars(Text(jwk, "x")),
                    Y = Base64Url.DecodeFromChars(Text(jwk, "y")),
                },
            });
            return new(ecdsa: ecdsa)
            {
                KeyId = Text(jwk, "kid"),
                ValidUntil = IsRetired(jwk) ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue,
            };
        }
        catch (Exception e) when (e is JsonException or FormatException or CryptographicException
            or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Verifies RSA with PKCS #1 v1.5 padding and SHA-256. False for a key of another kind.</summary>
    /// <param name="text">What was signed.</param>
    /// <param name="signature">The signature.</param>
    public bool VerifiesRsaSha256(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) =>
        _rsa is not null
        && _rsa.VerifyData(text, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    /// <summary>Verifies ES256: P-256, SHA-256, a signature of 64 bytes. False for a key of another kind.</summary>
    /// <param name="text">What was signed.</param>
    /// <param name="signature">The signature.</param>
    public bool VerifiesEs256(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) =>
        _ecdsa is not null && signature.Length == 64
        && _ecdsa.VerifyData(
            text, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>Verifies Ed25519. False for another kind of key, or where <see cref="Ed25519"/> is not set.</summary>
    /// <param name="text">What was signed.</param>
    /// <param name="signature">The signature.</param>
    public bool VerifiesEd25519(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) =>
        _ed25519 is not null && signature.Length == 64 && Ed25519 is { } verify && verify(_ed25519, text, signature);

    /// <summary>Tells whether the key counts at a moment.</summary>
    /// <param name="moment">The moment.</param>
    public bool CountsAt(DateTimeOffset moment) => moment >= ValidFrom && moment <= ValidUntil;

    static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Plaid sets <c>expired_at</c> when it retires a key; from then on the key must not be used.</summary>
    static bool IsRetired(JsonElement jwk) =>
        jwk.TryGetProperty("expired_at", out var value) && value.ValueKind != JsonValueKind.Null;
}

/// <summary>Verifies one Ed25519 signature. Must not throw, whatever it is given.</summary>
/// <param name="publicKey">The public key, 32 bytes.</param>
/// <param name="text">What was signed.</param>
/// <param name="signature">The signature, 64 bytes.</param>
public delegate bool Ed25519Verifier(
    ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature);
