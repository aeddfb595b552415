using System.Net;
using Microsoft.Extensions.Time.Testing;
using Payhook.Access;

namespace Payhook.Tests.Access;

/// <summary>Who guesses waits longer and longer; who is right does not.</summary>
public sealed class SignInThrottleTests
{
    static readonly IPAddress Address = IPAddress.Parse("192.0.2.1");

    readonly FakeTimeProvider _time = new(new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    readonly SignInThrottle _throttle;

    public SignInThrottleTests() => _throttle = new(_time);

    [Fact]
    public void Five_failures_are_free_and_each_after_them_costs_twice_the_one_before()
    {
        for (var i = 0; i < 5; i++) Assert.Equal(TimeSpan.Zero, Begin());
        foreach (var seconds in new[] { 1, 2, 4, 8, 16 })
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), Begin());
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.Equal(TimeSpan.FromTicks(1), Begin());
            _time.Advance(TimeSpan.FromTicks(1));
            Assert.Equal(TimeSpan.Zero, Begin());
        }
        Assert.Equal(TimeSpan.FromMinutes(15), Begin());
        _time.Advance(TimeSpan.FromMinutes(15));
        for (var i = 0; i < 5; i++) Assert.Equal(TimeSpan.Zero, Begin());
        Assert.NotEqual(TimeSpan.Zero, Begin());
    }

    [Fact]
    public void Who_is_right_begins_anew()
    {
        for (var i = 0; i < 50; i++)
        {
            for (var j = 0; j < 5; j++) Assert.Equal(TimeSpan.Zero, _throttle.Begin(Address, isPassword: false));
            _throttle.Succeed(Address, isPassword: false);
        }
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(TimeSpan.Zero, Begin());
            _throttle.Succeed(Address, isPassword: true);
        }
    }

    [Fact]
    public void Addresses_are_counted_apart_and_those_of_one_prefix_of_IPv6_together()
    {
        for (var i = 0; i < 5; i++) Begin();
        Assert.NotEqual(TimeSpan.Zero, Begin());
        Assert.NotEqual(TimeSpan.Zero, Begin("::ffff:192.0.2.1"));
        Assert.Equal(TimeSpan.Zero, Begin("192.0.2.2"));
        for (var i = 0; i < 5; i++) Assert.Equal(TimeSpan.Zero, Begin($"2001:db8:0:1::{i + 1}"));
        Assert.NotEqual(TimeSpan.Zero, Begin("2001:db8:0:1:ffff::1"));
        Assert.Equal(TimeSpan.Zero, Begin("2001:db8:0:2::1"));
    }

    [Fact]
    public void A_hundred_failures_from_anywhere_stop_passwords_and_neither_keys_nor_links()
    {
        for (var i = 0; i < 100; i++) Assert.Equal(TimeSpan.Zero, Begin($"192.0.3.{i}"));
        Assert.Equal(TimeSpan.FromMinutes(15), Begin("192.0.4.1"));
        Assert.Equal(TimeSpan.Zero, _throttle.Begin(IPAddress.Parse("192.0.4.1"), isPassword: false));
        _time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(TimeSpan.Zero, Begin("192.0.4.2"));
    }

    [Fact]
    public void Remembers_no_more_addresses_than_its_bound_and_the_latest_of_them()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _throttle.Begin(new(BitConverter.GetBytes(i + (1 << 24))), isPassword: false);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }
        for (var i = 0; i < 5; i++) _throttle.Begin(Address, isPassword: false);
        Assert.NotEqual(TimeSpan.Zero, _throttle.Begin(Address, isPassword: false));
        Assert.Equal(10_000, _throttle.AddressCount);
    }

    TimeSpan Begin(string? address = null) =>
        _throttle.Begin(address is null ? Address : IPAddress.Parse(address), isPassword: true);
}
