using System.Reflection;

namespace Payhook.Cli;

/// <summary>The mock events that come with the program, by name: authorized, captured, failed.</summary>
static class MockPayloads
{
    const string Prefix = "mock/payment_", Suffix = ".json";

    static readonly Assembly Assembly = typeof(MockPayloads).Assembly;

    public static IReadOnlyList<string> Names { get; } = [.. Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(name => name[Prefix.Length..^Suffix.Length]).Order(StringComparer.Ordinal)];

    /// <summary>The bytes of a mock event, or <see langword="null"/> where none has that name.</summary>
    public static byte[]? Find(string name)
    {
        using var stream = Assembly.GetManifestResourceStream(
            Prefix + name.Replace("payment_", "", StringComparison.Ordinal) + Suffix);
        if (stream is null) return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
