using System.Diagnostics.CodeAnalysis;
using Payhook.Store;

namespace Payhook.Forward;

/// <summary>
/// Serves one destination: takes what is due and what comes, tries it, and tells the settler what became of it. A
/// delivery holds its slot until the store knows its outcome, so no more than the slots can ever be repeated.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "Lose may come after the end, and it holds no timer.")]
sealed partial class Dispatcher
{
    static readonly TimeSpan AgainAfterFault = TimeSpan.FromSeconds(1), HoldLimit = TimeSpan.FromHours(1),
        LongestWait = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    readonly Destination _destination;
    readonly DispatcherParts _parts;
    readonly ISink _sink;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Wake _wake;
    readonly CancellationTokenSource _abort = new();
    readonly Breaker _breaker;
    readonly RateLimit _rate;
    readonly DeliveryBook _book;
    bool _isLost;

    public Dispatcher(
        DestinationRow row, Destination destination, Lease lease, ISink sink, DispatcherParts parts)
    {
        (Row, Lease, _destination, _sink, _parts) = (row, lease, destination, sink, parts);
        (_time, _logger) = (parts.Time, parts.Logger);
        _wake = new(_time);
        _breaker = new(_time, Random.Shared.NextDouble);
        _rate = new(destination.RateLimitPerSecond, _time);
        _book = new(destination, lease, parts);
    }

    public DestinationRow Row { get; }
    public Lease Lease { get; }

    /// <summary>True once the destination has said that it is gone.</summary>
    public bool IsGone { get; private set; }

    public bool IsLost => Volatile.Read(ref _isLost);

    /// <summary>There may be something new.</summary>
    public void Ring() => _wake.Ring();

    /// <summary>Something may be due that was not: a person has taken up dead letters.</summary>
    public void LookForDue()
    {
        lock (_gate) _book.NoteDueAt(DateTimeOffset.MinValue);
        _wake.Ring();
    }

    /// <summary>
    /// Another process has it now, or may have: nothing more is sent, and what is being sent is cut off.
    /// </summary>
    public void Lose()
    {
        Volatile.Write(ref _isLost, true);
        _abort.Cancel();
        _wake.Ring();
    }

    /// <summary>Goes through a replay beside what comes.</summary>
    public void Add(LaneReader lane)
    {
        lock (_gate) _book.Lanes.Add(lane);
        _wake.Ring();
    }

    /// <summary>The replays that it goes through.</summary>
    public IReadOnlyList<long> Replays
    {
        get
        {
            lock (_gate) return [.. _book.Lanes.Select(l => l.Lane.ReplayId).Where(id => id != 0)];
        }
    }

    /// <summary>Makes no more of a replay.</summary>
    /// <returns>True where it was not at its end: somebody has cancelled it.</returns>
    public bool Drop(long replayId)
    {
        lock (_gate)
        {
            var wasDone = _book.Lanes.Exists(l => l.Lane.ReplayId == replayId && l.Lane.IsDone);
            return _book.Lanes.RemoveAll(l => l.Lane.ReplayId == replayId) > 0 && !wasDone;
        }
    }

    /// <summary>Serves until it is told to stop, and then until what is being tried has ended.</summary>
    /// <param name="incoming">Reads the events as they come, from a place on.</param>
    /// <param name="stopping">Nothing more is begun.</param>
    public async Task RunAsync(Func<FeedPosition, LaneReader> incoming, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, _abort.Token);
        Func<BreakerState> breaker = BreakerNow;
        _parts.States.Add(Lease.DestinationId, breaker);
        try
        {
            await BeginAsync(incoming, ended.Token);
            while (!ended.IsCancellationRequested)
            {
                var wait = await StepAsync(ended.Token);
                if (wait != TimeSpan.Zero) await _wake.WaitAsync(wait, ended.Token);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // what is being tried is waited for
        }
        finally
        {
            _parts.States.Remove(Lease.DestinationId, breaker);
        }
        while (!IsLost && HasWork()) await _wake.WaitAsync(LongestWait, CancellationToken.None);
        await _sink.DisposeAsync();
    }

    async Task BeginAsync(Func<FeedPosition, LaneReader> incoming, CancellationToken ended)
    {
        while (true)
        {
            try
            {
                var backlog = await _parts.Store.BacklogAsync(Lease.DestinationId, ended);
                lock (_gate) _book.Begin(backlog, incoming(backlog.Cursor));
                return;
            }
            catch (StoreUnavailableException e)
            {
                LogStoreAway(Row.Name, e.Message);
                await Task.Delay(AgainAfterFault, _time, ended);
            }
        }
    }

    /// <summary>
    /// Reads what there is room for, begins what can be begun, and tells how long there is nothing to do.
    /// </summary>
    async Task<TimeSpan> StepAsync(CancellationToken ended)
    {
        try
        {
            TimeSpan pause;
            lock (_gate) pause = _breaker.Wait;
            if (pause != TimeSpan.Zero) return pause;
            await ReadDueAsync(ended);
            await ReadLanesAsync(ended);
            return StartAll();
        }
        catch (StoreUnavailableException e)
        {
            LogStoreAway(Row.Name, e.Message);
            return AgainAfterFault;
        }
    }

    async Task ReadDueAsync(CancellationToken ended)
    {
        var now = _time.GetUtcNow();
        IReadOnlyCollection<long> except;
        int room;
        lock (_gate) room = _book.RoomForDue(now, out except);
        if (room == 0) return;
        var (id, store) = (Lease.DestinationId, _parts.Store);
        var due = await store.DueAsync(id, now, except, room, ended);
        lock (_gate) except = _book.AddDue(due);
        var next = due.Count == room
            ? now // perhaps there are more
            : await FirstDueAsync(except, ended);
        lock (_gate) _book.NoteDueAt(next ?? DateTimeOffset.MaxValue);
    }

