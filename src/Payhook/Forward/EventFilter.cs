using Payhook.Store;

namespace Payhook.Forward;

/// <summary>Which events a destination gets, decided in memory from the event alone, at the speed of the feed.</summary>
sealed class EventFilter
{
    readonly DestinationFilter _filter;
    readonly Sources _sources;
    readonly PathTest? _where;

    public EventFilter(DestinationFilter filter, Sources sources)
    {
        (_filter, _sources) = (filter, sources);
        _where = filter.Where is { } where ? new(where) : null;
    }

    /// <summary>The part that the store decides: what does not pass here never leaves it.</summary>
    public static FeedFilter FeedPart(DestinationFilter filter) => new()
    {
        Types = filter.Types,
        SourceNames = filter.Sources.Count > 0 ? filter.Sources : null,
    };

    /// <summary>What is wrong with a filter; null where nothing is.</summary>
    public static string? Fault(DestinationFilter filter)
    {
        foreach (var status in filter.Statuses)
        {
            if (!PaymentWord.StatusNames.Contains(status))
                return $"names the status {Given.Shown(status)}; there are: {string.Join(", ", PaymentWord.StatusNames)}";
        }
        return filter.Where is { } where ? PathTest.Fault(where) : null;
    }

    /// <summary>Whether an event passes, which was read with its body. What is cheap is looked at first.</summary>
    public bool Passes(StoredEvent stored)
    {
        if (_filter.Sources.Count > 0 && !_filter.Sources.Contains(stored.SourceName)) return false;
        if (_filter.Types.Count > 0 && !_filter.Types.Any(type => Matches(type, stored.EventType))) return false;
        var provider = _filter.Providers.Count > 0 || _filter.Statuses.Count > 0
            ? _sources.Find(stored.SourceName)?.Provider
            : null;
        if (_filter.Providers.Count > 0 && (provider is null || !_filter.Providers.Contains(provider.Name)))
            return false;
        if (_where is not null && !_where.Holds(stored.Body)) return false;
        return _filter.Statuses.Count == 0
            || (PaymentWord.Of(stored, provider) is { } said && _filter.Statuses.Contains(said.Status));
    }

    /// <summary>
    /// Whether a text is what a pattern says, in which <c>*</c> stands for any characters. Each step back goes to the
    /// last star only, so that no pattern takes long.
    /// </summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, from = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*') (star, from) = (p++, t);
            else if (p < pattern.Length && pattern[p] == text[t]) (p, t) = (p + 1, t + 1);
            else if (star >= 0) (p, t) = (star + 1, ++from);
            else return false;
        }
        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }
}
