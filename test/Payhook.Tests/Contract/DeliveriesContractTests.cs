using System.Text;
using System.Text.Json;
using Payhook.Store;
using Payhook.Tests.Reference;
using Payhook.Tests.Support;
using static Payhook.Tests.Contract.DestinationsContractTests;

namespace Payhook.Tests.Contract;

/// <summary>What was tried, how it ended, and another try for what was given up.</summary>
public sealed class DeliveriesContractTests
{
    [Theory, EveryStore]
    public async Task Deliveries_are_listed_filtered_and_shown_with_every_attempt(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await FillAsync(store);
        await using var listener = await StartAsync(store);
        var all = (await SendAsync(listener, "GET", "/deliveries")).Json;
        Assert.Equal(["pending", "dead", "delivered"], Words(all, "state"));
        Assert.Equal(JsonValueKind.Null, all.GetProperty("next").ValueKind);
        Assert.Equal(["dead"], Words((await SendAsync(listener, "GET", "/deliveries?state=dead")).Json, "state"));
        Assert.Equal(["timeout"],
            Words((await SendAsync(listener, "GET", "/deliveries?failure=timeout")).Json, "failure"));
        Assert.Equal(3,
            Words((await SendAsync(listener, "GET", "/deliveries?destination=orders")).Json, "state").Length);
        var id = all.GetProperty("deliveries")[1].GetProperty("event_id").GetString();
        Assert.Equal(["dead"], Words((await SendAsync(listener, "GET", $"/deliveries?event_id={id}")).Json, "state"));
        Assert.Empty(Words((await SendAsync(listener, "GET", "/deliveries?event_id=other")).Json, "state"));
        Assert.Empty(Words((await SendAsync(listener, "GET", "/deliveries?destination=other")).Json, "state"));

        var first = (await SendAsync(listener, "GET", "/deliveries?limit=2")).Json;
        Assert.Equal(["pending", "dead"], Words(first, "state"));
        var rest = (await SendAsync(listener, "GET", $"/deliveries?limit=2&before={first.GetProperty("next")}")).Json;
        Assert.Equal(["delivered"], Words(rest, "state"));

        var dead = all.GetProperty("deliveries")[1];
        var one = await SendAsync(listener, "GET", $"/deliveries/{dead.GetProperty("id")}");
        Assert.Equal((200, "orders", "dead"), (one.Status, one.Member("destination"), one.Member("state")));
        var attempt = Assert.Single(one.Json.GetProperty("attempts").EnumerateArray());
        Assert.Equal((500, "status", 12.5), (attempt.GetProperty("status").GetInt32(),
            attempt.GetProperty("failure").GetString(), attempt.GetProperty("duration_ms").GetDouble()));
        Assert.Contains("a@example.com", attempt.GetProperty("answer").GetString(), StringComparison.Ordinal);
        ApiAnswerTests.Check("GET", "/deliveries", await SendAsync(listener, "GET", "/deliveries"));
        ApiAnswerTests.Check("GET", "/deliveries/{id}", one);
        ApiAnswerTests.Check("GET", "/destinations", await SendAsync(listener, "GET", "/destinations"));
        var counted = (await SendAsync(listener, "GET", "/destinations/orders")).Json;
        Assert.Equal((1, 1), (counted.GetProperty("pending").GetInt32(), counted.GetProperty("dead").GetInt32()));
    }

    [Theory, EveryStore]
    public async Task An_answer_is_masked_for_who_may_not_see_personal_data(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await FillAsync(store);
        await using var listener = await StartAsync(store);
        var key = (await SendAsync(listener, "POST", "/keys", """{"name":"k","scopes":["read"]}""")).Member("key")!;
        var dead = (await SendAsync(listener, "GET", "/deliveries?state=dead")).Json.GetProperty("deliveries")[0];
        var masked = await SendAsync(
            listener, "GET", $"/deliveries/{dead.GetProperty("id")}", "", ("X-API-Key", key));
        Assert.Equal(200, masked.Status);
        Assert.DoesNotContain("a@example.com", masked.Text, StringComparison.Ordinal);
        Assert.True(masked.Json.GetProperty("attempts")[0].GetProperty("masked").GetBoolean());
    }

    [Theory, EveryStore]
    public async Task A_dead_letter_is_retried_alone_or_with_all_of_its_destination(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await FillAsync(store);
        await using var listener = await StartAsync(store);
        var all = (await SendAsync(listener, "GET", "/deliveries")).Json.GetProperty("deliveries");
        var retried = await SendAsync(listener, "POST", $"/deliveries/{all[1].GetProperty("id")}/retry");
        Assert.Equal((200, "pending"), (retried.Status, retried.Member("state")));
        Assert.Equal(1, retried.Json.GetProperty("attempts").GetArrayLength());
        ReceiveContractTests.AssertProblem(
            await SendAsync(listener, "POST", $"/deliveries/{all[1].GetProperty("id")}/retry"), 409,
            "The delivery was not given up");
        Assert.Equal(409, (await SendAsync(listener, "POST", $"/deliveries/{all[2].GetProperty("id")}/retry")).Status);
        Assert.Equal("""{"retried":0}""",
            (await SendAsync(listener, "POST", "/destinations/orders/retry-dead")).Text);
        Assert.Contains("deliveries-retried", (await SendAsync(listener, "GET", "/audit?limit=1")).Text,
            StringComparison.Ordinal);
    }

