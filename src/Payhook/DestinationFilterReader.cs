using System.Text.Json;
using Payhook.Payments;
using Payhook.Providers;

namespace Payhook;

/// <summary>
/// Reads which events a destination gets. A word that no event can have is a fault: it would let none pass.
/// </summary>
sealed class DestinationFilterReader(ConfigMembers members, DestinationRules? rules)
{
    const int ListLimitItems = 100, ItemLimitChars = 255, StarsLimit = 4;

    /// <summary>How payments stand, in the words of the answers.</summary>
    public static IReadOnlyList<string> Statuses { get; } =
        [.. Enum.GetValues<PaymentStatus>().Select(s => JsonNamingPolicy.SnakeCaseLower.ConvertName(s.ToString()))];

    static readonly string[] ProviderNames = [.. ProviderCatalog.All.Select(p => p.Name)];

    public DestinationFilter Read(ConfigValue? value)
    {
        if (value is null || !members.IsKind(value, JsonValueKind.Object)) return new();
        var values = members.Known(value, DestinationWords.FilterMembers)
            .Where(m => m.Value.Kind != JsonValueKind.Null).ToDictionary(m => m.Name, m => m.Value);
        return new()
        {
            Sources = List(values, "sources", rules?.SourceNames),
            Providers = List(values, "providers", ProviderNames),
            Types = List(values, "types", null),
            Statuses = List(values, "statuses", Statuses),
            Where = values.TryGetValue("where", out var where) ? Where(where) : null,
        };
    }

    List<string> List(Dictionary<string, ConfigValue> values, string name, IReadOnlyList<string>? words)
    {
        var list = new List<string>();
        var example = $"\"{name}\": [\"{(words is [var first, ..] ? first : "payment.*")}\"]";
        if (!values.TryGetValue(name, out var value) || !members.IsKind(value, JsonValueKind.Array)) return list;
        if (value.Items.Count > ListLimitItems) members.Fault(value, $"has more than {ListLimitItems} items", example);
        foreach (var item in value.Items.Take(ListLimitItems))
        {
            if (members.Text(item) is not { } given) continue;
            var fault = given.Text.Length is 0 or > ItemLimitChars || given.Text.Any(char.IsControl)
                ? $"is not 1 to {ItemLimitChars} characters"
                : words?.Contains(given.Text) == false ? $"is not known; {Nearest.Hint(given.Text, words)}"
                : given.Text.Count(c => c == '*') > StarsLimit ? $"has more than {StarsLimit} stars"
                : null;
            if (fault is null) list.Add(given.Text);
            else members.Fault(item, fault, example);
        }
        return list;
    }

    PathComparison? Where(ConfigValue where)
    {
        const string example =
            "\"where\": { \"path\": \"payload.payment.entity.amount\", \"operator\": \">=\", \"value\": 100000 }";
        if (!members.IsKind(where, JsonValueKind.Object)) return null;
        var texts = members.Known(where, DestinationWords.WhereMembers).Where(m => m.Value.Kind != JsonValueKind.Null)
            .ToDictionary(m => m.Name, m => (m.Value, members.Text(m.Value, mayBeNumber: m.Name == "value")?.Text));
        var (path, comparison) = (texts.GetValueOrDefault("path"), texts.GetValueOrDefault("operator"));
        var (word, value) = (comparison.Text ?? "=", texts.GetValueOrDefault("value"));
        if (path.Text is null || PathComparison.Steps(path.Text) is null)
            members.Fault(path.Value ?? where, "has no path, which is names between dots, with [0] for items", example);
        if (!PathComparison.Operators.Contains(word))
            members.Fault(comparison.Value!, $"is none of {string.Join(' ', PathComparison.Operators)}", example);
        else if ((word == "exists") != (value.Text is null))
            members.Fault(where, word == "exists" ? "has a value that exists does not need" : "has no value", example);
        if (value.Text?.Length > PathComparison.ValueLimitChars)
            members.Fault(value.Value, $"has more than {PathComparison.ValueLimitChars} characters", example);
        return new(path.Text ?? "", word, value.Text ?? "");
    }
}
