using System.Text;

namespace Payhook;

/// <summary>
/// Puts variables into the texts of payhook.json, so that the file can be kept with the code and the secrets cannot.
/// </summary>
sealed class ConfigText(Func<string, string?> variable)
{
    readonly HashSet<string> _variables = new(StringComparer.Ordinal);

    /// <summary>The variables that were referred to.</summary>
    public IReadOnlySet<string> Variables => _variables;

    /// <summary>
    /// Replaces <c>${NAME}</c> and <c>${NAME:-default}</c>, once; <c>$${</c> stands for <c>${</c> itself.
    /// </summary>
    /// <exception cref="FormatException">A reference is wrong, or its variable is not set.</exception>
    public string Expand(string text)
    {
        var expanded = new StringBuilder();
        var position = 0;
        while (true)
        {
            var start = text.IndexOf("${", position, StringComparison.Ordinal);
            if (start < 0) return expanded.Append(text, position, text.Length - position).ToString();
            expanded.Append(text, position, start - position);
            if (start > position && text[start - 1] == '$')
            {
                expanded.Append('{'); // the dollar before it stands already
                position = start + 2;
                continue;
            }
            var end = text.IndexOf('}', start);
            if (end < 0) throw new FormatException("opens a ${ that is never closed; write $${ for the characters");
            expanded.Append(Value(text[(start + 2)..end]));
            position = end + 1;
        }
    }

    string Value(string reference)
    {
        var colon = reference.IndexOf(":-", StringComparison.Ordinal);
        var name = colon < 0 ? reference : reference[..colon];
        if (name.Length == 0 || char.IsAsciiDigit(name[0])
            || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            throw new FormatException("has a ${…} that holds no name of a variable; write $${ for the characters");
        _variables.Add(name);
        var value = variable(name);
        if (colon >= 0) return string.IsNullOrEmpty(value) ? reference[(colon + 2)..] : value;
        return value ?? throw new FormatException($"refers to the variable {name}, which is not set");
    }
}
