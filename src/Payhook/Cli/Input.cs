using Payhook.Providers;

namespace Payhook.Cli;

/// <summary>What commands read: a body from a file or standard input, and the secret to sign with.</summary>
static class Input
{
    const int BodyLimitBytes = 64 << 20;

    /// <exception cref="IOException">It cannot be read; the message is for the user.</exception>
    public static async Task<byte[]> ReadBodyAsync(string path, CancellationToken cancellation)
    {
        try
        {
            if (path != "-")
            {
                if (new FileInfo(path) is { Exists: true, Length: > BodyLimitBytes })
                    throw new IOException($"{path} is larger than {BodyLimitBytes} bytes");
                return await File.ReadAllBytesAsync(path, cancellation);
            }
            using var bytes = new MemoryStream();
            await Console.OpenStandardInput().CopyToAsync(bytes, cancellation);
            return bytes.ToArray();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>
    /// The secret given, else the one the listener would sign with; faults where the settings are wrong.
    /// </summary>
    public static (Secret? Secret, IReadOnlyList<SettingFault> Faults) SigningSecret(string? given) =>
        string.IsNullOrEmpty(given) ? Settings.ReadSigningSecret() : (new Secret(given), []);
}
