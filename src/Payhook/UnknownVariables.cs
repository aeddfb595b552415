using Payhook.Providers;

namespace Payhook;

/// <summary>
/// Finds variables that are nearly ours: a slip in a name is otherwise told by nothing but refused deliveries. Only a
/// warning, because a variable may belong to another program.
/// </summary>
static class UnknownVariables
{
    const int EndingCharsMinimum = 5;

    /// <summary>What variables of ours begin with, up to their first underscore.</summary>
    static readonly HashSet<string> Prefixes =
    [
        "PAYHOOK", "WEBHOOK",
        .. ProviderCatalog.All.SelectMany(p => new[] { SourceVariables.Prefix(p), p.SecretVariable }).Select(First),
    ];

    /// <summary>One line for each variable that looks like a slip.</summary>
    /// <param name="names">All variables that are set.</param>
    /// <param name="takenVariables">What payhook.json refers to.</param>
    public static IEnumerable<string> Warnings(IEnumerable<string> names, IReadOnlySet<string> takenVariables)
    {
        var known = Settings.All.Select(s => s.Name).ToHashSet();
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (known.Contains(name) || takenVariables.Contains(name)) continue;
            var upper = name.ToUpperInvariant();
            var prefix = First(upper);
            if (!Prefixes.Contains(prefix) || upper.Length - prefix.Length <= EndingCharsMinimum) continue;
            var sameStart = known.Where(k => First(k) == prefix);
            if (Nearest.Find(upper, sameStart) is { } meant)
                yield return $"{name} is set and is no setting; {meant} is probably meant";
        }
    }

    static string First(string name) => name.Split('_')[0];
}
