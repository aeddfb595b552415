namespace Payhook.Receive;

/// <summary>Bounds the bytes of all bodies in memory at once, received and waiting, whoever sent them.</summary>
sealed class ByteBudget(long limitBytes)
{
    long _usedBytes;

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _usedBytes, bytes) <= limitBytes) return true;
        Interlocked.Add(ref _usedBytes, -bytes);
        return false;
    }

    public void GiveBack(int bytes) => Interlocked.Add(ref _usedBytes, -bytes);
}
