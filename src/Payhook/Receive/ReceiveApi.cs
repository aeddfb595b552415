using System.Buffers;
using Payhook.Ops;
using Payhook.Providers;

namespace Payhook.Receive;

/// <summary>
/// The way of one request, from the socket to the answer:
/// 1 refuse what can be refused unread, 2 read the raw body within its limit, 3 verify it, 4 read ids, type and
/// payment, 5 queue it, 6 wait for the commit, 7 answer.
/// </summary>
sealed class ReceiveApi(
    Source source, Intake intake, ByteBudget budget, Settings settings, TimeProvider time, RequestLog log,
    RejectionLog rejections)
{
    /// <summary>How much is reserved on the word of a Content-Length; more only as bytes arrive.</summary>
    const int FirstBufferLimitBytes = 4 * 1024;

    public async Task ReceiveAsync(HttpContext context)
    {
        var startedAt = time.GetTimestamp();
        var headers = new RequestHeaders(context.Request.Headers);

        // 1 refuse what can be refused unread
        if (Precheck(context, headers) is { } refusal)
        {
            Reject(context, refusal, default, null);
            await RefuseAsync(context, refusal, startedAt);
            return;
        }

        // 2 read the raw body within its limit
        var bytes = new PooledBytes((int)Math.Min(context.Request.ContentLength ?? 0, FirstBufferLimitBytes) + 512);
        var takenBytes = 0;
        Receipt? receipt = null;
        Task<StoreOutcome>? done = null;
        try
        {
            refusal = await ReadBodyAsync(context, bytes);
            takenBytes = bytes.Length; // before the headers are added
            var verification = default(Verification);
            if (refusal is null) receipt = VerifyAndRead(headers, bytes, out verification, out refusal); // 3 and 4
            if (receipt is not null && intake.TryAppend(receipt, out var committed)) done = committed; // 5 queue it
            if (done is null) Reject(context, refusal ?? Problem.QueueFull, verification, bytes);
        }
        finally
        {
            if (done is null) Release(bytes, takenBytes);
        }
        if (done is null)
        {
            await RefuseAsync(context, refusal ?? Problem.QueueFull, startedAt, receipt);
            return;
        }

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
            Reject(context, Problem.StoreUnavailable, default, null);
            await RefuseAsync(context, Problem.StoreUnavailable, startedAt, receipt);
            return;
        }
        var isNew = outcome is StoreOutcome.Stored or StoreOutcome.StoredUnderKnownId;
        if (isNew) Accepted.WriteSuccess(context.Response, receipt!);
        else Accepted.WriteDuplicate(context.Response, receipt!);
        log.Received(new(context.TraceIdentifier, source.Name, receipt!.EventId, receipt.PaymentId,
            isNew ? "success" : "duplicate", null, StatusCodes.Status200OK, startedAt, LogLevel.Information));
    }

    /// <summary>A missing signature comes first: it is answered before anything else about the body.</summary>
    Problem? Precheck(HttpContext context, RequestHeaders headers)
    {
        if (!source.Provider.Recognises(new(headers, default))) return Problem.MissingSignature;
        var encoding = context.Request.Headers.ContentEncoding;
        if (encoding.Count > 0 && !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase)
            && !string.IsNullOrEmpty(encoding)) return Problem.EncodedBody;
        return context.Request.ContentLength > settings.BodyLimitBytes ? Problem.BodyTooLarge : null;
    }

    async ValueTask<Problem?> ReadBodyAsync(HttpContext context, PooledBytes bytes)
    {
        try
        {
            var reader = context.Request.BodyReader;
            while (true)
            {
                var result = await reader.ReadAsync(); // ends by itself when the sender goes away
                var arrived = result.Buffer;
                var refusal = Keep(arrived, bytes);
                reader.AdvanceTo(arrived.End);
                if (refusal is not null || result.IsCompleted) return refusal;
            }
        }
        catch (BadHttpRequestException e)
        {
            return Problem.OfStatus(e.StatusCode);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return Problem.BadRequest; // the sender went away
        }
    }

    /// <summary>Bytes are counted as they arrive, never by the length that was claimed.</summary>
    Problem? Keep(in ReadOnlySequence<byte> arrived, PooledBytes bytes)
    {
        if (bytes.Length + arrived.Length > settings.BodyLimitBytes) return Problem.BodyTooLarge;
        if (!budget.TryTake((int)arrived.Length)) return Problem.QueueFull;
        foreach (var segment in arrived) bytes.Write(segment.Span);
        return null;
    }

    /// <summary>Steps 3 and 4: nothing in a body is believed before its signature is right.</summary>
    Receipt? VerifyAndRead(
        RequestHeaders headers, PooledBytes bytes, out Verification verification, out Problem? refusal)
    {
        // 3 verify it
        var body = bytes.Span;
        var request = new WebhookRequest(headers, body) { ReceivedAt = time.GetUtcNow() };
        verification = source.Provider.Verify(request, source.Credentials);
        if (!verification.IsVerified)
        {
            // Which of the two refusals old clients expect depends on the syntax of a body that is not believed.
            refusal = source.Provider.IsWellFormed(body) ? Problem.InvalidSignature : Problem.InvalidJson;
            return null;
        }

        // 4 read ids, type and payment
        var events = new List<PaymentEvent>(1);
        var reading = source.Provider.Read(request, events);
        refusal = reading switch
        {
            Reading.Read => null,
            Reading.MissingFields => Problem.InvalidPayload,
            _ => Problem.InvalidJson,
        };
        if (refusal is not null) return null;

        return ReceiptBuilder.Build(
            source, headers, events[0], verification.SecretNumber, time.GetUtcNow(), bytes);
    }

    void Release(PooledBytes bytes, int takenBytes)
    {
        budget.GiveBack(takenBytes);
        bytes.Return();
    }

    /// <summary>Hands a refusal to those who explain it later; before its buffer is given back.</summary>
    void Reject(HttpContext context, Problem problem, Verification verification, PooledBytes? bytes)
    {
        var wasAsked = verification != default;
        rejections.TryAdd(new()
        {
            SourceName = source.Name,
            Reason = wasAsked && !verification.IsVerified ? Rejection.ReasonOf(verification.Verdict) : problem.Type,
            Verification = verification,
            ReceivedAt = time.GetUtcNow(),
            Request = context.Request,
            RequestId = context.TraceIdentifier,
            Body = bytes is null ? default : bytes.Span,
            ClaimedBodyBytes = wasAsked ? null : context.Request.ContentLength ?? bytes?.Length ?? 0,
        });
    }

    Task RefuseAsync(HttpContext context, Problem problem, long startedAt, Receipt? receipt = null)
    {
        log.Received(new(context.TraceIdentifier, source.Name, receipt?.EventId, receipt?.PaymentId,
            problem.Status == StatusCodes.Status503ServiceUnavailable ? "unavailable" : "rejected", problem.Type,
            problem.Status, startedAt, LogLevel.Warning));
        return problem.WriteAsync(context);
    }
}