    [Theory, EveryStore]
    public async Task All_dead_letters_of_a_destination_are_retried_at_once(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await FillAsync(store);
        await using var listener = await StartAsync(store);
        Assert.Equal("""{"retried":1}""",
            (await SendAsync(listener, "POST", "/destinations/orders/retry-dead")).Text);
        Assert.Empty(Words((await SendAsync(listener, "GET", "/deliveries?state=dead")).Json, "state"));
        Assert.Equal(404, (await SendAsync(listener, "POST", "/destinations/other/retry-dead")).Status);
    }

    [Theory, EveryStore]
    public async Task Dead_letters_are_told_and_retried_by_why_they_failed(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await FillAsync(store);
        await using var listener = await StartAsync(store);
        var one = await SendAsync(listener, "GET", "/destinations/orders");
        Assert.Equal("""{"status":1}""", one.Json.GetProperty("dead_by_failure").GetRawText());
        ApiAnswerTests.Check("GET", "/destinations/{name}", one);
        var all = (await SendAsync(listener, "GET", "/destinations")).Json[0];
        Assert.False(all.TryGetProperty("dead_by_failure", out _));
        const string path = "/destinations/orders/retry-dead?failure=";
        Assert.Equal("""{"retried":0}""", (await SendAsync(listener, "POST", path + "timeout")).Text);
        foreach (var wrong in new[] { "lost", "none", "delivered", "" })
        {
            var refused = await SendAsync(listener, "POST", path + wrong);
            Assert.Equal((400, "failure"), (refused.Status, refused.Member("parameter")));
        }
        Assert.Equal(400, (await SendAsync(listener, "POST", "/destinations/orders/retry-dead?failures=dns")).Status);
        Assert.Equal("""{"retried":1}""", (await SendAsync(listener, "POST", path + "status")).Text);
        Assert.Contains("1 dead letters (status)", (await SendAsync(listener, "GET", "/audit?limit=1")).Text,
            StringComparison.Ordinal);
        one = await SendAsync(listener, "GET", "/destinations/orders");
        Assert.Equal("{}", one.Json.GetProperty("dead_by_failure").GetRawText());
    }

    [Theory]
    [InlineData("/deliveries/x", 404)]
    [InlineData("/deliveries/0", 404)]
    [InlineData("/deliveries/9223372036854775807", 404)]
    [InlineData("/deliveries/99999999999999999999", 404)]
    [InlineData("/deliveries?state=lost", 400)]
    [InlineData("/deliveries?failure=bad", 400)]
    [InlineData("/deliveries?limit=501", 400)]
    [InlineData("/deliveries?before=x", 400)]
    [InlineData("/deliveries?stat=dead", 400)]
    public async Task What_is_not_there_is_404_and_what_is_not_understood_400(string path, int status)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await StartAsync(store);
        Assert.Equal(status, (await SendAsync(listener, "GET", path)).Status);
    }

    /// <summary>
    /// A destination that got one event, gave one up, and waits with one. It is paused, so that nobody serves it.
    /// </summary>
    static async Task FillAsync(TestStore test)
    {
        await using (var listener = await StartAsync(test))
        {
            foreach (var payment in new[] { "pay_1", "pay_2", "pay_3" })
                await listener.PostAsync(PaymentBodies.Razorpay("payment.captured", payment));
        }
        await using var store = test.Open();
        var at = TimeProvider.System.GetUtcNow();
        var destination = new Destination { Name = "orders", Url = new("https://orders.example") };
        var id = store.Destinations.Add(
            new()
            {
                Name = "orders", SettingsJson = DestinationText.Settings(destination), SecretsJson = "{}",
                CreatedAt = at, UpdatedAt = at,
            }, default, new(at, "cli:me", AuditEntry.DestinationAdded, "orders", ""))!.Value;
        var span = new FeedSpan(default, new(ulong.MaxValue, long.MaxValue));
        var events = (await store.Feed.PageAsync(new(), span, 10, true, Stop)).Events;
        var lease = Assert.Single(store.Deliveries.KeepLeases("test", TimeSpan.FromMinutes(1)).Leases);
        Settle(0, DeliveryState.Delivered, FailureClass.None, 200, "ok");
        Settle(1, DeliveryState.Dead, FailureClass.Status, 500, """{"email":"a@example.com"}""");
        Settle(2, DeliveryState.Pending, FailureClass.Timeout, 0, "");
        store.Deliveries.ReleaseAll("test");
        Assert.True(store.Destinations.SetState(id, DestinationState.Paused, "paused by a test", null));

        void Settle(int i, DeliveryState state, FailureClass failure, int status, string answer)
        {
            var delivery = new Delivery
            {
                DestinationId = id, EventSequence = events[i].Event.Sequence, State = state, AttemptCount = 1,
                FirstAttemptAt = at, DueAt = at.AddMinutes(1), LastFailure = failure,
            };
            var attempt = new Attempt(
                1, at, TimeSpan.FromMilliseconds(12.5), status, failure, "", Encoding.UTF8.GetBytes(answer));
            Assert.Empty(store.Deliveries.Settle(
            [
                new(lease) { Deliveries = [new(delivery, events[i].Position, attempt)], Cursor = events[i].Position },
            ]));
        }
    }

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    static string?[] Words(JsonElement page, string name) =>
        [.. page.GetProperty("deliveries").EnumerateArray().Select(d => d.GetProperty(name).GetString())];
}