    async Task<DateTimeOffset?> FirstDueAsync(IReadOnlyCollection<long> except, CancellationToken ended)
    {
        var first = await _parts.Store.DueAsync(Lease.DestinationId, DateTimeOffset.MaxValue, except, 1, ended);
        return first.Count > 0 ? first[0].Delivery.DueAt : null;
    }

    async Task ReadLanesAsync(CancellationToken ended)
    {
        LaneReader[] lanes;
        lock (_gate) lanes = [.. _book.Lanes.Where(l => l.Lane.WantsEvents)];
        foreach (var lane in lanes)
        {
            var (events, until) = await lane.ReadAsync(ended);
            lock (_gate) lane.Lane.Add(events, until);
        }
    }

    TimeSpan StartAll()
    {
        var begun = new List<Work>();
        TimeSpan wait;
        lock (_gate)
        {
            while ((wait = WaitToStart()) == TimeSpan.Zero && _book.TakeNext() is { } work)
            {
                _breaker.Started();
                _rate.Take();
                _parts.Rush.Take();
                begun.Add(work);
            }
            if (wait == TimeSpan.Zero) wait = _book.UntilMore(_time.GetUtcNow());
        }
        foreach (var work in begun) _ = Task.Run(() => TryAsync(work));
        Signal();
        return wait;
    }

    /// <summary>How long nothing can be begun; zero: something can.</summary>
    TimeSpan WaitToStart()
    {
        if (_book.BusyCount >= _destination.ConcurrencyLimit) return LongestWait;
        if (_breaker.Wait is var pause && pause != TimeSpan.Zero) return pause;
        return _rate.Wait is var turn && turn != TimeSpan.Zero ? turn : _parts.Rush.Wait;
    }

    async Task TryAsync(Work work)
    {
        var (at, begun) = (_time.GetUtcNow(), _time.GetTimestamp());
        var message = new OutboundMessage(work.Found.Event, _parts.ProviderOf(work.Found.Event.SourceName),
            work.Delivery.AttemptCount + 1, work.Delivery.ReplayId);
        SinkOutcome outcome;
        try
        {
            outcome = await _sink.SendAsync(message, _abort.Token);
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            return; // whoever serves the destination now tries it again
        }
        catch (Exception e)
        {
            LogFault(e, Row.Name);
            outcome = SinkOutcome.Failed(FailureClass.Internal, e.GetType().Name);
        }
        var duration = _time.GetElapsedTime(begun);
        lock (_gate)
        {
            _book.Conclude(work, outcome, at, duration);
            Judge(outcome);
            if (outcome.Failure == FailureClass.Gone) IsGone = true;
        }
        var isDead = work.Delivery.State == DeliveryState.Dead;
        _parts.Meter.Count(Row.Name, outcome, at, duration, isDead);
        if (isDead)
            LogDead(Row.Name, work.Found.Event.EventId, work.Delivery.AttemptCount);
        Signal();
    }

    void Judge(in SinkOutcome outcome)
    {
        if (outcome.IsSuccess)
        {
            if (_breaker.Succeeded()) LogBack(Row.Name);
            return;
        }
        if (_breaker.Failed()) LogFailing(Row.Name, outcome.Failure.Name(), outcome.Status);
        if (outcome.RetryAfter is { } asked) _breaker.Hold(asked < HoldLimit ? asked : HoldLimit);
    }

    void Signal()
    {
        bool isUrgent;
        lock (_gate)
        {
            if (!_book.HasNews) return;
            isUrgent = _book.IsUrgent;
        }
        _parts.Settler.Signal(this, isUrgent);
    }

    /// <summary>What is to be written now; null where there is nothing.</summary>
    public (Settlement Settlement, IReadOnlyList<Work> Works)? TakeSettlement(int limitDeliveries)
    {
        lock (_gate) return IsLost || _book.Lanes.Count == 0 ? null : _book.TakeSettlement(limitDeliveries);
    }

    /// <summary>The store knows it.</summary>
    public void Noted(IReadOnlyList<Work> works)
    {
        lock (_gate) _book.Noted(works);
        _wake.Ring();
        Signal();
    }

    BreakerState BreakerNow()
    {
        lock (_gate) return _breaker.State;
    }

    bool HasWork()
    {
        lock (_gate) return _book.HasWork;
    }

    [LoggerMessage(LogLevel.Warning, "Destination {Destination}: the store cannot be read now: {Fault}")]
    partial void LogStoreAway(string destination, string fault);

    [LoggerMessage(LogLevel.Warning,
        "Destination {Destination} fails again and again ({Failure}, status {Status}): it is left alone and asked "
        + "from time to time")]
    partial void LogFailing(string destination, string failure, int status);

    [LoggerMessage(LogLevel.Information, "Destination {Destination} takes events again")]
    partial void LogBack(string destination);

    [LoggerMessage(LogLevel.Warning,
        "Destination {Destination}: event {EventId} was given up after {Attempts} attempts; see GET /deliveries")]
    partial void LogDead(string destination, string eventId, int attempts);

    [LoggerMessage(LogLevel.Error, "Destination {Destination}: an attempt failed by a fault of Payhook's own")]
    partial void LogFault(Exception e, string destination);
}
