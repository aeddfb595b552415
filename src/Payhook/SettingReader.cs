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
    const string FileEnding = "_FILE";

    public List<SettingFault> Faults { get; } = [];

    /// <summary>Reads files that hold secrets, and remembers which they were.</summary>
    public SecretFile Files => new(Faults, SecretFiles);

    /// <summary>The files that secrets were read from, or may stand in.</summary>
    public List<string> SecretFiles { get; } = [];

    /// <summary>The keys that the first variable of several, or its file, holds.</summary>
    /// <returns>Whether any is set; then the keys are <see langword="null"/> only where there is a fault.</returns>
    public (bool IsSet, Keys? Keys) Keys(Provider provider, params ReadOnlySpan<string> names)
    {
        var set = new List<string>();
        foreach (var name in names)
        {
            // An empty path is no path; an empty secret was meant to be one.
            if (!string.IsNullOrEmpty(variable(name + FileEnding))) set.Insert(0, name + FileEnding);
            if (variable(name) is not null) set.Add(name);
        }
        if (set.Count == 0) return (false, null);
        var (place, text) = (set[0], variable(set[0]));
        if (set.Count > 1)
            Faults.Add(new(place, $"is set beside {set[1]}, and only one of them can hold", FileExample(place)));
        if (place.EndsWith(FileEnding, StringComparison.Ordinal)) text = Files.Read(place, text!, FileExample(place));
        var example = provider.Name == SourceVariables.DefaultSource
            ? $"{names[0]}=$(openssl rand -hex 32)"
            : $"{names[0]}='the key that {provider.DisplayName} shows'";
        return (true, text is null ? null : new KeyReader(Faults).Read(provider, new(place, text), example));
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
                $"names {Given.Shown(host)}, which is neither localhost nor an IP address", "HOST=0.0.0.0"));
        }
        if (hosts.Count == 0 && Faults.All(f => f.Name != "HOST"))
            Faults.Add(new("HOST", "names no address", "HOST=localhost"));
        return hosts;
    }

    public IReadOnlyList<Secret> ApiKeys()
    {
        var text = Text("API_KEYS");
        var keys = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (text.Length > 0 && keys.Length == 0)
            Faults.Add(new("API_KEYS", "holds nothing but commas", "API_KEYS=$(openssl rand -hex 32)"));
        if (keys.Any(k => k.Length < ApiKeyCharsMinimum))
            Faults.Add(new("API_KEYS",
                $"has a key of fewer than {ApiKeyCharsMinimum} characters", "API_KEYS=$(openssl rand -hex 32)"));
        return [.. keys.Select(k => new Secret(k))];
    }

    public AdminPassword? AdminPassword()
    {
        const string name = "ADMIN_PASSWORD", hashName = name + "_HASH";
        var (text, hash) = (SecretText(name), variable(hashName)?.Trim());
        var (hasText, hasHash) = (!string.IsNullOrWhiteSpace(text), !string.IsNullOrEmpty(hash));
        if (hasText && hasHash)
            Faults.Add(new(hashName, $"is set beside {name}, and only one of them can hold", $"{hashName}=…"));
        if (hasHash)
        {
            if (Payhook.AdminPassword.OfHash(hash!) is { } password) return password;
            Faults.Add(new(hashName, "is no hash of a password as payhook password hash prints it; some files want "
                + "each $ in it doubled", $"{hashName}=$(payhook password hash)"));
            return null;
        }
        if (!hasText) return null;
        if (Payhook.AdminPassword.IsChoosable(text!)) return Payhook.AdminPassword.OfText(text!);
        Faults.Add(new(name, $"is not {Payhook.AdminPassword.Rule}", $"{name}=$(openssl rand -base64 18)"));
        return null;
    }

    /// <summary>The OpenID provider; nothing where OIDC_ISSUER is not set, and then nothing of it is a fault.</summary>
    public OidcSettings? Oidc()
    {
        var (issuer, clientId, name) = (Text("OIDC_ISSUER"), Text("OIDC_CLIENT_ID"), Text("OIDC_NAME"));
        var (secret, claim) = (SecretText("OIDC_CLIENT_SECRET")?.Trim(), Text("OIDC_ROLE_CLAIM"));
        var scopes = Text("OIDC_SCOPES").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var roles = new OidcRoles(List("OIDC_VIEWER"), List("OIDC_OPERATOR"), List("OIDC_ADMIN"), List("OIDC_PII"));
        if (issuer.Length == 0) return null;
        var faultsBefore = Faults.Count;
        if (!OidcSettings.IsIssuer(issuer))
            Faults.Add(new("OIDC_ISSUER", "is no address that begins with https://",
                "OIDC_ISSUER=https://login.example.com"));
        if (clientId.Length == 0)
            Faults.Add(new("OIDC_CLIENT_ID", "is not set, and OIDC_ISSUER is", "OIDC_CLIENT_ID=payhook"));
        if (string.IsNullOrEmpty(secret))
            Faults.Add(new("OIDC_CLIENT_SECRET", "is not set, and OIDC_ISSUER is", "OIDC_CLIENT_SECRET=…"));
        if (!scopes.Contains("openid"))
            Faults.Add(new("OIDC_SCOPES", "lacks openid", $"OIDC_SCOPES={Default("OIDC_SCOPES")}"));
        if (roles.Viewer.Count + roles.Operator.Count + roles.Admin.Count == 0)
            Faults.Add(new("OIDC_ADMIN", "is not set, nor OIDC_OPERATOR nor OIDC_VIEWER, so nobody could get in",
                "OIDC_ADMIN=payhook-admins"));
        if (Faults.Count > faultsBefore) return null;
        var uri = new Uri(issuer);
        return new(uri, clientId, secret!, name.Length > 0 ? name : uri.Host, claim, scopes, roles);

        string[] List(string setting) =>
            Text(setting).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    public PiiPaths PiiPaths()
    {
        var (paths, fault) = Payhook.PiiPaths.Parse(Text("PII_PATHS"));
        if (fault is not null) Faults.Add(new("PII_PATHS", fault, "PII_PATHS=+notes,metadata.customer*"));
        return paths ?? Payhook.PiiPaths.Parse(Payhook.PiiPaths.Default).Paths!;
    }

    public PrivateDestinations PrivateDestinations()
    {
        var (allowed, fault) = Payhook.PrivateDestinations.Parse(Text("ALLOW_PRIVATE_DESTINATIONS"));
        if (fault is not null)
            Faults.Add(new("ALLOW_PRIVATE_DESTINATIONS", fault, Payhook.PrivateDestinations.Example));
        return allowed ?? Payhook.PrivateDestinations.None;
    }

    public decimal Number(string name, decimal minimum, decimal maximum, bool isWhole = true)
    {
        var text = Text(name);
        var style = isWhole ? NumberStyles.None : NumberStyles.AllowDecimalPoint;
        if (decimal.TryParse(text, style, CultureInfo.InvariantCulture, out var number)
            && number >= minimum && number <= maximum) return number;
        var kind = isWhole ? "a whole number" : "a number";
        var range = maximum == long.MaxValue ? $"of at least {minimum}" : $"from {minimum} to {maximum}";
        Faults.Add(new(name, $"is {Given.Shown(text)}, which is not {kind} {range}", $"{name}={Default(name)}"));
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
        Faults.Add(new(name, $"is {Given.Shown(text)}, which is none of {words}", $"{name}={Default(name)}"));
        return choices[0].Value;
    }

    /// <summary>The folder that a setting names, or <see langword="null"/> where it is not set.</summary>
    public string? Folder(string name)
    {
        var path = Text(name);
        if (path.Length == 0) return null;
        if (!Directory.Exists(path))
            Faults.Add(new(name, $"names {Given.Shown(path)}, which is no folder", $"{name}=/etc/payhook/paypal"));
        return path;
    }

    /// <summary>A secret from its variable or from its file; nothing where neither is set.</summary>
    string? SecretText(string name)
    {
        var (place, text) = (name + FileEnding, variable(name));
        if (variable(place)?.Trim() is not { Length: > 0 } path) return text;
        if (!string.IsNullOrWhiteSpace(text))
            Faults.Add(new(place, $"is set beside {name}, and only one of them can hold", FileExample(place)));
        return Files.Read(place, path, FileExample(place));
    }

    string Text(string name)
    {
        var text = variable(name);
        return string.IsNullOrWhiteSpace(text) ? Default(name) : text.Trim();
    }

    static string Default(string name) => Settings.All.Single(s => s.Name == name).Default;

    static string FileExample(string name) => name.EndsWith(FileEnding, StringComparison.Ordinal)
        ? $"{name}=/run/secrets/webhook"
        : $"{name}=…";
}
