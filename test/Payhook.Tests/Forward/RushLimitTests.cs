using Microsoft.Extensions.Time.Testing;
using Payhook.Forward;

namespace Payhook.Tests.Forward;

public sealed class RushLimitTests
{
    readonly FakeTimeProvider _time = new();

    [Fact]
    public void Takes_a_crowd_at_every_commit_for_a_rush_and_one_large_delivery_for_none()
    {
        var rush = new IntakeRush(_time);
        rush.Note(100);
        Assert.False(rush.IsOn);
        for (var i = 0; i < 20; i++) rush.Note(2);
        Assert.False(rush.IsOn);
        for (var i = 0; i < 20; i++) rush.Note(20);
        Assert.True(rush.IsOn);
    }

    [Fact]
    public void Is_over_as_soon_as_nothing_comes_in()
    {
        var rush = Rush();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(rush.IsOn);
    }

    [Fact]
    public void Limits_a_rush_and_nothing_else()
    {
        var rush = Rush();
        var limit = new RushLimit(rush, 100, _time);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(TimeSpan.Zero, limit.Wait);
            limit.Take();
        }
        Assert.InRange(limit.Wait, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(11));
        _time.Advance(TimeSpan.FromMilliseconds(11));
        Assert.Equal(TimeSpan.Zero, limit.Wait);
        limit.Take();
        Assert.NotEqual(TimeSpan.Zero, limit.Wait);
        _time.Advance(TimeSpan.FromSeconds(1)); // calm
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(TimeSpan.Zero, limit.Wait);
            limit.Take();
        }
    }

    [Fact]
    public void Sets_no_limit_where_it_is_0()
    {
        var limit = new RushLimit(Rush(), 0, _time);
        for (var i = 0; i < 1000; i++) limit.Take();
        Assert.Equal(TimeSpan.Zero, limit.Wait);
    }

    IntakeRush Rush()
    {
        var rush = new IntakeRush(_time);
        for (var i = 0; i < 20; i++) rush.Note(20);
        return rush;
    }
}
