using Payhook.Store;

namespace Payhook.Query;

/// <summary>
/// How destinations stand: gathered for all at once, because a question for each of a thousand takes too long.
/// </summary>
sealed class DestinationStandings(IDeliveryStore deliveries, AttemptCounts attempts, DestinationStates states)
{
    /// <summary>By the numbers of the destinations.</summary>
    public async Task<IReadOnlyDictionary<long, DestinationStanding>> OfAsync(
        IReadOnlyList<DestinationRow> rows, CancellationToken cancellation)
    {
        if (rows.Count == 0) return new Dictionary<long, DestinationStanding>();
        var counts = (await deliveries.CountsAsync(cancellation)).ToDictionary(c => c.DestinationId);
        var tried = await attempts.OfLastDayAsync(cancellation);
        var places = await deliveries.PlacesBehindAsync(
            rows.Min(r => r.Cursor), StoreLimits.BacklogCountedEvents, cancellation);
        return rows.ToDictionary(r => r.Id, r => new DestinationStanding(
            counts.GetValueOrDefault(r.Id), Behind(places, r.Cursor), states.Find(r.Id),
            tried.GetValueOrDefault(r.Name)));
    }

    /// <summary>How many places lie behind a cursor.</summary>
    /// <param name="places">The newest first.</param>
    /// <param name="cursor">The cursor.</param>
    static int Behind(IReadOnlyList<FeedPosition> places, FeedPosition cursor)
    {
        var (low, high) = (0, places.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (places[middle] > cursor) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}

/// <summary>What is shown of a destination beside its settings.</summary>
/// <param name="Count">How many of its deliveries stand where.</param>
/// <param name="Backlog">How many events lie behind its cursor, as far as they are counted.</param>
/// <param name="Breaker">Whether it is left alone; <see langword="null"/> where this process does not serve it.</param>
/// <param name="Attempts">What was tried within 24 hours.</param>
readonly record struct DestinationStanding(
    DeliveryCount Count, int Backlog, BreakerState? Breaker, AttemptCount Attempts)
{
    /// <summary>Why the dead letters failed last; only told of one that is asked for by its name.</summary>
    public IReadOnlyList<(FailureClass Failure, long Count)>? DeadByFailure { get; init; }
}
