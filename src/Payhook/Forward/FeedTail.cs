using Payhook.Store;

namespace Payhook.Forward;

/// <summary>
/// The newest events, read once for all destinations that keep up; one that has fallen behind reads for itself.
/// </summary>
sealed class FeedTail(IEventFeed feed) : IDisposable
{
    const int PageEvents = 256, KeptLimitEvents = 2048, KeptLimitBytes = 8 << 20;

    readonly SemaphoreSlim _gate = new(1);
    readonly List<FeedEvent> _kept = [];
    FeedPosition _start, _end;
    long _keptBytes;
    bool _isBegun;

    /// <summary>The next events behind a place, and up to where these are all that are wanted.</summary>
    /// <param name="after">The place.</param>
    /// <param name="until">Not further than this.</param>
    /// <param name="wanted">What the database may leave out; others may come all the same.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    public async ValueTask<(IReadOnlyList<FeedEvent> Events, FeedPosition Until)> ReadAsync(
        FeedPosition after, FeedPosition until, FeedFilter wanted, CancellationToken cancellation)
    {
        FeedPosition head;
        await _gate.WaitAsync(cancellation);
        try
        {
            if (!_isBegun)
            {
                _start = _end = (await feed.HeadAsync(cancellation)).Latest;
                _isBegun = true;
            }
            if (after >= _end) await GrowAsync(cancellation);
            if (after >= _start) return Kept(after, until);
            head = _end;
        }
        finally
        {
            _gate.Release();
        }
        var span = new FeedSpan(after, until < head ? until : head);
        var page = await feed.PageAsync(wanted, span, PageEvents, withBody: true, cancellation);
        return (page.Events, page.IsCut ? page.Events[^1].Position : span.Until);
    }

    public void Dispose() => _gate.Dispose();

    (IReadOnlyList<FeedEvent> Events, FeedPosition Until) Kept(FeedPosition after, FeedPosition until)
    {
        var begin = _kept.Count;
        while (begin > 0 && _kept[begin - 1].Position > after) begin--;
        var end = begin;
        while (end < _kept.Count && end - begin < PageEvents && _kept[end].Position <= until) end++;
        var reached = end < _kept.Count ? (end > begin ? _kept[end - 1].Position : after) : _end;
        if (reached > until) reached = until;
        if (end < _kept.Count && _kept[end].Position > until) reached = until;
        return (_kept.GetRange(begin, end - begin), reached);
    }

    async ValueTask GrowAsync(CancellationToken cancellation)
    {
        var head = (await feed.HeadAsync(cancellation)).Latest;
        if (head <= _end) return;
        var page = await feed.PageAsync(new(), new(_end, head), PageEvents, withBody: true, cancellation);
        _kept.AddRange(page.Events);
        foreach (var found in page.Events) _keptBytes += Size(found);
        _end = page.IsCut ? page.Events[^1].Position : head;
        var old = 0;
        while (_kept.Count - old > KeptLimitEvents || (_keptBytes > KeptLimitBytes && old < _kept.Count - 1))
            _keptBytes -= Size(_kept[old++]);
        if (old == 0) return;
        _start = _kept[old - 1].Position;
        _kept.RemoveRange(0, old);
    }

    static int Size(in FeedEvent found) =>
        (found.Event.Body?.Length ?? 0) + (found.Event.HeadersJson?.Length ?? 0) + 256;
}
