using Payhook.Store;

namespace Payhook.Forward;

/// <summary>
/// What a dispatcher knows of its destination's deliveries: those in hand, those put off, and what the store is still
/// to be told. Not for use by two threads at once.
/// </summary>
sealed class DeliveryBook(Destination destination, Lease lease, DispatcherParts parts)
{
    /// <summary>How many deliveries may wait in the store; new events stay in the feed while there are more.</summary>
    public const int PendingLimitDeliveries = 20_000;

    /// <summary>How often a cursor is written that moves without deliveries.</summary>
    static readonly TimeSpan CursorEvery = TimeSpan.FromSeconds(1);

    static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    readonly EventFilter _filter = new(destination.Filter, parts.Sources);
    readonly KeyedOrder _order = new();
    readonly Queue<Work> _ready = new();
    readonly HashSet<long> _trying = [], _behind = [];
    readonly List<Work> _results = [];
    DateTimeOffset _nextDueAt = DateTimeOffset.MaxValue;
    FeedPosition _cursorWritten;
    long _pendingCount, _cursorWrittenAt;
    int _turn;
    bool _isReleasing;

    /// <summary>The events as they come, and replays; empty before it has begun.</summary>
    public List<LaneReader> Lanes { get; } = [];

    /// <summary>How many are being tried, or were and the store does not know it.</summary>
    public int BusyCount { get; private set; }

    public bool HasWork => BusyCount > 0 || _results.Count > 0;

    /// <summary>Whether the store is to be told of anything.</summary>
    public bool HasNews => _results.Count > 0 || Lanes.Exists(l => l.IsDoneUntold)
        || (Lanes.Count > 0 && Lanes[0].Lane.Cursor != _cursorWritten
            && parts.Time.GetElapsedTime(_cursorWrittenAt) >= CursorEvery);

    /// <summary>All that holds a slot only waits for the store.</summary>
    public bool IsUrgent => _results.Count >= BusyCount;

    public void Begin(DestinationBacklog backlog, LaneReader incoming)
    {
        Lanes.Insert(0, incoming);
        _behind.UnionWith(backlog.Behind);
        foreach (var key in backlog.PendingKeys) _order.NotePending(key);
        _pendingCount = backlog.PendingCount;
        _nextDueAt = backlog.NextDueAt ?? DateTimeOffset.MaxValue;
        _cursorWritten = backlog.Cursor;
        _cursorWrittenAt = parts.Time.GetTimestamp();
    }

    /// <summary>How many pending deliveries are wanted from the store now, and which not.</summary>
    public int RoomForDue(DateTimeOffset now, out IReadOnlyCollection<long> except)
    {
        except = [];
        var room = destination.ConcurrencyLimit - _ready.Count;
        if (now < _nextDueAt || room <= 0 || _order.IsFull) return 0;
        _nextDueAt = DateTimeOffset.MaxValue; // what is put off meanwhile makes it earlier
        except = [.. _trying];
        return room;
    }

    /// <summary>Takes in what is due.</summary>
    /// <returns>Those that are in hand now.</returns>
    public IReadOnlyCollection<long> AddDue(IReadOnlyList<DueDelivery> due)
    {
        foreach (var (delivery, found) in due)
        {
            if (!_trying.Add(delivery.Sequence)) continue;
            var work = new Work(delivery, found, null, null);
            if (_order.Ask(work) == Turn.Now) _ready.Enqueue(work);
        }
        return [.. _trying];
    }

    /// <summary>The store is to be asked at this moment, if not before.</summary>
    public void NoteDueAt(DateTimeOffset at)
    {
        if (at < _nextDueAt) _nextDueAt = at;
    }

    /// <summary>How long there is nothing to do, where nobody rings.</summary>
    public TimeSpan UntilMore(DateTimeOffset now)
    {
        if (_order.IsFull) return CursorEvery;
        if (_pendingCount < PendingLimitDeliveries && Lanes.Exists(l => l.Lane.WantsEvents && l.HasAdvanced))
            return TimeSpan.Zero;
        var wait = _nextDueAt > now + CursorEvery ? CursorEvery : _nextDueAt - now;
        foreach (var lane in Lanes)
        {
            if (lane.Lane.HasEvents && lane.Rate.Wait is var turn && turn > TimeSpan.Zero && turn < wait) wait = turn;
        }
        return wait < ShortestWait ? ShortestWait : wait;
    }

    /// <summary>By turns what is due and what each lane has, so that none of them waits for all of another.</summary>
    public Work? TakeNext()
    {
        for (var i = 0; i <= Lanes.Count; i++)
        {
            var turn = _turn++ % (Lanes.Count + 1);
            var work = turn < Lanes.Count ? FromLane(Lanes[turn]) : _ready.TryDequeue(out var ready) ? ready : null;
            if (work is null) continue;
            BusyCount++;
            return work;
        }
        return null;
    }

