using Payhook.Store;

namespace Payhook.Forward;

/// <summary>
/// Serves destinations: of all processes on one store each has its share, by leases that end soon after a process has.
/// </summary>
sealed partial class Forwarder(
    IEventStore store, Settings settings, Sinks sinks, DispatcherParts parts, CommitSignal committed,
    IntakeRush rush, DestinationsChanged changed, TimeProvider time, ILogger<Forwarder> logger)
    : IHostedService, IDisposable
{
    static readonly TimeSpan LeaseFor = TimeSpan.FromSeconds(6), KeepEvery = TimeSpan.FromSeconds(1.5),
        SureFor = TimeSpan.FromSeconds(4.5), RestBetweenLooks = TimeSpan.FromMilliseconds(3),
        RestInRush = TimeSpan.FromMilliseconds(10), PruneEvery = TimeSpan.FromSeconds(10),
        LookAlone = TimeSpan.FromSeconds(1), LookAmongOthers = TimeSpan.FromMilliseconds(25);

    const int PruneDeliveries = 1000, ReplaysLimit = 100;

    readonly string _process = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
    readonly Dictionary<long, Served> _served = [];
    readonly FeedTail _tail = new(store.Feed);
    readonly CancellationTokenSource _stopping = new();
    Task _keeping = Task.CompletedTask, _watching = Task.CompletedTask;
    long _sureUntil, _prunedAt;
    bool _isLiving, _isSynced;
    int _processCount = 1;

    /// <summary>Begins before the web server does, so that a new destination is owed the first event already.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SyncAsync();
            _isSynced = true;
        }
        catch (StoreUnavailableException e)
        {
            LogAway(e.Message);
        }
        parts.Settler.Start();
        _keeping = Task.Run(KeepAsync, CancellationToken.None);
        _watching = Task.Run(WatchAsync, CancellationToken.None);
    }

    /// <summary>What is being sent is waited for; the rest is owed and goes on with the next start.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_keeping, _watching);
        Served[] all;
        lock (_served) all = [.. _served.Values];
        foreach (var served in all) await served.Stop.CancelAsync();
        try
        {
            // No more than half: what was accepted has to be committed within the same deadline, after this.
            await Task.WhenAll(all.Select(s => s.Running))
                .WaitAsync(settings.ShutdownDeadline / 2, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            foreach (var served in all) served.Dispatcher.Lose();
        }
        parts.Settler.Dispose();
        try
        {
            if (_isLiving) store.Deliveries.ReleaseAll(_process);
        }
        catch (StoreUnavailableException)
        {
            // the leases end by themselves
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _tail.Dispose();
    }

    async Task KeepAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var change = changed.Next;
            try
            {
                if (!_isSynced) await SyncAsync();
                _isSynced = true;
                await KeepOnceAsync();
            }
            catch (StoreUnavailableException e)
            {
                LogAway(e.Message);
            }
            catch (Exception e)
            {
                if (_stopping.IsCancellationRequested) return; // what was being read was not to be finished
                LogFault(e);
            }
            LoseWhereUnsure();
            try
            {
                await change.WaitAsync(KeepEvery, time, _stopping.Token);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
                // it is time
            }
        }
    }

    /// <summary>What payhook.json says comes into the store.</summary>
    async Task SyncAsync()
    {
        var faults = await DestinationSync.SyncAsync(
            store.Destinations, store.Feed, settings.Destinations, time, _stopping.Token);
        foreach (var fault in faults) LogNotSynced(fault);
    }

    async Task KeepOnceAsync()
    {
        var all = await store.Destinations.All(_stopping.Token).ToListAsync(_stopping.Token);
        var rows = all.ToDictionary(r => r.Id);
        foreach (var served in ServedNow()) await EndWhereChangedAsync(served, rows);
        if (time.GetElapsedTime(_prunedAt) >= PruneEvery)
        {
            store.Destinations.Prune(PruneDeliveries);
            _prunedAt = time.GetTimestamp();
        }
        // Without destinations nothing is written.
        if (!_isLiving && !all.Exists(r => r.State == DestinationState.Active)) return;
        _isLiving = true;
        var asked = time.GetTimestamp();
        var report = store.Deliveries.KeepLeases(_process, LeaseFor);
        Volatile.Write(ref _sureUntil, asked + (long)(SureFor.TotalSeconds * time.TimestampFrequency));
        _processCount = report.ProcessCount;
        foreach (var served in ServedNow().Where(s => !report.Leases.Contains(s.Dispatcher.Lease)))
            served.Dispatcher.Lose();
        foreach (var lease in report.Leases)
        {
            if (!_served.ContainsKey(lease.DestinationId) && rows.TryGetValue(lease.DestinationId, out var row))
                Serve(row, lease);
        }
        foreach (var surplus in ServedNow().Skip(report.Share)) _ = EndAsync(surplus);
        foreach (var served in ServedNow()) await FollowReplaysAsync(served);
    }

    async Task EndWhereChangedAsync(Served served, Dictionary<long, DestinationRow> rows)
    {
        var dispatcher = served.Dispatcher;
        if (dispatcher.IsGone)
        {
            store.Destinations.SetState(
                dispatcher.Row.Id, DestinationState.Disabled, DestinationRow.GoneReason, null);
            LogGone(dispatcher.Row.Name);
        }
        else if (rows.TryGetValue(dispatcher.Row.Id, out var row) && row.State == DestinationState.Active
            && row.Revision == dispatcher.Row.Revision) return;
        await EndAsync(served);
    }

    void Serve(DestinationRow row, Lease lease)
    {
        var (destination, sink, fault) = sinks.Open(row);
        if (destination is null || sink is null)
        {
            LogCannotServe(row.Name, fault);
            return;
        }
        var dispatcher = new Dispatcher(row, destination, lease, sink, parts);
        var stop = new CancellationTokenSource();
        var wanted = EventFilter.FeedPart(destination.Filter);
        var running = Task.Run(() => dispatcher.RunAsync(
            cursor => new(new(null, cursor), (after, ended) => _tail.ReadAsync(
                after, new(ulong.MaxValue, long.MaxValue), wanted, ended), time), stop.Token));
        var served = new Served(dispatcher, stop, running);
        lock (_served) _served[row.Id] = served;
        _ = running.ContinueWith(done =>
        {
            if (done.Exception is { } e) LogFault(e);
            lock (_served)
            {
                if (_served.GetValueOrDefault(row.Id) == served) _served.Remove(row.Id);
            }
        }, TaskScheduler.Default);
    }

    async Task FollowReplaysAsync(Served served)
    {
        var dispatcher = served.Dispatcher;
        dispatcher.LookForDue();
        var running = await store.Destinations.Replays(
                new(ReplaysLimit) { DestinationId = dispatcher.Row.Id, State = ReplayState.Running }, _stopping.Token)
            .ToListAsync(_stopping.Token);
        var known = dispatcher.Replays;
        var isCancelled = false;
        foreach (var id in known.Where(id => running.TrueForAll(r => r.Id != id))) isCancelled |= dispatcher.Drop(id);
        // What was cancelled is not pending any more: begun again from what the store knows.
        if (isCancelled) _ = EndAsync(served);
        foreach (var replay in running.Where(r => !known.Contains(r.Id)))
        {
            var filter = ReplayFilter.Read(replay.FilterJson);
            dispatcher.Add(new(new(replay, replay.Cursor), (after, ended) => ReplayFilter.ReadAsync(
                store.Feed, filter, new(after, replay.Span.Until), ended), time));
        }
    }

    /// <summary>Lets it end what it has in hand, and gives it back.</summary>
    async Task EndAsync(Served served)
    {
        await served.Stop.CancelAsync();
        await served.Running.WaitAsync(LeaseFor, time).ContinueWith(static _ => { }, TaskScheduler.Default);
        if (!served.Running.IsCompleted) served.Dispatcher.Lose();
        if (!served.Dispatcher.IsLost) store.Deliveries.Release(served.Dispatcher.Lease);
    }

    /// <summary>
    /// A process that could not keep its leases must stop before another takes them: nothing is sent twice at once.
    /// </summary>
    void LoseWhereUnsure()
    {
        if (time.GetTimestamp() < Volatile.Read(ref _sureUntil)) return;
        foreach (var served in ServedNow()) served.Dispatcher.Lose();
    }

    /// <summary>Rings where something was committed; what other processes commit is asked for.</summary>
    async Task WatchAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var next = committed.Next;
            foreach (var served in ServedNow()) served.Dispatcher.Ring();
            try
            {
                // Under load, commits come by the hundred a second: those of a moment are one look.
                await Task.Delay(rush.IsOn ? RestInRush : RestBetweenLooks, time, _stopping.Token);
                await next.WaitAsync(_processCount > 1 ? LookAmongOthers : LookAlone, time, _stopping.Token);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
                LoseWhereUnsure();
            }
        }
    }

    Served[] ServedNow()
    {
        lock (_served) return [.. _served.Values];
    }

    [LoggerMessage(LogLevel.Error, "payhook.json: {Fault}")]
    partial void LogNotSynced(string fault);

    [LoggerMessage(LogLevel.Error, "Deliveries wait, because the store cannot be reached: {Fault}")]
    partial void LogAway(string fault);

    [LoggerMessage(LogLevel.Error, "Destinations cannot be served for now")]
    partial void LogFault(Exception e);

    [LoggerMessage(LogLevel.Error, "Destination {Destination} cannot be served: {Fault}")]
    partial void LogCannotServe(string destination, string fault);

    [LoggerMessage(LogLevel.Warning,
        "Destination {Destination} answered 410 and was disabled; what is owed to it waits")]
    partial void LogGone(string destination);

    sealed record Served(Dispatcher Dispatcher, CancellationTokenSource Stop, Task Running);
}
