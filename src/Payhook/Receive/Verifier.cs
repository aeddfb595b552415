using Payhook.Providers;

namespace Payhook.Receive;

/// <summary>Steps 3 and 4: nothing in a body is believed before its signature is right.</summary>
sealed class Verifier(OutsideLookup lookUp)
{
    [ThreadStatic] static List<PaymentEvent>? t_events;

    /// <summary>Sets the arrival's source and receipt.</summary>
    /// <returns>A refusal, or <see langword="null"/> where the request was verified and read.</returns>
    public async ValueTask<Refusal?> VerifyAndReadAsync(Arrival arrival, PooledBytes bytes)
    {
        // 3 verify it
        var candidates = arrival.Candidates;
        for (var i = 0; i < candidates.Count; i++)
        {
            var source = candidates[i];
            var lookup = source.Provider.FindLookup(arrival.Request(bytes.Span), source.Credentials);
            var found = lookup is null ? null : await lookUp(
                source, lookup, arrival.Headers, bytes.Memory, arrival.Context.RequestAborted);
            var verification = source.Provider.Verify(arrival.Request(bytes.Span, found), source.Credentials);
            if (i > 0 && !verification.IsVerified) continue; // the first is the one that is told about
            (arrival.Source, arrival.Verification, arrival.Found) = (source, verification, found);
            if (verification.IsVerified) break;
        }
        return arrival.Source is null ? new(Problem.MissingSignature, Verdict.MissingSignature)
            : arrival.Verification.IsVerified ? Read(arrival, bytes)
            : Refuse(arrival, bytes.Span);
    }

    /// <summary>Which refusal old clients expect depends on the syntax of a body that is not believed.</summary>
    static Refusal Refuse(Arrival arrival, ReadOnlySpan<byte> body)
    {
        var verdict = arrival.Verification.Verdict;
        return verdict switch
        {
            Verdict.KeyUnavailable => new(Problem.VerificationUnavailable, verdict),
            Verdict.MissingSignature => new(Problem.MissingSignature, verdict),
            _ when !arrival.Source!.Provider.IsWellFormed(body) => new(Problem.InvalidJson, verdict),
            _ => new(Problem.InvalidSignatureWith(arrival.Source.Provider.WrongSignatureStatus), verdict),
        };
    }

    /// <summary>4 read ids, type and payment</summary>
    static Refusal? Read(Arrival arrival, PooledBytes bytes)
    {
        var events = t_events ??= [];
        events.Clear();
        var reading = arrival.Source!.Provider.Read(arrival.Request(bytes.Span, arrival.Found), events);
        if (reading != Reading.Read)
        {
            return new(reading switch
            {
                Reading.MissingFields => Problem.InvalidPayload,
                Reading.TooManyEvents => Problem.BodyTooLarge,
                _ => Problem.InvalidJson,
            }, Verdict.Verified);
        }
        arrival.Receipt = Receipts.Of(
            arrival.Source, arrival.Headers, events, arrival.Verification.SecretNumber, arrival.ReceivedAt, bytes);
        events.Clear();
        return null;
    }
}
