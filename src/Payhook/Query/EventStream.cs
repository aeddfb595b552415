using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>
/// Events as they come, to clients that stay. Nothing is queued for any of them: each reads the store from its own
/// place, so one that is slow costs nothing but its own lag.
/// </summary>
sealed partial class EventStream(
    FeedReader reader, Followers followers, CommitSignal committed, Sources sources, PiiMask personal,
    TimeProvider time, IHostApplicationLifetime lifetime, ILogger<EventStream> logger)
{
    /// <summary>GET /events/stream</summary>
    public async Task StreamAsync(HttpContext context)
    {
        var (request, fault) = FeedRequest.OfStream(context.Request, sources);
        FeedSpan span = default;
        if (request is not null) (span, fault) = await reader.SpanAsync(request, context.RequestAborted);
        if (request is null || fault is not null)
        {
            await fault!.WriteAsync(context);
            return;
        }
        if (!followers.TryEnter())
        {
            await Problem.TooManyFollowers.WriteAsync(context);
            return;
        }
        try
        {
            await FollowAsync(context, request, span);
        }
        finally
        {
            followers.Leave();
        }
    }

    async Task FollowAsync(HttpContext context, FeedRequest request, FeedSpan span)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, lifetime.ApplicationStopping);
        // The patience of the stream is longer than the web server's, which is for answers that end.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would gather it

        var line = new EventLine(sources, personal.For(context));
        var client = new StreamClient(context.Response.BodyWriter, line, time, ended.Token);
        var reason = "stopping";
        try
        {
            span = await reader.NarrowAsync(request.Filter, span, ended.Token);
            // A client that is cut off before its first event knows where it began.
            await client.TellPlaceAsync(span.After);
            var sending = request.NewestEvents is { } newest
                ? SendNewestAsync(client, request, newest, span, ended.Token)
                : SendAllAsync(client, request, span, ended.Token);
            await sending;
        }
        catch (OperationCanceledException)
        {
            if (!lifetime.ApplicationStopping.IsCancellationRequested) return; // the client has gone
        }
        catch (TimeoutException)
        {
            reason = "not-reading";
            LogNotReading(context.TraceIdentifier, StreamClient.PatienceSeconds);
        }
        catch (StoreUnavailableException e)
        {
            reason = "store-unavailable";
            LogStoreAway(context.TraceIdentifier, e.Message);
        }
        if (!await client.TryTellDroppedAsync(reason)) context.Abort();
    }

    async Task SendAllAsync(StreamClient client, FeedRequest request, FeedSpan span, CancellationToken ended)
    {
        while (true)
        {
            ended.ThrowIfCancellationRequested();
            var (next, lookedAt) = (committed.Next, time.GetTimestamp());
            var head = await reader.HeadAsync(ended);
            span = span with { Until = head.Latest };
            var page = await reader.PageAsync(request, span, ExportFormats.PageEvents, ended);
            foreach (var found in page.Events) await client.SendAsync(found);
            await client.FlushAsync();
            span = page.IsCut ? span.Behind(page.Events[^1].Position) : span with { After = head.Latest };
            if (page.IsCut) continue;
            await Followers.PauseAsync(next, lookedAt, TimeSpan.MaxValue, time, ended);
            await client.BeatAsync(span.After);
        }
    }

    /// <summary>
    /// For people who watch. A rush costs a few looks a second and what can be read of it, however many rush in.
    /// </summary>
    async Task SendNewestAsync(
        StreamClient client, FeedRequest request, int newest, FeedSpan span, CancellationToken ended)
    {
        var pace = new WatchPace(time);
        while (true)
        {
            ended.ThrowIfCancellationRequested();
            var next = committed.Next;
            var head = await reader.HeadAsync(ended);
            span = span with { Until = head.Latest };
            var hasFound = await SendNewestOfAsync(client, request, newest, span, ended);
            await client.FlushAsync();
            span = span with { After = head.Latest };
            await pace.WaitAsync(next, hasFound, ended);
            await client.BeatAsync(span.After);
        }
    }

    /// <summary>The newest of a part, the oldest of them first, and that there were more.</summary>
    async Task<bool> SendNewestOfAsync(
        StreamClient client, FeedRequest request, int newest, FeedSpan span, CancellationToken ended)
    {
        var page = await reader.PageAsync(
            request with { WithPayload = false }, span with { IsNewestFirst = true }, newest + 1, ended);
        if (page.Events.Count > newest) client.TellSkipped();
        if (!request.WithPayload)
        {
            foreach (var found in page.Events.Take(newest).Reverse()) await client.SendAsync(found);
            return page.Events.Count > 0;
        }
        // With bodies they are read forward, a page in memory at a time.
        if (page.Events.Count > newest) span = span with { After = page.Events[newest].Position };
        for (var isCut = page.Events.Count > 0; isCut;)
        {
            var part = await reader.PageAsync(request, span, ExportFormats.PageEvents, ended);
            foreach (var found in part.Events) await client.SendAsync(found);
            isCut = part.IsCut;
            if (isCut) span = span.Behind(part.Events[^1].Position);
        }
        return page.Events.Count > 0;
    }

    [LoggerMessage(LogLevel.Warning,
        "A client that streams events read nothing for {Seconds} seconds and was let go: request {RequestId}")]
    partial void LogNotReading(string requestId, int seconds);

    [LoggerMessage(LogLevel.Warning,
        "A client that streams events was let go, because the store cannot be read: request {RequestId}, {Fault}")]
    partial void LogStoreAway(string requestId, string fault);
}

