using Payhook.Store;

namespace Payhook.Forward;

/// <summary>
/// Sends a destination one event that never happened, so that its settings are tried before a payment depends on them.
/// Nothing of it is stored.
/// </summary>
sealed class DestinationProbe(Sinks sinks, TimeProvider time)
{
    public const string EventType = "payhook.test";
    public const string SourceName = "payhook";

    static readonly byte[] Headers = """{"Content-Type":"application/json"}"""u8.ToArray();

    /// <exception cref="OperationCanceledException">Whoever asked does not wait any more.</exception>
    public async Task<Attempt> SendAsync(DestinationRow row, CancellationToken cancellation)
    {
        var (at, begun) = (time.GetUtcNow(), time.GetTimestamp());
        var (destination, sink, fault) = sinks.Open(row);
        if (destination is null || sink is null)
            return new(1, at, TimeSpan.Zero, 0, FailureClass.Setup, Bounded(fault), []);
        await using (sink)
        {
            var outcome = await sink.SendAsync(new(Event(at), SourceName, AttemptNumber: 1, ReplayId: 0), cancellation);
            return new(1, at, time.GetElapsedTime(begun), outcome.Status, outcome.Failure, outcome.Detail,
                outcome.Answer);
        }
    }

    /// <summary>Its number is the time, which no event has: whoever deduplicates takes no two tests for one.</summary>
    static StoredEvent Event(DateTimeOffset at)
    {
        var number = at.ToUnixTimeMilliseconds();
        var id = $"test_{number}";
        return new(number, SourceName, id, id, EventType, null, at, 1, false, 0)
        {
            HeadersJson = Headers,
            Body = System.Text.Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","type":"{{EventType}}"}"""),
        };
    }

    static string Bounded(string text) =>
        text.Length <= Attempt.DetailLimitChars ? text : text[..Attempt.DetailLimitChars];
}
