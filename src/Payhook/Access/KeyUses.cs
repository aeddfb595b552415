using System.Collections.Concurrent;
using Payhook.Store;

namespace Payhook.Access;

/// <summary>When keys were used, written once a minute for all of them: no request waits for it.</summary>
sealed partial class KeyUses(IKeyStore store, TimeProvider time, ILogger<KeyUses> logger) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Only keys of the store get here, so it has no more entries than there are keys.</summary>
    readonly ConcurrentDictionary<long, DateTimeOffset> _uses = [];

    readonly PeriodicTimer _timer = new(Pause, time);

    public void Note(long keyId) => _uses[keyId] = time.GetUtcNow();

    /// <summary>What was noted last is written at the stop.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Write();
    }

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _timer.WaitForNextTickAsync(stoppingToken)) Write();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the stop
        }
    }

    void Write()
    {
        var uses = _uses.ToArray();
        if (uses.Length == 0) return;
        try
        {
            store.NoteUses(uses);
            foreach (var use in uses) _uses.TryRemove(use); // one used again since stays for the next time
        }
        catch (Exception e) // a use that is not noted must not stop the listener
        {
            LogNotWritten(e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "When keys were used could not be written: {Fault}")]
    partial void LogNotWritten(string fault);
}
