using Payhook.Store;

namespace Payhook.Forward;

/// <summary>A delivery in the hands of a dispatcher.</summary>
sealed class Work(Delivery delivery, FeedEvent found, Lane? lane, Lane.Entry? entry)
{
    /// <summary>As the store knows it, or will.</summary>
    public Delivery Delivery { get; set; } = delivery;

    public FeedEvent Found => found;

    /// <summary>Where it came from; null: it is a pending one of the store.</summary>
    public Lane? Lane => lane;

    /// <summary>The attempt that was made; null: it is only put off.</summary>
    public Attempt? Attempt { get; set; }

    /// <summary>Whether the next one of its key waits in the store and is due now.</summary>
    public bool ReleasesKey { get; set; }

    public string? Key => Delivery.OrderingKey;
    public bool IsStored => Delivery.Sequence != 0;
    public int SizeBytes => (found.Event.Body?.Length ?? 0) + (found.Event.HeadersJson?.Length ?? 0);

    /// <summary>Tells its lane that the store takes over.</summary>
    public void EndInLane()
    {
        if (lane is null) return;
        lane.End(entry!);
        lane.Planned++;
    }
}
