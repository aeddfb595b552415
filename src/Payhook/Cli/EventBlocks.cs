using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Payhook.Cli;

/// <summary>
/// Reads server-sent events from the stream of a listener, which says something at least every 15 seconds: whoever
/// hears nothing for longer has lost it.
/// </summary>
sealed class EventBlocks(Stream stream, TimeSpan silenceLimit)
{
    const int LineLimitBytes = 1 << 20;

    readonly PipeReader _reader = PipeReader.Create(stream);

    /// <summary>The next block; null at the end of the stream.</summary>
    /// <exception cref="IOException">The connection broke, or nothing came for too long.</exception>
    public async ValueTask<EventBlock?> NextAsync(CancellationToken cancellation)
    {
        var block = new EventBlock(null, null, null);
        while (await LineAsync(cancellation) is { } line)
        {
            if (line.Length == 0)
            {
                if (block != new EventBlock(null, null, null)) return block;
                continue;
            }
            var colon = line.IndexOf(':');
            var (field, value) = colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..]);
            if (value.StartsWith(' ')) value = value[1..];
            block = field switch
            {
                "id" => block with { Id = value },
                "event" => block with { Name = value },
                "data" => block with { Data = block.Data is null ? value : $"{block.Data}\n{value}" },
                _ => block, // a comment, or how long to wait
            };
        }
        return null;
    }

    async ValueTask<string?> LineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var read = await ReadAsync(cancellation);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.UTF8.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                _reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }
            if (read.IsCompleted) return null;
            if (read.Buffer.Length > LineLimitBytes)
                throw new IOException($"a line of more than {LineLimitBytes} bytes came");
            _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    async ValueTask<ReadResult> ReadAsync(CancellationToken cancellation)
    {
        if (_reader.TryRead(out var read)) return read;
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(silenceLimit);
        try
        {
            return await _reader.ReadAsync(silence.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"nothing came for {silenceLimit.TotalSeconds:0} seconds", e);
        }
    }
}

/// <summary>One block of a stream; what was not said is null.</summary>
readonly record struct EventBlock(string? Id, string? Name, string? Data);
