using System.Buffers;

namespace Payhook.Providers;

/// <summary>Keys made of the texts that providers give out, for the forms that several of them share.</summary>
static class KeyText
{
    /// <summary>Decodes a key that is given out in hexadecimal.</summary>
    public static bool TryReadHex(string text, out Secret? key)
    {
        key = null;
        if (text.Length == 0 || text.Length % 2 != 0) return false;
        var bytes = new byte[text.Length / 2];
        if (Convert.FromHexString(text, bytes, out _, out _) != OperationStatus.Done) return false;
        key = new Secret(bytes);
        return true;
    }

    /// <summary>Reads an RSA public key in PEM; its lines may be joined by <c>\n</c>, for settings.</summary>
    public static bool TryReadPem(string text, out Secret? key)
    {
        var pem = text.Replace("\\n", "\n", StringComparison.Ordinal);
        key = PublicKey.FromPem(pem) is { } found ? new(found) : null;
        return key is not null;
    }
}
