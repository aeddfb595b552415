namespace Payhook.Forward;

/// <summary>
/// Keeps the deliveries of one payment one after another: at most one is being tried, and what comes behind one that
/// failed waits in the store. Not for use by two threads at once.
/// </summary>
sealed class KeyedOrder
{
    public const int HeldLimitEvents = 1000, HeldLimitBytes = 8 << 20;

    readonly Dictionary<string, State> _states = [];
    int _heldCount;
    long _heldBytes;

    /// <summary>True where no more may be taken until some that are held have gone.</summary>
    public bool IsFull => _heldCount >= HeldLimitEvents || _heldBytes >= HeldLimitBytes;

    /// <summary>Tells of a delivery that waits in the store.</summary>
    public void NotePending(string key) => Of(key).PendingCount++;

    /// <summary>Asks for the turn of a delivery.</summary>
    /// <returns>What is to be done with it now.</returns>
    public Turn Ask(Work work)
    {
        if (work.Key is not { } key) return Turn.Now;
        var state = Of(key);
        if (!work.IsStored && state.PendingCount > 0)
        {
            state.PendingCount++;
            return Turn.BehindStored;
        }
        // A dead letter that was taken up again is one more than was known.
        if (work.IsStored && state.PendingCount == 0) state.PendingCount = 1;
        if (!state.IsBusy)
        {
            state.IsBusy = true;
            return Turn.Now;
        }
        state.Held.Enqueue(work);
        _heldCount++;
        _heldBytes += work.SizeBytes;
        return Turn.Held;
    }

    /// <summary>Tells that the try of a delivery is over.</summary>
    /// <param name="work">The delivery.</param>
    /// <param name="hasEnded">False where it will be tried again.</param>
    /// <param name="putOff">Gets those that were held and must wait in the store now.</param>
    /// <param name="next">The next one, which may be tried at once.</param>
    /// <returns>True where the next one waits in the store and must be told that it is due.</returns>
    public bool Ended(Work work, bool hasEnded, List<Work> putOff, out Work? next)
    {
        next = null;
        if (work.Key is not { } key) return false;
        var state = Of(key);
        state.IsBusy = false;
        if (hasEnded && work.IsStored) state.PendingCount--;
        if (!hasEnded && !work.IsStored) state.PendingCount++;
        if (!hasEnded)
        {
            while (TryLetGo(state, out var held))
            {
                if (!held.IsStored) state.PendingCount++;
                putOff.Add(held);
            }
            return false;
        }
        if (TryLetGo(state, out next))
        {
            state.IsBusy = true;
            return false;
        }
        if (state.PendingCount > 0) return true;
        _states.Remove(key);
        return false;
    }

    State Of(string key)
    {
        if (!_states.TryGetValue(key, out var state)) _states[key] = state = new();
        return state;
    }

    bool TryLetGo(State state, out Work work)
    {
        if (!state.Held.TryDequeue(out work!)) return false;
        _heldCount--;
        _heldBytes -= work.SizeBytes;
        return true;
    }

    sealed class State
    {
        public bool IsBusy { get; set; }

        /// <summary>How many wait in the store, or will with the next settlement.</summary>
        public long PendingCount { get; set; }

        public Queue<Work> Held { get; } = new();
    }
}

/// <summary>When a delivery may be tried.</summary>
enum Turn
{
    Now,

    /// <summary>Behind one that is being tried.</summary>
    Held,

    /// <summary>Behind one that waits in the store: it must wait there too.</summary>
    BehindStored,
}
