namespace Payhook.Query;

/// <summary>How many clients stream or wait at once: each of them holds a connection for as long as it likes.</summary>
sealed class Followers(int limitClients)
{
    static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1), RestBetweenLooks = TimeSpan.FromMilliseconds(100);

    int _count;

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= limitClients) return true;
        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _count);

    /// <summary>
    /// Until the next commit of this process, or until it is time to ask for those of others. Under load, commits come
    /// by the hundred a second, and looks rest between them.
    /// </summary>
    /// <param name="committed">The next commit.</param>
    /// <param name="lookedAt">The timestamp of the last look.</param>
    /// <param name="atMost">Not longer than this, but for the rest.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task PauseAsync(
        Task committed, long lookedAt, TimeSpan atMost, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            await committed.WaitAsync(atMost < AskEvery ? atMost : AskEvery, time, cancellation);
        }
        catch (TimeoutException)
        {
            // it is time to ask
        }
        var rest = RestBetweenLooks - time.GetElapsedTime(lookedAt);
        if (rest > TimeSpan.Zero) await Task.Delay(rest, time, cancellation);
    }
}
