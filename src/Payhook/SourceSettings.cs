using Payhook.Providers;

namespace Payhook;

/// <summary>
/// Reads the one source a provider that variables can make: for most there is no more to configure, and no file.
/// </summary>
/// <param name="variable">The environment.</param>
/// <param name="takenVariables">What payhook.json refers to: it says there what that is for.</param>
/// <param name="read">Takes the faults.</param>
sealed class SourceSettings(
    Func<string, string?> variable, IReadOnlySet<string> takenVariables, SettingReader read)
{
    const string Origin = "environment";

    /// <summary>Every source but the default one, with its keys where they could be read.</summary>
    public IReadOnlyList<(SourceGiven Given, Keys? Keys)> Sources()
    {
        var sources = new List<(SourceGiven, Keys?)>();
        foreach (var provider in ProviderCatalog.All)
        {
            if (provider.Name == SourceVariables.DefaultSource) continue;
            var given = Given(provider, Origin);
            var isTaken = takenVariables.Contains(provider.SecretVariable);
            var (isSet, keys) = isTaken ? (false, null) : read.Keys(provider, provider.SecretVariable);
            if (isSet) sources.Add((given, keys));
            else if (!isTaken && HasKeysElsewhere(given)) sources.Add((given, new([], [], 0)));
            else TellStrays(provider);
        }
        return sources;
    }

    /// <summary>Whether the source can look its keys up, so that it needs none here.</summary>
    public static bool HasKeysElsewhere(SourceGiven given) =>
        SourceVariables.ApiOf(given.Provider) is { StandsForKeys: true }
        && given.Has(SourceMember.ApiId) && given.Has(SourceMember.ApiSecret);

    /// <summary>What is said of a provider's source beside its keys.</summary>
    public SourceGiven Given(Provider provider, string origin)
    {
        var given = new SourceGiven(provider.Name, provider, "", origin);
        foreach (var member in SourceVariables.MembersOf(provider))
        {
            var name = SourceVariables.Of(provider, member)!;
            var text = variable(name);
            if (string.IsNullOrWhiteSpace(text)) continue;
            given.Add(member, member == SourceMember.AllowedIps
                ? [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(part => new Given(name, part))]
                : [new(name, text)]);
        }
        return given;
    }

    /// <summary>A setting of a source that is not there would be believed to hold.</summary>
    public void TellStrays(Provider provider)
    {
        foreach (var member in SourceVariables.OursAlone)
        {
            if (SourceVariables.Of(provider, member) is not { } name || takenVariables.Contains(name)) continue;
            if (string.IsNullOrWhiteSpace(variable(name))) continue;
            var reason = takenVariables.Contains(provider.SecretVariable)
                ? $"payhook.json has taken {provider.SecretVariable}, so say it there"
                : $"{provider.SecretVariable} is not, so there is no source that it could belong to";
            read.Faults.Add(new(name, $"is set, and {reason}", $"{provider.SecretVariable}=…"));
        }
    }
}
