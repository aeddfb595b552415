using System.Buffers;

namespace Payhook.Ops;

/// <summary>
/// Lines on their way to standard output: written by one thread, many at a time, from a bounded buffer. A reader that
/// stalls costs lines, which are counted, and never holds up a request.
/// </summary>
sealed class LogOutput : IDisposable
{
    const int BufferLimitBytes = 4 << 20;
    const int SettleMilliseconds = 5;

    readonly Lock _lock = new();
    readonly Stream _stream;
    readonly AutoResetEvent _written = new(false);
    readonly Thread _thread;
    ArrayBufferWriter<byte> _waiting = new(64 * 1024);
    ArrayBufferWriter<byte> _writing = new(64 * 1024);
    long _droppedLines;
    bool _isStopping;

    public LogOutput(Stream stream, bool isJson)
    {
        _stream = stream;
        IsJson = isJson;
        _thread = new Thread(WriteLoop) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>JSON lines, or lines for a person.</summary>
    public bool IsJson { get; }

    /// <summary>How many lines were lost because standard output was not read.</summary>
    public long DroppedLines => Interlocked.Read(ref _droppedLines);

    public void Write(ReadOnlySpan<byte> line)
    {
        bool wasEmpty;
        lock (_lock)
        {
            wasEmpty = _waiting.WrittenCount == 0;
            if (_waiting.WrittenCount + line.Length > BufferLimitBytes)
            {
                Interlocked.Increment(ref _droppedLines);
                return;
            }
            _waiting.Write(line);
        }
        if (wasEmpty) _written.Set();
    }

    /// <summary>Writes what is left. Lines that come later are lost.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _isStopping, true);
        _written.Set();
        _thread.Join(TimeSpan.FromSeconds(2));
    }

    void WriteLoop()
    {
        var isBroken = false;
        while (true)
        {
            _written.WaitOne();
            // A short wait lets lines gather: under load a hundred of them cost one system call.
            if (!Volatile.Read(ref _isStopping)) _written.WaitOne(SettleMilliseconds);
            var isStopping = Volatile.Read(ref _isStopping);
            lock (_lock) (_waiting, _writing) = (_writing, _waiting);
            try
            {
                if (!isBroken) _stream.Write(_writing.WrittenSpan);
                if (!isBroken) _stream.Flush();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                isBroken = true; // nobody reads standard output any more; the listener goes on without it
            }
            _writing.ResetWrittenCount();
            if (isStopping) return;
        }
    }
}
