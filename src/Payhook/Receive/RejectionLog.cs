namespace Payhook.Receive;

/// <summary>Counts what was refused.</summary>
sealed class RejectionLog
{
    long _count;

    public bool TryAdd(Arrival arrival, in Refusal refusal, ReadOnlySpan<byte> body)
    {
        _count++;
        return body.IsEmpty;
    }

    public void Count(string sourceName, string reason) => _count++;
}
