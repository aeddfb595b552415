using System.Text.Json;
using Payhook.Tests.Support;

namespace Payhook.Tests.Contract;

/// <summary>How often an event came again is told with it.</summary>
public sealed class DuplicateCountTests
{
    [Theory, EveryStore]
    public async Task Tells_how_often_and_when_last_and_changes_the_tag(StoreKind kind)
    {
        using var store = new TestStore(kind);
        string? tag;
        await using (var listener = await TestListener.StartAsync(store))
        {
            await listener.PostAsync(Bodies.Mocked("evt_1"));
            var once = await listener.GetAsync("/events/evt_1");
            Assert.Equal(0, once.Json.GetProperty("duplicate_count").GetInt64());
            Assert.Equal(JsonValueKind.Null, once.Json.GetProperty("last_duplicate_at").ValueKind);
            tag = await TagAsync(listener);
            await listener.PostAsync(Bodies.Mocked("evt_1"));
            await listener.PostAsync(Bodies.Mocked("evt_1"));
            await listener.PostAsync(Bodies.Mocked("evt_1", amount: 1)); // disagrees, and is a conflict
            await AssertRepeatedAsync(listener);
            Assert.NotEqual(tag, await TagAsync(listener));
            tag = await TagAsync(listener);
            Assert.Equal(304, (await listener.GetAsync("/events/evt_1", ("If-None-Match", tag!))).Status);
        }
        await using var later = await TestListener.StartAsync(store); // stored at the stop
        await AssertRepeatedAsync(later);
        Assert.Equal(tag, await TagAsync(later));
    }

    [Theory, EveryStore]
    public async Task Counts_each_event_of_a_delivery_of_several(StoreKind kind)
    {
        const string secret = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("ADYEN_HMAC_KEY", secret));
        var body = System.Text.Encoding.UTF8.GetString(Payhook.Mock.MockPayloads.Find("adyen", "captured")!);
        for (var i = 0; i < 3; i++) await listener.PostSignedAsync("/webhook/adyen", "adyen", secret, body);
        var id = store.EventIds()[0];
        var found = await listener.GetAsync($"/events/{Uri.EscapeDataString(id)}");
        Assert.Equal(2, found.Json.GetProperty("duplicate_count").GetInt64());
    }

    static async Task AssertRepeatedAsync(TestListener listener)
    {
        var found = await listener.GetAsync("/events/evt_1");
        Assert.Equal((2, 1), (found.Json.GetProperty("duplicate_count").GetInt64(),
            found.Json.GetProperty("conflict_count").GetInt64()));
        Assert.True(found.Json.GetProperty("last_duplicate_at").GetDateTimeOffset()
            >= found.Json.GetProperty("received_at").GetDateTimeOffset());
    }

    static async Task<string?> TagAsync(TestListener listener)
    {
        using var answer = await listener.Client.GetAsync("/events/evt_1", TestContext.Current.CancellationToken);
        return answer.Headers.ETag?.ToString();
    }
}
