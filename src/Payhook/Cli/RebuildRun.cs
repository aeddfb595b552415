using System.Threading.Channels;
using Payhook.Payments;
using Payhook.Providers;
using Payhook.Store;

namespace Payhook.Cli;

/// <summary>
/// Makes all payments anew: events are read and understood while those before them are applied, and then what was made
/// is compared with what is there.
/// </summary>
sealed class RebuildRun(IEventStore store, Sources sources, IPaymentRebuild rebuild, TimeProvider time)
{
    /// <summary>How many events share a transaction. Those of one payment come close together.</summary>
    const int FillEvents = 10_000;

    /// <summary>How many pages may be read ahead of what is applied.</summary>
    const int PagesAhead = 32;

    readonly Dictionary<string, Provider?> _providers = new(StringComparer.Ordinal);
    readonly Dictionary<string, long> _skipped = new(StringComparer.Ordinal);

    /// <summary>How many events an earlier run had applied already.</summary>
    public long EventsBefore { get; } = rebuild.EventCount;

    public long Events => rebuild.EventCount;
    public long Payments { get; private set; }
    public long Mended { get; private set; }
    public long Removed { get; private set; }

    /// <summary>Sources whose provider is not known any more, and how many events they left.</summary>
    public IReadOnlyDictionary<string, long> Skipped => _skipped;

    /// <summary>Fills the new payments, until little was stored in the meantime.</summary>
    public async Task FillAsync(Action<long> tell, CancellationToken cancellation)
    {
        long before;
        do
        {
            before = rebuild.EventCount;
            await FillToHeadAsync(tell, cancellation);
        }
        while (rebuild.EventCount - before > FillEvents / 10);
    }

    async Task FillToHeadAsync(Action<long> tell, CancellationToken cancellation)
    {
        var head = (await store.Feed.HeadAsync(cancellation)).Latest;
        var pages = Channel.CreateBounded<(List<MappedEvent> Events, int Count, FeedPosition Until)>(PagesAhead);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reading = Task.Run(() => ReadAsync(pages.Writer, head, ended.Token), CancellationToken.None);
        try
        {
            var (events, count, until) = (new List<MappedEvent>(), 0, rebuild.Position);
            await foreach (var page in pages.Reader.ReadAllAsync(cancellation))
            {
                events.AddRange(page.Events);
                (count, until) = (count + page.Count, page.Until);
                if (count < FillEvents) continue;
                rebuild.Fill(events, count, until);
                events.Clear();
                count = 0;
                tell(rebuild.EventCount);
            }
            if (count > 0) rebuild.Fill(events, count, until);
            tell(rebuild.EventCount);
        }
        finally
        {
            await ended.CancelAsync();
            await reading;
        }
    }

    /// <summary>Puts right what differs, and ends with everything that was stored by then.</summary>
    public async Task CompareAsync(Action<long> tell, CancellationToken cancellation)
    {
        while (true)
        {
            var startedAt = time.GetTimestamp();
            var step = await rebuild.CompareAsync(Map, cancellation);
            Payments += step.Compared;
            Mended += step.Mended;
            Removed += step.Removed;
            tell(Payments);
            if (step.IsLast) return;
            // A listener that waits for SQLite's one lock looks only now and then whether it is free.
            await Task.Delay(time.GetElapsedTime(startedAt) / 4 + TimeSpan.FromMilliseconds(1), time, cancellation);
        }
    }

    async Task ReadAsync(
        ChannelWriter<(List<MappedEvent>, int, FeedPosition)> pages, FeedPosition head, CancellationToken cancellation)
    {
        try
        {
            var position = rebuild.Position;
            while (position < head)
            {
                var page = await store.Feed.PageAsync(
                    new(), new(position, head), RebuildLimits.PageEvents, withBody: true, cancellation);
                if (page.Events.Count == 0) break;
                position = page.Events[^1].Position;
                var mapped = page.Events.Select(Map).OfType<MappedEvent>().ToList();
                await pages.WriteAsync((mapped, page.Events.Count, position), cancellation);
                if (!page.IsCut) break;
            }
            pages.Complete();
        }
        catch (Exception e)
        {
            pages.Complete(e); // the other end throws it
        }
    }

    /// <summary>What a stored event says; <see langword="null"/> where that is nothing about payments.</summary>
    public MappedEvent? Map(FeedEvent found)
    {
        var stored = found.Event;
        if (ProviderOf(stored.SourceName) is not { } provider)
        {
            _skipped[stored.SourceName] = _skipped.GetValueOrDefault(stored.SourceName) + 1;
            return null;
        }
        if (StoredReading.PartlyStored.Contains(provider.Name)) return null;
        if (StoredReading.Read(stored, provider) is not { } read) return null;
        var changes = PaymentMappings.Map(provider.Name, stored.Body, read);
        return changes.Count == 0 ? null : new(
            found, provider.Name, PaymentAccounts.Of(provider.Name, stored.SourceName, read.AccountId), changes);
    }

    /// <summary>Of a source that is configured no more its payments tell, or its name, as variables give it.</summary>
    Provider? ProviderOf(string sourceName)
    {
        if (_providers.TryGetValue(sourceName, out var known)) return known;
        var provider = sources.Find(sourceName)?.Provider;
        if (provider is null)
        {
            var page = new PaymentPage { Source = sourceName, Limit = 1 };
            var payment = store.Payments(page, CancellationToken.None).ToBlockingEnumerable().FirstOrDefault();
            provider = ProviderCatalog.Find(payment?.Provider ?? sourceName);
        }
        return _providers[sourceName] = provider;
    }
}
