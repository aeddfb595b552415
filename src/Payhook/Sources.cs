using System.Collections.Frozen;
using Payhook.Providers;

namespace Payhook;

/// <summary>All configured senders, and which of them a request may be from. Made at the start.</summary>
sealed class Sources
{
    readonly FrozenDictionary<string, Source[]> _byName;
    readonly (string Header, Source[] Sources)[] _byHeader;
    readonly Source[] _byBody;
    readonly Source[] _fallback;

    public Sources(IReadOnlyList<Source> all)
    {
        All = all;
        _byName = all.ToFrozenDictionary(s => s.Name, s => new[] { s }, StringComparer.Ordinal);
        _byHeader = [.. all.SelectMany(s => s.Provider.SignatureHeaders).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(header => (header, all.Where(s => s.Provider.SignatureHeaders
                .Contains(header, StringComparer.OrdinalIgnoreCase)).ToArray()))];
        _byBody = [.. all.Where(s => s.IsRecognisedByBody)];
        BodyLimitByBodyBytes = _byBody.Max(s => s.BodyLimitBytes) ?? 0;
        _fallback = [.. all.Where(s => s.Name == FallbackName)];
    }

    /// <summary>The source whose contract holds at the common address for whatever is not recognised.</summary>
    public const string FallbackName = "razorpay";

    /// <summary>The last part of the common address, which is no source's name.</summary>
    public const string CommonName = "payments";

    public static Sources Of(Settings settings) => new(settings.Sources);

    public IReadOnlyList<Source> All { get; }

    /// <summary>True where a request without a known header may still be from somebody.</summary>
    public bool RecognisesByBody => _byBody.Length > 0;

    /// <summary>The largest own limit of the sources that are recognised by a body; 0 where they have none.</summary>
    public int BodyLimitByBodyBytes { get; }

    public Source? Find(string name) => _byName.TryGetValue(name, out var found) ? found[0] : null;

    /// <summary>The sources behind an address; none where there is no such address.</summary>
    public IReadOnlyList<Source> At(string name) => _byName.TryGetValue(name, out var found) ? found : [];

    /// <summary>
    /// Which sources a request at the common address may be from, by its headers: several where they share a
    /// provider, or providers share a header's name. Each is tried.
    /// </summary>
    public IReadOnlyList<Source> RecogniseByHeader(in WebhookRequest request)
    {
        Source[] nearest = [];
        foreach (var (header, sources) in _byHeader)
        {
            if (string.IsNullOrEmpty(request.Headers.Find(header, out _))) continue;
            if (sources.Length == 1)
            {
                // A header that others use too, such as Authorization, must not hide who signed in another one.
                if (sources[0].Provider.Recognises(request)) return sources;
                if (nearest.Length == 0) nearest = sources;
                continue;
            }
            var recognised = Filter(sources, request);
            if (recognised.Count > 0) return recognised;
        }
        return nearest;
    }

    /// <summary>The same by the form of the body, of those that were configured for it; else the fallback.</summary>
    public IReadOnlyList<Source> RecogniseByBody(in WebhookRequest request)
    {
        var recognised = Filter(_byBody, request);
        return recognised.Count > 0 ? recognised : _fallback;
    }

    /// <summary>Whether what a source sends is also taken at the common address.</summary>
    public static bool IsAtCommonAddress(Source source) => source.Provider.SignatureHeaders.Count > 0
        || source.IsRecognisedByBody || source.Name == FallbackName;

    static List<Source> Filter(Source[] sources, in WebhookRequest request)
    {
        var recognised = new List<Source>();
        foreach (var source in sources)
        {
            if (source.Provider.Recognises(request)) recognised.Add(source);
        }
        return recognised;
    }
}
