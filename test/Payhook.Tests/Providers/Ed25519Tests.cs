using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>Ed25519 held against RFC 8032, and against everything that is no key and no signature.</summary>
public sealed class Ed25519Tests
{
    /// <summary>RFC 8032, section 7.1, tests 1 to 3.</summary>
    [Theory]
    [InlineData(
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
        + "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData(
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void Agrees_with_the_RFC(string publicKey, string text, string signature)
    {
        byte[] key = Convert.FromHexString(publicKey), signed = Convert.FromHexString(text);
        var code = Convert.FromHexString(signature);

        Assert.True(Ed25519.Verify(key, signed, code));
        Assert.False(Ed25519.Verify(key, [.. signed, 0], code));
        for (var i = 0; i < 64; i++)
        {
            code[i] ^= 1;
            Assert.False(Ed25519.Verify(key, signed, code));
            code[i] ^= 1;
        }
    }

    [Fact]
    public void Refuses_what_is_no_key_and_no_signature_without_throwing()
    {
        int[] lengths = [0, 1, 31, 32, 33, 63, 64, 65];
        byte[] fills = [0x00, 0x01, 0x7f, 0xff];
        foreach (var keyLength in lengths)
        foreach (var signatureLength in lengths)
        foreach (var fill in fills)
        {
            var key = Enumerable.Repeat(fill, keyLength).ToArray();
            var signature = Enumerable.Repeat((byte)~fill, signatureLength).ToArray();
            Assert.False(Ed25519.Verify(key, "text"u8, signature));
        }
    }

    [Fact]
    public void Is_set_by_the_program_at_its_start() => Assert.NotNull(PublicKey.Ed25519);
}
