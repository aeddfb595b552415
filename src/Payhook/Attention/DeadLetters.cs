using System.Globalization;

namespace Payhook.Attention;

/// <summary>Events that a destination did not take until its schedule was over: they stay away by themselves.</summary>
static class DeadLetters
{
    /// <param name="destination">The destination's name.</param>
    /// <param name="letters">What was given up; null where nothing was.</param>
    public static Finding? Find(string destination, GivenUp? letters) => letters is not { Count: > 0 } dead ? null
        : new(AttentionKind.DeadLetters,
            $"The destination {destination} did not take {dead.Count.ToString(CultureInfo.InvariantCulture)} of its "
            + $"events, and they were given up, the first at {JsonText.Moment(dead.Since)}. The latest one failed "
            + $"with {dead.LastFailure.Name()}.",
            $"See why with GET /deliveries?destination={destination}&state=dead, mend it, and send them again with "
            + $"POST /destinations/{destination}/retry-dead.",
            dead.LastSequence.ToString(CultureInfo.InvariantCulture))
        {
            Evidence =
            [
                new("dead", dead.Count), new("last_failure", dead.LastFailure.Name()), new("since", dead.Since),
                new("last_event_id", dead.LastEventId),
            ],
        };
}

/// <summary>What was given up of a destination.</summary>
/// <param name="Count">How many deliveries.</param>
/// <param name="Since">When the oldest of them was given up.</param>
/// <param name="LastSequence">The number of the newest.</param>
/// <param name="LastFailure">Why its last attempt failed.</param>
/// <param name="LastEventId">Its event.</param>
readonly record struct GivenUp(
    long Count, DateTimeOffset Since, long LastSequence, FailureClass LastFailure, string LastEventId);
