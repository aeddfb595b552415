using Payhook.Store;

namespace Payhook.Access;

/// <summary>
/// The keys, the sessions and the admin password in memory, so that reading costs no statement for who reads. Read
/// again after two seconds, so that what another process revoked or ended is refused within five.
/// </summary>
/// <param name="load">Reads all of it, whose number the store bounds.</param>
/// <param name="time">The clock.</param>
sealed class AccessRing(Func<CancellationToken, ValueTask<AccessRows>> load, TimeProvider time)
{
    static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2), LoadDeadline = TimeSpan.FromSeconds(2.5);

    readonly Lock _gate = new();
    Task<AccessRows>? _loading;
    long _startedAt;

    /// <summary>All keys and sessions, those that have ended among them.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read; nobody is taken on trust.</exception>
    public Task<AccessRows> RowsAsync(CancellationToken cancellation)
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

    async Task<AccessRows> LoadAsync()
    {
        using var deadline = new CancellationTokenSource(LoadDeadline, time);
        try
        {
            return await load(deadline.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new StoreUnavailableException("Keys and sessions could not be read in time.", e);
        }
    }
}

/// <summary>What says who may do what.</summary>
/// <param name="Keys">Valid, expired and revoked.</param>
/// <param name="Sessions">Those that have expired may be among them.</param>
/// <param name="Password">The admin password, of the settings or of the store; null where there is none.</param>
sealed record AccessRows(List<ApiKey> Keys, List<Session> Sessions, AdminPassword? Password)
{
    /// <summary>Reads a store; a password of the settings stands before its own.</summary>
    public static async ValueTask<AccessRows> ReadAsync(
        IEventStore store, AdminPassword? ofSettings, CancellationToken cancellation)
    {
        var stored = ofSettings is null ? await store.Sessions.PasswordAsync(cancellation) : null;
        return new(
            await store.Keys.Keys(cancellation).ToListAsync(cancellation),
            await store.Sessions.Sessions(cancellation).ToListAsync(cancellation),
            // A form that is not known here matches nothing, and is a password all the same.
            ofSettings ?? (stored is null ? null : AdminPassword.OfHash(stored) ?? AdminPassword.None));
    }
}
