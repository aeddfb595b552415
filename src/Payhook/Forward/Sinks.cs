using Payhook.Store;

namespace Payhook.Forward;

/// <summary>Makes the sink of a destination: one line for each kind.</summary>
sealed class Sinks(Sources sources, OutboundGuard guard, TimeProvider time)
{
    public ISink Of(Destination destination) => destination.Sink switch
    {
        SinkKind.Http => new HttpSink(destination, sources, guard, time),
        SinkKind.Nats => new NatsSink(destination, sources, guard, time),
        _ => throw new ArgumentOutOfRangeException(nameof(destination), destination.Sink, null),
    };

    /// <summary>What the store keeps of a destination, ready to be served; or what is wrong with it.</summary>
    public (Destination? Destination, ISink? Sink, string Fault) Open(DestinationRow row)
    {
        var (destination, fault) = DestinationText.Read(row);
        if (destination is not null && EventFilter.Fault(destination.Filter) is { } wrong)
            (destination, fault) = (null, $"its filter {wrong}");
        return destination is null ? (null, null, fault) : (destination, Of(destination), "");
    }
}
