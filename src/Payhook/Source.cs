using System.Net;
using Payhook.Providers;

namespace Payhook;

/// <summary>One configured sender: a provider, its keys and the rules for what it sends. Made at the start.</summary>
/// <param name="Name">The name events are stored under, and the last part of its address.</param>
/// <param name="Provider">How it signs and what it sends.</param>
/// <param name="Credentials">Its keys and what else its signature depends on.</param>
sealed record Source(string Name, Provider Provider, Credentials Credentials)
{
    /// <summary>Secrets that were in use before. They verify nothing; they only explain a refusal.</summary>
    public IReadOnlyList<Secret> RetiredSecrets { get; init; } = [];

    /// <summary>The addresses it may send from; none: any.</summary>
    public IReadOnlyList<IPNetwork> AllowedNetworks { get; init; } = [];

    /// <summary>Its own limit of a body, where it is smaller or larger than the common one.</summary>
    public int? BodyLimitBytes { get; init; }

    /// <summary>
    /// True where it may be recognised at the common address by the form of a body, because it has no header.
    /// </summary>
    public bool IsRecognisedByBody { get; init; }

    /// <summary>What signs in to the provider's own interface, for the few that have to be asked.</summary>
    public ApiAccess? Api { get; init; }

    /// <summary>True where a setting says that it is live, and not only none that it is a sandbox.</summary>
    public bool IsSaidToBeLive { get; init; }

    /// <summary>How many secrets were given; a whole value that counts beside its parts is not one of them.</summary>
    public int SecretCount { get; init; } = Credentials.Secrets.Count;

    /// <summary>Where it is configured: the environment, payhook.json, or nowhere, by default.</summary>
    public string Origin { get; init; } = "environment";

    /// <summary>Its own address.</summary>
    public string Path => "/webhook/" + Name;
}

/// <summary>What signs in to a provider's interface.</summary>
/// <param name="Id">The client id; empty where the secret alone is enough.</param>
/// <param name="Secret">The client secret or API key; never shown.</param>
sealed record ApiAccess(string Id, string Secret)
{
    public override string ToString() => "***";
}

/// <summary>
/// Follows what a provider asked to be looked up outside the request. Bounded in every way: whoever wrote the request
/// is not verified yet. Never throws; what cannot be had is told by <see cref="Found.Failure"/>.
/// </summary>
delegate ValueTask<Found> OutsideLookup(
    Source source, Lookup lookup, IHeaders headers, ReadOnlyMemory<byte> body, CancellationToken cancellation);
