using Payhook.Store;

namespace Payhook.Stats;

/// <summary>
/// Brings counts into the store every few seconds and at the stop, sums old minutes up to hours, and reads both what is
/// stored and what is not yet, each count once.
/// </summary>
sealed partial class StatsKeeper(
    StatsMeter meter, DuplicateMeter duplicates, IStatsStore store, TimeProvider time, ILogger<StatsKeeper> logger)
    : BackgroundService
{
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan MinutesKept = TimeSpan.FromHours(48);
    public static readonly TimeSpan HoursKept = TimeSpan.FromDays(400);

    /// <summary>So that the writer of events never waits long.</summary>
    const int RepeatedPerPart = 1000;

    /// <summary>So that a listener that was off for days catches up without holding up anybody.</summary>
    const int MovesPerRound = 60;

    readonly PeriodicTimer _timer = new(Pause, time);

    /// <summary>Who stores and who reads take turns: else a count could be seen twice, or not at all.</summary>
    readonly SemaphoreSlim _turn = new(1);

    bool _isStoreAway;

    /// <summary>The oldest moment whose minutes are told apart.</summary>
    public DateTimeOffset MinutesFrom => StatsQuery.Floor(time.GetUtcNow() - MinutesKept, StatsQuery.HourSeconds);

    /// <summary>The sums of each bucket, of the store and of this process; at most one more than the limit.</summary>
    public async Task<List<StatsRow>> SumsAsync(StatsQuery query, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            var sums = await store.Sums(query, cancellation)
                .ToDictionaryAsync(r => (r.At, r.Key), r => r.Tally, cancellationToken: cancellation);
            foreach (var (at, key, tally) in meter.Waiting())
            {
                if (!query.Takes(at, key)) continue;
                var place = (query.BucketOf(at), query.GroupOf(key));
                if (!sums.TryGetValue(place, out var sum)) sums[place] = sum = new();
                sum.Add(tally);
            }
            return [.. sums.Select(s => new StatsRow(s.Key.At, s.Key.Key, s.Value))];
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>How often an event came again, by the store and by what waits.</summary>
    public async Task<Repeated> RepeatedAsync(long sequence, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return (await store.RepeatedAsync(sequence, cancellation)).And(duplicates.Waiting(sequence));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Stores what waits, and moves what is old.</summary>
    public async Task StoreAsync()
    {
        await _turn.WaitAsync();
        try
        {
            var waiting = meter.Waiting();
            if (waiting.Count > 0) store.Add(waiting);
            meter.Forget(waiting);
            StoreDuplicates();
            if (_isStoreAway) LogBack();
            _isStoreAway = false;
        }
        catch (Exception e) // counts are worth less than a listener that goes on
        {
            if (!_isStoreAway) LogAway(e.Message);
            _isStoreAway = true;
        }
        finally
        {
            _turn.Release();
        }
    }

    void StoreDuplicates()
    {
        while (duplicates.Take(RepeatedPerPart) is { Count: > 0 } part)
        {
            try
            {
                store.AddRepeated(part);
            }
            catch
            {
                duplicates.PutBack(part);
                throw;
            }
        }
    }

    /// <summary>Sums minutes up to hours, and lets go of the oldest hours.</summary>
    /// <returns>Whether there may be more of either.</returns>
    public bool Tidy()
    {
        try
        {
            var (minutes, hours) = (MinutesFrom, time.GetUtcNow() - HoursKept);
            var (moves, drops) = (0, 0);
            while (moves < MovesPerRound && store.MoveOldestMinute(minutes)) moves++;
            while (drops < MovesPerRound && store.DropOldestHour(hours)) drops++;
            return moves == MovesPerRound || drops == MovesPerRound;
        }
        catch (Exception e) // the next round tries again
        {
            LogNotTidied(e.Message);
            return true;
        }
    }

    /// <summary>What was counted last is stored at the stop.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await Task.Run(StoreAsync, CancellationToken.None).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            LogStuck();
        }
    }

    public override void Dispose()
    {
        _timer.Dispose();
        _turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var tidiedUntil = MinutesFrom.AddTicks(-1);
        try
        {
            while (await _timer.WaitForNextTickAsync(stoppingToken))
            {
                await StoreAsync();
                // What is kept moves on by the hour; in between there is nothing to ask the store for.
                var from = MinutesFrom;
                if (!_isStoreAway && from > tidiedUntil && !Tidy()) tidiedUntil = from;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the stop
        }
    }

    [LoggerMessage(LogLevel.Warning, "The store takes no counts now, they wait: {Fault}")]
    partial void LogAway(string fault);

    [LoggerMessage(LogLevel.Information, "The store takes counts again")]
    partial void LogBack();

    [LoggerMessage(LogLevel.Warning, "The store did not take the last counts before the stop")]
    partial void LogStuck();

    [LoggerMessage(LogLevel.Warning, "Old counts could not be summed up: {Fault}")]
    partial void LogNotTidied(string fault);
}
