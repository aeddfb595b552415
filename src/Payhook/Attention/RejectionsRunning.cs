using Payhook.Providers;

namespace Payhook.Attention;

/// <summary>
/// A source whose genuine deliveries are refused, while the provider's patience runs out: what it gives up on is lost,
/// and some providers disable the webhook. What anybody on the internet can send must not raise this.
/// </summary>
static class RejectionsRunning
{
    /// <summary>One delivery and its first repetitions are no trend.</summary>
    const int RefusalsMinimum = 3;

    /// <summary>Where others are accepted, so many refusals and so large a share are needed.</summary>
    const int ShareRefusalsMinimum = 10, SharePercent = 50;

    /// <summary>What failed for a moment was tried again by then.</summary>
    static readonly TimeSpan TransientPatience = TimeSpan.FromMinutes(30);

    /// <summary>The signature was right, so the provider sent it.</summary>
    static readonly string[] ProvenReasons =
    [
        Problem.InvalidPayload.Type, Problem.InvalidJson.Type, Rejection.ReasonOf(Verdict.OutsideTolerance),
    ];

    /// <summary>Reasons of ours that pass, and whose requests are only counted.</summary>
    static readonly string[] TransientReasons =
    [
        Problem.StoreUnavailable.Type, Problem.QueueFull.Type, Rejection.ReasonOf(Verdict.KeyUnavailable),
    ];

    /// <summary>Whether the reason alone proves that the provider sent it.</summary>
    public static bool IsProven(Rejection rejection) => ProvenReasons.Contains(rejection.Reason);

    /// <summary>
    /// Reasons that a stranger can cause too; such a request counts where its body is an event of the provider.
    /// </summary>
    public static bool MayBeGenuine(Rejection rejection) =>
        rejection.Reason == Rejection.ReasonOf(Verdict.WrongSignature);

    /// <summary>The look at the body.</summary>
    public static bool ReadsAsEvent(Source source, Rejection rejection)
    {
        var events = new List<PaymentEvent>();
        var request = rejection.ToRequest(new DictionaryHeaders(rejection.ReadHeaders()), rejection.ReceivedAt);
        return rejection.Body.Length > 0 && source.Provider.Read(request, events) == Reading.Read;
    }

    public static Finding? Find(RefusedTraffic traffic, DateTimeOffset now)
    {
        var since = traffic.LastAcceptedAt ?? DateTimeOffset.MinValue;
        var run = traffic.Genuine.Where(r => r.ReceivedAt > since).OrderBy(r => r.ReceivedAt).ToArray();
        if (run.Length >= RefusalsMinimum)
        {
            // Where the oldest kept ones were let go, the run began before them, and after what was accepted last.
            var isCut = traffic.IsCut && traffic.LastAcceptedAt is not null;
            return Make(traffic, isCut ? since : run[0].ReceivedAt, run[^1], run.Length, now);
        }
        var transient = traffic.Counts.Where(c => TransientReasons.Contains(c.Reason) && c.LastAt > since)
            .MaxBy(c => c.LastAt);
        if (transient is not null && now - transient.LastAt >= TransientPatience)
            return Make(traffic, traffic.LastAcceptedAt ?? transient.LastAt, transient.LastAt, transient.Reason, 1,
                now);
        run = [.. traffic.Genuine.OrderBy(r => r.ReceivedAt)];
        if (run.Length < ShareRefusalsMinimum
            || run.Length * 100 < (run.Length + traffic.AcceptedSinceFirst) * SharePercent) return null;
        return Make(traffic, run[0].ReceivedAt, run[^1], run.Length, now);
    }

    static Finding Make(RefusedTraffic traffic, DateTimeOffset first, Rejection last, int count, DateTimeOffset now) =>
        Make(traffic, first, last.ReceivedAt, last.Reason, count, now);

    static Finding Make(
        RefusedTraffic traffic, DateTimeOffset first, DateTimeOffset last, string reason, int count, DateTimeOffset now)
    {
        var limit = ProviderLimits.Of(traffic.Provider);
        var givesUpAt = first + limit?.TriesFor;
        var told = givesUpAt is not { } at ? "When the provider gives up is not published."
            : at > now ? $"It gives up on the first of them in {Span(at - now)}. {limit!.Then}"
            : $"It has given up on the first of them, {Span(now - at)} ago. {limit!.Then}";
        return new(AttentionKind.RejectionsRunning,
            $"Deliveries to {traffic.Source} that look like the provider's are refused as {reason}, at least {count} "
            + $"of them from {JsonText.Moment(first)} to {JsonText.Moment(last)}. {told}",
            "Mend the cause, run 'payhook rejections reverify --yes', and have the provider send again what it tried "
            + $"from {JsonText.Moment(first)} to {JsonText.Moment(last)}. {limit?.Replay}".TrimEnd(),
            $"{traffic.LastAcceptedAt:O} {reason}")
        {
            Deadline = givesUpAt,
            Evidence =
            [
                new("reason", reason), new("refused", (long)count),
                new("replay_from", first), new("replay_until", last),
                new("last_accepted_at", traffic.LastAcceptedAt),
                new("seconds_left", givesUpAt is { } end ? Math.Max(0, (long)(end - now).TotalSeconds) : null),
            ],
        };
    }

    static string Span(TimeSpan span) => span.TotalHours >= 48 ? $"{(int)span.TotalDays} days"
        : span.TotalMinutes >= 120 ? $"{(int)span.TotalHours} hours"
        : $"{(int)span.TotalMinutes} minutes";
}

/// <summary>What a source refused and accepted lately.</summary>
/// <param name="Source">Its name.</param>
/// <param name="Provider">Its provider's name.</param>
/// <param name="Genuine">Kept refusals that can be the provider's and have not become events since.</param>
/// <param name="IsCut">True where there were more than are kept.</param>
/// <param name="Counts">All refusals of the source, kept or not.</param>
/// <param name="LastAcceptedAt">When the latest of its events was received.</param>
/// <param name="AcceptedSinceFirst">How many of its events came since the first of the kept refusals.</param>
sealed record RefusedTraffic(
    string Source, string Provider, IReadOnlyList<Rejection> Genuine, bool IsCut,
    IReadOnlyList<RejectionCount> Counts, DateTimeOffset? LastAcceptedAt, long AcceptedSinceFirst);
