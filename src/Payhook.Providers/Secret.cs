using System.Text;

namespace Payhook.Providers;

/// <summary>A shared secret as bytes. It never prints itself, so that it cannot slip into a log or an error.</summary>
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

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Three stars, whatever the secret is.</summary>
    public override string ToString() => "***";
}
