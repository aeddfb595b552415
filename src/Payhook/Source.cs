using Payhook.Providers;

namespace Payhook;

/// <summary>One configured sender: a provider and the secrets shared with it.</summary>
/// <param name="Name">The name events are stored under.</param>
/// <param name="Provider">How it signs and what it sends.</param>
/// <param name="Secrets">Any of them verifies, the first one signs.</param>
sealed record Source(string Name, Provider Provider, IReadOnlyList<Secret> Secrets);
