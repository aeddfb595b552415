using System.Buffers;
using System.IO.Compression;

namespace Payhook.Query;

/// <summary>
/// An answer that says much the same many times, compressed for who takes that: a browser far away asks for it every
/// few seconds.
/// </summary>
static class PackedAnswer
{
    const int FirstBytes = 16 * 1024, LeastBytes = 1024;

    /// <param name="context">The request, whose answer has its type already.</param>
    /// <param name="write">Writes it; of bounded length.</param>
    public static async Task WriteAsync(HttpContext context, Action<IBufferWriter<byte>> write)
    {
        var plain = new ArrayBufferWriter<byte>(FirstBytes);
        write(plain);
        var (response, bytes) = (context.Response, plain.WrittenMemory);
        response.Headers.AppendCommaSeparatedValues("Vary", "Accept-Encoding");
        if (bytes.Length >= LeastBytes && TakenEncoding.Takes(context.Request, "gzip"))
        {
            response.Headers.ContentEncoding = "gzip";
            bytes = Pack(bytes.Span);
        }
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    static ReadOnlyMemory<byte> Pack(ReadOnlySpan<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return packed.ToArray();
    }
}
