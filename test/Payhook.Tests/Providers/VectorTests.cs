using System.Reflection;
using Payhook.Cli;
using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>
/// Signatures that the providers' own SDKs made or refuse: a scheme that only agrees with itself would pass every other
/// test and refuse every real delivery.
/// </summary>
public sealed class VectorTests
{
    /// <summary>The provider of which no signature is published, so that none could be held against it.</summary>
    static readonly string[] WithoutPublishedVectors = ["klarna", "generic-hmac", "mollie-classic"];

    public static TheoryData<string, string> Vectors()
    {
        var rows = new TheoryData<string, string>();
        foreach (var provider in ProviderCatalog.All)
        {
            foreach (var vector in Load(provider.Name)) rows.Add(provider.Name, vector.Name);
        }
        return rows;
    }

    [Theory, MemberData(nameof(Vectors))]
    public void Agrees_with_the_providers_own_signatures(string providerName, string vectorName)
    {
        var vector = Load(providerName).Single(v => v.Name == vectorName);

        var verification = vector.Verify(ProviderCatalog.Find(providerName)!);

        // An optional vector stands for an allowed choice; that it does not throw is all that it asks.
        if (vector.IsOptional) return;
        Assert.Equal((vector.IsExpectedValid, verification.Verdict), (verification.IsVerified, verification.Verdict));
    }

    [Fact]
    public void Has_vectors_of_both_kinds_for_every_provider()
    {
        foreach (var provider in ProviderCatalog.All)
        {
            var vectors = Load(provider.Name);
            Assert.True(vectors.Any(v => v.IsExpectedValid), $"{provider.Name} has no valid vector");
            Assert.True(vectors.Any(v => !v.IsExpectedValid && !v.IsOptional), $"{provider.Name} has no invalid one");
            Assert.Equal(vectors.Count, vectors.Select(v => v.Name).Distinct().Count());
            Assert.All(vectors, v => Assert.Contains(v.Text("expect"), new[] { "valid", "invalid" }));
        }
    }

    [Fact]
    public void Says_where_every_vector_comes_from()
    {
        foreach (var provider in ProviderCatalog.All)
        {
            foreach (var vector in Load(provider.Name))
            {
                Assert.False(string.IsNullOrEmpty(vector.Text("origin")), $"{provider.Name}: {vector.Name}");
                var isOwn = vector.Text("origin") is "constructed" or "derived";
                Assert.True(isOwn || !WithoutPublishedVectors.Contains(provider.Name), vector.Name);
            }
        }
    }

    internal static IReadOnlyList<Vector> Load(string providerName)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"vectors/{providerName}.json")
            ?? throw new InvalidOperationException($"Providers/vectors/{providerName}.json is missing");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Vector.ReadAll(bytes.ToArray());
    }
}
