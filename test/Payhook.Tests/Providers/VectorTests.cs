using System.Reflection;
using System.Text;
using System.Text.Json;
using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>
/// Signatures that the providers' own SDKs made or refuse: a scheme that only agrees with itself would pass every other
/// test and refuse every real delivery.
/// </summary>
public sealed class VectorTests
{
    /// <summary>What the runner below understands; a vector with anything else would be run wrongly.</summary>
    static readonly string[] KnownMembers =
    [
        "provider", "name", "origin", "source", "secret", "headers", "body", "expect", "note", "optional", "confirmed",
    ];

    public static TheoryData<string, string> Vectors()
    {
        var rows = new TheoryData<string, string>();
        foreach (var provider in ProviderCatalog.All)
        {
            foreach (var vector in Load(provider.Name)) rows.Add(provider.Name, Text(vector, "name"));
        }
        return rows;
    }

    [Theory, MemberData(nameof(Vectors))]
    public void Agrees_with_the_providers_own_signatures(string providerName, string vectorName)
    {
        var provider = ProviderCatalog.Find(providerName)!;
        var vector = Load(providerName).Single(v => Text(v, "name") == vectorName);
        var headers = new DictionaryHeaders(vector.GetProperty("headers").EnumerateObject()
            .Select(h => KeyValuePair.Create(h.Name, h.Value.GetString()!)));
        var body = Encoding.UTF8.GetBytes(Text(vector, "body"));

        var verification = provider.Verify(headers, body, [new Secret(Text(vector, "secret"))]);

        // An optional vector stands for an allowed choice; that it does not throw is all that it asks.
        if (vector.TryGetProperty("optional", out var optional) && optional.GetBoolean()) return;
        Assert.Equal(Text(vector, "expect") == "valid", verification.IsVerified);
    }

    [Fact]
    public void Has_vectors_of_both_kinds_for_every_provider()
    {
        foreach (var provider in ProviderCatalog.All)
        {
            var vectors = Load(provider.Name);
            Assert.Contains(vectors, v => Text(v, "expect") == "valid");
            Assert.Contains(vectors, v => Text(v, "expect") == "invalid" && !v.TryGetProperty("optional", out _));
            Assert.Equal(vectors.Count, vectors.Select(v => Text(v, "name")).Distinct().Count());
        }
    }

    [Fact]
    public void Understands_every_member_of_every_vector()
    {
        foreach (var vector in ProviderCatalog.All.SelectMany(p => Load(p.Name)))
        {
            Assert.Empty(vector.EnumerateObject().Select(m => m.Name).Except(KnownMembers));
            Assert.Contains(Text(vector, "expect"), new[] { "valid", "invalid" });
        }
    }

    static List<JsonElement> Load(string providerName)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"vectors/{providerName}.json")
            ?? throw new InvalidOperationException($"Providers/vectors/{providerName}.json is missing");
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.EnumerateArray().Select(v => v.Clone())];
    }

    static string Text(JsonElement vector, string member) => vector.GetProperty(member).GetString()!;
}
