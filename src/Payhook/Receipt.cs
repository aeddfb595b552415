using System.Buffers;

namespace Payhook;

/// <summary>
/// One verified request on its way into the store. Once queued, the intake owns its buffer and returns it.
/// </summary>
sealed class Receipt
{
    public required string SourceName { get; init; }

    /// <summary>What makes two receipts the same event: the signed id, else the hash of the signed bytes.</summary>
    public required string Identity { get; init; }

    public required string EventId { get; init; }
    public required bool IsEventIdSigned { get; init; }
    public required string EventType { get; init; }
    public required string? PaymentId { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Which of the source's secrets verified it, counted from 1.</summary>
    public required int SecretNumber { get; init; }

    /// <summary>The body as received, followed by the headers kept, as a JSON object.</summary>
    public required PooledBytes Bytes { get; init; }

    public required int BodyLength { get; init; }

    public ReadOnlySpan<byte> Body => Bytes.Span[..BodyLength];
    public ReadOnlySpan<byte> HeadersJson => Bytes.Span[BodyLength..];

    /// <summary>How it came in; the number stands in the database.</summary>
    public EventOrigin Origin { get; init; }

    /// <summary>What the store made of it; set by the store, valid once its transaction has committed.</summary>
    public StoreOutcome Outcome { get; set; }

    /// <summary>Where it disagrees with a known event, the id that event is found by; set by the store.</summary>
    public string? KnownEventId { get; set; }
}

/// <summary>How an event came in: an operator must be able to tell what was verified only later.</summary>
enum EventOrigin
{
    /// <summary>Received and verified at once.</summary>
    Received = 0,

    /// <summary>Refused at first, and verified again with other settings.</summary>
    Reverified = 1,
}

/// <summary>What became of a receipt in the store. The zero value means that nothing did.</summary>
enum StoreOutcome
{
    /// <summary>Not stored: the provider must send it again.</summary>
    NotStored = 0,

    /// <summary>A new event.</summary>
    Stored,

    /// <summary>A new event whose unsigned header id another event already carries.</summary>
    StoredUnderKnownId,

    /// <summary>Received before, byte for byte.</summary>
    Duplicate,

    /// <summary>Received before with other bytes; the other body was kept as a conflict.</summary>
    DuplicateWithOtherBody,

    /// <summary>The same bytes under another unsigned header id: perhaps a captured request sent again.</summary>
    PossibleReplay,
}

/// <summary>Bytes in a pooled buffer that grows as they arrive and is handed back exactly once.</summary>
sealed class PooledBytes(int capacity) : IBufferWriter<byte>
{
    byte[] _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(capacity, 256));

    public int Length { get; private set; }
    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, Length);
    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(Length);
    }

    public void Return()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        Length = 0;
    }

    void Reserve(int sizeHint)
    {
        if (_buffer.Length - Length >= Math.Max(sizeHint, 1)) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, Length + sizeHint));
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
