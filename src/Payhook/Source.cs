using Payhook.Providers;

namespace Payhook;

/// <summary>One configured sender: a provider and what its signature is checked with.</summary>
/// <param name="Name">The name events are stored under, and the last part of its address.</param>
/// <param name="Provider">How it signs and what it sends.</param>
/// <param name="Credentials">Its keys and what else its signature depends on.</param>
sealed record Source(string Name, Provider Provider, Credentials Credentials);
