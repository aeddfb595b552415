using System.Buffers;
using Payhook.Providers;
using Payhook.Store;

namespace Payhook.Cli;

/// <summary>What came of verifying a rejection again.</summary>
/// <param name="Rejection">The rejection.</param>
/// <param name="Result">The word for scripts.</param>
/// <param name="Told">Why, for a person.</param>
/// <param name="EventIds">The events that it holds, where it is verified now.</param>
sealed record Reverified(Rejection Rejection, ReverifyResult Result, string Told, IReadOnlyList<string> EventIds)
{
    /// <summary>True where the signature is right, and only its time is too far from the clock.</summary>
    public bool IsLate { get; init; }
}

/// <summary>The closed results of verifying a rejection again. The zero value is a refusal.</summary>
enum ReverifyResult
{
    Refused = 0,
    WouldPromote,
    Promoted,
    AlreadyStored,
    Conflict,
    Failed,
}

/// <summary>
/// Verifies kept rejections with the settings of now, so that a wrong secret, once mended, has lost no event. The
/// signature alone decides, as at the first time.
/// </summary>
sealed class Reverifier(
    IEventStore store, IReadOnlyList<Source> sources, TimeProvider time, OutsideLookup? lookUp = null)
{
    const int PageLimitRejections = 500;

    /// <summary>What another secret cannot change is not looked at: an address, a size, an encoding.</summary>
    static readonly HashSet<string> Verifiable =
    [
        .. Enum.GetValues<Verdict>().Select(Rejection.ReasonOf), Problem.InvalidSignature.Type,
        Problem.InvalidJson.Type, Problem.InvalidPayload.Type,
    ];

    const string ToldStored = "verified, and the event is stored already";

    /// <summary>The events that would have been stored, where nothing is.</summary>
    readonly HashSet<(string Source, string Identity)> _wouldBeStored = [];

    /// <summary>The rejections that have not become events yet, the oldest first.</summary>
    public async Task<List<long>> CandidatesAsync(string? sourceName, CancellationToken cancellation)
    {
        var sequences = new List<long>();
        for (var before = long.MaxValue; ;)
        {
            var count = 0;
            var page = new RejectionPage(before, PageLimitRejections, sourceName);
            await foreach (var rejection in store.Rejections.Rejections(page, cancellation))
            {
                (before, count) = (rejection.Sequence, count + 1);
                if (rejection.PromotedAt is null) sequences.Add(rejection.Sequence);
            }
            if (count < PageLimitRejections) break;
        }
        sequences.Reverse();
        return sequences;
    }

    /// <summary>Verifies one, and stores its events where a writer is given.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    public async Task<Reverified?> ReverifyAsync(long sequence, IEventWriter? writer, CancellationToken cancellation)
    {
        if (await store.Rejections.FindAsync(sequence, cancellation) is not { } rejection) return null; // let go since
        if (!Verifiable.Contains(rejection.Reason)) return Refused(rejection, "its reason is not about its signature");
        if (rejection.Body.Length != rejection.BodyBytes) return Refused(rejection, "its body was not kept");
        if (sources.FirstOrDefault(s => s.Name == rejection.SourceName) is not { } source)
            return Refused(rejection, "no source of this name is configured");

        var headers = new DictionaryHeaders(rejection.ReadHeaders());
        var now = time.GetUtcNow();
        Found? found = null;
        if (source.Provider.FindLookup(rejection.ToRequest(headers, now), source.Credentials) is { } needed)
        {
            if (lookUp is null) return Refused(rejection, "it needs a look-up outside");
            found = await lookUp(source, needed, headers, rejection.Body, cancellation);
        }
        var verification = source.Provider.Verify(rejection.ToRequest(headers, now, found), source.Credentials);
        if (!verification.IsVerified) return Refused(rejection, Tell(verification, source)) with
        {
            IsLate = verification.Verdict == Verdict.OutsideTolerance,
        };

        var events = new List<PaymentEvent>();
        var reading = source.Provider.Read(rejection.ToRequest(headers, now, found), events);
        if (reading != Reading.Read) return Refused(rejection, "its signature is right, and its body cannot be read");
        var bytes = new PooledBytes(rejection.Body.Length + 512);
        bytes.Write(rejection.Body);
        var first = Receipts.Of(source, headers, events, verification.SecretNumber, rejection.ReceivedAt, bytes,
            EventOrigin.Reverified);
        List<Receipt> receipts = [.. first.Batch?.Receipts ?? [first]];
        try
        {
            string[] ids = [.. receipts.Select(r => r.EventId)];
            if (writer is null)
                return await WouldPromoteAsync(receipts, cancellation)
                    ? new(rejection, ReverifyResult.WouldPromote, "verified", ids)
                    : new(rejection, ReverifyResult.AlreadyStored, ToldStored, ids);
            var (result, told) = await PromoteAsync(rejection, receipts, writer, cancellation);
            return new(rejection, result, told, ids);
        }
        finally
        {
            bytes.Return();
        }
    }

    /// <summary>First the events and then the mark: what ends between them is a duplicate at the next run.</summary>
    async Task<(ReverifyResult, string)> PromoteAsync(
        Rejection rejection, List<Receipt> receipts, IEventWriter writer, CancellationToken cancellation)
    {
        try
        {
            writer.Append(receipts.ToArray());
        }
        catch (Exception e) when (e is not (StoreUnavailableException or StoreRefusedException))
        {
            return (ReverifyResult.Failed, "verified, and the store cannot take it"); // this one; the others may go on
        }
        var eventSequence = await FindStoredAsync(receipts[0], cancellation);
        store.Rejections.MarkPromoted(rejection.Sequence, eventSequence, time.GetUtcNow());

        var outcomes = receipts.ConvertAll(r => r.Outcome);
        if (receipts.Exists(r => r.IsNew))
            return (ReverifyResult.Promoted, "verified and stored");
        return outcomes.TrueForAll(o => o == StoreOutcome.Duplicate)
            ? (ReverifyResult.AlreadyStored, ToldStored)
            : (ReverifyResult.Conflict, "verified, and kept as a conflict with a known event");
    }

    /// <summary>Whether one of them is an event that is neither stored nor would be by now.</summary>
    async Task<bool> WouldPromoteAsync(List<Receipt> receipts, CancellationToken cancellation)
    {
        var isNew = false;
        foreach (var receipt in receipts)
        {
            if (await FindStoredAsync(receipt, cancellation) is null)
                isNew |= _wouldBeStored.Add((receipt.SourceName, receipt.Identity));
        }
        return isNew;
    }

    async Task<long?> FindStoredAsync(Receipt receipt, CancellationToken cancellation)
    {
        long? sequence = null;
        await foreach (var stored in store.EventsWithId(receipt.KnownEventId ?? receipt.EventId, false, cancellation))
        {
            if (stored.Identity == receipt.Identity && stored.SourceName == receipt.SourceName)
                sequence = stored.Sequence;
        }
        return sequence;
    }

    static Reverified Refused(Rejection rejection, string told) => new(rejection, ReverifyResult.Refused, told, []);

    static string Tell(Verification verification, Source source)
    {
        var reason = Rejection.ReasonOf(verification.Verdict);
        if (verification.Verdict != Verdict.OutsideTolerance) return reason;
        var window = source.Credentials.Tolerance ?? source.Provider.DefaultTolerance ?? TimeSpan.Zero;
        return $"{reason}: signed {verification.ClockSkew.TotalSeconds:0} s ago, clock window: "
            + $"{window.TotalSeconds:0} s";
    }
}
