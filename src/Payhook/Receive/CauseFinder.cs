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
    /// <summary>
    /// A signed time that is off by a factor of a thousand comes this close to the clock once that is undone.
    /// </summary>
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
        if (source.Credentials.Secrets.Count == 0) return CauseKind.MissingSecret.Found();

        var tries = new CauseTries(request, source);
        try
        {
            return verification.Verdict switch
            {
                Verdict.OutsideTolerance => OfClock(request, source, verification.ClockSkew),
                Verdict.RepeatedSignature => CauseOfSignature.FindRepeated(ref tries) ?? Search(ref tries, allSources),
                Verdict.MissingHeader => CauseOfSignature.FindMissingHeader(ref tries),
                Verdict.UntrustedKey => OfKey(request) ?? CauseOfSecret.FindEnvironment(ref tries)
                    ?? CauseOfSecret.FindOtherSource(ref tries, allSources),
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
    /// The likeliest and cheapest first, since a large body gets only a few tries:
    /// 1 what the body shows by itself, 2 its final newline, 3 the other sources, 4 how the signature is written,
    /// 5 JSON that was written again, 6 other secrets, 7 the signed address, 8 the body's other changes.
    /// </summary>
    static Cause? Search(ref CauseTries tries, IReadOnlyList<Source> allSources) =>
        CauseOfBody.FindLoss(ref tries) ?? CauseOfBody.FindCompression(ref tries) // 1
        ?? CauseOfBody.FindNewlines(ref tries) // 2
        ?? CauseOfSecret.FindOtherSource(ref tries, allSources) // 3
        ?? CauseOfSecret.FindOtherProvider(ref tries, allSources)
        ?? CauseOfSignature.FindSpelling(ref tries) // 4
        ?? CauseOfBody.FindWhiteSpace(ref tries) // 5
        ?? CauseOfBody.FindReserialisation(ref tries)
        ?? CauseOfSecret.FindOtherSecret(ref tries, allSources) // 6
        ?? CauseOfAddress.Find(ref tries) // 7
        ?? CauseOfBody.FindCharset(ref tries) // 8
        ?? CauseOfBody.FindFormEncoding(ref tries)
        ?? CauseOfSecret.FindEnvironment(ref tries);

    static Cause OfClock(in WebhookRequest request, Source source, TimeSpan skew)
    {
        var seconds = Math.Abs(Math.Round(skew.TotalSeconds));
        var side = skew < TimeSpan.Zero ? "ahead of" : "behind";
        var limit = source.Credentials.Tolerance ?? source.Provider.DefaultTolerance;
        var allowed = limit is { } tolerance && tolerance >= TimeSpan.Zero
            ? $"; {tolerance.TotalSeconds:0} seconds are allowed"
            : "";
        var unit = WrongUnit(request.ReceivedAt, skew) is { } words ? $" {words}" : "";
        return CauseKind.Clock.Found(skew == TimeSpan.Zero ? null
            : $"The signature is right, but its time is {seconds:0} seconds {side} this machine's clock{allowed}.{unit}");
    }

    /// <summary>Milliseconds where seconds are expected, or the reverse.</summary>
    static string? WrongUnit(DateTimeOffset receivedAt, TimeSpan skew)
    {
        var now = (receivedAt - DateTimeOffset.UnixEpoch).TotalSeconds;
        var signed = now - skew.TotalSeconds;
        if (Math.Abs(skew.TotalDays) < 365) return null;
        if (Math.Abs(now - signed / 1000) < UnitTolerance.TotalSeconds)
            return "It was signed in milliseconds and read as seconds.";
        return Math.Abs(now - signed * 1000) < UnitTolerance.TotalSeconds
            ? "It was signed in seconds and read as milliseconds."
            : null;
    }

    static Cause? OfKey(in WebhookRequest request) =>
        request.Found?.Key is { } key && !key.CountsAt(request.ReceivedAt) ? CauseKind.KeyExpired.Found() : null;
}
