using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Payhook.Access;

/// <summary>
/// Seals what the browser carries to the OpenID provider and back. The key comes of the client's secret, so every
/// process that has it can open what another sealed, also after a restart, and no key has to be kept anywhere.
/// </summary>
sealed class SealedState(string secret) : IDataProtectionProvider
{
    public IDataProtector CreateProtector(string purpose) => new Protector(secret, purpose);

    /// <summary>For one purpose: what was sealed for another is no use here.</summary>
    sealed class Protector(string secret, string purpose) : IDataProtector
    {
        const int KeyBytes = 32, NonceBytes = 12, TagBytes = 16;

        readonly byte[] _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), KeyBytes,
            info: Encoding.UTF8.GetBytes("payhook oidc " + purpose));

        /// <summary>Lengths stand before the parts, so that no two lists of purposes are alike.</summary>
        public IDataProtector CreateProtector(string inner) =>
            new Protector(secret, $"{purpose.Length}:{purpose}{inner.Length}:{inner}");

        public byte[] Protect(byte[] plaintext)
        {
            var sealedBytes = new byte[NonceBytes + TagBytes + plaintext.Length];
            var nonce = sealedBytes.AsSpan(0, NonceBytes);
            RandomNumberGenerator.Fill(nonce);
            using var cipher = new AesGcm(_key, TagBytes);
            cipher.Encrypt(nonce, plaintext, sealedBytes.AsSpan(NonceBytes + TagBytes),
                sealedBytes.AsSpan(NonceBytes, TagBytes));
            return sealedBytes;
        }

        public byte[] Unprotect(byte[] protectedData)
        {
            if (protectedData.Length < NonceBytes + TagBytes) throw new CryptographicException("It is too short.");
            var plaintext = new byte[protectedData.Length - NonceBytes - TagBytes];
            using var cipher = new AesGcm(_key, TagBytes);
            cipher.Decrypt(protectedData.AsSpan(0, NonceBytes), protectedData.AsSpan(NonceBytes + TagBytes),
                protectedData.AsSpan(NonceBytes, TagBytes), plaintext);
            return plaintext;
        }
    }
}
