using System.Text.Json;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>The feed in one answer: a page of it, an export of all of it, or what comes within a wait.</summary>
sealed class FeedApi(
    FeedReader reader, Followers followers, CommitSignal committed, Sources sources, PiiMask personal,
    TimeProvider time, IHostApplicationLifetime lifetime)
{
    const int PageDefaultEvents = 100;
    const int FlushBytes = 64 * 1024;

    /// <summary>GET /events</summary>
    public async Task EventsAsync(HttpContext context)
    {
        var format = ExportFormats.Wanted(context.Request);
        var limitEvents = format == ExportFormat.Json ? EventsApi.PageLimitEvents : long.MaxValue;
        var (request, fault) = FeedRequest.OfList(context.Request.Query, sources, limitEvents);
        if (request is not null && fault is null && request.Wait > TimeSpan.Zero && !followers.TryEnter())
        {
            await Problem.TooManyFollowers.WriteAsync(context);
            return;
        }
        try
        {
            await AnswerAsync(context, format, request, fault);
        }
        finally
        {
            if (request is not null && request.Wait > TimeSpan.Zero) followers.Leave();
        }
    }

    async Task AnswerAsync(HttpContext context, ExportFormat format, FeedRequest? request, Problem? fault)
    {
        var cancellation = context.RequestAborted;
        FeedSpan whole = default;
        if (request is not null) (whole, fault) = await reader.SpanAsync(request, cancellation);
        if (request is null || fault is not null)
        {
            await fault!.WriteAsync(context);
            return;
        }

        context.Response.Headers.Vary = "Accept";
        var left = request.LimitEvents ?? (format == ExportFormat.Json ? PageDefaultEvents : long.MaxValue);
        var span = await reader.NarrowAsync(request.Filter, whole, cancellation);
        var page = await reader.PageAsync(request, span, left, cancellation);
        if (page.Events.Count == 0 && request.Wait > TimeSpan.Zero)
        {
            (page, whole) = await WaitAsync(request, whole, left, cancellation);
            span = whole;
        }

        if (format == ExportFormat.Json) await WriteJsonAsync(context, request, page, span, whole.Until, left);
        else
        {
            var rows = EventRows.To(context, format, sources, personal.For(context), request.WithPayload);
            await ExportAsync(rows, request, page, span, left);
        }
    }

    /// <summary>Looks again with every commit, until there is something or the time is over.</summary>
    async Task<(FeedPage Page, FeedSpan Whole)> WaitAsync(
        FeedRequest request, FeedSpan whole, long left, CancellationToken aborted)
    {
        var startedAt = time.GetTimestamp();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        while (true)
        {
            var (next, lookedAt) = (committed.Next, time.GetTimestamp());
            var head = await reader.HeadAsync(aborted);
            // What lies before has been looked at.
            whole = new(whole.Until, head.Latest);
            var page = await reader.PageAsync(request, whole, left, aborted);
            var rest = request.Wait - time.GetElapsedTime(startedAt);
            if (page.Events.Count > 0 || rest <= TimeSpan.Zero || ended.IsCancellationRequested) return (page, whole);
            try
            {
                await Followers.PauseAsync(next, lookedAt, rest, time, ended.Token);
            }
            catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
            {
                return (page, whole); // the listener stops: nothing came
            }
        }
    }

    async Task WriteJsonAsync(
        HttpContext context, FeedRequest request, FeedPage page, FeedSpan span, FeedPosition head, long left)
    {
        var cancellation = context.RequestAborted;
        var mask = personal.For(context);
        FeedPosition? next = request.IsNewestFirst ? null : head;
        long flushed = 0;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        json.WriteStartObject();
        json.WriteStartArray("events");
        while (true)
        {
            foreach (var found in page.Events)
            {
                EventJson.Write(json, found, sources, mask);
                if (json.BytesCommitted + json.BytesPending - flushed < FlushBytes) continue;
                await json.FlushAsync(cancellation);
                await context.Response.BodyWriter.FlushAsync(cancellation);
                flushed = json.BytesCommitted;
            }
            left -= page.Events.Count;
            if (!page.IsCut) break;
            var last = page.Events[^1].Position;
            span = span.Behind(last);
            if (left == 0)
            {
                if (!request.IsNewestFirst || await reader.HasAnyAsync(request, span, cancellation)) next = last;
                break;
            }
            page = await reader.PageAsync(request, span, left, cancellation);
        }
        json.WriteEndArray();
        json.WriteString("next", next?.ToString());
        json.WriteEndObject();
        await json.FlushAsync(cancellation);
        await context.Response.BodyWriter.FlushAsync(cancellation);
    }

    /// <summary>The next page is read while one is written; two are in memory at most.</summary>
    async Task ExportAsync(ExportRows<FeedEvent> rows, FeedRequest request, FeedPage page, FeedSpan span, long left)
    {
        while (true)
        {
            left -= page.Events.Count;
            var isLast = left == 0 || !page.IsCut;
            if (!isLast) span = span.Behind(page.Events[^1].Position);
            var (rest, limit) = (span, left);
            var next = isLast
                ? null
                : Task.Run(() => reader.PageAsync(request, rest, limit, rows.Cancellation).AsTask(), rows.Cancellation);
            try
            {
                foreach (var found in page.Events) await rows.WriteAsync(found);
            }
            catch when (next is not null)
            {
                // The client is gone; nobody asks for this page any more.
                await next.ContinueWith(static t => t.Exception, TaskScheduler.Default);
                throw;
            }
            if (next is null) break;
            page = await next;
        }
        await rows.EndAsync();
    }
}
