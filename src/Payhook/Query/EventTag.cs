using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Payhook.Query;

/// <summary>
/// Saves whoever asks again the answer that it has: an event changes only where it comes again.
/// </summary>
static class EventTag
{
    /// <summary>Changes with anything that an answer about these events says.</summary>
    public static EntityTagHeaderValue Of(
        IReadOnlyList<StoredEvent> found, PiiMask? mask, long duplicateCount = 0)
    {
        var (first, conflicts) = (found[0], found.Sum(f => f.ConflictCount));
        var repeated = duplicateCount > 0 ? string.Create(CultureInfo.InvariantCulture, $"-{duplicateCount:x}") : "";
        return new(string.Create(CultureInfo.InvariantCulture, $"\"{(mask is null ? 0 : 1)}-{first.Sequence:x}-"
            + $"{first.ConflictCount:x}-{found.Count:x}-{conflicts:x}{repeated}\""));
    }

    /// <summary>Names the version, and answers 304 where the client has it.</summary>
    public static bool Settles(HttpContext context, EntityTagHeaderValue tag)
    {
        context.Response.GetTypedHeaders().ETag = tag;
        var known = context.Request.GetTypedHeaders().IfNoneMatch;
        if (!known.Any(k => k.Equals(EntityTagHeaderValue.Any) || k.Compare(tag, useStrongComparison: false)))
            return false;
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }
}
