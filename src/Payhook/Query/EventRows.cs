using Payhook.Store;

namespace Payhook.Query;

/// <summary>
/// Writes events one after another, however many there are: sent in pieces, and never faster than the client reads.
/// </summary>
sealed class EventRows(HttpContext context, ExportFormat format, Sources sources, PiiMask? mask, bool withPayload)
{
    const int FlushBytes = 64 * 1024;

    readonly EventLine _line = new(sources, mask);
    bool _isOpen;
    int _pendingBytes;

    public CancellationToken Cancellation => context.RequestAborted;

    public async ValueTask WriteAsync(FeedEvent found)
    {
        if (!_isOpen) Open();
        var output = context.Response.BodyWriter;
        _pendingBytes += format == ExportFormat.Csv
            ? CsvText.Write(output, found, sources, mask, withPayload)
            : _line.Write(output, found);
        if (_pendingBytes < FlushBytes) return;
        _pendingBytes = 0;
        await output.FlushAsync(Cancellation);
    }

    public async ValueTask EndAsync()
    {
        if (!_isOpen) Open();
        await context.Response.BodyWriter.FlushAsync(Cancellation);
    }

    /// <summary>Only once the store has answered: until then the status can still become an error.</summary>
    void Open()
    {
        _isOpen = true;
        context.Response.ContentType = ExportFormats.ContentType(format);
        if (format == ExportFormat.Csv) _pendingBytes += CsvText.WriteHeader(context.Response.BodyWriter, withPayload);
    }
}
