using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Payhook.Attention;
using Payhook.Payments;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>One thing that somebody should look at, and whether somebody did.</summary>
/// <param name="Id">Stays the same while it is the same thing; may stand in a URL.</param>
/// <param name="Finding">What was found.</param>
/// <param name="At">When the latest of what it is about happened.</param>
/// <param name="Provider">The provider, where its source is still known.</param>
/// <param name="Source">The source; null where it is about a destination.</param>
sealed record AttentionItem(string Id, Finding Finding, DateTimeOffset At, string? Provider, string? Source)
{
    public string? PaymentId { get; init; }
    public string? Account { get; init; }
    public string? Destination { get; init; }

    /// <summary>Who looked at exactly this; null where nobody did.</summary>
    public Acknowledgement? Acknowledged { get; init; }

    /// <summary>What exactly it is, short enough to be stored.</summary>
    public string Mark =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Finding.Mark)).AsSpan(0, 16));
}

/// <summary>Which items are wanted.</summary>
sealed record AttentionQuery
{
    public const int LimitItems = 500;

    public int Limit { get; init; } = LimitItems;
    public AttentionKind? Kind { get; init; }
    public string? Source { get; init; }
    public string? Provider { get; init; }

    /// <summary>True for those too that somebody looked at.</summary>
    public bool WithAcknowledged { get; init; }

    /// <summary>Only what comes after this place.</summary>
    public AttentionPlace? After { get; init; }

    public bool Wants(AttentionKind kind) => Kind is null || Kind == kind;

    public bool Wants(string? provider, string? source) =>
        (Provider is null || Provider == provider) && (Source is null || Source == source);
}

/// <summary>Some items, and where to go on; null at the end.</summary>
sealed record AttentionPage(IReadOnlyList<AttentionItem> Items, AttentionPlace? Next);

