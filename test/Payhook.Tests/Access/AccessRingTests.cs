using Microsoft.Extensions.Time.Testing;
using Payhook.Access;
using Payhook.Store;

namespace Payhook.Tests.Access;

/// <summary>A revocation must hold soon, and a key must not cost a statement for each request.</summary>
public sealed class AccessRingTests
{
    readonly FakeTimeProvider _time = new();
    int _loads;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_the_keys_again_after_two_seconds_and_not_before()
    {
        var ring = new AccessRing(_ => new(Rows(Key($"{++_loads}"))), _time);
        for (var i = 0; i < 100; i++) await ring.RowsAsync(Cancellation);
        Assert.Equal(1, _loads);
        _time.Advance(TimeSpan.FromSeconds(1.9));
        await ring.RowsAsync(Cancellation);
        Assert.Equal(1, _loads);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("2", Assert.Single((await ring.RowsAsync(Cancellation)).Keys).Name);
    }

    [Fact]
    public async Task Forgets_at_once_and_takes_nothing_of_a_reading_that_began_before()
    {
        var first = new TaskCompletionSource<AccessRows>();
        var ring = new AccessRing(_ => ++_loads == 1 ? new(first.Task) : new(Rows()), _time);
        var before = ring.RowsAsync(Cancellation);
        ring.Forget();
        Assert.Empty((await ring.RowsAsync(Cancellation)).Keys);
        first.SetResult(Rows(Key("revoked since")));
        Assert.Single((await before).Keys);
        Assert.Empty((await ring.RowsAsync(Cancellation)).Keys);
    }

    [Fact]
    public async Task Many_requests_share_one_reading()
    {
        var loading = new TaskCompletionSource<AccessRows>();
        var ring = new AccessRing(_ =>
        {
            _loads++;
            return new(loading.Task);
        }, _time);
        var waiting = Enumerable.Range(0, 50).Select(_ => ring.RowsAsync(Cancellation)).ToArray();
        loading.SetResult(Rows(Key("a")));
        foreach (var task in waiting) Assert.Single((await task).Keys);
        Assert.Equal(1, _loads);
    }

    [Fact]
    public async Task Takes_no_key_on_trust_while_the_store_is_away_and_asks_again()
    {
        var ring = new AccessRing(
            _ => ++_loads == 2 ? throw new StoreUnavailableException("away") : new(Rows()), _time);
        await ring.RowsAsync(Cancellation);
        _time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ring.RowsAsync(Cancellation));
        Assert.Empty((await ring.RowsAsync(Cancellation)).Keys);
    }

    [Fact]
    public async Task Waits_for_a_store_that_does_not_answer_no_longer_than_its_deadline()
    {
        var ring = new AccessRing(async cancellation =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return Rows();
        }, _time);
        var waiting = ring.RowsAsync(Cancellation);
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2.5));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => waiting);
    }

    static AccessRows Rows(params ApiKey[] keys) => new([.. keys], [], null);

    static ApiKey Key(string name) => ApiKey.Create(name, Scopes.Read, null, "cli:me", default).Key;
}
