using Payhook.Providers;

namespace Payhook;

/// <summary>
/// Puts the sources together: the default one, one a provider from variables, any number from payhook.json. Decides
/// whether the default one is there, and holds the sources against each other.
/// </summary>
sealed class SourceList(Func<string, string?> variable, SettingReader read, long bodiesLimitBytes)
{
    readonly SourceMaker _maker = new(read.Faults, bodiesLimitBytes);

    /// <summary>The sources and what was found about all of them together.</summary>
    public sealed record Result(
        IReadOnlyList<Source> Sources, bool UsesDefaultSecret, IReadOnlySet<string> TakenVariables,
        IReadOnlyList<string> Warnings, IReadOnlyList<DestinationGiven> Destinations);

    static Provider DefaultProvider { get; } = ProviderCatalog.Find(SourceVariables.DefaultSource)!;

    /// <summary>
    /// The keys of the default source; where none are given the public default, which only a loopback address takes.
    /// </summary>
    public static (bool IsSet, Keys? Keys) DefaultKeys(SettingReader read)
    {
        var (isSet, keys) = read.Keys(DefaultProvider, "WEBHOOK_SECRET", DefaultProvider.SecretVariable);
        return isSet ? (true, keys) : (false, new([new(Settings.DefaultSecret)], [Settings.DefaultSecret], 1));
    }

    /// <summary>1 payhook.json, 2 variables, 3 the default source, 4 no name twice, 5 destinations.</summary>
    public Result Read(bool isLoopbackOnly, PrivateDestinations allowed)
    {
        // 1 payhook.json; what it refers to makes no source of its own
        var file = new ConfigFile(variable, read);
        var given = file.Sources(ConfigPath()).ToList();

        // 2 variables
        var environment = new SourceSettings(variable, file.Variables, read);
        given.InsertRange(0, environment.Sources());

        // 3 the default source
        var isTaken = file.Variables.Contains("WEBHOOK_SECRET")
            || file.Variables.Contains(DefaultProvider.SecretVariable);
        var (isSet, keys) = isTaken ? (false, null) : DefaultKeys(read);
        var isReplaced = given.Any(g => g.Given.Name == SourceVariables.DefaultSource);
        // Nobody who configured other senders has to invent a secret for one that is not there.
        var isLeftOut = isTaken || (!isSet && (isReplaced || (!isLoopbackOnly && given.Count > 0)));
        var usesDefaultSecret = !isLeftOut && keys?.Texts.Contains(Settings.DefaultSecret) == true;
        if (isLeftOut) environment.TellStrays(DefaultProvider);
        else given.Insert(0, (environment.Given(DefaultProvider, isSet ? "environment" : "default"), keys));
        if (usesDefaultSecret && !isLoopbackOnly)
            read.Faults.Add(new("WEBHOOK_SECRET",
                $"is the public default ({Settings.DefaultSecret}), which is accepted on loopback addresses only, "
                + "and HOST names others",
                "WEBHOOK_SECRET=$(openssl rand -hex 32)"));

        // 4 no name twice
        foreach (var twice in given.GroupBy(g => g.Given.Name).Where(g => g.Count() > 1))
        {
            var last = twice.Last().Given;
            read.Faults.Add(new(last.PlaceOf(SourceMember.Secret),
                $"makes a second source of the name {last.Name}; payhook.json can refer to the variable of the first",
                $"\"secret\": \"${{{last.Provider.SecretVariable}}}\""));
        }
        Source[] sources = [.. given.Select(g => _maker.Make(g.Given, g.Keys))];

        // 5 destinations, which may name sources
        var destinations = file.Destinations(
            new() { SourceNames = [.. sources.Select(s => s.Name)], Allowed = allowed });
        return new(sources, usesDefaultSecret, file.Variables, [.. SharedSecrets(sources)], destinations);
    }

    string? ConfigPath()
    {
        var path = variable("PAYHOOK_CONFIG");
        if (!string.IsNullOrWhiteSpace(path)) return path.Trim();
        return File.Exists(ConfigFile.DefaultPath) ? ConfigFile.DefaultPath : null;
    }

    /// <summary>Two sources with one secret are told apart by their addresses only, which is seldom meant.</summary>
    static IEnumerable<string> SharedSecrets(Source[] sources)
    {
        for (var i = 0; i < sources.Length; i++)
        {
            for (var j = i + 1; j < sources.Length; j++)
            {
                var (a, b) = (sources[i], sources[j]);
                if (a.Provider.Name != b.Provider.Name) continue;
                if (a.Credentials.Secrets.Any(s => b.Credentials.Secrets.Any(t => IsSame(s, t))))
                    yield return $"the sources {a.Name} and {b.Name} share a secret";
            }
        }
    }

    static bool IsSame(Secret a, Secret b) => !a.Bytes.IsEmpty && a.Bytes.SequenceEqual(b.Bytes);
}
