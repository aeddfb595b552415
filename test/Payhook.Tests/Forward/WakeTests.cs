using Microsoft.Extensions.Time.Testing;
using Payhook.Forward;

namespace Payhook.Tests.Forward;

public sealed class WakeTests
{
    readonly FakeTimeProvider _time = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ends_a_wait_by_ringing_by_time_and_by_cancelling()
    {
        var wake = new Wake(_time);
        var rung = wake.WaitAsync(TimeSpan.FromHours(1), Cancellation);
        Assert.False(rung.IsCompleted);
        wake.Ring();
        await rung;

        var late = wake.WaitAsync(TimeSpan.FromSeconds(1), Cancellation);
        Assert.False(late.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await late;

        using var stop = new CancellationTokenSource();
        var stopped = wake.WaitAsync(TimeSpan.FromHours(1), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
    }

    [Fact]
    public async Task Hears_at_the_next_wait_what_rang_while_nobody_waited_and_only_once()
    {
        var wake = new Wake(_time);
        wake.Ring();
        wake.Ring();
        Assert.True(wake.WaitAsync(TimeSpan.FromHours(1), Cancellation).IsCompletedSuccessfully);
        var second = wake.WaitAsync(TimeSpan.FromSeconds(1), Cancellation);
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await second;
    }

    [Fact]
    public async Task Does_not_take_the_end_of_a_wait_for_a_ring()
    {
        var wake = new Wake(_time);
        var first = wake.WaitAsync(TimeSpan.FromMilliseconds(1), Cancellation);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await first;
        Assert.False(wake.WaitAsync(TimeSpan.FromHours(1), Cancellation).IsCompleted);
    }

    [Fact]
    public async Task Rings_from_many_threads_wake_who_waits()
    {
        var wake = new Wake(TimeProvider.System);
        for (var i = 0; i < 1000; i++)
        {
            var waiting = wake.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
            _ = Task.Run(wake.Ring, Cancellation);
            _ = Task.Run(wake.Ring, Cancellation);
            await waiting;
        }
    }
}
