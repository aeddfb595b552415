using Payhook.Providers;

namespace Payhook.Receive;

/// <summary>One request on its way through the listener: what is known of it so far.</summary>
sealed class Arrival(
    HttpContext context, RequestHeaders headers, IReadOnlyList<Source> candidates, long startedAt,
    DateTimeOffset receivedAt)
{
    public HttpContext Context => context;
    public RequestHeaders Headers => headers;

    /// <summary>The sources it may be from.</summary>
    public IReadOnlyList<Source> Candidates { get; set; } = candidates;

    public long StartedAt => startedAt;
    public DateTimeOffset ReceivedAt => receivedAt;

    /// <summary>The source it is from, or the first that it was held against.</summary>
    public Source? Source { get; set; }

    /// <summary>The name to tell it by; where no source was found, the one whose contract the address has.</summary>
    public string SourceName =>
        Source?.Name ?? (Candidates.Count > 0 ? Candidates[0].Name : Sources.FallbackName);

    public Verification Verification { get; set; }

    /// <summary>What was looked up to verify it, if anything.</summary>
    public Found? Found { get; set; }

    /// <summary>Its (first) event, once it was verified and read.</summary>
    public Receipt? Receipt { get; set; }

    public WebhookRequest Request(ReadOnlySpan<byte> body, Found? found = null) => new(headers, body)
    {
        Query = context.Request.QueryString.Value,
        ReceivedAt = receivedAt,
        Found = found,
    };
}

/// <summary>Why a request is refused: what the sender is told, and what the operator is.</summary>
/// <param name="Problem">The answer.</param>
/// <param name="Verdict">The verdict, where it is about the signature.</param>
readonly record struct Refusal(Problem Problem, Verdict? Verdict = null)
{
    /// <summary>The reason for the operator.</summary>
    public string Reason => Verdict is { } verdict && verdict != Providers.Verdict.Verified
        ? Rejection.ReasonOf(verdict)
        : Problem.Type;
}
