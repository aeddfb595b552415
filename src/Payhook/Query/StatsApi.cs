using Payhook.Stats;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>How many requests came in, what became of them, and how fast they were answered.</summary>
sealed class StatsApi(StatsKeeper keeper, IStatsStore store, Sources sources, TimeProvider time)
{
    /// <summary>GET /stats</summary>
    public async Task StatsAsync(HttpContext context)
    {
        var (now, cancellation) = (time.GetUtcNow(), context.RequestAborted);
        var (query, fault) = StatsRequest.Read(context.Request.Query, sources, now, keeper.MinutesFrom);
        var rows = query is null ? [] : await keeper.SumsAsync(query, cancellation);
        if (rows.Count > StatsRequest.RowsLimit)
            fault = Problem.BadParameterOf("group_by",
                $"makes more than {StatsRequest.RowsLimit} rows; ask for longer buckets or a shorter range");
        if (query is null || fault is not null)
        {
            await fault!.WriteAsync(context);
            return;
        }

        var sums = new StatsSums(query, rows, now);
        var format = ExportFormats.Wanted(context.Request);
        context.Response.Headers.Vary = "Accept";
        context.Response.ContentType = ExportFormats.ContentType(format);
        if (format == ExportFormat.Json)
        {
            var names = sources.All.Select(s => s.Name).Where(n => query.SourceNames?.Contains(n) != false).ToList();
            var latest = names.Count == 0 ? [] : await store.LatestEvents(names, cancellation)
                .ToDictionaryAsync(e => e.Key, e => e.Value, cancellationToken: cancellation);
            StatsText.WriteJson(context.Response.BodyWriter, sums, [.. names.Select(n => sources.Find(n)!)], latest);
        }
        else if (format == ExportFormat.Lines) StatsText.WriteLines(context.Response.BodyWriter, sums);
        else StatsText.WriteCsv(context.Response.BodyWriter, sums);
        await context.Response.BodyWriter.FlushAsync(cancellation);
    }
}

/// <summary>Rows put in order: by bucket, with the sums over the groups.</summary>
/// <param name="Query">What was asked.</param>
/// <param name="Rows">The sums of each bucket and group.</param>
/// <param name="Now">Where the last bucket ends for now.</param>
sealed record StatsSums(StatsQuery Query, IReadOnlyList<StatsRow> Rows, DateTimeOffset Now)
{
    public bool IsGrouped => Query.BySource || Query.ByType || Query.ByOutcome;

    /// <summary>Every bucket of the range, also where nothing happened, and its groups.</summary>
    public IEnumerable<(StatsRow Whole, IReadOnlyList<StatsRow> Groups)> Buckets()
    {
        var rows = Rows.ToLookup(r => r.At);
        for (var at = Query.From; at < Query.Until; at = at.AddSeconds(Query.BucketSeconds))
            yield return (new(at, default, Sum(rows[at])), IsGrouped ? Ordered(rows[at]) : []);
    }

    /// <summary>What an export has a line for: each group of each bucket, or each bucket.</summary>
    public IEnumerable<StatsRow> Flat() =>
        Buckets().SelectMany(b => IsGrouped ? b.Groups : [b.Whole]);

    public Tally Total() => Sum(Rows);

    public IReadOnlyList<StatsRow> TotalGroups() => !IsGrouped ? [] :
        Ordered(Rows.GroupBy(r => r.Key).Select(g => new StatsRow(Query.From, g.Key, Sum(g))));

    /// <summary>How much of a bucket has passed.</summary>
    public double SecondsOf(DateTimeOffset at) =>
        Math.Clamp((Now - at).TotalSeconds, 1, Query.BucketSeconds);

    /// <summary>How much of the range has passed.</summary>
    public double SecondsOfAll() =>
        Math.Max(1, ((Now < Query.Until ? Now : Query.Until) - Query.From).TotalSeconds);

    static List<StatsRow> Ordered(IEnumerable<StatsRow> rows) =>
    [
        .. rows.OrderBy(r => r.Key.SourceName, StringComparer.Ordinal)
            .ThenBy(r => r.Key.EventType, StringComparer.Ordinal).ThenBy(r => r.Key.Outcome, StringComparer.Ordinal),
    ];

    static Tally Sum(IEnumerable<StatsRow> rows)
    {
        var sum = new Tally();
        foreach (var row in rows) sum.Add(row.Tally);
        return sum;
    }
}
