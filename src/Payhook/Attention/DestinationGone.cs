namespace Payhook.Attention;

/// <summary>
/// A destination that said itself that it does not exist any more: it gets nothing until somebody acts.
/// </summary>
static class DestinationGone
{
    /// <param name="destination">The destination's name.</param>
    /// <param name="since">When it said so; null where it did not, or somebody has resumed it.</param>
    /// <param name="pending">How many of its deliveries wait, beside the events that were not tried yet.</param>
    public static Finding? Find(string destination, DateTimeOffset? since, long pending) => since is not { } at ? null
        : new(AttentionKind.DestinationGone,
            $"The destination {destination} answered 410 Gone and was disabled at {JsonText.Moment(at)}. What comes "
            + "since then waits for it.",
            $"Where it was a mistake, mend it and resume it with POST /destinations/{destination}/resume; else remove "
            + "it.",
            $"{at:O}")
        {
            Evidence = [new("since", at), new("pending", pending)],
        };
}
