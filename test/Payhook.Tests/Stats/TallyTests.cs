namespace Payhook.Tests.Stats;

/// <summary>Percentiles out of numbers that add up, and a count within a timeout that is exact.</summary>
public sealed class TallyTests
{
    [Fact]
    public void Knows_nothing_of_no_requests()
    {
        var tally = new Tally();
        Assert.True(tally.IsEmpty);
        Assert.Equal((0L, 0L, 0L), (tally.Count, tally.Timed, tally.InTime));
        Assert.Null(tally.Milliseconds(0.5));
    }

    [Fact]
    public void Counts_within_the_timeout_to_the_tick()
    {
        var (tally, timeout) = (new Tally(), TimeSpan.FromSeconds(5));
        tally.Note(timeout, timeout);
        tally.Note(timeout + TimeSpan.FromTicks(1), timeout);
        tally.Note(TimeSpan.FromHours(1), null);
        Assert.Equal((3L, 2L, 1L), (tally.Count, tally.Timed, tally.InTime));
    }

    [Fact]
    public void Puts_a_time_into_the_step_whose_end_it_does_not_pass()
    {
        var tally = new Tally();
        foreach (var ms in new[] { 0, 1, 1.0001, 2, 30_000, 30_000.5 }) tally.Note(TimeSpan.FromMilliseconds(ms), null);
        Assert.Equal(2, tally[Array.IndexOf(Tally.Fields, "ms_1")]);
        Assert.Equal(2, tally[Array.IndexOf(Tally.Fields, "ms_2")]);
        Assert.Equal(1, tally[Array.IndexOf(Tally.Fields, "ms_30000")]);
        Assert.Equal(1, tally[Array.IndexOf(Tally.Fields, "ms_more")]);
    }

    [Fact]
    public void Tells_a_percentile_within_its_step()
    {
        var tally = new Tally();
        for (var i = 0; i < 98; i++) tally.Note(TimeSpan.FromMilliseconds(3), null);
        for (var i = 0; i < 2; i++) tally.Note(TimeSpan.FromMilliseconds(700), null);
        Assert.InRange(tally.Milliseconds(0.5)!.Value, 2, 5);
        Assert.InRange(tally.Milliseconds(0.98)!.Value, 2, 5);
        Assert.InRange(tally.Milliseconds(0.99)!.Value, 500, 1000);
        tally.Note(TimeSpan.FromMinutes(9), null);
        Assert.Equal(30_000, tally.Milliseconds(1));
    }

    [Fact]
    public void Adds_up_and_takes_apart()
    {
        var (a, b) = (new Tally(), new Tally());
        a.Note(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
        b.Note(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));
        a.Add(b);
        Assert.Equal((2L, 2L, 1L), (a.Count, a.Timed, a.InTime));
        var rest = a.Beyond(b);
        Assert.Equal((1L, 1L, 1L), (rest.Count, rest.Timed, rest.InTime));
        Assert.True(rest.Beyond(rest).IsEmpty);
    }
}
