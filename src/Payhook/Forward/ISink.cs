namespace Payhook.Forward;

/// <summary>A kind of destination: how an event gets there. One file each.</summary>
interface ISink : IAsyncDisposable
{
    /// <summary>
    /// Tries once to bring an event to the destination. Never throws for what the outside does: it is told in the
    /// outcome.
    /// </summary>
    /// <param name="message">The event.</param>
    /// <param name="cancellation">
    /// Ends the try where the listener stops; the destination's own timeout is the sink's business.
    /// </param>
    /// <exception cref="OperationCanceledException">The listener stops; whether the event arrived is not known.
    /// </exception>
    Task<SinkOutcome> SendAsync(OutboundMessage message, CancellationToken cancellation);
}

/// <summary>An event on its way out.</summary>
/// <param name="Event">The event, with its headers and body.</param>
/// <param name="Provider">The name of its provider.</param>
/// <param name="AttemptNumber">1 for the first try.</param>
/// <param name="ReplayId">The replay that it belongs to; 0: none.</param>
readonly record struct OutboundMessage(StoredEvent Event, string Provider, int AttemptNumber, long ReplayId)
{
    /// <summary>
    /// The same for every attempt and replay of an event, so that whoever gets it twice can tell.
    /// </summary>
    public string Id => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"msg_{Event.Sequence}");
}

/// <summary>What came of a try.</summary>
/// <param name="Failure">Why it failed; <see cref="FailureClass.None"/>: the destination has the event.</param>
/// <param name="Status">The answer's HTTP status; 0 where there was none.</param>
/// <param name="Detail">The failure in words, without secrets.</param>
/// <param name="Answer">The first bytes of the answer's body.</param>
/// <param name="RetryAfter">How long the destination asked to be left alone.</param>
readonly record struct SinkOutcome(
    FailureClass Failure, int Status, string Detail, byte[] Answer, TimeSpan? RetryAfter = null)
{
    public bool IsSuccess => Failure == FailureClass.None;

    public static SinkOutcome Failed(FailureClass failure, string detail) => new(failure, 0, detail, []);
}
