using System.Globalization;

namespace Payhook;

/// <summary>Compares one place of a JSON body.</summary>
/// <param name="Path">Names between dots, with <c>[0]</c> for items: <c>data.object.amount</c>.</param>
/// <param name="Operator">One of <see cref="Operators"/>.</param>
/// <param name="Value">Compared as a number where both are numbers, else as text.</param>
sealed record PathComparison(string Path, string Operator, string Value)
{
    public const int PathLimitChars = 200, ValueLimitChars = 500, StepsLimit = 16;

    public static IReadOnlyList<string> Operators { get; } = ["=", "!=", "<", "<=", ">", ">=", "exists"];

    /// <summary>The names and numbers of a path, in its order; null where it is none.</summary>
    public static IReadOnlyList<string>? Steps(string path)
    {
        if (path.Length is 0 or > PathLimitChars) return null;
        var steps = new List<string>();
        var parts = path.Split('.');
        for (var i = 0; i < parts.Length; i++)
        {
            var bracket = parts[i].IndexOf('[', StringComparison.Ordinal);
            var name = bracket < 0 ? parts[i] : parts[i][..bracket];
            if (name.Contains(']', StringComparison.Ordinal) || name.Any(char.IsControl)) return null;
            // A body that is a list begins with an item.
            if (name.Length == 0 && (i > 0 || bracket < 0)) return null;
            if (name.Length > 0) steps.Add(name);
            for (var rest = bracket < 0 ? "" : parts[i][bracket..]; rest.Length > 0;)
            {
                var end = rest.IndexOf(']', StringComparison.Ordinal);
                if (end < 2 || rest[0] != '[' || !int.TryParse(rest.AsSpan(1, end - 1), NumberStyles.None,
                        CultureInfo.InvariantCulture, out var item)) return null;
                steps.Add(item.ToString(CultureInfo.InvariantCulture));
                rest = rest[(end + 1)..];
            }
        }
        return steps.Count <= StepsLimit ? steps : null;
    }
}
