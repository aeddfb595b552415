using System.Diagnostics.Metrics;

namespace Payhook.Forward;

/// <summary>Takes count of an attempt that has ended; whoever counts must not hold it up.</summary>
/// <param name="destinationName">The destination.</param>
/// <param name="outcome">One of <see cref="FailureClasses.Outcomes"/>.</param>
/// <param name="at">When it began.</param>
/// <param name="duration">How long it took.</param>
delegate void NoteAttempt(string destinationName, string outcome, DateTimeOffset at, TimeSpan duration);

/// <summary>
/// Attempts and dead letters, counted for the statistics and for whoever watches the meter <c>Payhook</c>.
/// </summary>
sealed class DeliveryMeter : IDisposable
{
    readonly Meter _meter = new("Payhook");
    readonly Counter<long> _attempts, _deadLetters;
    readonly Histogram<double> _durationSeconds;

    readonly NoteAttempt _note;

    public DeliveryMeter(NoteAttempt note)
    {
        _note = note;
        _attempts = _meter.CreateCounter<long>(
            "payhook.delivery.attempts", "{attempt}", "Tries of deliveries, by destination and failure class.");
        _deadLetters = _meter.CreateCounter<long>(
            "payhook.delivery.dead_letters", "{delivery}", "Deliveries that were given up, by destination.");
        _durationSeconds = _meter.CreateHistogram<double>(
            "payhook.delivery.duration", "s", "How long a try took, by destination.");
    }

    public void Count(
        string destination, in SinkOutcome outcome, DateTimeOffset at, TimeSpan duration, bool isDead)
    {
        _note(destination, outcome.Failure.Outcome(), at, duration);
        var where = new KeyValuePair<string, object?>("destination", destination);
        _attempts.Add(1, where, new("failure", outcome.Failure.Name()));
        _durationSeconds.Record(duration.TotalSeconds, where);
        if (isDead) _deadLetters.Add(1, where);
    }

    public void Dispose() => _meter.Dispose();
}
