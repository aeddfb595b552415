using Payhook.Providers;

namespace Payhook.Receive;

/// <summary>Holds a kept rejection against every source, to find out why it was refused.</summary>
sealed class Explainer(Sources sources)
{
    public (string Code, string Explanation)? Explain(
        Rejection rejection, Verification verification, Found? found)
    {
        if (rejection.Reason == Problem.EncodedBody.Type) return Told(CauseKind.BodyCompressed.Found());
        // Nothing was verified, or the signature was right: then the reason says all there is to say.
        if (sources.Find(rejection.SourceName) is not { } source || verification.IsVerified) return null;
        if (verification.Verdict == Verdict.Refused && rejection.Reason != MissingSignature) return null;
        var asked = verification.Verdict == Verdict.Refused ? new(Verdict.MissingSignature) : verification;
        var headers = new DictionaryHeaders(rejection.ReadHeaders());
        var request = rejection.ToRequest(headers, rejection.ReceivedAt, found);
        return CauseFinder.Find(request, source, asked, sources.All) is { } cause ? Told(cause) : null;
    }

    static (string, string) Told(Cause cause) => (cause.Code, cause.Explanation);

    static string MissingSignature => Rejection.ReasonOf(Verdict.MissingSignature);
}
