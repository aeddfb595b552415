using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Payhook.Access;
using Payhook.Tests.Support;

namespace Payhook.Tests.Access;

/// <summary>When a key was used is known, and no request pays for it.</summary>
public sealed class KeyUsesTests
{
    [Theory, EveryStore]
    public async Task Writes_once_a_minute_and_at_the_stop(StoreKind kind)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var test = new TestStore(kind);
        await using var store = test.Open();
        var time = new FakeTimeProvider(new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var (key, _) = ApiKey.Create("a", Scopes.Read, null, "cli:me", time.GetUtcNow());
        var id = store.Keys.Add(key, AuditEntry.Created(key))!.Value;
        using var uses = new KeyUses(store.Keys, time, NullLogger<KeyUses>.Instance);
        await uses.StartAsync(cancellation);

        for (var i = 0; i < 59; i++)
        {
            uses.Note(id);
            time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Null(await LastUsedAsync());
        time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; await LastUsedAsync() is null; i++)
        {
            Assert.True(i < 1000);
            await Task.Delay(10, cancellation);
        }
        Assert.Equal(time.GetUtcNow().AddSeconds(-2), await LastUsedAsync());

        uses.Note(id);
        await uses.StopAsync(cancellation);
        Assert.Equal(time.GetUtcNow(), await LastUsedAsync());

        async Task<DateTimeOffset?> LastUsedAsync() =>
            (await store.Keys.Keys(cancellation).SingleAsync(cancellation)).LastUsedAt;
    }
}
