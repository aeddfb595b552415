using Payhook.Tests.Support;

namespace Payhook.Tests.Ops;

/// <summary>The log tells of each request that somebody may want to know of, and no open page floods it.</summary>
public sealed class RequestLogTests
{
    static readonly (string, string) OfPage = ("Sec-Fetch-Site", "same-origin");

    [Fact]
    public async Task What_a_page_reads_is_told_only_where_it_fails()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        await listener.GetAsync("/events?limit=1", OfPage);
        await listener.GetAsync("/events?limit=0", OfPage);
        await listener.GetAsync("/payments?limit=1");
        await listener.GetAsync("/stats", ("Sec-Fetch-Site", "cross-site"));
        await listener.PostToAsync("/sources/razorpay/mock", [], OfPage);
        Assert.Equal(["/events 400", "/payments 200", "/stats 200", "/sources/razorpay/mock 200"],
            await AnsweredAsync(listener));
    }

    [Fact]
    public async Task With_more_detail_all_of_it_is_told()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("LOG_LEVEL", "debug"));
        await listener.GetAsync("/events?limit=1", OfPage);
        Assert.Equal(["/events 200"], await AnsweredAsync(listener));
    }

    static async Task<string[]> AnsweredAsync(TestListener listener) =>
    [
        .. from line in (await listener.StopAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
           let json = System.Text.Json.JsonDocument.Parse(line).RootElement
           where json.GetProperty("message").GetString() == "answered"
           select $"{json.GetProperty("path").GetString()} {json.GetProperty("status").GetInt32()}",
    ];
}
