using System.Text.Json;
using Payhook.Stats;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>
/// How many requests came in, and attempts went out, what became of them, and how fast they were answered.
/// </summary>
sealed class StatsApi(
    StatsKeeper requests, AttemptStats attempts, IStatsStore store, Sources sources, TimeProvider time)
{
    /// <summary>GET /stats</summary>
    public async Task StatsAsync(HttpContext context)
    {
        var (query, fault) = StatsRequest.OfRequests(
            context.Request.Query, sources, time.GetUtcNow(), requests.MinutesFrom);
        if (await SumsAsync(context, requests, StatsTable.Requests, query, fault) is not { } sums) return;
        var (names, latest) = (new List<string>(), new Dictionary<string, DateTimeOffset>());
        if (ExportFormats.Wanted(context.Request) == ExportFormat.Json)
            names.AddRange(sources.All.Select(s => s.Name).Where(n => query!.SourceNames?.Contains(n) != false));
        if (names.Count > 0)
            latest = await store.LatestEvents(names, context.RequestAborted)
                .ToDictionaryAsync(e => e.Key, e => e.Value, cancellationToken: context.RequestAborted);
        await WriteAsync(context, sums, json =>
            StatsText.WriteSources(json, [.. names.Select(n => sources.Find(n)!)], latest));
    }

    /// <summary>GET /stats/deliveries</summary>
    public async Task DeliveriesAsync(HttpContext context)
    {
        var keeper = attempts.Keeper;
        var (query, fault) = StatsRequest.OfAttempts(context.Request.Query, time.GetUtcNow(), keeper.MinutesFrom);
        if (await SumsAsync(context, keeper, StatsTable.Attempts, query, fault) is { } sums)
            await WriteAsync(context, sums, _ => { });
    }

    /// <summary>What was asked for, or nothing after a problem was answered.</summary>
    async Task<StatsSums?> SumsAsync(
        HttpContext context, StatsKeeper keeper, StatsTable table, StatsQuery? query, Problem? fault)
    {
        var rows = query is null ? [] : await keeper.SumsAsync(query, context.RequestAborted);
        if (rows.Count > StatsRequest.RowsLimit)
            fault = Problem.BadParameterOf("group_by",
                $"makes more than {StatsRequest.RowsLimit} rows; ask for longer buckets or a shorter range");
        if (query is not null && fault is null) return new(table, query, rows, time.GetUtcNow());
        await fault!.WriteAsync(context);
        return null;
    }

    /// <param name="context">The request.</param>
    /// <param name="sums">The counts.</param>
    /// <param name="writeMore">Writes what only the JSON has, between the whole and the parts.</param>
    static Task WriteAsync(HttpContext context, StatsSums sums, Action<Utf8JsonWriter> writeMore)
    {
        var format = ExportFormats.Wanted(context.Request);
        context.Response.Headers.Vary = "Accept";
        context.Response.ContentType = ExportFormats.ContentType(format);
        return PackedAnswer.WriteAsync(context, output =>
        {
            if (format == ExportFormat.Json) StatsText.WriteJson(output, sums, writeMore);
            else if (format == ExportFormat.Lines) StatsText.WriteLines(output, sums);
            else StatsText.WriteCsv(output, sums);
        });
    }
}

/// <summary>Rows put in order: by bucket, with the sums over the groups.</summary>
/// <param name="Table">What was counted.</param>
/// <param name="Query">What was asked.</param>
/// <param name="Rows">The sums of each bucket and group.</param>
/// <param name="Now">Where the last bucket ends for now.</param>
sealed record StatsSums(StatsTable Table, StatsQuery Query, IReadOnlyList<StatsRow> Rows, DateTimeOffset Now)
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
