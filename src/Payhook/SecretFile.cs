namespace Payhook;

/// <summary>
/// Reads secrets from files, as Docker, Kubernetes and systemd mount them. What was given as a path is never told
/// again: people put the secret itself there.
/// </summary>
sealed class SecretFile(ICollection<SettingFault> faults, ICollection<string> files)
{
    const int LimitBytes = 64 * 1024;

    /// <summary>The text in a file, or <see langword="null"/> where that is a fault.</summary>
    public string? Read(string place, string path, string example)
    {
        try
        {
            if (new FileInfo(path).Length > LimitBytes)
                throw new IOException("the file is too large for a secret");
            // Editors and shells end a file with a newline that is no part of the secret.
            var text = File.ReadAllText(path).TrimEnd('\r', '\n');
            files.Add(path);
            return text;
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            faults.Add(new(place, $"names a file that cannot be read ({e.GetType().Name}); "
                + "it is a path, not the secret itself", example));
            return null;
        }
    }
}
