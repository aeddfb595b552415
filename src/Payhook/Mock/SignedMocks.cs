using Payhook.Providers;

namespace Payhook.Mock;

/// <summary>Mock events signed with the secret of a source, where not only its provider can sign.</summary>
static class SignedMocks
{
    /// <summary>Those that can be signed; none where there are none, or only the provider has the key.</summary>
    public static IReadOnlyList<string> NamesOf(Source source, DateTimeOffset now) =>
        [.. MockPayloads.NamesOf(source.Provider.Name).Where(name => Sign(source, name, now) is not null)];

    /// <summary>A mock event with ids that no event has had before; null where it cannot be signed.</summary>
    public static SignedRequest? Sign(Source source, string name, DateTimeOffset now) =>
        MockPayloads.Find(source.Provider.Name, name) is { } body
            ? new Signer(source.Provider, source.Credentials)
                .Sign(MockPayloads.WithIds(body, MockPayloads.FreshEnd()), now)
            : null;
}
