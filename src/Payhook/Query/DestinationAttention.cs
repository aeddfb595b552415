using Payhook.Attention;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>What needs attention about a destination: what it did not take, and that it is gone.</summary>
sealed class DestinationAttention(IEventStore store)
{
    public async Task<List<AttentionItem>> ItemsAsync(AttentionQuery query, CancellationToken cancellation)
    {
        var items = new List<AttentionItem>();
        // An item of a destination is no source's and no provider's.
        if (query.Kind is not (null or AttentionKind.DeadLetters or AttentionKind.DestinationGone)
            || query.Source is not null || query.Provider is not null) return items;
        var rows = await store.Destinations.All(cancellation).ToListAsync(cancellation);
        if (rows.Count == 0) return items;
        var counts = (await store.Deliveries.CountsAsync(cancellation)).ToDictionary(c => c.DestinationId);
        foreach (var row in rows)
        {
            var count = counts.GetValueOrDefault(row.Id);
            var letters = count.Dead > 0 ? await GivenUpAsync(row.Id, count.Dead, cancellation) : null;
            Finding?[] found =
            [
                DeadLetters.Find(row.Name, letters?.Letters),
                DestinationGone.Find(row.Name, IsGone(row) ? row.UpdatedAt : null, count.Pending),
            ];
            items.AddRange(found.OfType<Finding>().Where(f => query.Wants(f.Kind)).Select(f => new AttentionItem(
                $"destination-{row.Name}-{f.Kind.Word()}", f,
                f.Kind == AttentionKind.DeadLetters ? letters!.Value.LastAt : row.UpdatedAt, null, null)
            {
                Destination = row.Name,
            }));
        }
        cancellation.ThrowIfCancellationRequested();
        return items;
    }

    static bool IsGone(DestinationRow row) =>
        row.State == DestinationState.Disabled && row.StateReason == DestinationRow.GoneReason;

    async Task<(GivenUp Letters, DateTimeOffset LastAt)?> GivenUpAsync(
        long destinationId, long count, CancellationToken cancellation)
    {
        var page = new DeliveryPage(1) { DestinationId = destinationId, State = DeliveryState.Dead };
        var last = await store.Deliveries.Deliveries(page, cancellation).FirstOrDefaultAsync(cancellation);
        var first = await store.Deliveries.Deliveries(page with { IsOldestFirst = true }, cancellation)
            .FirstOrDefaultAsync(cancellation);
        // Both may have been sent again since they were counted.
        return first is null || last is null ? null
            : (new(count, first.ChangedAt, last.Delivery.Sequence, last.Delivery.LastFailure, last.EventId),
                last.ChangedAt);
    }
}
