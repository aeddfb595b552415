using Payhook.Providers;

namespace Payhook.Cli;

/// <summary>Verdicts as people read them: in sentences.</summary>
static class VerdictWords
{
    /// <summary>What a refusal means, in a sentence.</summary>
    public static string Sentence(Verification verification, Source source) => verification.Verdict switch
    {
        Verdict.MissingSecret => "No key was given, so nothing can be verified.",
        Verdict.MissingSignature => source.Provider.SignatureHeaders is [_, ..] headers
            ? $"The request carries no signature: {string.Join(" or ", headers)} is absent or empty."
            : "The body carries no signature.",
        Verdict.MissingHeader => "Something that is signed together with the body is absent: an id, a time.",
        Verdict.RepeatedSignature => "A header that must be single came more than once.",
        Verdict.MalformedSignature => "The signature does not have the scheme's form, so no key could match it.",
        Verdict.MalformedBody =>
            "The body, which the signature stands in or is made of, does not have the provider's form.",
        Verdict.UnsupportedAlgorithm => "The request names an algorithm or a version that the provider does not use.",
        Verdict.WrongSignature => "The signature has the right form, and none of the keys made it for these bytes.",
        Verdict.OutsideTolerance => "The signature is right, and its time is " + Distance(verification.ClockSkew)
            + ". For a request captured earlier: --at TIME or --tolerance off.",
        Verdict.UntrustedKey => "The key that the request names is not the provider's, or counts no longer.",
        Verdict.KeyUnavailable =>
            "The key that the request names is not here: --certificates FOLDER tells where it was saved.",
        _ => "The request was not verified.",
    };

    static string Distance(TimeSpan skew)
    {
        var seconds = (long)Math.Abs(skew.TotalSeconds);
        return $"{seconds} s {(skew < TimeSpan.Zero ? "ahead of" : "behind")} the clock";
    }
}
