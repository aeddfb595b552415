using System.Globalization;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>What a replay would do.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Destinations">To whom.</param>
/// <param name="Span">The part of the feed that has the events.</param>
/// <param name="EventCount">How many there are, before a destination's own filter.</param>
sealed record ReplayPlan(
    ReplayRequest Request, IReadOnlyList<DestinationRow> Destinations, FeedSpan Span, long EventCount);

/// <summary>
/// Plans, starts and cancels replays, for the interface and the command line alike, and writes down who did it.
/// Whoever serves a destination sends them.
/// </summary>
sealed class ReplayEditor(
    IDestinationStore store, FeedReader feed, DestinationsChanged changed, TimeProvider time)
{
    /// <summary>Finds the events that there are by now, and the destinations.</summary>
    public async Task<(ReplayPlan? Plan, Problem? Fault)> PlanAsync(
        ReplayRequest request, CancellationToken cancellation)
    {
        var rows = await store.All(cancellation).ToListAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
        var chosen = request.Names.Count == 0 ? rows : rows.FindAll(r => request.Names.Contains(r.Name));
        if (chosen.Count == 0 || chosen.Count < request.Names.Count) return (null, Problem.UnknownDestination);
        var head = await feed.HeadAsync(cancellation);
        var span = await feed.NarrowAsync(request.Filter, new(default, head.Latest), cancellation);
        return (new(request, chosen, span, await feed.CountAsync(request.Filter, span, cancellation)), null);
    }

    /// <summary>Starts what was planned.</summary>
    /// <returns>The numbers, in the order of the plan's destinations.</returns>
    public (IReadOnlyList<long> Ids, Problem? Fault) Start(ReplayPlan plan, string actor)
    {
        var (now, filter) = (time.GetUtcNow(), ReplayFilter.Write(plan.Request.Filter));
        var ids = store.AddReplays(
            [.. plan.Destinations.Select(row => new ReplayRow
            {
                DestinationId = row.Id, FilterJson = filter, Span = plan.Span, EventCount = plan.EventCount,
                RateLimitPerSecond = plan.Request.RateLimitPerSecond, CreatedBy = actor, CreatedAt = now,
            })],
            new(now, actor, AuditEntry.ReplayStarted, string.Join(", ", plan.Destinations.Select(r => r.Name)),
                string.Create(CultureInfo.InvariantCulture, $"{plan.EventCount} events, {filter}")));
        if (ids.Count == 0) return (ids, Problem.TooManyReplays);
        changed.Pulse();
        return (ids, null);
    }

    public async Task<ReplayRow?> FindAsync(long id, CancellationToken cancellation)
    {
        var found = await store.Replays(new(1) { Id = id }, cancellation).FirstOrDefaultAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
        return found;
    }

    /// <summary>Ends one that runs; what it has sent is sent.</summary>
    public async Task<(ReplayRow? Row, Problem? Fault)> CancelAsync(
        long id, string actor, CancellationToken cancellation)
    {
        if (await FindAsync(id, cancellation) is not { } row) return (null, Problem.UnknownReplay);
        var names = await NamesAsync(cancellation);
        var now = time.GetUtcNow();
        var entry = new AuditEntry(
            now, actor, AuditEntry.ReplayCancelled, names.GetValueOrDefault(row.DestinationId, ""),
            string.Create(CultureInfo.InvariantCulture, $"replay {id}"));
        if (!store.CancelReplay(id, now, entry)) return (null, Problem.ReplayNotRunning);
        changed.Pulse();
        return await FindAsync(id, cancellation) is { } cancelled ? (cancelled, null) : (null, Problem.UnknownReplay);
    }

    /// <summary>How many of its events need no more looking at.</summary>
    public async Task<long> PassedAsync(ReplayRow row, CancellationToken cancellation) =>
        row.State == ReplayState.Done
            ? row.EventCount
            : await feed.CountAsync(
                ReplayFilter.Read(row.FilterJson), new(row.Span.After, row.Cursor), cancellation);

    public async Task<Dictionary<long, string>> NamesAsync(CancellationToken cancellation) =>
        await store.All(cancellation).ToDictionaryAsync(r => r.Id, r => r.Name, cancellationToken: cancellation);
}
