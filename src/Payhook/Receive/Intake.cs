using System.Runtime.InteropServices;
using Payhook.Store;

namespace Payhook.Receive;

/// <summary>
/// Why a 200 means stored: receipts wait in one bounded queue, a writer takes whatever waits and commits it as one
/// transaction, and only then is anybody told. The requests of a moment share the price of one sync to disk.
/// </summary>
sealed partial class Intake(
    IEventStore store, ByteBudget budget, CommitSignal committed, IntakeRush rush, Settings settings,
    TimeProvider time, ILogger<Intake> logger) : IHostedService
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
        var receipts = new List<Receipt>(settings.BatchLimitEvents);
        while (_queue.Take(batch, settings.BatchLimitEvents))
        {
            for (var start = 0; start < batch.Count;)
            {
                var end = Gather(batch, start, receipts);
                var isWritable = receipts.Count == 0
                    ? TryProbe(writer)
                    : TryAppend(writer, CollectionsMarshal.AsSpan(receipts));
                for (; start < end; start++) batch[start].TrySetResult(Settle(batch[start].Receipt, isWritable));
                if (receipts.Count > 0)
                {
                    committed.Pulse();
                    rush.Note(receipts.Count);
                }
                receipts.Clear();
            }
            batch.Clear();
        }
    }

    /// <summary>As many requests as share one commit; one that brought several events is never split.</summary>
    int Gather(List<Pending> batch, int start, List<Receipt> receipts)
    {
        var end = start;
        while (end < batch.Count)
        {
            var receipt = batch[end].Receipt;
            var count = receipt is null ? 0 : receipt.Batch?.Receipts.Length ?? 1;
            if (receipts.Count > 0 && receipts.Count + count > settings.BatchLimitEvents) break;
            if (receipt?.Batch is { } together) receipts.AddRange(together.Receipts);
            else if (receipt is not null) receipts.Add(receipt);
            end++;
        }
        return end;
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
            if (receipts.Length == LengthTogether(receipts[0]))
            {
                LogUnstorable(e, receipts[0].SourceName, receipts[0].EventId);
                return true;
            }
        }
        while (!receipts.IsEmpty)
        {
            var length = LengthTogether(receipts[0]);
            if (receipts[0].Outcome == StoreOutcome.NotStored && !TryAppend(writer, receipts[..length])) return false;
            receipts = receipts[length..];
        }
        return true;
    }

    static int LengthTogether(Receipt first) => first.Batch?.Receipts.Length ?? 1;

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
        if (receipt.Batch is null) TellConflict(receipt);
        else Array.ForEach(receipt.Batch.Receipts, TellConflict);
        budget.GiveBack(receipt.DeliveryLength);
        receipt.Bytes.Return();
        return receipt.Outcome;
    }

    void TellConflict(Receipt receipt)
    {
        if (receipt.HasConflict)
            LogConflict(receipt.Outcome, receipt.SourceName, receipt.KnownEventId ?? receipt.EventId);
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
