using System.Collections.Concurrent;
using Payhook.Providers;
using Payhook.Store;

namespace Payhook.Receive;

/// <summary>Finds out why a request was refused: a code from a closed list, and words for the operator.</summary>
/// <param name="rejection">The request.</param>
/// <param name="verification">What the provider said of it.</param>
/// <param name="found">The key or the document that it was verified with, where one was looked up.</param>
delegate (string Code, string Explanation)? FindCause(Rejection rejection, Verification verification, Found? found);

/// <summary>
/// Takes refused requests off the answer path, explains them and stores some of them, all on a thread of its own.
/// Refusing must stay cheap under attack and matters less than any event, so whatever there is no room for is only
/// counted: a full queue, many of one kind, a busy intake, a store that is away.
/// </summary>
sealed partial class RejectionLog : IHostedService, IDisposable
{
    public const int QueueLimitRejections = 256;
    public const int QueueLimitBytes = 8 << 20;

    /// <summary>Larger bodies are left out, so that one cannot push out all the others.</summary>
    public const int KeptBodyLimitBytes = 1 << 20;

    /// <summary>Where few are kept, the latest are, and not the first: so some more are taken in.</summary>
    const int TokensPerMinuteMinimum = 64;

    /// <summary>A transaction holds up the writer of events, so it stays small.</summary>
    const int BatchLimitRejections = 32;

    const int CountsLimit = 1024;
    const int LinesPerFlush = 16;
    const int OverheadBytes = 512;
    static readonly TimeSpan FlushPeriod = TimeSpan.FromSeconds(1), RetryPeriod = TimeSpan.FromSeconds(5);

    /// <summary>These say nothing of the request: its sender is asked to try again.</summary>
    static readonly string[] CountedOnly =
    [
        Problem.QueueFull.Type, Problem.StoreUnavailable.Type, Rejection.ReasonOf(Verdict.KeyUnavailable),
    ];

    readonly IRejectionStore _store;
    readonly RejectionBounds _bounds;
    readonly FindCause _findCause;
    readonly Func<bool> _isIntakeBusy;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly RefusalMeter _meter;
    readonly ByteBudget _budget = new(QueueLimitBytes);
    readonly ConcurrentQueue<Waiting> _queue = new();
    readonly object _gate = new(); // not Lock: Monitor is what can wait and be woken

    /// <summary>Only the background thread's: explained and not stored yet.</summary>
    readonly Queue<Waiting> _explained = new();
    readonly Dictionary<(string, string, string?), RejectionCount> _counts = [];
    int _waitingCount;
    long _awaySince;
    bool _isStoreAway, _isStopping;
    Thread? _thread;

    public RejectionLog(
        IRejectionStore store, RejectionBounds bounds, IReadOnlyList<Source> sources, FindCause findCause,
        Func<bool> isIntakeBusy, TimeProvider time, ILogger<RejectionLog> logger)
    {
        (_store, _bounds, _findCause, _isIntakeBusy) = (store, bounds, findCause, isIntakeBusy);
        (_time, _logger) = (time, logger);
        var tokensPerMinute = Math.Max(bounds.KeptPerReason, TokensPerMinuteMinimum);
        _meter = new RefusalMeter(sources.Select(s => s.Name), Rejection.Reasons, tokensPerMinute, time);
    }

    /// <summary>How many are in memory.</summary>
    public int WaitingCount => Volatile.Read(ref _waitingCount);

