using Payhook.Providers;

namespace Payhook;

/// <summary>The verdicts' names in logs, the store and answers to the operator.</summary>
static class VerdictText
{
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.MissingSecret => "missing-secret",
        Verdict.MissingSignature => "missing-signature",
        Verdict.MissingHeader => "missing-header",
        Verdict.RepeatedSignature => "repeated-signature",
        Verdict.MalformedSignature => "malformed-signature",
        Verdict.MalformedBody => "malformed-body",
        Verdict.UnsupportedAlgorithm => "unsupported-algorithm",
        Verdict.WrongSignature => "wrong-signature",
        Verdict.OutsideTolerance => "outside-tolerance",
        Verdict.UntrustedKey => "untrusted-key",
        Verdict.KeyUnavailable => "key-unavailable",
        Verdict.Verified => "verified",
        _ => "refused",
    };
}
