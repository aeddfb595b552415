using System.Runtime.CompilerServices;
using Rfc8032 = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace Payhook.Providers;

/// <summary>
/// Ed25519 for <see cref="PublicKey.Ed25519"/>, in a library of its own so that who needs no such signatures does not
/// carry BouncyCastle along.
/// </summary>
public static class Ed25519
{
    /// <summary>
    /// Sets <see cref="PublicKey.Ed25519"/>. To be called once, at the start. Nothing of BouncyCastle is loaded before
    /// the first signature is verified.
    /// </summary>
    public static void Use() => PublicKey.Ed25519 = Verify;

    /// <summary>Verifies one signature by RFC 8032, without context or hash. Never throws.</summary>
    /// <param name="publicKey">The public key, 32 bytes.</param>
    /// <param name="text">What was signed.</param>
    /// <param name="signature">The signature, 64 bytes.</param>
    /// <returns>False for a wrong signature, and for a key or a signature of another length.</returns>
    public static bool Verify(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) =>
        publicKey.Length == 32 && signature.Length == 64
        && VerifyRfc8032(publicKey.ToArray(), text.ToArray(), signature.ToArray());

    /// <summary>Apart, because a method's types are loaded with it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static bool VerifyRfc8032(byte[] publicKey, byte[] text, byte[] signature) =>
        Rfc8032.Verify(signature, 0, publicKey, 0, text, 0, text.Length);
}
