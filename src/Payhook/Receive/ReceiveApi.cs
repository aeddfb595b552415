using Microsoft.Extensions.Primitives;
using Payhook.Ops;
using Payhook.Providers;
using Payhook.Stats;

namespace Payhook.Receive;

/// <summary>
/// The way of one request, from the socket to the answer:
/// 1 find the source and refuse what can be refused unread, 2 read the raw body within its limit, 3 verify it, 4 read
/// ids, type and payment, 5 queue it, 6 wait for the commit, 7 answer.
/// </summary>
sealed class ReceiveApi(
    Sources sources, Verifier verifier, Intake intake, ByteBudget budget, Settings settings, TimeProvider time,
    RequestLog log, RejectionLog rejections, StatsMeter stats, DuplicateMeter duplicates)
{
    /// <summary>How much is reserved on the word of a Content-Length; more only as bytes arrive.</summary>
    const int FirstBufferLimitBytes = 4 * 1024;

    /// <summary>POST /webhook/payments: whose it is, the request tells.</summary>
    public Task ReceiveAnyAsync(HttpContext context)
    {
        var headers = new RequestHeaders(context.Request.Headers);
        return ReceiveAsync(context, headers, sources.RecogniseByHeader(new(headers, default)), isCommon: true);
    }

    /// <summary>POST /webhook/{source}</summary>
    public Task ReceiveNamedAsync(HttpContext context)
    {
        var found = sources.At((string)context.Request.RouteValues["source"]!);
        return found.Count == 0
            ? Problem.NotFound.WriteAsync(context)
            : ReceiveAsync(context, new(context.Request.Headers), found, isCommon: false);
    }

    /// <summary>
    /// GET /webhook/{source}: some providers ask whether an address is its merchant's own. Everything else is told
    /// the same, whether there is such a source or not.
    /// </summary>
    public async Task ChallengeAsync(HttpContext context)
    {
        var source = sources.Find((string)context.Request.RouteValues["source"]!);
        var answer = source?.Provider.AnswerChallenge(context.Request.QueryString.Value, source.Credentials);
        if (answer is null)
        {
            context.Response.Headers.Allow = "POST";
            await Problem.MethodNotAllowed.WriteAsync(context);
            return;
        }
        context.Response.ContentType = "text/plain";
        await context.Response.WriteAsync(answer);
    }

    async Task ReceiveAsync(
        HttpContext context, RequestHeaders headers, IReadOnlyList<Source> candidates, bool isCommon)
    {
        var arrival = new Arrival(context, headers, candidates, time.GetTimestamp(), time.GetUtcNow());

        // 1 find the source and refuse what can be refused unread
        var limitBytes = LimitBytes(candidates);
        if (Precheck(arrival, limitBytes, isCommon) is { } early)
        {
            Record(arrival, early, default, isRead: false);
            await RefuseAsync(arrival, early);
            return;
        }

        // 2 read the raw body within its limit
        var bytes = new PooledBytes((int)Math.Min(context.Request.ContentLength ?? 0, FirstBufferLimitBytes) + 512);
        var takenBytes = 0;
        Task<StoreOutcome>? done = null;
        Refusal? refusal;
        try
        {
            refusal = await BodyReader.ReadAsync(context.Request, bytes, limitBytes, budget) is { } problem
                ? new(problem)
                : null;
            takenBytes = bytes.Length; // before the headers are added
            var isRead = refusal is null;
            if (refusal is null)
            {
                if (candidates.Count == 0)
                    arrival.Candidates = sources.RecogniseByBody(new(headers, bytes.Span));
                refusal = LeaveOut(arrival, takenBytes) is { } none
                    ? new(none)
                    : await verifier.VerifyAndReadAsync(arrival, bytes); // 3 and 4
            }
            if (refusal is null)
            {
                // 5 queue it
                if (intake.TryAppend(arrival.Receipt!, out var committed)) done = committed;
                else refusal = new(Problem.QueueFull);
            }
            if (refusal is { } refused) Record(arrival, refused, bytes.Span[..takenBytes], isRead);
        }
        catch
        {
            Count(arrival, StatsMeter.Failed); // mostly the sender went away
            throw;
        }
        finally
        {
            if (done is null)
            {
                budget.GiveBack(takenBytes);
                bytes.Return();
            }
        }
        if (done is null)
        {
            await RefuseAsync(arrival, refusal!.Value);
            return;
        }
        await AnswerAsync(arrival, done);
    }

    async Task AnswerAsync(Arrival arrival, Task<StoreOutcome> done)
    {
        // 6 wait for the commit
        var outcome = StoreOutcome.NotStored;
        try
        {
            outcome = await done;
        }
        catch (TimeoutException)
        {
            // It may still be committed; the sender's next try is then a duplicate, and nothing is lost.
        }

        // 7 answer
        if (outcome == StoreOutcome.NotStored)
        {
            var late = new Refusal(Problem.StoreUnavailable);
            Record(arrival, late, default, isRead: false);
            await RefuseAsync(arrival, late);
            return;
        }
        var receipt = arrival.Receipt!;
        var isNew = receipt.Batch is { } batch ? Array.Exists(batch.Receipts, r => r.IsNew) : receipt.IsNew;
        Accepted.Write(arrival.Context.Response, receipt, isNew, arrival.Source!.Provider.AcceptedText);
        Log(arrival, isNew ? "success" : "duplicate", null, StatusCodes.Status200OK);
        Count(arrival, HasConflict(receipt) ? "conflict" : isNew ? "stored" : "duplicate");
        if (receipt.Batch is { } all) Array.ForEach(all.Receipts, CountDuplicate);
        else CountDuplicate(receipt);
    }

    /// <summary>A missing signature comes first: it is answered before anything else about the body.</summary>
    Refusal? Precheck(Arrival arrival, int limitBytes, bool isCommon)
    {
        if (isCommon && arrival.Candidates.Count == 0 && !sources.RecognisesByBody)
        {
            return new(Problem.MissingSignature, Verdict.MissingSignature);
        }
        if (!isCommon && arrival.Candidates[0].Provider is { SignatureHeaders.Count: > 0 } provider
            && !provider.Recognises(new(arrival.Headers, default)))
        {
            return new(Problem.MissingSignature, Verdict.MissingSignature);
        }
        if (LeaveOut(arrival, bodyBytes: 0) is { } problem) return new(problem);
        var encoding = arrival.Context.Request.Headers.ContentEncoding;
        if (!StringValues.IsNullOrEmpty(encoding)
            && !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase))
        {
            return new(Problem.EncodedBody);
        }
        return arrival.Context.Request.ContentLength > limitBytes ? new(Problem.BodyTooLarge) : null;
    }

    /// <summary>Several may have sent it: then the largest of their limits holds until it is known who did.</summary>
    int LimitBytes(IReadOnlyList<Source> candidates)
    {
        if (candidates.Count == 0) return Math.Max(settings.BodyLimitBytes, sources.BodyLimitByBodyBytes);
        var limitBytes = 0;
        for (var i = 0; i < candidates.Count; i++)
            limitBytes = Math.Max(limitBytes, candidates[i].BodyLimitBytes ?? settings.BodyLimitBytes);
        return limitBytes;
    }

    /// <summary>Leaves out the sources that take nothing from there, or nothing so large.</summary>
    /// <returns>Why none is left; <see langword="null"/> where one is, or there was none before.</returns>
    Problem? LeaveOut(Arrival arrival, int bodyBytes)
    {
        var address = arrival.Context.Connection.RemoteIpAddress;
        var (candidates, problem, count) = (arrival.Candidates, default(Problem), 0);
        for (var i = 0; i < candidates.Count; i++)
        {
            if (Refuses(candidates[i], address, bodyBytes) is { } refusal) problem ??= refusal;
            else count++;
        }
        if (problem is null || count == 0) return problem;
        arrival.Candidates = [.. candidates.Where(c => Refuses(c, address, bodyBytes) is null)];
        return null;
    }

    Problem? Refuses(Source source, System.Net.IPAddress? address, int bodyBytes) =>
        !IsAllowed(source, address) ? Problem.AddressNotAllowed
        : bodyBytes > (source.BodyLimitBytes ?? settings.BodyLimitBytes) ? Problem.BodyTooLarge
        : null;

    static bool IsAllowed(Source source, System.Net.IPAddress? address)
    {
        if (source.AllowedNetworks.Count == 0) return true;
        if (address is null) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        foreach (var network in source.AllowedNetworks)
        {
            if (network.Contains(address)) return true;
        }
        return false;
    }

    /// <summary>For the operator, before the buffer is given back: counted, and kept as far as there is room.</summary>
    void Record(Arrival arrival, in Refusal refusal, ReadOnlySpan<byte> body, bool isRead) =>
        rejections.TryAdd(new()
        {
            SourceName = arrival.SourceName,
            Reason = refusal.Reason,
            Verification = arrival.Verification,
            Found = arrival.Found,
            ReceivedAt = arrival.ReceivedAt,
            Request = arrival.Context.Request,
            RequestId = arrival.Context.TraceIdentifier,
            Body = body,
            ClaimedBodyBytes = isRead ? null : arrival.Context.Request.ContentLength ?? body.Length,
        });

    Task RefuseAsync(Arrival arrival, Refusal refusal)
    {
        var problem = refusal.Problem;
        Count(arrival, refusal.Reason);
        Log(arrival, problem.Status == StatusCodes.Status503ServiceUnavailable ? "unavailable" : "rejected",
            refusal.Reason, problem.Status);
        return problem.WriteAsync(arrival.Context);
    }

    static bool HasConflict(Receipt receipt) => receipt.Batch is { } batch
        ? Array.Exists(batch.Receipts, r => r.HasConflict)
        : receipt.HasConflict;

    void Count(Arrival arrival, string outcome) => stats.Count(arrival.SourceName, arrival.Receipt?.EventType,
        outcome, arrival.ReceivedAt, time.GetElapsedTime(arrival.StartedAt));

    void CountDuplicate(Receipt receipt)
    {
        if (receipt.Outcome == StoreOutcome.Duplicate) duplicates.Count(receipt.KnownSequence, receipt.ReceivedAt);
    }

    void Log(Arrival arrival, string outcome, string? reason, int status) => log.Received(new(
        arrival.Context.TraceIdentifier, arrival.SourceName, arrival.Receipt?.EventId, arrival.Receipt?.PaymentId,
        outcome, reason, status, arrival.StartedAt, reason is null ? LogLevel.Information : LogLevel.Warning));
}
