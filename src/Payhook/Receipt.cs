using System.Buffers;
using Payhook.Payments;

namespace Payhook;

/// <summary>
/// One event of a verified request on its way into the store. Once queued, the intake owns its buffer and returns it.
/// </summary>
sealed class Receipt
{
    public required string SourceName { get; init; }
    public required string ProviderName { get; init; }

    /// <summary>The merchant's account at the provider; empty where the event names none.</summary>
    public required string AccountId { get; init; }

    /// <summary>What the event says about payments.</summary>
    public required IReadOnlyList<Change> Changes { get; init; }

    /// <summary>True where the event is found by its payment, under every id that it is called by.</summary>
    public bool IsLinked
    {
        get
        {
            if (Changes.Count == 0) return false;
            if (PaymentId is null) return true;
            foreach (var change in Changes)
            {
                foreach (var name in change.Names)
                {
                    if (name.Id == PaymentId) return true;
                }
            }
            return false;
        }
    }

    /// <summary>What makes two receipts the same event: the signed id, else the hash of the signed bytes.</summary>
    public required string Identity { get; init; }

    public required string EventId { get; init; }
    public required bool IsEventIdSigned { get; init; }
    public required string EventType { get; init; }
    public required string? PaymentId { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Which of the source's secrets verified it, counted from 1.</summary>
    public required int SecretNumber { get; init; }

    public EventOrigin Origin { get; init; }

    /// <summary>The body as received, followed by the headers kept, as a JSON object.</summary>
    public required PooledBytes Bytes { get; init; }

    /// <summary>The length of the whole body.</summary>
    public required int DeliveryLength { get; init; }

    /// <summary>Where in the body the event stands; the whole of it unless the request brought several.</summary>
    public required Range Place { get; init; }

    /// <summary>All events of the request; null unless its provider sends several at once.</summary>
    public Batch? Batch { get; init; }

    public ReadOnlySpan<byte> Body => Delivery[Place];
    public ReadOnlySpan<byte> Delivery => Bytes.Span[..DeliveryLength];
    public ReadOnlySpan<byte> HeadersJson => Bytes.Span[DeliveryLength..];

    /// <summary>The bytes of <see cref="Body"/> where a span cannot go.</summary>
    public ReadOnlyMemory<byte> BodyMemory => Bytes.Memory[..DeliveryLength][Place];

    /// <summary>What the store made of it; set by the store, valid once its transaction has committed.</summary>
    public StoreOutcome Outcome { get; set; }

    /// <summary>True where it is an event that was not known before.</summary>
    public bool IsNew => Outcome is StoreOutcome.Stored or StoreOutcome.StoredUnderKnownId;

    /// <summary>True where it names a known event and does not agree with it.</summary>
    public bool HasConflict => Outcome is StoreOutcome.DuplicateWithOtherBody or StoreOutcome.PossibleReplay
        or StoreOutcome.StoredUnderKnownId;

    /// <summary>The known event that it is a duplicate of; set by the store where its outcome says so.</summary>
    public long KnownSequence { get; set; }

    /// <summary>Where it disagrees with a known event, the id that event is found by; set by the store.</summary>
    public string? KnownEventId { get; set; }
}

/// <summary>The events of one request, which are committed together or not at all.</summary>
sealed class Batch
{
    /// <summary>All of them, in the order of the body.</summary>
    public required Receipt[] Receipts { get; set; }

    /// <summary>The batch's number in the store; 0 until one of its events turns out to be new.</summary>
    public long Sequence { get; set; }
}

/// <summary>How an event came in. The numbers stand in the database.</summary>
enum EventOrigin
{
    /// <summary>It was received and verified.</summary>
    Received = 0,

    /// <summary>It was refused first, and verified again after a setting was mended.</summary>
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
