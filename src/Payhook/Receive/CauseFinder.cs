using Payhook.Providers;

namespace Payhook.Receive;

/// <summary>
/// Answers "why was it refused?": undoes, one by one, what commonly goes wrong between a sender and a listener, until
/// the signature is right. A pure function with a budget (<see cref="CauseTries"/>), called off the answer's path.
/// </summary>
/// <remarks>
/// A cause is named only where a verification succeeded, or where the request shows it without a doubt: an operator
/// who is sent to the wrong place loses more than one who is told that nothing was found.
/// </remarks>
static class CauseFinder
{
    /// <summary>A time in the wrong unit comes this close to the clock once that is undone.</summary>
    static readonly TimeSpan UnitTolerance = TimeSpan.FromDays(1);

    /// <summary>Finds the probable cause of a refusal. Never throws, whatever the request holds.</summary>
    /// <param name="request">The request that was refused, with the time at which it came.</param>
    /// <param name="source">The source that it came to.</param>
    /// <param name="verification">The refusal.</param>
    /// <param name="allSources">All sources that there are, this one among them.</param>
    /// <returns>
    /// The cause, or <see langword="null"/> where nothing was found: then the secret differs, the body was changed
    /// in a way that cannot be undone, or nobody who knows the secret made the request.
    /// </returns>
    public static Cause? Find(
        in WebhookRequest request, Source source, Verification verification, IReadOnlyList<Source> allSources)
    {
        if (verification.IsVerified) return null;
        if (source.Provider.Parameter is { IsRequired: true } parameter
            && string.IsNullOrEmpty(source.Credentials.Parameter))
            return CauseKind.MissingParameter.Found($"{parameter.Name} is not set for the source {source.Name}.");
        var tries = new CauseTries(request, source);
        try
        {
            return verification.Verdict switch
            {
                Verdict.MissingSecret => source.Credentials.Secrets.Count == 0 ? CauseKind.MissingSecret.Found() : null,
                Verdict.OutsideTolerance => OfClock(request, source, verification.ClockSkew),
                Verdict.RepeatedSignature => CauseOfSignature.FindRepeated(ref tries) ?? Search(ref tries, allSources),
                Verdict.MissingHeader => CauseOfSignature.FindMissingHeader(ref tries),
                Verdict.UntrustedKey => OfKey(request) ?? CauseOfSecret.FindEnvironment(ref tries)
                    ?? CauseOfSecret.FindOtherSource(ref tries, allSources),
                Verdict.MalformedSignature => CauseOfSignature.FindSpelling(ref tries)
                    ?? CauseOfSecret.FindOtherProvider(ref tries, allSources), // no body and no secret can mend it
                Verdict.KeyUnavailable => null, // to be tried again; nothing is wrong with the request yet
                Verdict.MissingSignature when source.Provider.SignatureHeaders.Count > 0 =>
                    CauseOfSignature.FindMissing(ref tries, allSources),
                Verdict.MissingSignature => Search(ref tries, allSources) ?? CauseKind.Unsigned.Found(),
                _ => Search(ref tries, allSources),
            };
        }
        finally
        {
            tries.Release();
        }
    }

    /// <summary>
    /// The likeliest and cheapest first, since a large body gets only a few tries, and what is proven before what is
    /// only seen: 1 compression and the final newline, 2 the other sources, 3 other secrets, 4 the signed address,
    /// 5 white space and JSON that was written again, 6 the body's other changes, 7 the rest.
    /// </summary>
    static Cause? Search(ref CauseTries tries, IReadOnlyList<Source> allSources) =>
        CauseOfBody.FindCompression(ref tries) // 1
        ?? CauseOfBody.FindNewlines(ref tries)
        ?? CauseOfSecret.FindOtherSource(ref tries, allSources) // 2
        ?? CauseOfSecret.FindOtherProvider(ref tries, allSources)
        ?? CauseOfSecret.FindOtherSecret(ref tries, allSources) // 3
        ?? CauseOfAddress.Find(ref tries) // 4
        ?? CauseOfBody.FindWhiteSpace(ref tries) // 5
        ?? CauseOfBody.FindReserialisation(ref tries)
        ?? CauseOfBody.FindCharset(ref tries) // 6
        ?? CauseOfBody.FindFormEncoding(ref tries)
        ?? CauseOfSignature.FindSpelling(ref tries) // 7
        ?? CauseOfSecret.FindEnvironment(ref tries)
        ?? CauseOfBody.FindLoss(ref tries);

    static Cause OfClock(in WebhookRequest request, Source source, TimeSpan skew)
    {
        var seconds = Math.Abs(Math.Round(skew.TotalSeconds));
        var side = skew < TimeSpan.Zero ? "ahead of" : "behind";
        var limit = source.Credentials.Tolerance ?? source.Provider.DefaultTolerance;
        var allowed = limit is { } tolerance && tolerance >= TimeSpan.Zero
            ? $"; {tolerance.TotalSeconds:0} seconds are allowed"
            : "";
        var unit = IsInSeconds(request.ReceivedAt, skew) ? " It was signed in seconds, not in milliseconds." : "";
        return CauseKind.Clock.Found(skew == TimeSpan.Zero ? null
            : $"The signature is right, but its time is {seconds:0} seconds {side} this machine's clock{allowed}."
            + unit);
    }

    /// <summary>Seconds that were read as milliseconds. The reverse would be a year that no date can have.</summary>
    static bool IsInSeconds(DateTimeOffset receivedAt, TimeSpan skew)
    {
        var now = (receivedAt - DateTimeOffset.UnixEpoch).TotalSeconds;
        return Math.Abs(now - (now - skew.TotalSeconds) * 1000) < UnitTolerance.TotalSeconds
            && Math.Abs(skew.TotalDays) > 365;
    }

    static Cause? OfKey(in WebhookRequest request) =>
        request.Found?.Key is { } key && !key.CountsAt(request.ReceivedAt) ? CauseKind.KeyExpired.Found() : null;
}
