using Payhook.Providers;

namespace Payhook.Cli;

/// <summary>What commands read: a body from a file or standard input, and the keys of a sender.</summary>
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
        var read = new SettingReader(variable);
        var (_, keys) = provider.Name == SourceVariables.DefaultSource
            ? SourceList.DefaultKeys(read)
            : read.Keys(provider, provider.SecretVariable);
        if (read.Faults.Count > 0) return ([], read.Faults);
        if (keys is not null) return (keys.Secrets, []);
        return ([], [new(provider.SecretVariable, "is not set, nor --secret or --secret-file given",
            $"{provider.SecretVariable}=… with the key from {provider.DisplayName}'s dashboard")]);
    }

    /// <summary>The keys in a file, whose last line end belongs to none of them.</summary>
    public static (IReadOnlyList<Secret> Keys, IReadOnlyList<SettingFault> Faults) KeysOfFile(
        Provider provider, string path)
    {
        const string example = "--secret-file /run/secrets/webhook";
        var faults = new List<SettingFault>();
        if (new SecretFile(faults, []).Read("--secret-file", path, example) is not { } text) return ([], faults);
        var keys = new KeyReader(faults).Read(provider, new("--secret-file", text), example);
        return (keys?.Secrets ?? [], faults);
    }

    /// <summary>What a text is that does not have the form of a provider's keys.</summary>
    public static string WrongForm(Provider provider) =>
        $"no key of {provider.DisplayName}, which is {KeyReader.Form(provider.KeyForm)}";
}
