namespace Payhook.Access;

/// <summary>
/// Tries a password, two at once at most: each costs a good part of a second of a core by intent, and strangers may ask
/// for as many as they like.
/// </summary>
sealed class PasswordTries(TimeProvider time) : IDisposable
{
    const int AtOnceLimit = 2, WaitingLimit = 16;

    static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(5);

    readonly SemaphoreSlim _turns = new(AtOnceLimit);
    int _waiting;

    /// <summary>Whether it is right; <see langword="null"/> where too many are tried at this moment.</summary>
    public async Task<bool?> IsRightAsync(AdminPassword password, string given, CancellationToken cancellation)
    {
        if (!password.IsSlow) return password.Matches(given);
        return await WithTurnAsync(() => password.Matches(given), cancellation);
    }

    /// <summary>Makes a hash of a new password, which costs as much.</summary>
    public async Task<string?> HashAsync(string password, CancellationToken cancellation)
    {
        string? hash = null;
        await WithTurnAsync(() => (hash = AdminPassword.Hash(password)) is not null, cancellation);
        return hash;
    }

    public void Dispose() => _turns.Dispose();

    async Task<bool?> WithTurnAsync(Func<bool> act, CancellationToken cancellation)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > WaitingLimit) return null;
            using var deadline = new CancellationTokenSource(WaitLimit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
            await _turns.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
        try
        {
            return await Task.Run(act, CancellationToken.None);
        }
        finally
        {
            _turns.Release();
        }
    }
}
