using Payhook.Stats;

namespace Payhook.Tests.Stats;

/// <summary>Duplicates counted in memory: within a bound, and none lost on the way to the store.</summary>
public sealed class DuplicateMeterTests
{
    static readonly DateTimeOffset At = new(2026, 3, 1, 12, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Counts_what_is_put_back_once()
    {
        var meter = new DuplicateMeter();
        meter.Count(1, At);
        meter.Count(1, At.AddMinutes(2));
        meter.Count(2, At);
        var taken = meter.Take(10);
        meter.Count(1, At.AddMinutes(1));
        meter.PutBack(taken);
        Assert.Equal(new(1, 3, At.AddMinutes(2)), meter.Waiting(1));
        Assert.Equal(new(2, 1, At), meter.Waiting(2));
        Assert.Equal(0, meter.Waiting(3).Count);
        Assert.Single(meter.Take(1));
        Assert.Single(meter.Take(10));
        Assert.Empty(meter.Take(10));
    }

    [Fact]
    public void Holds_no_more_events_than_it_may()
    {
        var meter = new DuplicateMeter();
        for (var i = 0; i < DuplicateMeter.EventsLimit + 10; i++) meter.Count(i, At);
        meter.Count(0, At); // one that it has is counted on
        Assert.Equal(2, meter.Waiting(0).Count);
        Assert.Equal(DuplicateMeter.EventsLimit, meter.Take(int.MaxValue).Count);
    }
}
