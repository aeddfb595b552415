using Payhook.Store;

namespace Payhook.Query;

/// <summary>Events as the rows of an export.</summary>
static class EventRows
{
    public static ExportRows<FeedEvent> To(
        HttpContext context, ExportFormat format, Sources sources, PiiMask? mask, bool withPayload)
    {
        if (format == ExportFormat.Csv)
        {
            return new(context, format, output => CsvText.WriteHeader(output, withPayload),
                (output, found) => CsvText.Write(output, found, sources, mask, withPayload));
        }
        var line = new EventLine(sources, mask);
        return new(context, format, _ => 0, (output, found) => line.Write(output, found));
    }
}
