using System.Buffers;

namespace Payhook.Query;

/// <summary>
/// Writes rows one after another, however many there are: sent in pieces, and never faster than the client reads.
/// </summary>
/// <param name="context">Takes them.</param>
/// <param name="format">Their form.</param>
/// <param name="writeHeader">Writes what stands before the first row and tells how many bytes that were.</param>
/// <param name="writeRow">The same for a row.</param>
sealed class ExportRows<T>(
    HttpContext context, ExportFormat format, Func<IBufferWriter<byte>, int> writeHeader,
    Func<IBufferWriter<byte>, T, int> writeRow)
{
    const int FlushBytes = 64 * 1024;

    bool _isOpen;
    int _pendingBytes;

    public CancellationToken Cancellation => context.RequestAborted;

    public async ValueTask WriteAsync(T row)
    {
        if (!_isOpen) Open();
        var output = context.Response.BodyWriter;
        _pendingBytes += writeRow(output, row);
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
        _pendingBytes += writeHeader(context.Response.BodyWriter);
    }
}
