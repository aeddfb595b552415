using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Payhook.Providers;

namespace Payhook.Mock;

/// <summary>The mock events that come with the program, so that everybody can try it without an account.</summary>
static class MockPayloads
{
    const string Folder = "mock/", LongPrefix = "payment_", Suffix = ".json";
    const string FirstProvider = "razorpay";
    const int FreshChars = 12;

    /// <summary>What the ids of all mock events end in, and of nothing else in them.</summary>
    static readonly string[] IdEnds = ["_014", "X014"];

    /// <summary>What can happen to a payment, in the order in which it does.</summary>
    static readonly string[] Happenings =
        ["authorized", "captured", "failed", "partially-refunded", "refunded", "disputed"];

    static readonly Assembly Assembly = typeof(MockPayloads).Assembly;

    /// <summary>The three that lie at the top of <c>mock_payloads</c>, for Razorpay.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder + LongPrefix, StringComparison.Ordinal))
        .Select(name => name[(Folder + LongPrefix).Length..^Suffix.Length]).Order(StringComparer.Ordinal)];

    /// <summary>The bytes of one of <see cref="Names"/>, or <see langword="null"/> where none has that name.</summary>
    public static byte[]? Find(string name) => Read(LongPrefix + Short(name));

    /// <summary>The mock events of a provider.</summary>
    public static IReadOnlyList<string> NamesOf(string provider) =>
        [.. Happenings.Where(name => Find(provider, name) is not null)];

    /// <summary>The bytes of a provider's mock event, or <see langword="null"/> where none has that name.</summary>
    public static byte[]? Find(string provider, string name) =>
        (provider == FirstProvider ? Find(name) : null) ?? Read($"{provider}/{Short(name)}");

    /// <summary>The providers that have mock events.</summary>
    public static IEnumerable<Provider> Providers() => ProviderCatalog.All.Where(p => NamesOf(p.Name).Count > 0);

    /// <summary>An end of ids that no event has had before.</summary>
    public static string FreshEnd() =>
        RandomNumberGenerator.GetString("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", FreshChars);

    /// <summary>
    /// A mock event with other ids; with one end those of several events still name the same payment.
    /// </summary>
    public static byte[] WithIds(byte[] body, string end)
    {
        var text = Encoding.UTF8.GetString(body);
        foreach (var old in IdEnds) text = text.Replace(old, old[0] == '_' ? '_' + end : end, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text);
    }

    static string Short(string name) => name.Replace(LongPrefix, "", StringComparison.Ordinal);

    static byte[]? Read(string name)
    {
        using var stream = Assembly.GetManifestResourceStream(Folder + name + Suffix);
        if (stream is null) return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
