using Payhook.Store;

namespace Payhook.Forward;

/// <summary>
/// Writes what became of deliveries, of all destinations together: what comes while one transaction commits shares
/// the next. A thread of its own, because SQLite only writes synchronously.
/// </summary>
sealed partial class Settler(IDeliveryStore store, TimeProvider time, ILogger<Settler> logger) : IDisposable
{
    const int LimitPerDestination = 500;

    static readonly TimeSpan AgainAfterFault = TimeSpan.FromMilliseconds(500),
        RestBetweenCommits = TimeSpan.FromMilliseconds(10);

    readonly object _gate = new(); // not Lock: Monitor is what can wait and be woken
    readonly HashSet<Dispatcher> _signalled = [];
    Thread? _thread;
    long _committedAt;
    bool _isStopping, _isUrgent;

    public void Start()
    {
        _thread = new Thread(Loop) { IsBackground = true, Name = "settler" };
        _thread.Start();
    }

    /// <summary>A dispatcher has something to be written.</summary>
    /// <param name="dispatcher">The dispatcher.</param>
    /// <param name="isUrgent">All its busy slots wait for the store: nothing comes that could share the commit.</param>
    public void Signal(Dispatcher dispatcher, bool isUrgent)
    {
        lock (_gate)
        {
            var isNews = _signalled.Add(dispatcher) || (isUrgent && !_isUrgent);
            _isUrgent |= isUrgent;
            if (isNews) Monitor.Pulse(_gate);
        }
    }

    /// <summary>Writes what there is, where the store takes it, and ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
        }
        _thread?.Join();
    }

    void Loop()
    {
        var dispatchers = new List<Dispatcher>();
        while (Take(dispatchers))
        {
            var taken = new List<Taken>();
            foreach (var dispatcher in dispatchers)
            {
                if (dispatcher.TakeSettlement(LimitPerDestination) is { } part)
                    taken.Add(new(dispatcher, part.Settlement, part.Works));
            }
            if (taken.Count == 0) continue;
            Write(taken);
            _committedAt = time.GetTimestamp();
        }
    }

    bool Take(List<Dispatcher> dispatchers)
    {
        dispatchers.Clear();
        lock (_gate)
        {
            while (_signalled.Count == 0)
            {
                if (_isStopping) return false;
                Monitor.Wait(_gate);
            }
            // Under load, fewer and larger commits leave the disk to the intake; the first after a pause is at once.
            while (!_isUrgent && !_isStopping && RestBetweenCommits - time.GetElapsedTime(_committedAt) is var rest
                && rest > TimeSpan.Zero) Monitor.Wait(_gate, rest);
            _isUrgent = false;
            dispatchers.AddRange(_signalled);
            _signalled.Clear();
            return true;
        }
    }

    void Write(List<Taken> taken)
    {
        while (true)
        {
            try
            {
                var lost = store.Settle([.. taken.Select(t => t.Settlement)]);
                foreach (var part in taken) Tell(part, lost);
                return;
            }
            catch (StoreUnavailableException e)
            {
                // Nothing is lost: who has a slot keeps it until the store is back.
                LogAway(e.Message);
                if (!Pause()) return;
            }
            catch (Exception e)
            {
                if (taken.Count == 1)
                {
                    LogFault(e, taken[0].Dispatcher.Row.Name);
                    taken[0].Dispatcher.Lose(); // begun again from what the store knows
                    return;
                }
                foreach (var part in taken) Write([part]);
                return;
            }
        }
    }

    void Tell(in Taken part, IReadOnlyList<long> lost)
    {
        if (lost.Contains(part.Settlement.Lease.DestinationId))
        {
            LogLost(part.Dispatcher.Row.Name);
            part.Dispatcher.Lose();
        }
        else part.Dispatcher.Noted(part.Works);
    }

    bool Pause()
    {
        lock (_gate)
        {
            if (!_isStopping) Monitor.Wait(_gate, AgainAfterFault);
            return !_isStopping;
        }
    }

    [LoggerMessage(LogLevel.Error,
        "The store does not take what became of deliveries; nothing more is sent until it does: {Fault}")]
    partial void LogAway(string fault);

    [LoggerMessage(LogLevel.Error, "What became of deliveries to {Destination} cannot be stored")]
    partial void LogFault(Exception e, string destination);

    [LoggerMessage(LogLevel.Warning,
        "Destination {Destination} is served by another process now; what was being sent may be sent again")]
    partial void LogLost(string destination);

    readonly record struct Taken(Dispatcher Dispatcher, Settlement Settlement, IReadOnlyList<Work> Works);
}
