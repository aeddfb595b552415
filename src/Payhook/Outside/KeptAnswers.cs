using Payhook.Providers;

namespace Payhook.Outside;

/// <summary>What a look-up brought: a value to keep for a time, or why there is none.</summary>
readonly record struct Answer<T>(T? Value, Verdict Failure, DateTimeOffset KeptUntil = default)
    where T : class
{
    /// <summary>It could not be had now; trying again may help.</summary>
    public static Answer<T> Unavailable => new(null, Verdict.KeyUnavailable);

    /// <summary>It was had, and is not the provider's; trying again does not help.</summary>
    public static Answer<T> Untrusted => new(null, Verdict.UntrustedKey);
}

/// <summary>
/// Answers from outside by what was asked: each is fetched once for all who wait for it, kept while it counts, and a
/// failure is remembered for a while. Bounded in number, at once and by the minute.
/// </summary>
sealed class KeptAnswers<T>(OutsideLimits limits, TimeProvider time)
    where T : class
{
    readonly Lock _lock = new();
    readonly Dictionary<string, Answer<T>> _kept = [];
    readonly Dictionary<string, Answer<T>> _misses = [];
    readonly Dictionary<string, Task<Answer<T>>> _flights = [];
    readonly CallBound _bound = new(limits.DownloadsAtOnce, limits.DownloadsPerMinute, time);

    /// <summary>How many answers, failures and calls are held, for tests of the bounds.</summary>
    public (int Kept, int Misses, int Flights) Counts
    {
        get
        {
            lock (_lock) return (_kept.Count, _misses.Count, _flights.Count);
        }
    }

    /// <param name="key">What is asked.</param>
    /// <param name="fetch">
    /// Asks it outside. Not given the waiter's cancellation, because others may wait for the same.
    /// </param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async ValueTask<Answer<T>> FindAsync(
        string key, Func<Task<Answer<T>>> fetch, CancellationToken cancellation)
    {
        Task<Answer<T>>? flight;
        lock (_lock)
        {
            if (TryFind(_kept, key, out var known) || TryFind(_misses, key, out known)) return known;
            if (!_flights.TryGetValue(key, out flight))
            {
                if (!_bound.TryEnter()) return Answer<T>.Unavailable;
                flight = Task.Run(() => FlyAsync(key, fetch), CancellationToken.None);
                _flights.Add(key, flight);
            }
        }
        try
        {
            return await flight.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return Answer<T>.Unavailable;
        }
    }

    public void Forget(string key)
    {
        lock (_lock) _kept.Remove(key);
    }

    async Task<Answer<T>> FlyAsync(string key, Func<Task<Answer<T>>> fetch)
    {
        Answer<T> answer;
        try
        {
            answer = await fetch();
        }
        catch (Exception) // whatever it was, those who wait need an answer and the place must be freed
        {
            answer = Answer<T>.Unavailable;
        }
        lock (_lock)
        {
            _flights.Remove(key);
            if (answer.Value is not null) Keep(_kept, limits.KeptLimit, key, answer);
            else
            {
                answer = answer with { KeptUntil = time.GetUtcNow() + limits.MissKeptFor };
                Keep(_misses, limits.MissesLimit, key, answer);
            }
        }
        _bound.Leave();
        return answer;
    }

    bool TryFind(Dictionary<string, Answer<T>> answers, string key, out Answer<T> answer)
    {
        if (!answers.TryGetValue(key, out answer)) return false;
        if (time.GetUtcNow() < answer.KeptUntil) return true;
        answers.Remove(key);
        return false;
    }

    /// <summary>Where all places are taken, the one that ends first is given up.</summary>
    static void Keep(Dictionary<string, Answer<T>> answers, int limit, string key, Answer<T> answer)
    {
        if (answers.Count >= limit) answers.Remove(answers.MinBy(a => a.Value.KeptUntil).Key);
        answers[key] = answer;
    }
}
