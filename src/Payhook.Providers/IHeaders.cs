namespace Payhook.Providers;

/// <summary>The headers of a request, seen without knowing which web server they came through.</summary>
public interface IHeaders
{
    /// <summary>Finds a header by its name, in any letter case.</summary>
    /// <param name="name">The header's name.</param>
    /// <param name="isRepeated">True where it came more than once: a header that must be single is then not to be
    /// trusted.</param>
    /// <returns>Its (first) value, or <see langword="null"/> where it is absent.</returns>
    string? Find(string name, out bool isRepeated);

    /// <summary>Finds one of a header's several values, for the few headers that may come more than once.</summary>
    /// <param name="name">The header's name.</param>
    /// <param name="index">Which of its values, counted from 0.</param>
    /// <returns>The value, or <see langword="null"/> where there are fewer.</returns>
    string? FindAt(string name, int index);
}

/// <summary>
/// Headers kept in a dictionary, for what did not come through a web server: tests, stored and captured requests.
/// </summary>
/// <param name="values">Names, compared without case, and values; a name may come more than once.</param>
public sealed class DictionaryHeaders(IEnumerable<KeyValuePair<string, string>> values) : IHeaders
{
    readonly ILookup<string, string> _values =
        values.ToLookup(v => v.Key, v => v.Value, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public string? Find(string name, out bool isRepeated)
    {
        var found = _values[name];
        isRepeated = found.Skip(1).Any();
        return found.FirstOrDefault();
    }

    /// <inheritdoc/>
    public string? FindAt(string name, int index) => _values[name].ElementAtOrDefault(index);
}