/// <summary>
/// Finds what needs attention: the rows that the writer marked, what a clock or another row decides, and what each
/// source looks like. Everything is held against the facts of now, so what is mended is gone by itself.
/// </summary>
sealed class AttentionReader(
    IEventStore store, IReadOnlyList<Source> sources, TimeSpan captureWithin, int keptPerReason, TimeProvider time)
{
    /// <summary>A page ends after so many payments and events, however few of them are still to be looked at.</summary>
    const int ScanLimit = 2000;

    const int ChunkLimit = 100;

    readonly SourceAttention _ofSources = new(store, sources, keptPerReason);
    readonly DestinationAttention _ofDestinations = new(store);

    public async Task<AttentionPage> PageAsync(AttentionQuery query, CancellationToken cancellation)
    {
        var items = new List<AttentionItem>();
        if (query.After is null)
        {
            var ofSources = await _ofSources.ItemsAsync(query, time.GetUtcNow(), cancellation);
            var ofDestinations = await _ofDestinations.ItemsAsync(query, cancellation);
            items.AddRange(await WithAcknowledgementsAsync(
                [.. ofSources, .. ofDestinations], query.WithAcknowledged, cancellation));
        }
        var place = query.After ?? AttentionPlace.Start;
        Lane[] lanes = [new(MarkedAsync), new(NotCapturedAsync), new(ConflictingAsync)];
        for (var scanned = 0; ; scanned++)
        {
            foreach (var lane in lanes) await lane.FillAsync(query, place, cancellation);
            var lead = lanes.Where(l => l.Waiting.Count > 0).MaxBy(l => l.Waiting.Peek().At);
            if (lead is null) return new(items, null);
            var unit = lead.Waiting.Peek();
            var isFull = items.Count > 0 && items.Count + Math.Max(1, unit.Items.Count) > query.Limit;
            if (isFull || scanned == ScanLimit) return new(items, place);
            lead.Waiting.Dequeue();
            place = unit.Advance(place);
            items.AddRange(unit.Items);
        }
    }

    /// <summary>An item as it is now; null where there is none with this id any more.</summary>
    public async Task<AttentionItem?> FindAsync(string id, CancellationToken cancellation)
    {
        var parts = id.Split('-');
        if (parts.Length < 3 || AttentionKinds.Find(parts[^1]) is not { } kind) return null;
        var query = new AttentionQuery { Kind = kind };
        IEnumerable<AttentionItem> found = [];
        if (parts[0] == "source")
        {
            query = query with { Source = string.Join('-', parts[1..^1]) };
            found = await _ofSources.ItemsAsync(query, time.GetUtcNow(), cancellation);
        }
        else if (parts[0] == "destination") found = await _ofDestinations.ItemsAsync(query, cancellation);
        else if (!long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        else if (parts[0] == "event")
        {
            found = await store.Attention.ConflictingEvent(number, cancellation).Select(Item).ToListAsync(cancellation);
        }
        else if (parts[0] == "payment")
        {
            var payment = await store.Attention.Payment(number, cancellation).FirstOrDefaultAsync(cancellation);
            if (payment.Row is null) return null;
            found = [.. await FindingsAsync(payment, query, cancellation), .. Late(payment.Row, query)];
        }
        var all = await WithAcknowledgementsAsync([.. found], withAcknowledged: true, cancellation);
        return all.FirstOrDefault(i => i.Id == id);
    }

    async Task<List<Unit>> MarkedAsync(AttentionQuery query, AttentionPlace place, CancellationToken cancellation)
    {
        if (query.Kind is AttentionKind.NotCaptured or AttentionKind.OtherBody or AttentionKind.RejectionsRunning
            or AttentionKind.GoneQuiet or AttentionKind.DeadLetters or AttentionKind.DestinationGone)
            return []; // no row is marked by these
        var page = new MarkedPage(
            ChunkLimit, query.Kind?.Bit() ?? -1, place.Marked, query.Provider, query.Source);
        var units = new List<Unit>();
        foreach (var payment in await store.Attention.Marked(page, cancellation).ToListAsync(cancellation))
        {
            var at = (payment.Row.LastEventAt, payment.Row.Number);
            units.Add(new(at.LastEventAt, await FindingsAsync(payment, query, cancellation),
                p => p with { Marked = at }));
        }
        return await WithAcknowledgementsAsync(units, query, cancellation);
    }

    async Task<List<Unit>> NotCapturedAsync(AttentionQuery query, AttentionPlace place, CancellationToken cancellation)
    {
        if (!query.Wants(AttentionKind.NotCaptured)) return [];
        var page = new PaymentPage
        {
            Limit = ChunkLimit, Statuses = [PaymentStatus.Authorized], Until = time.GetUtcNow() - captureWithin,
            After = place.Authorized, Provider = query.Provider, Source = query.Source,
        };
        var units = await store.Payments(page, cancellation)
            .Select(row => new Unit(row.LastEventAt, [.. Late(row, query)],
                p => p with { Authorized = (row.LastEventAt, row.Number) }))
            .ToListAsync(cancellation);
        return await WithAcknowledgementsAsync(units, query, cancellation);
    }

    async Task<List<Unit>> ConflictingAsync(AttentionQuery query, AttentionPlace place, CancellationToken cancellation)
    {
        if (!query.Wants(AttentionKind.OtherBody)) return [];
        var units = await store.Attention.Conflicting(place.Conflict, ChunkLimit, cancellation)
            .Select(found => (found.LatestSequence, Item: Item(found)))
            .Select(found => new Unit(found.Item.At,
                query.Wants(found.Item.Provider, found.Item.Source) ? [found.Item] : [],
                p => p with { Conflict = found.LatestSequence }))
            .ToListAsync(cancellation);
        return await WithAcknowledgementsAsync(units, query, cancellation);
    }

    async Task<List<AttentionItem>> FindingsAsync(
        MarkedPayment payment, AttentionQuery query, CancellationToken cancellation)
    {
        var (row, bits) = payment;
        var found = PaymentRules.Find(row, bits, time.GetUtcNow()).ToList();
        if ((bits & AttentionKind.CapturedTwice.Bit()) != 0 && query.Wants(AttentionKind.CapturedTwice)
            && row.Facts.OrderId.Value is { } order)
        {
            var all = await store.Attention.OfOrder(row.Provider, row.Account, order, cancellation)
                .ToListAsync(cancellation);
            var marked = all.Where(p => (p.Bits & AttentionKind.CapturedTwice.Bit()) != 0).Max(p => p.Row.Number);
            // Several payments of an order can be marked; it is told once, of the latest.
            if (marked <= row.Number && CapturedTwice.Find(row, all.Select(p => p.Row)) is { } twice) found.Add(twice);
        }
        return [.. found.Where(f => query.Wants(f.Kind)).Select(f => Item(row, f))];
    }

    IEnumerable<AttentionItem> Late(PaymentRow row, AttentionQuery query) =>
        query.Wants(AttentionKind.NotCaptured)
        && NotCaptured.Find(row, PaymentState.Of(row.Facts), time.GetUtcNow(), captureWithin) is { } finding
            ? [Item(row, finding)]
            : [];

    static AttentionItem Item(PaymentRow row, Finding finding) =>
        new($"payment-{row.Number}-{finding.Kind.Word()}", finding, row.LastEventAt, row.Provider, row.Source)
        {
            PaymentId = row.Facts.Id,
            Account = row.Account.Length > 0 ? row.Account : null,
        };

    AttentionItem Item(ConflictingEvent found)
    {
        var finding = OtherBody.Find(found);
        var provider = sources.FirstOrDefault(s => s.Name == found.SourceName)?.Provider.Name;
        return new($"event-{found.EventSequence}-{finding.Kind.Word()}", finding, found.LatestAt, provider,
            found.SourceName)
        {
            PaymentId = found.PaymentId,
        };
    }

    async Task<List<Unit>> WithAcknowledgementsAsync(
        List<Unit> units, AttentionQuery query, CancellationToken cancellation)
    {
        var all = await WithAcknowledgementsAsync(
            [.. units.SelectMany(u => u.Items)], query.WithAcknowledged, cancellation);
        var byId = all.ToDictionary(i => i.Id, StringComparer.Ordinal);
        return [.. units.Select(u => u with
        {
            Items = [.. u.Items.Select(i => byId.GetValueOrDefault(i.Id)).OfType<AttentionItem>()],
        })];
    }

    /// <summary>An acknowledgement covers what was seen, and nothing that came after it.</summary>
    async Task<List<AttentionItem>> WithAcknowledgementsAsync(
        List<AttentionItem> items, bool withAcknowledged, CancellationToken cancellation)
    {
        if (items.Count == 0) return items;
        var known = await store.Attention.Acknowledgements([.. items.Select(i => i.Id)], cancellation)
            .ToDictionaryAsync(a => a.Item, StringComparer.Ordinal, cancellation);
        return [.. items
            .Select(i => known.TryGetValue(i.Id, out var a) && a.Mark == i.Mark ? i with { Acknowledged = a } : i)
            .Where(i => withAcknowledged || i.Acknowledged is null)];
    }

    /// <summary>A payment or an event, its items, and the place behind it.</summary>
    sealed record Unit(
        DateTimeOffset At, IReadOnlyList<AttentionItem> Items, Func<AttentionPlace, AttentionPlace> Advance);

    /// <summary>One of several lists that are read side by side, the newest first.</summary>
    sealed class Lane(Func<AttentionQuery, AttentionPlace, CancellationToken, Task<List<Unit>>> fetch)
    {
        bool _isAtEnd;

        public Queue<Unit> Waiting { get; private set; } = [];

        public async Task FillAsync(AttentionQuery query, AttentionPlace place, CancellationToken cancellation)
        {
            if (_isAtEnd || Waiting.Count > 0) return;
            Waiting = new(await fetch(query, place, cancellation));
            _isAtEnd = Waiting.Count < ChunkLimit;
        }
    }
}
