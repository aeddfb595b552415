namespace Payhook.Cli;

/// <summary>
/// Follows the events of a running Payhook and hands each on, one after another. The place behind the last one that was
/// handed on is all that is remembered: from there it goes on, whatever was away meanwhile.
/// </summary>
sealed class ListenRun(
    ListenOptions options, PayhookServer server, LocalTarget target, ListenOutput output, TimeProvider time)
    : IDisposable
{
    const int BatchesRemembered = 1000;

    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    readonly SemaphoreSlim _turn = new(1);
    readonly Queue<long> _batches = new();
    (ListenedEvent Heard, ReceivedEvent Received)? _last;
    int _handed, _succeeded, _unanswered;
    bool _isConnected, _isAwayTold;

    /// <summary>Behind the last event that was handed on; from here another run could go on.</summary>
    public string Place { get; private set; } = options.From;

    bool IsDone => _handed >= options.LimitEvents;

    /// <summary>Runs until it is told to stop, or has handed on as many as it should.</summary>
    /// <exception cref="ServerRefusedException">The server will not be listened to.</exception>
    /// <exception cref="IOException">The server cannot be reached at the start.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await server.TryAsync(stop);
            var pause = options.FirstPause;
            while (!IsDone)
            {
                var reason = await FollowAsync(stop);
                if (IsDone) break;
                if (_isConnected) pause = options.FirstPause;
                if (!_isAwayTold)
                    output.Tell($"the stream of {options.Server} ended: {reason}. Coming back; nothing is lost.");
                (_isConnected, _isAwayTold) = (false, true);
                // Not all who were cut off come back in the same moment.
                await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), time, stop);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // that is how it ends
        }
    }

    /// <summary>Hands the last event on once more.</summary>
    public async Task ResendAsync(CancellationToken stop)
    {
        if (_last is not var (heard, received))
        {
            output.Tell("There is no event yet that could be sent again.");
            return;
        }
        await _turn.WaitAsync(stop);
        try
        {
            output.Write(heard, await target.PostAsync(received, stop), isAgain: true);
        }
        finally
        {
            _turn.Release();
        }
    }

    public string Summary => $"handed on {_handed}: {_succeeded} with success, "
        + $"{_handed - _succeeded - _unanswered} refused, {_unanswered} without an answer. "
        + $"To go on from here: --from {Place}";

    public void Dispose() => _turn.Dispose();

    /// <summary>Until the connection ends; says why.</summary>
    async Task<string> FollowAsync(CancellationToken stop)
    {
        try
        {
            var (connection, blocks) = await server.FollowAsync(Place, stop);
            using (connection)
            {
                while (await blocks.NextAsync(stop) is { } block)
                {
                    // An event of this name would have an id.
                    if (block is { Id: null, Name: "payhook.dropped" }) return $"it said {block.Data}";
                    TellConnected();
                    if (block.Data is { } data) await HandAsync(data, stop);
                    if (block.Id is { } place) Place = place;
                    if (IsDone) break;
                }
            }
            return "the connection was closed";
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return e.Message;
        }
    }

    void TellConnected()
    {
        if (_isConnected) return;
        (_isConnected, _isAwayTold) = (true, false);
        output.Tell($"listening to {options.Server} and forwarding to {options.ForwardTo}");
    }

    async Task HandAsync(string data, CancellationToken stop)
    {
        var heard = ListenedEvent.Read(data) ?? throw new IOException("an event came that cannot be read");
        // The provider sent one request for all events of a batch, and one signature.
        if (heard.Batch is { } batch && _batches.Contains(batch)) return;
        var received = await server.FindAsync(heard.EventId, heard.Sequence, stop);
        if (received is null)
        {
            output.Tell($"the event {heard.Cursor} is not there any more");
            return;
        }
        await _turn.WaitAsync(stop);
        try
        {
            _last = (heard, received);
            Count(await ForwardAsync(heard, received, stop));
        }
        finally
        {
            _turn.Release();
        }
        if (heard.Batch is not { } handed) return;
        _batches.Enqueue(handed);
        if (_batches.Count > BatchesRemembered) _batches.Dequeue();
    }

    async Task<ForwardResult> ForwardAsync(ListenedEvent heard, ReceivedEvent received, CancellationToken stop)
    {
        var result = await target.PostAsync(received, stop);
        output.Write(heard, result, isAgain: false);
        var pause = options.FirstPause;
        while (options.Retries && !result.IsAnswer)
        {
            await Task.Delay(pause, time, stop);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            result = await target.PostAsync(received, stop);
            if (result.IsAnswer) output.Write(heard, result, isAgain: true);
        }
        return result;
    }

    void Count(ForwardResult result)
    {
        _handed++;
        if (result.IsSuccess) _succeeded++;
        else if (!result.IsAnswer) _unanswered++;
    }
}
