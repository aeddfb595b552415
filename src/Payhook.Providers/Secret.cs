using System.Text;

namespace Payhook.Providers;

/// <summary>
/// A key, ready to verify with. It never prints itself, so that it cannot slip into a log or an error.
/// </summary>
public sealed class Secret
{
    readonly byte[] _bytes;

    /// <summary>Takes a secret written as text; its UTF-8 bytes are the key.</summary>
    /// <param name="text">The secret; must not be empty.</param>
    /// <exception cref="ArgumentException">The secret is empty.</exception>
    public Secret(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        _bytes = Encoding.UTF8.GetBytes(text);
    }

    /// <summary>Takes a key as bytes.</summary>
    /// <param name="key">The key; must not be empty.</param>
    /// <exception cref="ArgumentException">The key is empty.</exception>
    public Secret(ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty) throw new ArgumentException("The key is empty", nameof(key));
        _bytes = key.ToArray();
    }

    /// <summary>Takes a public key, for the providers whose signatures are verified with one.</summary>
    /// <param name="key">The public key.</param>
    public Secret(PublicKey key)
    {
        PublicKey = key;
        _bytes = [];
    }

    /// <summary>The key; empty where <see cref="PublicKey"/> is set.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The public key, where the provider signs with a private one.</summary>
    public PublicKey? PublicKey { get; }

    /// <summary>Three stars, whatever the secret is.</summary>
    public override string ToString() => "***";
}
