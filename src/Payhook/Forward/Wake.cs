namespace Payhook.Forward;

/// <summary>
/// A bell for one who waits; rung while nobody does, it is heard at the next wait. To have waited long enough is no
/// exception: under load it happens a thousand times a second.
/// </summary>
sealed class Wake(TimeProvider time)
{
    static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    readonly Lock _gate = new();
    TaskCompletionSource? _waiting;
    bool _isRung;

    public void Ring()
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            waiting = _waiting;
            if (waiting is null) _isRung = true;
            _waiting = null;
        }
        waiting?.TrySetResult();
    }

    /// <summary>Until it rings, or for so long.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isRung)
            {
                _isRung = false;
                return;
            }
            _waiting = mine;
        }
        await using (time.CreateTimer(
            static state => End(state), mine, atMost < Shortest ? Shortest : atMost, Timeout.InfiniteTimeSpan))
        await using (cancellation.UnsafeRegister(static state => End(state), mine))
        {
            await mine.Task;
        }
        lock (_gate)
        {
            if (_waiting == mine) _waiting = null;
        }
        cancellation.ThrowIfCancellationRequested();
    }

    static void End(object? waiting) => ((TaskCompletionSource)waiting!).TrySetResult();
}
