using Payhook.Tests.Reference;
using Payhook.Tests.Support;
using static Payhook.Tests.Contract.DestinationsContractTests;
using static Payhook.Tests.Support.Eventually;

namespace Payhook.Tests.Contract;

/// <summary>A destination is tried before a payment depends on it, and what it did not take is not forgotten.</summary>
public sealed class DestinationTestTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task An_event_that_never_happened_is_sent_once_and_stored_nowhere(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync(204, 500);
        using var file = DestinationFile.To(application);
        await using var listener = await StartAsync(store, file);
        var taken = await SendAsync(listener, "POST", "/destinations/app/test");
        Assert.Equal((200, true, 204), (taken.Status, taken.Json.GetProperty("taken").GetBoolean(),
            taken.Json.GetProperty("attempt").GetProperty("status").GetInt32()));
        var arrival = Assert.Single(application.Arrivals);
        Assert.Equal(("payhook", "payhook.test"), (arrival.Headers["payhook-source"].ToString(),
            System.Text.Json.JsonDocument.Parse(arrival.Body).RootElement.GetProperty("event_type").GetString()));

        var refused = await SendAsync(listener, "POST", "/destinations/app/test");
        Assert.Equal((false, "status"), (refused.Json.GetProperty("taken").GetBoolean(),
            refused.Json.GetProperty("attempt").GetProperty("failure").GetString()));
        await application.StopAsync();
        var away = await SendAsync(listener, "POST", "/destinations/app/test");
        Assert.Equal("refused", away.Json.GetProperty("attempt").GetProperty("failure").GetString());
        await application.StartAgainAsync();
        Assert.Equal(404, (await SendAsync(listener, "POST", "/destinations/other/test")).Status);
        ApiAnswerTests.Check("POST", "/destinations/{name}/test", taken);
        ApiAnswerTests.Check("POST", "/destinations/{name}/test", away);
        Assert.Equal((0, 0, 0), (store.Count("payhook_events"), store.Count("payhook_deliveries"),
            store.Count("payhook_attempts")));
        Assert.Equal(3, (await SendAsync(listener, "GET", "/audit")).Json.GetProperty("entries").EnumerateArray()
            .Count(e => e.GetProperty("act").GetString() == "destination-tested"));
    }

    [Theory, EveryStore]
    public async Task Dead_letters_are_shown_until_they_were_sent_again(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync(500, 500, 200);
        using var file = new DestinationFile($$"""
            { "app": { "url": "{{application.Url}}", "retry": { "give_up_after_hours": 0 } } }
            """);
        await using var listener = await StartAsync(store, file);
        Assert.Empty(await ItemsAsync(listener));
        await listener.PostAsync(Bodies.Mocked("evt_1"));
        await listener.PostAsync(Bodies.Mocked("evt_2"));
        await ForAsync(() => store.Count("payhook_deliveries where state = 3") == 2);

        var answer = await SendAsync(listener, "GET", "/attention");
        ApiAnswerTests.Check("GET", "/attention", answer);
        var item = answer.Json.GetProperty("items")[0];
        Assert.Equal(("destination-app-dead_letters", "app"), (item.GetProperty("id").GetString(),
            item.GetProperty("destination").GetString()));
        Assert.Equal((2, "status"), (item.GetProperty("evidence").GetProperty("dead").GetInt32(),
            item.GetProperty("evidence").GetProperty("last_failure").GetString()));
        Assert.Empty(await ItemsAsync(listener, "?source=razorpay"));
        Assert.Single(await ItemsAsync(listener, "?kind=dead_letters"));
        Assert.Equal(200,
            (await SendAsync(listener, "POST", "/attention/destination-app-dead_letters/acknowledge")).Status);
        Assert.Empty(await ItemsAsync(listener));
        Assert.Single(await ItemsAsync(listener, "?acknowledged=true"));

        await SendAsync(listener, "POST", "/destinations/app/retry-dead");
        await application.WaitForAsync(2, seconds: 5); // the dispatcher is told, and does not wait for anything else
        await ForAsync(() => store.Count("payhook_deliveries where state = 3") == 0);
        Assert.Empty(await ItemsAsync(listener, "?acknowledged=true"));
    }

    [Theory, EveryStore]
    public async Task A_destination_that_is_gone_is_shown_until_it_is_resumed(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var application = await Application.StartAsync(410, 200);
        using var file = DestinationFile.To(application);
        await using var listener = await StartAsync(store, file);
        await listener.PostAsync(Bodies.Mocked("evt_1"));
        await ForAsync(() => store.Count("payhook_destinations where state = 3") == 1);
        var item = Assert.Single(await ItemsAsync(listener));
        Assert.Equal("destination-app-destination_gone", item.GetProperty("id").GetString());
        await SendAsync(listener, "POST", "/destinations/app/resume");
        Assert.Empty(await ItemsAsync(listener));
        await application.WaitForAsync(1);
        await SendAsync(listener, "POST", "/destinations/app/disable"); // by a person, who knows
        Assert.Empty(await ItemsAsync(listener));
    }

    static async Task<System.Text.Json.JsonElement[]> ItemsAsync(TestListener listener, string query = "") =>
        [.. (await SendAsync(listener, "GET", $"/attention{query}")).Json.GetProperty("items").EnumerateArray()];

    static Task<TestListener> StartAsync(TestStore store, DestinationFile file) =>
        ReplaysContractTests.StartAsync(store, file);
}
