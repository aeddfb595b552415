using Payhook.Store;

namespace Payhook.Query;

/// <summary>Which events are wanted once more and to whom: read alike from a query and from a command line.</summary>
/// <param name="Filter">Which events.</param>
/// <param name="Names">The names of destinations; empty: all that there are.</param>
/// <param name="RateLimitPerSecond">At most so many a second to each; 0: as many as it takes.</param>
/// <param name="IsDryRun">True where only the answer is wanted.</param>
sealed record ReplayRequest(
    FeedFilter Filter, IReadOnlyList<string> Names, double RateLimitPerSecond, bool IsDryRun)
{
    public const double RateLimitMaximum = 100_000;
    public const int NamesLimit = 100;

    static readonly string[] Parameters =
    [
        .. FeedRequest.Filters, "everything", "to", "rate_limit_per_second", "dry_run",
    ];

    public static (ReplayRequest? Request, Problem? Fault) Of(IQueryCollection query, Sources sources)
    {
        var read = new QueryReader(query);
        read.AllowOnly(Parameters);
        var filter = FeedRequest.FilterOf(read, sources);
        var isEverything = read.Word("everything", "true");
        // A slip must not send all again.
        if (isEverything == filter.IsNarrow)
        {
            read.Refuse("everything", isEverything
                ? "is given together with a filter: it is one or the other"
                : "must be true where no filter is given, and then every event is sent again");
        }
        var names = read.List("to", NamesLimit, Destination.NameLimitChars);
        if (names.Count == 0) read.Refuse("to", $"must name a destination, several, or {Destination.AllName}");
        var request = new ReplayRequest(
            filter, names.Contains(Destination.AllName) ? [] : [.. names.Distinct()],
            read.Fraction("rate_limit_per_second", RateLimitMaximum) ?? 0, read.Word("dry_run", "true"));
        return read.Fault is { } fault ? (null, fault) : (request, null);
    }
}
