using System.Collections.Concurrent;

namespace Payhook;

/// <summary>
/// How the breakers of the destinations stand that this process serves: whoever serves one says whom to ask, whoever
/// shows one asks. So nothing is noted with an attempt.
/// </summary>
sealed class DestinationStates
{
    readonly ConcurrentDictionary<long, Func<BreakerState>> _served = new();

    /// <summary>A destination is served from now on.</summary>
    public void Add(long destinationId, Func<BreakerState> breaker) => _served[destinationId] = breaker;

    /// <summary>It is not any more, unless another has taken it over meanwhile.</summary>
    public void Remove(long destinationId, Func<BreakerState> breaker) =>
        _served.TryRemove(new(destinationId, breaker));

    /// <summary><see langword="null"/> where this process does not serve it.</summary>
    public BreakerState? Find(long destinationId) =>
        _served.TryGetValue(destinationId, out var breaker) ? breaker() : null;
}

/// <summary>Whether a destination is left alone.</summary>
/// <param name="Word">In a word.</param>
/// <param name="Until">While it is left alone: until when.</param>
readonly record struct BreakerState(string Word, DateTimeOffset? Until)
{
    public const string Closed = "closed", Open = "open", HalfOpen = "half_open";

    public static IReadOnlyList<string> All { get; } = [Closed, Open, HalfOpen];
}
