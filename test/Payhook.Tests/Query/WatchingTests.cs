using System.Diagnostics;
using System.Text.Json;
using Payhook.Tests.Support;

namespace Payhook.Tests.Query;

/// <summary>Streams for people: what rushes past is left out, and what comes alone is there at once.</summary>
public sealed class WatchingTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Of_more_than_are_wanted_only_the_newest_come_in_order_and_that_others_did_not(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        string? begin;
        using (var nothing = await EventSource.OpenAsync(listener, "/events/stream")) begin = nothing.LastId;
        listener.Store.Store([.. Enumerable.Range(0, 30).Select(i => Receipted.Of($"evt_{i}", $"type.{i % 2}"))]);
        await listener.Store.SettledAsync();
        var all = (await listener.GetAsync("/events")).Json.GetProperty("events").EnumerateArray()
            .Select(e => e.GetProperty("event_id").GetString()).ToArray();

        foreach (var (query, last) in new[]
        {
            ("after=start&newest=5", null), ("after=start&newest=5&include=payload", null), ("newest=5", begin),
        })
        {
            using var source = await EventSource.OpenAsync(listener, $"/events/stream?{query}", last);
            Assert.Equal(("payhook.skipped", "{}"), await source.ReadAsync());
            for (var i = 25; i < 30; i++) Assert.Equal(all[i], Id((await source.ReadAsync())!.Value.Data));
        }
        using (var source = await EventSource.OpenAsync(listener, "/events/stream?after=start&newest=30"))
            foreach (var id in all) Assert.Equal(id, Id((await source.ReadAsync())!.Value.Data));
        using (var source = await EventSource.OpenAsync(listener, "/events/stream?after=start&newest=15&type=type.1"))
            Assert.Equal("type.1", (await source.ReadAsync())!.Value.Type); // as many as are wanted: none is left out
    }

    [Theory, EveryStore]
    public async Task A_rush_is_a_few_events_a_second_to_each_and_ends_with_the_last(StoreKind kind)
    {
        const int newest = 4, clients = 10, senders = 16;
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        var watching = new List<EventSource>();
        for (var i = 0; i < clients; i++)
            watching.Add(await EventSource.OpenAsync(listener, $"/events/stream?newest={newest}"));
        var clock = Stopwatch.StartNew();
        var sent = 0;
        await Task.WhenAll(Enumerable.Range(0, senders).Select(async _ =>
        {
            while (clock.Elapsed < TimeSpan.FromSeconds(3))
                await listener.PostAsync(Bodies.Mocked($"evt_{Interlocked.Increment(ref sent)}"));
        }));
        await listener.Store.SettledAsync();
        await listener.PostAsync(Bodies.Mocked("evt_last"));

        foreach (var source in watching)
        {
            var (told, skips, places) = (0, 0, new List<string>());
            for (var id = ""; id != "evt_last";)
            {
                var (type, data) = (await source.ReadAsync())!.Value;
                if (type == "payhook.skipped") skips++;
                else (id, told) = (Id(data), told + 1);
                if (type != "payhook.skipped") places.Add(source.LastId!);
            }
            var looks = (int)Math.Ceiling(clock.Elapsed.TotalSeconds + 1) * 5;
            Assert.True(told <= looks * newest, $"{told} of {sent} in {clock.Elapsed}");
            Assert.True(skips > 0 && told < sent, $"{told} of {sent}, {skips} times left out");
            Assert.Equal(places.Count, places.Distinct().Count());
            source.Dispose();
        }
    }

    /// <summary>The middle one of several, since any one of them can meet a pause of the machine.</summary>
    [Fact]
    public async Task An_event_after_a_quiet_time_is_there_at_once()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        using var source = await EventSource.OpenAsync(listener, "/events/stream?newest=50");
        var waits = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            await Task.Delay(600 + i * 130, Cancellation);
            await listener.PostAsync(Bodies.Mocked($"evt_{i}"));
            var clock = Stopwatch.StartNew();
            Assert.Equal($"evt_{i}", Id((await source.ReadAsync())!.Value.Data));
            waits.Add(clock.Elapsed.TotalMilliseconds);
        }
        Assert.True(waits.Order().ElementAt(3) < 50, string.Join(", ", waits));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("501")]
    [InlineData("all")]
    public async Task A_number_that_is_none_is_refused(string newest)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        var answer = await listener.GetAsync($"/events/stream?newest={newest}");
        Assert.Equal((400, "newest"), (answer.Status, answer.Member("parameter")));
    }

    static string Id(string data) => JsonDocument.Parse(data).RootElement.GetProperty("event_id").GetString()!;
}