/// <summary>Speaks server-sent events to one client, and loses patience with it.</summary>
sealed class StreamClient(PipeWriter output, EventLine line, TimeProvider time, CancellationToken ended)
{
    public const int PatienceSeconds = 30;
    const int FlushBytes = 16 * 1024;

    static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(15), LastWords = TimeSpan.FromSeconds(1);

    long _sentAt = time.GetTimestamp();
    int _pendingBytes;
    Task<FlushResult>? _flushing;

    /// <summary>A block without data: the client remembers the place, and nothing else happens there.</summary>
    public Task TellPlaceAsync(FeedPosition position)
    {
        Write($": events follow\nretry: 2000\nid: {position}\n\n");
        return FlushAsync();
    }

    /// <summary>That events before the next one are left out.</summary>
    public void TellSkipped() => Write("event: payhook.skipped\ndata: {}\n\n");

    public async ValueTask SendAsync(FeedEvent found)
    {
        var type = found.Event.EventType.ReplaceLineEndings(" ");
        Write($"id: {found.Position}\nevent: {type}\ndata: ");
        _pendingBytes += line.Write(output, found);
        Write("\n");
        if (_pendingBytes >= FlushBytes) await FlushAsync();
    }

    /// <summary>Where nothing was sent for a while: that the connection lives, and how far the feed was read.</summary>
    public Task BeatAsync(FeedPosition position)
    {
        if (time.GetElapsedTime(_sentAt) < HeartbeatEvery) return Task.CompletedTask;
        Write($": heartbeat\nid: {position}\n\n");
        return FlushAsync();
    }

    /// <summary>Waits until the client has room for what was written.</summary>
    /// <exception cref="OperationCanceledException">It has gone, or the listener stops.</exception>
    /// <exception cref="TimeoutException">It has read nothing for too long.</exception>
    public async Task FlushAsync()
    {
        if (_pendingBytes == 0) return;
        _pendingBytes = 0;
        _sentAt = time.GetTimestamp();
        // Not cancelled but left behind: cancelling it would close the connection without a word.
        _flushing = output.FlushAsync(CancellationToken.None).AsTask();
        var result = await _flushing.WaitAsync(TimeSpan.FromSeconds(PatienceSeconds), time, ended);
        if (result.IsCompleted) throw new OperationCanceledException("The client has gone.");
    }

    /// <summary>Says why this is the end, where the client still takes it.</summary>
    public async Task<bool> TryTellDroppedAsync(string reason)
    {
        try
        {
            Write($"event: payhook.dropped\ndata: {{\"reason\":\"{reason}\"}}\n\n");
            await output.FlushAsync(CancellationToken.None).AsTask().WaitAsync(LastWords, time);
            return _flushing is null or { IsCompleted: true };
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or InvalidOperationException)
        {
            return false;
        }
    }

    void Write(string text) => _pendingBytes += (int)Encoding.UTF8.GetBytes(text, output);
}
