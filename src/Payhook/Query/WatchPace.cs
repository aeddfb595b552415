namespace Payhook.Query;

/// <summary>
/// When somebody who watches looks at the store again: at once where something comes after a quiet time, and at most
/// five times in any second.
/// </summary>
sealed class WatchPace(TimeProvider time)
{
    static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);

    /// <summary>Four of these a second, and the look that ends a quiet second.</summary>
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    long? _lookedAt;
    bool _isWoken = true;

    /// <summary>Until the next look.</summary>
    /// <param name="committed">The next commit, as it was taken before this look.</param>
    /// <param name="hasFound">Whether this look found anything.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task WaitAsync(Task committed, bool hasFound, CancellationToken cancellation)
    {
        // A commit that is not seen yet is behind another transaction, whose end may wake nobody.
        var isHidden = _isWoken && !hasFound;
        if (_isWoken) _lookedAt = time.GetTimestamp();
        try
        {
            await committed.WaitAsync(isHidden ? LookEvery : AskEvery, time, cancellation);
            _isWoken = true;
        }
        catch (TimeoutException)
        {
            _isWoken = false; // it is time to ask
        }
        if (!_isWoken && isHidden) _lookedAt = time.GetTimestamp();
        if (!_isWoken || _lookedAt is not { } last) return;
        var rest = LookEvery - time.GetElapsedTime(last);
        if (rest > TimeSpan.Zero) await Task.Delay(rest, time, cancellation);
    }
}
