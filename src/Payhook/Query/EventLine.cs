using System.Buffers;
using System.Text.Json;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>An event as JSON in one line, which is what divides one from the next where there are many.</summary>
sealed class EventLine(Sources sources, PiiMask? mask)
{
    const int KeptBytesLimit = 1 << 20;

    ArrayBufferWriter<byte> _buffer = new();
    Utf8JsonWriter? _json;

    /// <summary>The JSON without a line end; valid until the next one is made.</summary>
    public ReadOnlySpan<byte> Of(in FeedEvent found)
    {
        if (_buffer.Capacity > KeptBytesLimit) _buffer = new();
        _buffer.ResetWrittenCount();
        var json = _json ??= new(_buffer, new() { Encoder = JsonText.Encoder });
        json.Reset(_buffer);
        EventJson.Write(json, found, sources, mask);
        json.Flush();
        // A payload stands there as it was sent. In JSON a line end is written as it is only between values, where a
        // space means the same.
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(_buffer.WrittenMemory, out var bytes);
        bytes.AsSpan().ReplaceAny(LineEnds, (byte)' ');
        return bytes;
    }

    /// <summary>Writes the line with its end and tells how many bytes that were.</summary>
    public int Write(IBufferWriter<byte> output, in FeedEvent found)
    {
        var line = Of(found);
        output.Write(line);
        output.Write("\n"u8);
        return line.Length + 1;
    }

    static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);
}
