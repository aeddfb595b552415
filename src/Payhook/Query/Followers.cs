namespace Payhook.Query;

/// <summary>How many clients stream or wait at once: each of them holds a connection for as long as it likes.</summary>
sealed class Followers(int limitClients)
{
    int _count;

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= limitClients) return true;
        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _count);

    /// <summary>
    /// Until the next commit of this process, or until it is time to ask for those of others.
    /// </summary>
    public static async Task PauseAsync(
        Task committed, TimeSpan atMost, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            await committed.WaitAsync(atMost, time, cancellation);
        }
        catch (TimeoutException)
        {
            // it is time to ask
        }
    }
}
