using System.Globalization;
using System.Net;
using System.Text;
using Payhook.Providers;
using Payhook.Store;

namespace Payhook;

/// <summary>
/// Turns texts into settings and collects what is wrong with them, so that all faults are told at once.
/// </summary>
sealed class SettingReader(Func<string, string?> variable)
{
    const int ApiKeyCharsMinimum = 16;
    const int SecretFileLimitBytes = 64 * 1024;

    public List<SettingFault> Faults { get; } = [];

    public (IReadOnlyList<Secret> All, Secret Signing, bool IsDefault) Secrets()
    {
        var placeholder = new Secret(Settings.DefaultSecret);
        var (name, whole) = SecretText();
        const string example = "WEBHOOK_SECRET=$(openssl rand -hex 32)";
        if (whole is null) return ([placeholder], placeholder, Faults.Count == 0);
        if (whole.Trim().Length == 0)
            Faults.Add(new(name, "is empty, and without a secret nothing can be verified", example));
        else if (whole.Trim() != whole) Faults.Add(new(name, "begins or ends with white space", example));
        var parts = whole.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (whole.Trim().Length > 0 && parts.Length == 0) Faults.Add(new(name, "holds nothing but commas", example));
        if (parts.Length == 0) return ([placeholder], placeholder, false); // told as a fault above

        // The whole value counts too: a secret made before there could be several may contain a comma.
        var texts = parts.Length == 1 && parts[0] == whole ? parts : [.. parts, whole];
        var secrets = texts.Select(t => new Secret(t)).ToArray();
        return (secrets, secrets[0], texts.Contains(Settings.DefaultSecret, StringComparer.Ordinal));
    }

    public DatabaseUrl Database()
    {
        try
        {
            return DatabaseUrl.Parse(Text("DATABASE_URL"));
        }
        catch (FormatException e)
        {
            Faults.Add(new("DATABASE_URL", e.Message, DatabaseUrl.Example));
            return new("invalid", null);
        }
    }

    public IReadOnlyList<IPAddress?> Hosts()
    {
        var hosts = new List<IPAddress?>();
        foreach (var host in Text("HOST").Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) hosts.Add(null);
            else if (host == "*") hosts.Add(IPAddress.IPv6Any);
            else if (IPAddress.TryParse(host.Trim('[', ']'), out var address)) hosts.Add(address);
            else Faults.Add(new("HOST",
                $"names {Shown(host)}, which is neither localhost nor an IP address", "HOST=0.0.0.0"));
        }
        if (hosts.Count == 0 && Faults.All(f => f.Name != "HOST"))
            Faults.Add(new("HOST", "names no address", "HOST=localhost"));
        return hosts;
    }

    public IReadOnlyList<Secret> ApiKeys()
    {
        var keys = Text("API_KEYS").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (keys.Any(k => k.Length < ApiKeyCharsMinimum))
            Faults.Add(new("API_KEYS",
                $"has a key of fewer than {ApiKeyCharsMinimum} characters", "API_KEYS=$(openssl rand -hex 32)"));
        return [.. keys.Where(k => k.Length > 0).Select(k => new Secret(k))];
    }

    public decimal Number(string name, decimal minimum, decimal maximum, bool isWhole = true)
    {
        var text = Text(name);
        var style = isWhole ? NumberStyles.None : NumberStyles.AllowDecimalPoint;
        if (decimal.TryParse(text, style, CultureInfo.InvariantCulture, out var number)
            && number >= minimum && number <= maximum) return number;
        var kind = isWhole ? "a whole number" : "a number";
        var range = maximum == long.MaxValue ? $"of at least {minimum}" : $"from {minimum} to {maximum}";
        Faults.Add(new(name, $"is {Shown(text)}, which is not {kind} {range}", $"{name}={Default(name)}"));
        return minimum;
    }

    public T Choice<T>(string name, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        var text = Text(name).ToLowerInvariant();
        var words = new StringBuilder();
        foreach (var (word, value) in choices)
        {
            if (word == text) return value;
            words.Append(words.Length == 0 ? "" : ", ").Append(word);
        }
        Faults.Add(new(name, $"is {Shown(text)}, which is none of {words}", $"{name}={Default(name)}"));
        return choices[0].Value;
    }

    string Text(string name)
    {
        var text = variable(name);
        return string.IsNullOrWhiteSpace(text) ? Default(name) : text.Trim();
    }

    static string Default(string name) => Settings.All.Single(s => s.Name == name).Default;

    /// <summary>A value quoted for a message: short, and on one line.</summary>
    static string Shown(string text)
    {
        var line = new string([.. text.Take(40).Select(c => char.IsControl(c) ? '?' : c)]);
        return $"'{line}{(text.Length > 40 ? "…" : "")}'";
    }

    (string Name, string? Text) SecretText()
    {
        const string fileSetting = "WEBHOOK_SECRET_FILE";
        var path = variable(fileSetting);
        if (string.IsNullOrEmpty(path)) return ("WEBHOOK_SECRET", variable("WEBHOOK_SECRET"));
        if (variable("WEBHOOK_SECRET") is not null)
            Faults.Add(new(fileSetting,
                "is set beside WEBHOOK_SECRET, and only one of them can hold",
                $"{fileSetting}=/run/secrets/webhook"));
        try
        {
            if (new FileInfo(path).Length > SecretFileLimitBytes)
                throw new IOException("the file is too large for a secret");
            // Editors and shells end a file with a newline that is no part of the secret.
            return (fileSetting, File.ReadAllText(path).TrimEnd('\r', '\n'));
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Faults.Add(new(fileSetting,
                $"names {Shown(path)}, which cannot be read ({e.GetType().Name})",
                $"{fileSetting}=/run/secrets/webhook"));
            return (fileSetting, null);
        }
    }
}
