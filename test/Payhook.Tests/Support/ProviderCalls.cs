using Payhook.Providers;

namespace Payhook.Tests.Support;

/// <summary>The providers' functions, called with as little as a test of a signature needs.</summary>
static class ProviderCalls
{
    public static Verification Verify(
        this Provider provider, IHeaders headers, ReadOnlySpan<byte> body, IReadOnlyList<Secret> secrets) =>
        provider.Verify(new(headers, body) { ReceivedAt = DateTimeOffset.UnixEpoch }, new Credentials(secrets));

    /// <summary>The signature of a provider that has one header for it.</summary>
    public static string Sign(this Provider provider, ReadOnlySpan<byte> body, Secret secret) =>
        provider.Sign(body, new Credentials(secret), DateTimeOffset.UnixEpoch)!
            .Headers.Single(h => provider.SignatureHeaders.Contains(h.Key)).Value;
}
