using Payhook.Attention;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>What needs attention about a source as a whole: what it refuses, its silence, test events in it.</summary>
sealed class SourceAttention(IEventStore store, IReadOnlyList<Source> sources, int keptPerReason)
{
    /// <summary>How many of a source's latest refusals are looked at, and of how many the body too.</summary>
    const int RejectionsLimit = 500, BodiesLimit = 6;

    const int TestPaymentsLimit = 5;

    public async Task<List<AttentionItem>> ItemsAsync(
        AttentionQuery query, DateTimeOffset now, CancellationToken cancellation)
    {
        var items = new List<AttentionItem>();
        if (query.Kind is not (null or AttentionKind.RejectionsRunning or AttentionKind.GoneQuiet
            or AttentionKind.TestInLive)) return items;
        var counts = await store.Rejections.Counts(cancellation).ToListAsync(cancellation);
        foreach (var source in sources.Where(s => query.Wants(s.Provider.Name, s.Name)))
        {
            var received = await store.Attention.Received(source.Name, cancellation).ToListAsync(cancellation);
            DateTimeOffset? last = received.Count > 0 ? received.Max() : null;
            Finding?[] found =
            [
                await RefusedAsync(source, counts, last, now, cancellation),
                GoneQuiet.Find(source.Name, received, now),
                await TestAsync(source, cancellation),
            ];
            items.AddRange(found.OfType<Finding>().Where(f => query.Wants(f.Kind)).Select(f => new AttentionItem(
                $"source-{source.Name}-{f.Kind.Word()}", f, last ?? now, source.Provider.Name, source.Name)));
        }
        return items;
    }

    async Task<Finding?> TestAsync(Source source, CancellationToken cancellation) => source.IsSaidToBeLive
        ? TestInLive.Find(source, await store.Attention.TestPayments(source.Name, TestPaymentsLimit, cancellation)
            .ToListAsync(cancellation))
        : null;

    async Task<Finding?> RefusedAsync(
        Source source, List<RejectionCount> counts, DateTimeOffset? lastAccepted, DateTimeOffset now,
        CancellationToken cancellation)
    {
        RejectionCount[] ofSource = [.. counts.Where(c => c.SourceName == source.Name)];
        if (ofSource.Length == 0) return null;
        var page = new RejectionPage(long.MaxValue, RejectionsLimit, source.Name);
        var kept = await store.Rejections.Rejections(page, cancellation).Where(r => r.PromotedAt is null)
            .ToListAsync(cancellation);
        var genuine = kept.Where(RejectionsRunning.IsProven).ToList();
        genuine.AddRange(await LikelyAsync(
            source, [.. kept.Where(RejectionsRunning.MayBeGenuine)], lastAccepted, cancellation));
        var accepted = genuine.Count == 0 ? 0
            : await store.Attention.CountSinceAsync(source.Name, genuine.Min(r => r.ReceivedAt), cancellation);
        var isCut = kept.Count == RejectionsLimit
            || genuine.CountBy(r => r.Reason).Any(c => c.Value >= keptPerReason);
        return RejectionsRunning.Find(
            new(source.Name, source.Provider.Name, genuine, isCut, ofSource, lastAccepted, accepted), now);
    }

    /// <summary>
    /// All of them, where most of the latest bodies are events of the provider: who only tries a door does not know
    /// their form.
    /// </summary>
    async Task<List<Rejection>> LikelyAsync(
        Source source, List<Rejection> candidates, DateTimeOffset? lastAccepted, CancellationToken cancellation)
    {
        var latest = candidates.Where(r => lastAccepted is null || r.ReceivedAt > lastAccepted).Take(BodiesLimit);
        if (!latest.Any()) latest = candidates.Take(BodiesLimit);
        var (looked, events) = (0, 0);
        foreach (var candidate in latest)
        {
            if (await store.Rejections.FindAsync(candidate.Sequence, cancellation) is not { } rejection) continue;
            looked++;
            if (RejectionsRunning.ReadsAsEvent(source, rejection)) events++;
        }
        return events * 2 > looked ? candidates : [];
    }
}
