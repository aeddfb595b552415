namespace Payhook.Query;

/// <summary>An answer that costs something, kept for a while: whoever asks meanwhile gets the same.</summary>
/// <param name="age">How old it may get.</param>
/// <param name="time">The clock.</param>
/// <param name="read">Makes it.</param>
sealed class KeptAnswer<T>(TimeSpan age, TimeProvider time, Func<CancellationToken, Task<T>> read) : IDisposable
    where T : class
{
    readonly SemaphoreSlim _gate = new(1);
    Kept? _kept;

    public async Task<T> GetAsync(CancellationToken cancellation)
    {
        if (Fresh() is { } known) return known;
        await _gate.WaitAsync(cancellation);
        try
        {
            if (Fresh() is { } other) return other;
            var at = time.GetTimestamp();
            var value = await read(cancellation);
            Volatile.Write(ref _kept, new(at, value));
            return value;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    T? Fresh() => Volatile.Read(ref _kept) is { } kept && time.GetElapsedTime(kept.At) <= age ? kept.Value : null;

    sealed record Kept(long At, T Value);
}
