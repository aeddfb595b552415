using Payhook.Store;

namespace Payhook.Access;

/// <summary>
/// The keys of the store in memory, so that reading costs no statement for a key. Read again after two seconds, so that
/// what another process revoked is refused within five.
/// </summary>
/// <param name="load">Reads all keys, whose number the store bounds.</param>
/// <param name="time">The clock.</param>
sealed class KeyRing(Func<CancellationToken, ValueTask<List<ApiKey>>> load, TimeProvider time)
{
    static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2), LoadDeadline = TimeSpan.FromSeconds(2.5);

    readonly Lock _gate = new();
    Task<List<ApiKey>>? _loading;
    long _startedAt;

    /// <summary>All keys: valid, expired and revoked.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read; no key is taken on trust.</exception>
    public Task<List<ApiKey>> KeysAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            var isUsable = _loading is { IsFaulted: false, IsCanceled: false }
                && (!_loading.IsCompleted || time.GetElapsedTime(_startedAt) < Freshness);
            if (!isUsable)
            {
                // The age counts from before the reading: what was revoked during it may not be seen.
                _startedAt = time.GetTimestamp();
                _loading = LoadAsync();
            }
            return _loading!.WaitAsync(cancellation);
        }
    }

    /// <summary>After a change of this process's own, which holds at once.</summary>
    public void Forget()
    {
        lock (_gate) _loading = null;
    }

    async Task<List<ApiKey>> LoadAsync()
    {
        using var deadline = new CancellationTokenSource(LoadDeadline, time);
        try
        {
            return await load(deadline.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new StoreUnavailableException("The keys could not be read in time.", e);
        }
    }
}
