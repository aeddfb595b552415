using System.Text.Json;

namespace Payhook;

/// <summary>
/// What all readers of settings in JSON share: which members may be there, what kind they are, and faults that lead to
/// their place.
/// </summary>
/// <param name="faults">Takes the faults.</param>
/// <param name="texts">Puts variables into texts; null where texts stand for themselves.</param>
sealed class ConfigMembers(ICollection<SettingFault> faults, ConfigText? texts = null)
{
    /// <summary>The file's name; null where it is no file, and lines say nothing.</summary>
    public string? File { get; set; }

    public int FaultCount => faults.Count;

    public string Place(ConfigValue value) =>
        File is not null ? $"{File} {value.Place}" : value.Path.Length > 0 ? value.Path : "the body";

    public void Fault(ConfigValue value, string fault, string example) =>
        faults.Add(new(Place(value), fault, example.Trim()));

    /// <summary>The members of an object that may be there; the others are faults.</summary>
    public IReadOnlyList<(string Name, ConfigValue Value)> Known(ConfigValue value, IReadOnlyList<string> names)
    {
        var known = new List<(string, ConfigValue)>();
        foreach (var member in Unique(value))
        {
            if (names.Contains(member.Name)) known.Add(member);
            else Fault(member.Value, $"is not known here; {Nearest.Hint(member.Name, names)}",
                $"\"{Nearest.Find(member.Name, names) ?? names[0]}\": …");
        }
        return known;
    }

    /// <summary>Of a name that comes twice one would be ignored in silence.</summary>
    public IEnumerable<(string Name, ConfigValue Value)> Unique(ConfigValue value)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.Members)
        {
            if (names.Add(member.Name)) yield return member;
            else Fault(member.Value, "comes twice", "each name once");
        }
    }

    /// <summary>The text of a value with its variables put in, or <see langword="null"/> where it is a fault.</summary>
    public Given? Text(ConfigValue value, bool mayBeNumber = false)
    {
        var isScalar = value.Kind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;
        if (mayBeNumber && isScalar) return new(Place(value), value.Text);
        if (!IsKind(value, JsonValueKind.String)) return null;
        if (texts is null) return new(Place(value), value.Text);
        try
        {
            var text = texts.Expand(value.Text);
            return new(Place(value), text, IsHidden: text != value.Text);
        }
        catch (FormatException e)
        {
            Fault(value, e.Message, "\"${STRIPE_EU_SECRET}\" or \"${STRIPE_EU_SECRET:-a default}\"");
            return null;
        }
    }

    public bool IsKind(ConfigValue value, JsonValueKind kind)
    {
        if (value.Kind == kind) return true;
        var (word, example) = kind switch
        {
            JsonValueKind.Object => ("an object", "{ }"),
            JsonValueKind.Array => ("a list of texts", "[ \"…\" ]"),
            _ => ("a text", "\"…\""),
        };
        Fault(value, $"is not {word}", example);
        return false;
    }
}
