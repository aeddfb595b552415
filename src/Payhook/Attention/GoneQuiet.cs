using System.Globalization;

namespace Payhook.Attention;

/// <summary>
/// A source that sends nothing, held against its own past: a webhook that was disabled or whose address was changed
/// makes no other sound.
/// </summary>
static class GoneQuiet
{
    /// <summary>The past that counts: a whole week, with its nights and its weekend, and a day more.</summary>
    public static readonly TimeSpan Past = TimeSpan.FromDays(8);

    /// <summary>At how many places the past is looked at.</summary>
    public const int SamplesLimit = 400;

    /// <summary>Less than these are no rhythm.</summary>
    const int EventsMinimum = 50;

    static readonly TimeSpan SpanMinimum = TimeSpan.FromDays(1), Week = TimeSpan.FromDays(7),
        SilenceMinimum = TimeSpan.FromHours(1);

    /// <summary>
    /// Finds a silence of more than twice the longest one of a week; of more than five times where less than a week is
    /// known, as the longest one may be still to come.
    /// </summary>
    /// <param name="source">The source's name.</param>
    /// <param name="received">
    /// When its events were received, or some of them: gaps between those are the longer, so leaving events out can
    /// hide a silence for a while, and cannot invent one.
    /// </param>
    /// <param name="now">The time.</param>
    public static Finding? Find(string source, IEnumerable<DateTimeOffset> received, DateTimeOffset now)
    {
        DateTimeOffset[] times = [.. received.Order()];
        if (times.Length < EventsMinimum) return null;
        var last = times[^1];
        times = Array.FindAll(times, t => last - t <= Past);
        var span = last - times[0];
        if (times.Length < EventsMinimum || span < SpanMinimum) return null;
        var longest = times.Zip(times[1..], (a, b) => b - a).Max();
        var usual = longest * (span >= Week ? 2 : 5);
        var silence = now - last;
        if (silence <= usual || silence <= SilenceMinimum) return null;
        return new(AttentionKind.GoneQuiet,
            $"The source {source} sent nothing for {Hours(silence)} hours. The longest silence before, within "
            + $"{Math.Ceiling(span.TotalDays).ToString(CultureInfo.InvariantCulture)} days, was {Hours(longest)} hours "
            + "at most.",
            "See at the provider whether the webhook is still enabled and leads to this listener, and look at the "
            + "rejections.",
            $"{last:O}")
        {
            Evidence =
            [
                new("last_event_at", last), new("silence_seconds", (long)silence.TotalSeconds),
                new("longest_silence_seconds", (long)longest.TotalSeconds),
            ],
        };
    }

    static string Hours(TimeSpan span) => span.TotalHours.ToString("F1", CultureInfo.InvariantCulture);
}