    Work? FromLane(LaneReader reader)
    {
        while (_pendingCount < PendingLimitDeliveries && !_order.IsFull && reader.HasTurn
            && reader.Lane.TryTake(out var found, out var entry))
        {
            var isKnown = reader.Lane.ReplayId == 0 && _behind.Remove(found.Event.Sequence);
            if (isKnown || !_filter.Passes(found.Event))
            {
                reader.Lane.End(entry);
                continue;
            }
            var work = new Work(NewDelivery(found.Event, reader.Lane.ReplayId), found, reader.Lane, entry);
            switch (_order.Ask(work))
            {
                case Turn.Now:
                    reader.Rate.Take();
                    return work;
                case Turn.BehindStored:
                    PutOff(work);
                    break;
                default:
                    break;
            }
        }
        return null;
    }

    Delivery NewDelivery(StoredEvent found, long replayId) => new()
    {
        DestinationId = lease.DestinationId,
        EventSequence = found.Sequence,
        ReplayId = replayId,
        State = DeliveryState.Pending,
        OrderingKey = destination.Ordering == DeliveryOrdering.Payment && found.PaymentId is { } payment
            ? $"{parts.ProviderOf(found.SourceName)}/{payment}"
            : null,
    };

    /// <summary>
    /// It waits in the store until the one before it has ended. Should nobody tell it so, it is due all the same some
    /// day.
    /// </summary>
    void PutOff(Work work)
    {
        var wait = destination.OrderingWait ?? destination.Retry.GiveUpAfter + destination.Retry.Longest;
        work.Delivery = work.Delivery with { DueAt = parts.Time.GetUtcNow() + wait };
        Note(work);
    }

    /// <summary>Makes of an outcome what becomes of the delivery.</summary>
    public void Conclude(Work work, in SinkOutcome outcome, DateTimeOffset at, TimeSpan duration)
    {
        var (before, now) = (work.Delivery, parts.Time.GetUtcNow());
        var (count, first) = (before.AttemptCount + 1, before.FirstAttemptAt ?? at);
        var again = outcome.IsSuccess
            ? null
            : Backoff.Next(destination.Retry, count, first, now, outcome.RetryAfter, Random.Shared.NextDouble());
        work.Attempt = new(count, at, duration, outcome.Status, outcome.Failure, outcome.Detail, outcome.Answer);
        work.Delivery = before with
        {
            State = outcome.IsSuccess ? DeliveryState.Delivered
                : again is null ? DeliveryState.Dead
                : DeliveryState.Pending,
            AttemptCount = count,
            FirstAttemptAt = first,
            DueAt = again ?? now,
            LastFailure = outcome.Failure,
        };
        var putOff = new List<Work>();
        work.ReleasesKey = _order.Ended(work, work.Delivery.State != DeliveryState.Pending, putOff, out var next);
        if (next is not null) _ready.Enqueue(next);
        Note(work);
        foreach (var held in putOff)
        {
            if (!held.IsStored) PutOff(held);
            else if (_trying.Remove(held.Delivery.Sequence)) _nextDueAt = DateTimeOffset.MinValue;
        }
    }

    /// <summary>Hands over what the store is to know.</summary>
    void Note(Work work)
    {
        if (work.Delivery.State == DeliveryState.Pending)
        {
            if (!work.IsStored) _pendingCount++;
            if (work.Delivery.DueAt < _nextDueAt) _nextDueAt = work.Delivery.DueAt;
        }
        else if (work.IsStored && _pendingCount > 0) _pendingCount--;
        _results.Add(work);
    }

    /// <summary>What is to be written now; null where there is nothing.</summary>
    public (Settlement Settlement, IReadOnlyList<Work> Works) TakeSettlement(int limitDeliveries)
    {
        var works = _results.GetRange(0, Math.Min(limitDeliveries, _results.Count));
        _results.RemoveRange(0, works.Count);
        foreach (var work in works) work.EndInLane();
        string[] released = [.. works.Where(w => w.ReleasesKey).Select(w => w.Key!).Distinct()];
        _isReleasing |= released.Length > 0;
        (_cursorWritten, _cursorWrittenAt) = (Lanes[0].Lane.Cursor, parts.Time.GetTimestamp());
        return (new(lease)
        {
            Deliveries = [.. works.Select(w => new SettledDelivery(w.Delivery, w.Found.Position, w.Attempt))],
            Cursor = _cursorWritten,
            Replays = [.. Lanes.Skip(1).Select(l => l.TakeProgress()).OfType<ReplayProgress>()],
            KeysReleased = released,
        }, works);
    }

    /// <summary>The store knows it.</summary>
    public void Noted(IReadOnlyList<Work> works)
    {
        foreach (var work in works)
        {
            if (work.Attempt is not null) BusyCount--;
            if (work.IsStored) _trying.Remove(work.Delivery.Sequence);
        }
        if (_isReleasing) _nextDueAt = DateTimeOffset.MinValue;
        _isReleasing = false;
    }
}
