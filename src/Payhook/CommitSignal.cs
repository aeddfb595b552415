namespace Payhook;

/// <summary>
/// Wakes readers when this process has committed something, so that they need not ask all the time. Costs the writer
/// one look at a field where nobody waits.
/// </summary>
sealed class CommitSignal
{
    TaskCompletionSource? _next;

    /// <summary>
    /// Done with the next commit. Take it before looking at the store: what is committed after the look then wakes.
    /// </summary>
    public Task Next
    {
        get
        {
            while (true)
            {
                if (Volatile.Read(ref _next) is { } waiting) return waiting.Task;
                // Readers never run on the writer's thread.
                var fresh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (Interlocked.CompareExchange(ref _next, fresh, null) is null) return fresh.Task;
            }
        }
    }

    /// <summary>Tells that something was committed.</summary>
    public void Pulse()
    {
        if (Volatile.Read(ref _next) is not null) Interlocked.Exchange(ref _next, null)?.TrySetResult();
    }
}
