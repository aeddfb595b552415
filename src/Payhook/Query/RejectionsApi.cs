using System.Globalization;
using System.Text.Json;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>Refused requests, read back: why they were refused, how many, and what they said.</summary>
sealed class RejectionsApi(IRejectionStore store, IReadOnlyList<Source> sources)
{
    public const int PageLimitRejections = 500;
    const int PageDefaultRejections = 50;

    /// <summary>GET /rejections</summary>
    public async Task RejectionsAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (!TryReadNumber(query["limit"], PageDefaultRejections, out var limit)
            || limit is < 1 or > PageLimitRejections
            || !TryReadNumber(query["before"], long.MaxValue, out var before))
        {
            await Problem.BadRequest.WriteAsync(context);
            return;
        }

        var page = new RejectionPage(before, (int)limit, query["source"], query["reason"], query["cause"]);
        var cancellation = context.RequestAborted;
        var counts = await store.Counts(cancellation).Where(c => Matches(c, page)).ToListAsync(cancellation);
        var rejections = await store.Rejections(page, cancellation).ToListAsync(cancellation);

        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        json.WriteStartObject();
        json.WriteStartArray("counts");
        foreach (var count in counts) RejectionJson.Write(json, count);
        json.WriteEndArray();
        json.WriteStartArray("rejections");
        foreach (var rejection in rejections) RejectionJson.Write(json, rejection, sources);
        json.WriteEndArray();
        if (rejections.Count < limit) json.WriteNull("next");
        else json.WriteNumber("next", rejections[^1].Sequence);
        json.WriteEndObject();
        await json.FlushAsync(cancellation);
    }

    /// <summary>GET /rejections/{sequence}</summary>
    public async Task RejectionAsync(HttpContext context)
    {
        var rejection = TryReadNumber((string?)context.Request.RouteValues["sequence"], 0, out var sequence)
            ? await store.FindAsync(sequence, context.RequestAborted)
            : null;
        if (rejection is null)
        {
            await Problem.UnknownRejection.WriteAsync(context);
            return;
        }

        var provider = sources.FirstOrDefault(s => s.Name == rejection.SourceName)?.Provider;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        json.WriteStartObject();
        RejectionJson.WriteMembers(json, rejection, sources);
        RejectionJson.WriteBody(json, rejection, isSignedInHeader: provider?.SignatureHeaders.Count > 0);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    static bool Matches(RejectionCount count, RejectionPage page) =>
        (string.IsNullOrEmpty(page.SourceName) || count.SourceName == page.SourceName)
        && (string.IsNullOrEmpty(page.Reason) || count.Reason == page.Reason)
        && (string.IsNullOrEmpty(page.Cause) || count.Cause == page.Cause);

    static bool TryReadNumber(string? text, long fallback, out long number)
    {
        number = fallback;
        return string.IsNullOrEmpty(text)
            || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
