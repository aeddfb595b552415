using Microsoft.Extensions.Time.Testing;
using Payhook.Query;

namespace Payhook.Tests.Query;

/// <summary>How often somebody who watches makes the listener look at its store.</summary>
public sealed class WatchPaceTests
{
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    /// <summary>Commits come in rushes, alone, hidden and not at all.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Looks_at_most_five_times_in_any_second(int seed)
    {
        var (time, random, looks) = (new FakeTimeProvider(), new Random(seed), new List<DateTimeOffset>());
        var pace = new WatchPace(time);
        for (var i = 0; i < 300; i++)
        {
            looks.Add(time.GetUtcNow());
            var commitIn = (i / 20 % 4) switch { 0 => 0, 1 => random.Next(400), 2 => random.Next(1500), _ => 5000 };
            await WaitAsync(time, pace, TimeSpan.FromMilliseconds(commitIn), random.Next(3) > 0);
        }
        foreach (var (at, sixth) in looks.Zip(looks.Skip(5)))
            Assert.True(sixth - at >= TimeSpan.FromSeconds(1), $"Six looks in {sixth - at}");
    }

    [Fact]
    public async Task Looks_at_once_after_a_quiet_time_and_soon_again_where_nothing_was_seen()
    {
        var time = new FakeTimeProvider();
        var pace = new WatchPace(time);
        for (var quietMilliseconds = 2000; quietMilliseconds < 4000; quietMilliseconds += 130)
        {
            await WaitAsync(time, pace, TimeSpan.MaxValue, hasFound: true); // until it asks of itself
            var waited = await WaitAsync(
                time, pace, TimeSpan.FromMilliseconds(quietMilliseconds % 1000), hasFound: false);
            Assert.InRange(waited.TotalMilliseconds, 0, quietMilliseconds % 1000 + 10);
            // What was committed is hidden by another transaction, which wakes nobody when it ends.
            waited = await WaitAsync(time, pace, TimeSpan.MaxValue, hasFound: false);
            Assert.InRange(waited.TotalMilliseconds, 240, 260);
        }
    }

    /// <returns>How long it waited.</returns>
    static async Task<TimeSpan> WaitAsync(
        FakeTimeProvider time, WatchPace pace, TimeSpan commitIn, bool hasFound)
    {
        var (startedAt, committed) = (time.GetUtcNow(), new TaskCompletionSource());
        if (commitIn == TimeSpan.Zero) committed.SetResult();
        var waiting = pace.WaitAsync(committed.Task, hasFound, TestContext.Current.CancellationToken);
        while (!waiting.IsCompleted)
        {
            time.Advance(Step);
            if (time.GetUtcNow() - startedAt >= commitIn) committed.TrySetResult();
            for (var i = 0; i < 3; i++) await Task.Yield();
        }
        await waiting;
        return time.GetUtcNow() - startedAt;
    }
}
