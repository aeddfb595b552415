using Payhook.Store;

namespace Payhook.Query;

/// <summary>
/// Reads the feed for all who follow it, a few at a time: a hundred of them must not take every connection and thread
/// in the moment in which all are woken.
/// </summary>
sealed class FeedReader(IEventFeed feed, IConsumerStore consumers) : IDisposable
{
    const int ReadsLimit = 4;

    readonly SemaphoreSlim _room = new(ReadsLimit);

    public ValueTask<FeedHead> HeadAsync(CancellationToken cancellation) =>
        InRoomAsync(() => feed.HeadAsync(cancellation), cancellation);

    /// <summary>The next events of a part of the feed.</summary>
    public ValueTask<FeedPage> PageAsync(
        FeedRequest request, FeedSpan span, long limitEvents, CancellationToken cancellation)
    {
        if (span.IsEmpty) return new(new FeedPage([], false));
        var limit = Math.Min(limitEvents,
            request.WithPayload ? ExportFormats.PageEventsWithPayload : ExportFormats.PageEvents);
        return InRoomAsync(
            () => feed.PageAsync(request.Filter, span, (int)limit, request.WithPayload, cancellation), cancellation);
    }

    /// <summary>Whether a part of the feed has an event at all.</summary>
    public async ValueTask<bool> HasAnyAsync(FeedRequest request, FeedSpan span, CancellationToken cancellation) =>
        (await PageAsync(request with { WithPayload = false }, span, 1, cancellation)).Events.Count > 0;

    /// <summary>Where a request begins and how far the feed goes now, or what is wrong with its cursor.</summary>
    public async ValueTask<(FeedSpan Span, Problem? Fault)> SpanAsync(
        FeedRequest request, CancellationToken cancellation)
    {
        // The head after the place: what was acknowledged meanwhile must not look like another store's.
        var after = request.After ?? default;
        if (request.ConsumerName is { } name)
        {
            if (await consumers.FindAsync(name, cancellation) is not { } consumer)
                return (default, Problem.UnknownConsumer);
            after = consumer.Cursor;
        }
        var head = await HeadAsync(cancellation);
        if (request.IsAfterNow) after = head.Latest;
        if (request.ConsumerName is not null && after >= head.Unused)
        {
            return (default, Problem.BadParameterOf("consumer",
                "stands ahead of everything in this store, which was restored from a backup; rewind it"));
        }
        return after < head.Unused
            ? (SpanOf(request, after, head.Latest), null)
            : (default, Problem.BadParameterOf("after",
                "is ahead of everything in this store, which is not the one that gave it or was restored from a "
                + "backup; begin with start or now"));
    }

    /// <summary>From a place on, or what lies before it where the newest come first.</summary>
    static FeedSpan SpanOf(FeedRequest request, FeedPosition after, FeedPosition latest)
    {
        if (!request.IsNewestFirst) return new(after, latest);
        var whole = new FeedSpan(default, latest) { IsNewestFirst = true };
        return request.After is null || after >= latest ? whole : whole.Behind(after);
    }

    /// <summary>
    /// The part of a span in which the events of the wanted time lie, so that a time in the middle of a long feed is
    /// not searched for from its beginning to its end.
    /// </summary>
    public async ValueTask<FeedSpan> NarrowAsync(
        FeedFilter filter, FeedSpan span, CancellationToken cancellation)
    {
        var (from, to) = (filter.ReceivedFrom, filter.ReceivedTo);
        if (from is null && to is null) return span;
        var lies = await InRoomAsync(() => feed.SpanAsync(
            from ?? DateTimeOffset.MinValue, to ?? DateTimeOffset.MaxValue, cancellation), cancellation);
        if (lies is not { } found) return span with { After = span.Until };
        var after = found.After > span.After ? found.After : span.After;
        // What is seen beyond the head may still get something before it.
        return span with
        {
            After = after < span.Until ? after : span.Until,
            Until = found.Until < span.Until ? found.Until : span.Until,
        };
    }

    public ValueTask<long> CountAsync(FeedFilter filter, FeedSpan span, CancellationToken cancellation) =>
        span.IsEmpty
            ? new(0)
            : InRoomAsync(() => feed.CountAsync(filter, span, cancellation), cancellation);

    public void Dispose() => _room.Dispose();

    async ValueTask<T> InRoomAsync<T>(Func<ValueTask<T>> read, CancellationToken cancellation)
    {
        await _room.WaitAsync(cancellation);
        try
        {
            return await read();
        }
        finally
        {
            _room.Release();
        }
    }
}
