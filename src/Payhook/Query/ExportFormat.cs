namespace Payhook.Query;

/// <summary>In which form a list of events is wanted.</summary>
enum ExportFormat
{
    /// <summary>One JSON value, a page of the list.</summary>
    Json = 0,

    /// <summary>A JSON object a line, as many as there are.</summary>
    Lines,

    /// <summary>A line of cells an event, for a spreadsheet.</summary>
    Csv,
}

/// <summary>What the forms are called, and which one a request wants.</summary>
static class ExportFormats
{
    /// <summary>How many events are read from the store at once.</summary>
    public const int PageEvents = 2000;

    /// <summary>The same with bodies, of which a page is also bounded in bytes.</summary>
    public const int PageEventsWithPayload = 50;

    public static string ContentType(ExportFormat format) => format switch
    {
        ExportFormat.Lines => "application/x-ndjson",
        ExportFormat.Csv => "text/csv; charset=utf-8; header=present",
        _ => "application/json",
    };

    /// <summary>The one the client likes best; JSON where it likes none or says nothing.</summary>
    public static ExportFormat Wanted(HttpRequest request)
    {
        var (best, bestQuality) = (ExportFormat.Json, 0d);
        foreach (var type in request.GetTypedHeaders().Accept)
        {
            ExportFormat? format = type.MediaType.Value?.ToLowerInvariant() switch
            {
                "application/x-ndjson" => ExportFormat.Lines,
                "text/csv" => ExportFormat.Csv,
                "application/json" => ExportFormat.Json,
                _ => null,
            };
            var quality = type.Quality ?? 1;
            if (format is { } known && quality > bestQuality) (best, bestQuality) = (known, quality);
        }
        return best;
    }
}
