using Microsoft.Extensions.Time.Testing;
using Payhook.Access;
using Payhook.Store;

namespace Payhook.Tests.Access;

/// <summary>A revocation must hold soon, and a key must not cost a statement for each request.</summary>
public sealed class KeyRingTests
{
    readonly FakeTimeProvider _time = new();
    int _loads;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_the_keys_again_after_two_seconds_and_not_before()
    {
        var ring = new KeyRing(_ => new([Key($"{++_loads}")]), _time);
        for (var i = 0; i < 100; i++) await ring.KeysAsync(Cancellation);
        Assert.Equal(1, _loads);
        _time.Advance(TimeSpan.FromSeconds(1.9));
        await ring.KeysAsync(Cancellation);
        Assert.Equal(1, _loads);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("2", Assert.Single(await ring.KeysAsync(Cancellation)).Name);
    }

    [Fact]
    public async Task Forgets_at_once_and_takes_nothing_of_a_reading_that_began_before()
    {
        var first = new TaskCompletionSource<List<ApiKey>>();
        var ring = new KeyRing(_ => ++_loads == 1 ? new(first.Task) : new([]), _time);
        var before = ring.KeysAsync(Cancellation);
        ring.Forget();
        Assert.Empty(await ring.KeysAsync(Cancellation));
        first.SetResult([Key("revoked since")]);
        Assert.Single(await before);
        Assert.Empty(await ring.KeysAsync(Cancellation));
    }

    [Fact]
    public async Task Many_requests_share_one_reading()
    {
        var loading = new TaskCompletionSource<List<ApiKey>>();
        var ring = new KeyRing(_ =>
        {
            _loads++;
            return new(loading.Task);
        }, _time);
        var waiting = Enumerable.Range(0, 50).Select(_ => ring.KeysAsync(Cancellation)).ToArray();
        loading.SetResult([Key("a")]);
        foreach (var task in waiting) Assert.Single(await task);
        Assert.Equal(1, _loads);
    }

    [Fact]
    public async Task Takes_no_key_on_trust_while_the_store_is_away_and_asks_again()
    {
        var ring = new KeyRing(_ => ++_loads == 2 ? throw new StoreUnavailableException("away") : new([]), _time);
        await ring.KeysAsync(Cancellation);
        _time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ring.KeysAsync(Cancellation));
        Assert.Empty(await ring.KeysAsync(Cancellation));
    }

    [Fact]
    public async Task Waits_for_a_store_that_does_not_answer_no_longer_than_its_deadline()
    {
        var ring = new KeyRing(async cancellation =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return [];
        }, _time);
        var waiting = ring.KeysAsync(Cancellation);
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2.5));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => waiting);
    }

    static ApiKey Key(string name) => ApiKey.Create(name, Scopes.Read, null, "cli:me", default).Key;
}
