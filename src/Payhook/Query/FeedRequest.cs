using Payhook.Providers;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>What a reader of the feed asked for: a list, an export and a stream take the same filters.</summary>
/// <param name="Filter">Which events.</param>
/// <param name="After">From where on; null where the reader did not say.</param>
/// <param name="IsAfterNow">True where only what is still to come is wanted.</param>
/// <param name="LimitEvents">At most so many; null where the reader did not say.</param>
/// <param name="WithPayload">Bodies and headers too.</param>
/// <param name="Wait">How long an answer may wait for its first event.</param>
sealed record FeedRequest(
    FeedFilter Filter, FeedPosition? After, bool IsAfterNow, long? LimitEvents, bool WithPayload, TimeSpan Wait)
{
    public const int WaitLimitSeconds = 60;
    public const int TypesLimit = 20;
    public const int NewestLimitEvents = 500;
    const int TextLimitChars = 255, StarsLimit = 4;
    const string OldestFirst = "cursor", NewestFirst = "-cursor";
    public const string Now = "now", Start = "start";

    /// <summary>The parameters of <see cref="FilterOf"/>.</summary>
    public static readonly string[] Filters =
    [
        "type", "source", "provider", "payment_id", "event_id", "received_from", "received_to", "conflict",
    ];

    /// <summary>The consumer from whose place on; null where none was named.</summary>
    public string? ConsumerName { get; init; }

    /// <summary>
    /// For who watches: where more wait, only so many of the newest are wanted; null where none may be missed.
    /// </summary>
    public int? NewestEvents { get; init; }

    /// <summary>True where the newest come first, and older ones from a cursor on.</summary>
    public bool IsNewestFirst { get; init; }

    /// <summary>Reads a list's parameters.</summary>
    /// <param name="query">The query.</param>
    /// <param name="sources">To know a provider's sources.</param>
    /// <param name="limitEvents">The largest limit.</param>
    public static (FeedRequest? Request, Problem? Fault) OfList(
        IQueryCollection query, Sources sources, long limitEvents)
    {
        var read = new QueryReader(query);
        read.AllowOnly([.. Filters, "include", "after", "consumer", "limit", "wait", "sort"]);
        var consumer = read.Text("consumer");
        if (consumer is not null && read.Text("after") is not null)
            read.Refuse("consumer", "is given together with after: it is one or the other");
        if (consumer is not null && !Payhook.ConsumerName.IsOne(consumer))
            read.Refuse("consumer", "must be a name of lower-case letters, digits and hyphens");
        var limit = read.Number("limit", 1, limitEvents);
        var wait = read.Number("wait", 0, WaitLimitSeconds) ?? 0;
        var sort = read.Text("sort");
        if (sort is not (null or OldestFirst or NewestFirst))
            read.Refuse("sort", $"must be {OldestFirst} or {NewestFirst}");
        if (sort == NewestFirst && wait > 0)
            read.Refuse("wait", $"cannot be given with sort={sort}: nothing new comes there");
        if (sort == NewestFirst && consumer is not null)
            read.Refuse("consumer", $"cannot be given with sort={sort}: a consumer goes forward");
        var (request, fault) = Common(
            read, sources, read.Text("after"), "after", limit, TimeSpan.FromSeconds(wait));
        if (request is null) return (null, fault);
        return (request with { ConsumerName = consumer, IsNewestFirst = sort == NewestFirst }, null);
    }

    /// <summary>Reads a stream's parameters; where a browser comes back, its header says how far it was.</summary>
    public static (FeedRequest? Request, Problem? Fault) OfStream(HttpRequest request, Sources sources)
    {
        var read = new QueryReader(request.Query);
        read.AllowOnly([.. Filters, "include", "after", "newest"]);
        var newest = (int?)read.Number("newest", 1, NewestLimitEvents);
        var last = request.Headers["Last-Event-ID"].ToString();
        var (found, fault) = last.Length > 0
            ? Common(read, sources, last, "Last-Event-ID", null, default)
            : Common(read, sources, read.Text("after") ?? Now, "after", null, default);
        return (found is null ? null : found with { NewestEvents = newest }, fault);
    }

    static (FeedRequest?, Problem?) Common(
        QueryReader read, Sources sources, string? after, string afterName, long? limit, TimeSpan wait)
    {
        var position = default(FeedPosition);
        if (after is not (null or Now or Start) && !FeedPosition.TryParse(after, out position))
            read.Refuse(afterName, $"must be a cursor of this listener, {Start} or {Now}");
        var filter = FilterOf(read, sources);
        var request = new FeedRequest(
            filter, after is null ? null : position, after == Now, limit, read.Word("include", "payload"), wait);
        return read.Fault is { } fault ? (null, fault) : (request, null);
    }

    /// <summary>Which events are wanted, in whatever is done with them.</summary>
    public static FeedFilter FilterOf(QueryReader read, Sources sources)
    {
        var types = read.List("type", TypesLimit, TextLimitChars);
        if (types.Any(t => t.Count(c => c == '*') > StarsLimit))
            read.Refuse("type", $"can have {StarsLimit} stars at most in one value");
        return new()
        {
            Types = types,
            SourceNames = SourceNames(read, sources),
            PaymentId = read.Text("payment_id"),
            EventId = read.Text("event_id"),
            ReceivedFrom = read.Moment("received_from"),
            ReceivedTo = read.Moment("received_to"),
            HasConflict = read.Word("conflict", "true"),
        };
    }

    /// <summary>The names that source and provider leave; <see langword="null"/> where neither is given.</summary>
    public static string[]? SourceNames(QueryReader read, Sources sources)
    {
        var source = read.Text("source");
        if (read.Text("provider") is not { } name) return source is null ? null : [source];
        if (ProviderCatalog.Find(name) is null)
        {
            read.Refuse("provider", "must be the name of a provider, such as stripe");
            return [];
        }
        var names = sources.All.Where(s => s.Provider.Name == name).Select(s => s.Name).ToHashSet();
        // Of a source that is configured no more, its name tells: variables name a source as its provider.
        if (sources.Find(name) is null) names.Add(name);
        return source is null ? [.. names] : [.. names.Where(n => n == source)];
    }
}
