namespace Payhook.Outside;

/// <summary>
/// Bounds how many calls run at once and how many begin in a minute. Who does not get in is told so at once: a queue
/// would only move what strangers can fill.
/// </summary>
sealed class CallBound(int atOnce, int perMinute, TimeProvider time)
{
    readonly Lock _lock = new();
    int _running, _begun;
    long _minuteStart = time.GetTimestamp();

    /// <summary>True for who may call, and then must <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(_minuteStart) >= TimeSpan.FromMinutes(1))
            {
                _minuteStart = time.GetTimestamp();
                _begun = 0;
            }
            if (_running >= atOnce || _begun >= perMinute) return false;
            _running++;
            _begun++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_lock) _running--;
    }
}
