using System.Buffers;

namespace Payhook.Cli;

/// <summary>A header as people type it, <c>Name: value</c>.</summary>
static class HeaderLine
{
    static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static bool IsOne(string line)
    {
        var colon = line.IndexOf(':');
        return colon > 0 && line.AsSpan(0, colon).IndexOfAnyExcept(NameCharacters) < 0 && !line.Any(char.IsControl);
    }

    /// <summary>Splits what <see cref="IsOne"/> found to be a header.</summary>
    public static KeyValuePair<string, string> Split(string line)
    {
        var colon = line.IndexOf(':');
        return new(line[..colon].Trim(), line[(colon + 1)..].Trim());
    }
}
