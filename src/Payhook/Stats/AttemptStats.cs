namespace Payhook.Stats;

/// <summary>
/// Attempts of deliveries, counted by what counts requests: so that neither pair is taken for the other.
/// </summary>
/// <param name="Meter">Counts them; its sources are destinations.</param>
/// <param name="Keeper">Brings the counts into the store.</param>
sealed record AttemptStats(StatsMeter Meter, StatsKeeper Keeper)
{
    /// <summary>Counts an attempt as it ends.</summary>
    public void Note(string destinationName, string outcome, DateTimeOffset at, TimeSpan duration) =>
        Meter.Count(destinationName, null, outcome, at, duration);
}
