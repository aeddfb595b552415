using System.Text.Json;
using Payhook.Tests.Contract;
using Payhook.Tests.Support;

namespace Payhook.Tests.Query;

/// <summary>The feed read backwards over real sockets.</summary>
public sealed class NewestFirstContractTests
{
    [Theory, EveryStore]
    public async Task Goes_from_the_newest_to_the_oldest_and_then_there_is_no_next(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        listener.Store.Store([.. Enumerable.Range(0, 20).Select(i => Receipted.Of($"evt_{i}"))]);
        await listener.Store.SettledAsync();

        var forward = (await PageAsync(listener, "")).GetProperty("events").EnumerateArray().Select(Id).ToArray();
        var pages = new List<string[]>();
        for (var query = "sort=-cursor&limit=5"; query.Length > 0;)
        {
            var page = await PageAsync(listener, query);
            pages.Add([.. page.GetProperty("events").EnumerateArray().Select(Id)]);
            query = page.GetProperty("next").GetString() is { } next ? $"sort=-cursor&limit=5&after={next}" : "";
            // What comes meanwhile is before the first page and moves none.
            listener.Store.Store(Receipted.Of($"evt_late_{pages.Count}"));
            await listener.Store.SettledAsync();
        }

        Assert.Equal(4, pages.Count);
        Assert.Equal(forward.AsEnumerable().Reverse(), pages.SelectMany(p => p));
        Assert.Equal("evt_late_4", Id((await PageAsync(listener, "sort=-cursor&after=now&limit=1"))
            .GetProperty("events")[0]));
        Assert.Equal(forward[0], Id((await PageAsync(listener, "sort=cursor&limit=1")).GetProperty("events")[0]));
        var none = await PageAsync(listener, "sort=-cursor&after=start");
        Assert.Empty(none.GetProperty("events").EnumerateArray());
        Assert.Equal(JsonValueKind.Null, none.GetProperty("next").ValueKind);
    }

    [Theory, EveryStore]
    public async Task An_id_is_a_filter_in_either_order_and_exports_go_backwards_too(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        // Unsigned ids: the second is another event under the id of the first.
        await listener.PostAsync(Bodies.Real(amount: 7), ("X-Razorpay-Event-Id", "evt_twice"));
        await listener.PostAsync(Bodies.Mocked("evt_2"));
        await listener.PostAsync(Bodies.Real(amount: 8), ("X-Razorpay-Event-Id", "evt_twice"));
        await listener.Store.SettledAsync();

        Assert.Equal([1, 3], await NumbersAsync(listener, "event_id=evt_twice"));
        Assert.Equal([3, 1], await NumbersAsync(listener, "event_id=evt_twice&sort=-cursor"));
        Assert.Equal([2], await NumbersAsync(listener, "event_id=evt_2&sort=-cursor"));
        Assert.Empty(await NumbersAsync(listener, "event_id=evt_none&sort=-cursor"));
        var table = await listener.GetAsync("/events?sort=-cursor", ("Accept", "text/csv"));
        Assert.Equal(["evt_twice", "evt_2", "evt_twice"],
            table.Text.Split("\r\n")[1..^1].Select(line => line.Split(',')[5]));
        var lines = await listener.GetAsync("/events?sort=-cursor&limit=2", ("Accept", "application/x-ndjson"));
        Assert.Equal(["evt_twice", "evt_2"], lines.Text.Split('\n')[..^1]
            .Select(line => Id(JsonDocument.Parse(line).RootElement)));
    }

    [Theory]
    [InlineData("sort=sequence", "sort")]
    [InlineData("sort=-cursor&wait=1", "wait")]
    [InlineData("sort=-cursor&consumer=orders", "consumer")]
    [InlineData("sort=-cursor&after=0-ffffffff", "after")]
    [InlineData("event_id=%00", "event_id")]
    public async Task What_makes_no_sense_backwards_is_refused(string query, string parameter)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        await listener.PostAsync(Bodies.Mocked("evt_1"));
        var answer = await listener.GetAsync($"/events?{query}");
        ReceiveContractTests.AssertProblem(answer, 400, "Bad request");
        Assert.Equal(parameter, answer.Member("parameter"));
    }

    static async Task<JsonElement> PageAsync(TestListener listener, string query)
    {
        var answer = await listener.GetAsync($"/events?{query}");
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json;
    }

    static async Task<IEnumerable<long>> NumbersAsync(TestListener listener, string query) =>
        (await PageAsync(listener, query)).GetProperty("events").EnumerateArray()
        .Select(e => e.GetProperty("sequence").GetInt64());

    static string Id(JsonElement found) => found.GetProperty("event_id").GetString()!;
}
