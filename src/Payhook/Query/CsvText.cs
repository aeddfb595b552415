using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>
/// Events as the rows of RFC 4180. Spreadsheets run what begins like a formula, so such a cell gets a quote mark in
/// front: what a stranger wrote into a payment must not run on the desk of whoever looks at it.
/// </summary>
static class CsvText
{
    static readonly string[] Columns =
    [
        "cursor", "sequence", "received_at", "received_at_ms", "event_type", "event_id", "payment_id", "source",
        "provider", "conflict_count", "reused_event_id", "batch", "origin",
    ];

    static readonly SearchValues<char> Quoted = SearchValues.Create("\",\r\n");

    /// <summary>Writes the line of names and tells how many bytes that were.</summary>
    public static int WriteHeader(IBufferWriter<byte> output, bool withPayload) =>
        WriteLine(output, withPayload ? [.. Columns, "body", "body_base64"] : Columns);

    /// <summary>Writes an event and tells how many bytes that were.</summary>
    public static int Write(
        IBufferWriter<byte> output, in FeedEvent found, Sources sources, PiiMask? mask, bool withPayload)
    {
        var stored = found.Event;
        string?[] cells =
        [
            found.Position == default ? null : found.Position.ToString(),
            Number(stored.Sequence),
            JsonText.Moment(stored.ReceivedAt),
            Number(stored.ReceivedAt.ToUnixTimeMilliseconds()),
            stored.EventType,
            stored.EventId,
            stored.PaymentId,
            stored.SourceName,
            sources.Find(stored.SourceName)?.Provider.Name,
            Number(stored.ConflictCount),
            stored.IsUnderKnownId ? "true" : null,
            stored.BatchSequence is { } batch ? Number(batch) : null,
            stored.Origin == EventOrigin.Reverified ? "reverified" : null,
        ];
        return WriteLine(output, withPayload ? [.. cells, .. Content(stored.Body ?? [], mask)] : cells);
    }

    /// <summary>A text as one cell.</summary>
    public static string Cell(string text)
    {
        // What a tab or a line end begins is looked at without it by some.
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n') text = "'" + text;
        return text.AsSpan().ContainsAny(Quoted)
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
    }

    static string?[] Content(byte[] body, PiiMask? mask)
    {
        if (mask is not null) return [mask.Text(body), null];
        return Utf8.IsValid(body)
            ? [Encoding.UTF8.GetString(body), null]
            : [null, Convert.ToBase64String(body)];
    }

    /// <summary>Writes a line and tells how many bytes that were.</summary>
    public static int WriteLine(IBufferWriter<byte> output, IEnumerable<string?> cells)
    {
        long bytes = 0;
        var isFirst = true;
        foreach (var cell in cells)
        {
            if (!isFirst) bytes += Encoding.UTF8.GetBytes(",", output);
            if (cell is not null) bytes += Encoding.UTF8.GetBytes(Cell(cell), output);
            isFirst = false;
        }
        return (int)(bytes + Encoding.UTF8.GetBytes("\r\n", output));
    }

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
