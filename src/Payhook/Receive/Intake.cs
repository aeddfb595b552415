using Payhook.Store;

namespace Payhook.Receive;

/// <summary>
/// Why a 200 means stored: receipts wait in one bounded queue, a writer takes whatever waits and commits it as one
/// transaction, and only then is anybody told. The requests of a moment share the price of one sync to disk.
/// </summary>
sealed partial class Intake(
    IEventStore store, ByteBudget budget, Settings settings, TimeProvider time, ILogger<Intake> logger) : IHostedService
{
    static readonly Task<StoreOutcome> NotStored = Task.FromResult(StoreOutcome.NotStored);

    readonly BatchQueue<Pending> _queue = new(settings.QueueLimitEvents);
    Thread? _writer;
    Task<bool>? _probe;

    /// <summary>True where events wait in such numbers that whatever is not an event should stand back.</summary>
    public bool IsBusy => _queue.WaitingCount > settings.QueueLimitEvents / 4;

    /// <summary>Queues a receipt and, where that worked, owns its buffer from then on.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="done">Its outcome, once that is committed.</param>
    /// <returns>False where the queue is full.</returns>
    public bool TryAppend(Receipt receipt, out Task<StoreOutcome> done) => TryQueue(new Pending(receipt), out done);

    /// <summary>Writes through the same queue as every receipt, so that it learns what a receipt would meet.</summary>
    public Task<bool> IsWritableAsync()
    {
        // One probe at a time: however many ask, they cost one write.
        var running = Volatile.Read(ref _probe);
        if (running is { IsCompleted: false }) return running;
        var probe = ProbeAsync();
        Volatile.Write(ref _probe, probe);
        return probe;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _writer = new Thread(WriteLoop) { IsBackground = true, Name = "store writer" };
        _writer.Start();
        return Task.CompletedTask;
    }

    /// <summary>
    /// The web server has stopped before: nothing comes in any more, and what is queued is committed.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Close();
        try
        {
            // The token ends with the deadline that the web server's stop has used up a part of.
            await Task.Run(() => _writer?.Join(), CancellationToken.None).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            LogStuck();
        }
    }

    bool TryQueue(Pending pending, out Task<StoreOutcome> done)
    {
        var isQueued = _queue.TryAdd(pending);
        done = isQueued ? pending.Task.WaitAsync(settings.CommitDeadline, time) : NotStored;
        return isQueued;
    }

    async Task<bool> ProbeAsync()
    {
        try
        {
            return TryQueue(new Pending(null), out var done) && await done != StoreOutcome.NotStored;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    void WriteLoop()
    {
        using var writer = store.OpenWriter();
        var batch = new List<Pending>(settings.BatchLimitEvents);
        var receipts = new Receipt[settings.BatchLimitEvents];
        while (_queue.Take(batch, settings.BatchLimitEvents))
        {
            var count = 0;
            foreach (var pending in batch)
            {
                if (pending.Receipt is { } receipt) receipts[count++] = receipt;
            }

            var isWritable = count == 0 ? TryProbe(writer) : TryAppend(writer, receipts.AsSpan(0, count));
            foreach (var pending in batch) pending.TrySetResult(Settle(pending.Receipt, isWritable));
            batch.Clear();
            Array.Clear(receipts, 0, count);
        }
    }

    /// <summary>
    /// Commits a batch, and one by one where the batch as a whole failed, so that one cannot fail the others.
    /// </summary>
    /// <returns>False where the store takes nothing now.</returns>
    bool TryAppend(IEventWriter writer, ReadOnlySpan<Receipt> receipts)
    {
        try
        {
            writer.Append(receipts);
            return true;
        }
        catch (Exception e) when (e is StoreUnavailableException or StoreRefusedException)
        {
            LogUnavailable(e.Message);
            return false;
        }
        catch (Exception e)
        {
            if (receipts.Length == 1)
            {
                LogUnstorable(e, receipts[0].SourceName, receipts[0].EventId);
                return true;
            }
        }
        for (var i = 0; i < receipts.Length; i++)
        {
            if (receipts[i].Outcome == StoreOutcome.NotStored && !TryAppend(writer, receipts.Slice(i, 1))) return false;
        }
        return true;
    }

    bool TryProbe(IEventWriter writer)
    {
        try
        {
            writer.Probe();
            return true;
        }
        catch (Exception e) // a health check has to answer whatever it meets
        {
            LogUnavailable(e.Message);
            return false;
        }
    }

    StoreOutcome Settle(Receipt? receipt, bool isWritable)
    {
        if (receipt is null) return isWritable ? StoreOutcome.Stored : StoreOutcome.NotStored;
        if (receipt.Outcome is StoreOutcome.DuplicateWithOtherBody or StoreOutcome.PossibleReplay
            or StoreOutcome.StoredUnderKnownId)
            LogConflict(receipt.Outcome, receipt.SourceName, receipt.KnownEventId ?? receipt.EventId);
        budget.GiveBack(receipt.BodyLength);
        receipt.Bytes.Return();
        return receipt.Outcome;
    }

    [LoggerMessage(LogLevel.Error, "The store takes nothing now, senders are asked to try again: {Fault}")]
    partial void LogUnavailable(string fault);

    [LoggerMessage(LogLevel.Error, "The store did not finish before the stop; nothing that waited was answered 200")]
    partial void LogStuck();

    [LoggerMessage(LogLevel.Error, "An event could not be stored: source {Source}, event {EventId}")]
    partial void LogUnstorable(Exception e, string source, string eventId);

    [LoggerMessage(LogLevel.Warning,
        "{Conflict}: source {Source}, event {EventId}; see GET /events/ID for what was kept")]
    partial void LogConflict(StoreOutcome conflict, string source, string eventId);

    /// <summary>
    /// A receipt, or a probe, and whoever waits for it; answers are written on other threads than the writer's.
    /// </summary>
    sealed class Pending(Receipt? receipt)
        : TaskCompletionSource<StoreOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Receipt? Receipt => receipt;
    }
}
