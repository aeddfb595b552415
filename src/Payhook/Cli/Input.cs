using Payhook.Providers;

namespace Payhook.Cli;

/// <summary>What commands read: a body from a file or standard input, and the keys of a sender.</summary>
static class Input
{
    const int BodyLimitBytes = 64 << 20;
    const int SecretFileLimitBytes = 64 * 1024;

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

    /// <summary>The environment, and a <c>.env</c> file that never overrides it.</summary>
    /// <exception cref="FormatException">The file cannot be read; the message names the line.</exception>
    public static Func<string, string?> Variables()
    {
        var file = EnvFile.Read(".env");
        return name => Environment.GetEnvironmentVariable(name) ?? file.GetValueOrDefault(name);
    }

    /// <summary>
    /// A provider's keys from its variable; Razorpay's are those that the listener has, its default among them.
    /// </summary>
    public static (IReadOnlyList<Secret> Keys, IReadOnlyList<SettingFault> Faults) KeysOfSettings(
        Provider provider, Func<string, string?> variable)
    {
        var text = variable(provider.SecretVariable);
        var isOfListener = provider.Name == "razorpay"
            && (text is null || (variable("WEBHOOK_SECRET") ?? variable("WEBHOOK_SECRET_FILE")) is not null);
        if (isOfListener)
        {
            var read = new SettingReader(variable);
            var keys = read.Secrets().All;
            return (read.Faults.Count == 0 ? keys : [], read.Faults);
        }
        var example = $"{provider.SecretVariable}=… with the key from {provider.DisplayName}'s dashboard";
        if (string.IsNullOrWhiteSpace(text))
            return ([], [new(provider.SecretVariable, "is not set, nor --secret or --secret-file given", example)]);
        var found = Keys(provider, text);
        return found.Count > 0
            ? (found, [])
            : ([], [new(provider.SecretVariable, "is " + WrongForm(provider), example)]);
    }

    /// <summary>The keys in a file, whose last line end belongs to none of them.</summary>
    public static (IReadOnlyList<Secret> Keys, IReadOnlyList<SettingFault> Faults) KeysOfFile(
        Provider provider, string path)
    {
        const string example = "--secret-file /run/secrets/webhook";
        try
        {
            if (new FileInfo(path).Length > SecretFileLimitBytes) throw new IOException("too large for a secret");
            var found = Keys(provider, File.ReadAllText(path).TrimEnd('\r', '\n'));
            return found.Count > 0
                ? (found, [])
                : ([], [new("--secret-file", "names a file whose text is " + WrongForm(provider), example)]);
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return ([], [new("--secret-file", $"names what cannot be read ({e.GetType().Name})", example)]);
        }
    }

    /// <summary>What a text is that does not have the form of a provider's keys.</summary>
    public static string WrongForm(Provider provider) => $"no key of {provider.DisplayName}: " + provider.KeyForm switch
    {
        KeyForm.Hex => "hexadecimal digits",
        KeyForm.Base64 => "base64, whsec_ before it where it came so",
        KeyForm.UserAndPassword => "a user name and a password, joined by a colon",
        KeyForm.PublicKey => "a public key in PEM or as a JSON Web Key",
        KeyForm.WebhookId => "the id of a webhook",
        _ => "a text that is not empty",
    } + " is needed";

    /// <summary>Several are separated by commas; the whole counts too, since a key may contain one.</summary>
    static List<Secret> Keys(Provider provider, string text)
    {
        var parts = provider.KeyForm == KeyForm.PublicKey
            ? [text]
            : text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] texts = parts is [var only] && only == text ? parts : [.. parts, text];
        var keys = new List<Secret>();
        foreach (var part in texts)
        {
            if (provider.TryReadKey(part, out var key)) keys.Add(key!);
        }
        return keys;
    }
}