    /// <summary>Takes a refusal in, or only counts it. Never waits.</summary>
    /// <returns>False where it is only counted.</returns>
    public bool TryAdd(in RefusedRequest refusal)
    {
        var place = _meter.PlaceOf(refusal.SourceName, refusal.Reason);
        if (!CountedOnly.Contains(refusal.Reason) && !_isIntakeBusy() && TryEnqueue(refusal, place)) return true;
        _meter.Count(place, refusal.ReceivedAt);
        return false;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "rejections", Priority = ThreadPriority.BelowNormal };
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <summary>What waits is stored once more; a store that does not take it by the deadline ends that.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        try
        {
            await Task.Run(() => _thread?.Join(), CancellationToken.None).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            LogStuck();
        }
    }

    /// <summary>Ends the thread, also where nobody stopped the host before.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>One round of the background thread.</summary>
    /// <param name="isLast">True where there will be no other: a store that was away is tried once more.</param>
    public void Flush(bool isLast = false)
    {
        Explain();
        _meter.Drain(Add);
        if (_isStoreAway && !isLast && _time.GetElapsedTime(_awaySince) < RetryPeriod) return;
        while (_explained.Count > 0 || _counts.Count > 0)
        {
            if (!TryStore([.. _explained.Take(BatchLimitRejections)])) return;
        }
    }

    bool TryEnqueue(in RefusedRequest refusal, int place)
    {
        // A flood of one kind ends here, before anything is looked at.
        if (!_meter.TryTakeToken(place)) return false;
        if (Interlocked.Increment(ref _waitingCount) <= QueueLimitRejections)
        {
            // A body that nobody will keep is not copied; its cause is then found without it.
            var isBodyKept = refusal.Body.Length <= Math.Min(KeptBodyLimitBytes, _bounds.LimitBytes / 8);
            var bytes = refusal.HeaderBytes + (isBodyKept ? refusal.Body.Length : 0) + OverheadBytes;
            if (_budget.TryTake(bytes))
            {
                var (sourceName, reason) = _meter.NamesOf(place);
                var rejection = refusal.ToRejection(sourceName, reason, isBodyKept);
                _queue.Enqueue(new(rejection, refusal.Verification, refusal.Found, bytes));
                return true;
            }
        }
        Interlocked.Decrement(ref _waitingCount);
        return false;
    }

    void Run()
    {
        while (!IsStoppingWithin(FlushPeriod)) Guarded(isLast: false);
        Guarded(isLast: true);
    }

    bool IsStoppingWithin(TimeSpan wait)
    {
        lock (_gate)
        {
            if (!_isStopping) Monitor.Wait(_gate, wait);
            return _isStopping;
        }
    }

    void Guarded(bool isLast)
    {
        try
        {
            Flush(isLast);
        }
        catch (Exception e) // whatever it is, explaining refusals must not end the process
        {
            LogBug(e);
        }
    }

    void Explain()
    {
        var lines = 0;
        while (_queue.TryDequeue(out var waiting))
        {
            var rejection = waiting.Rejection;
            if (TryFindCause(waiting) is { } cause)
            {
                rejection = rejection with { Cause = cause.Code, Explanation = cause.Explanation };
                if (++lines <= LinesPerFlush)
                    LogCause(rejection.SourceName, rejection.Reason, cause.Code, cause.Explanation,
                        rejection.RequestId);
            }
            Add(new(rejection.SourceName, rejection.Reason, rejection.Cause, 1, rejection.ReceivedAt));
            _explained.Enqueue(waiting with { Rejection = rejection, Found = null });
        }
        if (lines > LinesPerFlush) LogMore(lines - LinesPerFlush);
    }

    (string Code, string Explanation)? TryFindCause(Waiting waiting)
    {
        try
        {
            return _findCause(waiting.Rejection, waiting.Verification, waiting.Found);
        }
        catch (Exception e) // it looks at what strangers wrote; a request that it cannot explain is kept unexplained
        {
            LogBug(e);
            return null;
        }
    }

    void Add(RejectionCount count)
    {
        // Causes are a closed list, so this only holds where somebody opened it.
        if (_counts.Count >= CountsLimit) count = count with { Cause = null };
        var key = (count.SourceName, count.Reason, count.Cause);
        if (_counts.TryGetValue(key, out var before))
        {
            count = before with
            {
                Count = before.Count + count.Count,
                LastAt = before.LastAt > count.LastAt ? before.LastAt : count.LastAt,
            };
        }
        _counts[key] = count;
    }

    /// <returns>False where the store takes nothing now; then all stays as it is for the next time.</returns>
    bool TryStore(Waiting[] batch)
    {
        try
        {
            _store.Append([.. batch.Select(w => w.Rejection)], _counts.Values, _bounds);
            _counts.Clear();
            if (_isStoreAway) LogBack();
            _isStoreAway = false;
        }
        catch (Exception e) when (batch.Length == 0 || e is StoreUnavailableException or StoreRefusedException)
        {
            if (!_isStoreAway) LogAway(e.Message);
            (_isStoreAway, _awaySince) = (true, _time.GetTimestamp());
            return false;
        }
        catch (Exception e)
        {
            LogUnstorable(e, batch.Length); // they are let go, and still counted with the next batch
        }
        foreach (var waiting in batch)
        {
            _explained.Dequeue();
            _budget.GiveBack(waiting.Bytes);
            Interlocked.Decrement(ref _waitingCount);
        }
        return true;
    }

    [LoggerMessage(LogLevel.Warning,
        "Refused: source {Source}, reason {Reason}, cause {Cause}: {Explanation} Request {RequestId}")]
    partial void LogCause(string source, string reason, string cause, string explanation, string? requestId);

    [LoggerMessage(LogLevel.Warning, "Refused {Count} more in this second with a known cause; see GET /rejections")]
    partial void LogMore(int count);

    [LoggerMessage(LogLevel.Warning, "The store takes no rejections now, they wait or are only counted: {Fault}")]
    partial void LogAway(string fault);

    [LoggerMessage(LogLevel.Information, "The store takes rejections again")]
    partial void LogBack();

    [LoggerMessage(LogLevel.Error, "{Count} rejections could not be stored, and are only counted")]
    partial void LogUnstorable(Exception e, int count);

    [LoggerMessage(LogLevel.Warning, "The store did not take the last rejections before the stop")]
    partial void LogStuck();

    [LoggerMessage(LogLevel.Error, "A bug: a rejection could not be handled")]
    partial void LogBug(Exception e);

    /// <summary>A rejection, what the provider said of it, with what, and what it takes of the budget.</summary>
    sealed record Waiting(Rejection Rejection, Verification Verification, Found? Found, int Bytes);
}
