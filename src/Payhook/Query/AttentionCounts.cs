using System.Diagnostics.Metrics;
using Payhook.Attention;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>How many items of each kind there are that nobody looked at, counted at most once in a while.</summary>
sealed class AttentionCounts : IDisposable
{
    /// <summary>More pages are not counted.</summary>
    const int PagesLimit = 20;

    static readonly TimeSpan MetricAge = TimeSpan.FromMinutes(1);

    readonly AttentionReader _reader;
    readonly TimeProvider _time;
    readonly Meter _meter = new("Payhook");
    readonly SemaphoreSlim _gate = new(1);
    volatile Counted? _counted;

    public AttentionCounts(AttentionReader reader, TimeProvider time)
    {
        (_reader, _time) = (reader, time);
        _meter.CreateObservableGauge("payhook.attention.items", Measure, "{item}",
            "Things that somebody should look at and nobody did, by kind.");
    }

    /// <summary>The counts, no older than this.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    public async Task<Counted> GetAsync(TimeSpan age, CancellationToken cancellation)
    {
        if (_counted is { } known && IsFresh(known, age)) return known;
        await _gate.WaitAsync(cancellation);
        try
        {
            if (_counted is { } counted && IsFresh(counted, age)) return counted;
            return _counted = await CountAsync(cancellation);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Whether a meter is this one: a process can have several listeners.</summary>
    public bool Uses(Meter meter) => meter == _meter;

    /// <summary>After something was acknowledged.</summary>
    public void Forget() => _counted = null;

    public void Dispose()
    {
        _meter.Dispose();
        _gate.Dispose();
    }

    async Task<Counted> CountAsync(CancellationToken cancellation)
    {
        var at = _time.GetUtcNow();
        var counts = new long[AttentionKinds.All.Count];
        var query = new AttentionQuery();
        for (var i = 0; i < PagesLimit; i++)
        {
            var page = await _reader.PageAsync(query, cancellation);
            foreach (var item in page.Items) counts[(int)item.Finding.Kind]++;
            if (page.Next is null) return new(at, counts, IsCut: false);
            query = query with { After = page.Next };
        }
        return new(at, counts, IsCut: true);
    }

    /// <summary>What is known, at once; where it is old it is counted anew for the next time.</summary>
    IEnumerable<Measurement<long>> Measure()
    {
        if (_counted is not { } known || !IsFresh(known, MetricAge)) _ = RefreshAsync();
        return _counted is not { } counted ? [] : AttentionKinds.All.Select(kind =>
            new Measurement<long>(counted.ByKind[(int)kind], KeyValuePair.Create("kind", (object?)kind.Word())));
    }

    async Task RefreshAsync()
    {
        try
        {
            await GetAsync(MetricAge, CancellationToken.None);
        }
        catch (Exception e) when (e is StoreUnavailableException or ObjectDisposedException)
        {
            // The next time somebody measures it is tried again.
        }
    }

    bool IsFresh(Counted counted, TimeSpan age) => _time.GetUtcNow() - counted.At <= age;
}

/// <summary>Items by kind.</summary>
/// <param name="At">When they were counted.</param>
/// <param name="ByKind">By the number of the kind.</param>
/// <param name="IsCut">True where there are more than were counted.</param>
sealed record Counted(DateTimeOffset At, IReadOnlyList<long> ByKind, bool IsCut);
