using System.Text;
using Payhook.Providers;
using Payhook.Query;
using Payhook.Tests.Support;

namespace Payhook.Tests.Query;

/// <summary>What was received comes back byte for byte, and only once where the client has it.</summary>
public sealed class RawTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Gives_back_the_bytes_with_their_type_and_without_the_signature(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        var body = Encoding.UTF8.GetBytes("\uFEFF" + Bodies.Mocked("evt/ü%", type: "payment.captured") + "\r\n ");
        var posted = await listener.PostAsync(body, ("Content-Type", "application/json;charset=UTF-8"));
        Assert.Equal(200, posted.Status);

        using var response = await listener.Client.GetAsync(
            $"/events/{Uri.EscapeDataString("evt/ü%")}/raw", Cancellation);

        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal(["application/json;charset=UTF-8"], response.Content.Headers.NonValidated["Content-Type"]);
        Assert.Equal("evt/%C3%BC%25", Assert.Single(response.Headers.GetValues("X-Payhook-Event-Id")));
        Assert.Equal("payment.captured", Assert.Single(response.Headers.GetValues("X-Payhook-Event-Type")));
        Assert.Equal("razorpay", Assert.Single(response.Headers.GetValues("X-Payhook-Source")));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.DoesNotContain(TestListener.Sign(body), response.ToString());
        Assert.DoesNotContain("Signature", response.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory, EveryStore]
    public async Task Of_a_delivery_with_several_events_gives_the_part_or_the_whole(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        var bytes = new PooledBytes(64);
        System.Buffers.BuffersExtensions.Write(bytes, "[one,two]"u8);
        var first = Receipts.Of(new Source("many", ProviderCatalog.All[0], new Credentials()),
            new DictionaryHeaders([]), [Event("one", 1, 4), Event("two", 5, 8)], 1, Receipted.Moment, bytes);
        using (var writer = listener.Store.OpenWriter()) writer.Append(first.Batch!.Receipts.AsSpan());

        Assert.Equal("two", await listener.Client.GetStringAsync("/events/two/raw", Cancellation));
        Assert.Equal("[one,two]", await listener.Client.GetStringAsync("/events/two/raw?delivery=true", Cancellation));
        using var whole = await listener.Client.GetAsync("/events/two/raw?delivery=true", Cancellation);
        Assert.Equal("application/octet-stream", whole.Content.Headers.ContentType?.ToString());

        static PaymentEvent Event(string id, int start, int end) =>
            new() { EventId = id, IsEventIdSigned = true, EventType = "x", Place = new(start, end) };
    }

    [Theory, EveryStore]
    public async Task Gives_the_headers_with_the_signature_to_who_asks_for_them_and_may_see_everything(StoreKind kind)
    {
        const string master = "0123456789abcdef-master";
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("API_KEYS", master));
        foreach (var amount in new[] { 1, 2 })
            await listener.PostAsync(Bodies.Real(amount: amount), ("X-Razorpay-Event-Id", "same"));
        var numbers = new List<long>();
        foreach (var (query, amount) in new[] { ("", 1), ("?sequence={0}", 2) })
        {
            var path = $"/events/same/raw{query.Replace("{0}", $"{numbers.FirstOrDefault() + 1}")}";
            var found = await listener.GetAsync(path, ("Accept", RawApi.WithHeaders), ("X-API-Key", master));
            Assert.Equal((200, RawApi.WithHeaders), (found.Status, found.ContentType));
            numbers.Add(found.Json.GetProperty("sequence").GetInt64());
            var body = found.Json.GetProperty("body_base64").GetBytesFromBase64();
            Assert.Equal(Bodies.Real(amount: amount), Encoding.UTF8.GetString(body));
            Assert.Equal(TestListener.Sign(body),
                found.Json.GetProperty("headers").GetProperty("X-Razorpay-Signature").GetString());
        }
        var none = await listener.GetAsync("/events/same/raw?sequence=99", ("X-API-Key", master));
        Contract.ReceiveContractTests.AssertProblem(none, 404, "No such event");

        var keys = new[] { Scopes.Read, Scopes.Pii, Scopes.All & ~Scopes.Pii }.Select(
            scopes => ApiKey.Create("k", scopes, null, "cli:me", TimeProvider.System.GetUtcNow())).ToArray();
        foreach (var (key, _) in keys) listener.Store.Keys.Add(key, AuditEntry.Created(key));
        foreach (var (_, text) in keys)
        {
            var refused = await listener.GetAsync(
                "/events/same/raw", ("Accept", RawApi.WithHeaders), ("X-API-Key", text));
            Contract.ReceiveContractTests.AssertProblem(refused, 403, "Not allowed");
        }
    }

    [Fact]
    public async Task Tells_what_is_wrong()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        await listener.PostAsync(Bodies.Mocked("evt_1"));
        Contract.ReceiveContractTests.AssertProblem(await listener.GetAsync("/events/x/raw"), 404, "No such event");
        Assert.Equal("delivery", (await listener.GetAsync("/events/evt_1/raw?delivery=1")).Member("parameter"));
    }

    [Theory, EveryStore]
    public async Task Who_has_an_event_is_told_so_until_something_disagrees_with_it(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await listener.PostAsync(Bodies.Mocked("evt_1"));

        foreach (var path in new[] { "/events/evt_1", "/events/evt_1?include=payload", "/events/evt_1/raw" })
        {
            var tag = await TagAsync(path);
            Assert.StartsWith("\"", tag); // a strong one
            foreach (var known in new[] { tag, $"\"x\", {tag}", "*", "W/" + tag })
            {
                var answer = await listener.GetAsync(path, ("If-None-Match", known));
                Assert.Equal((304, ""), (answer.Status, answer.Text));
            }
            Assert.Equal(200, (await listener.GetAsync(path, ("If-None-Match", "\"x\""))).Status);
        }
        var before = await TagAsync("/events/evt_1");
        await listener.PostAsync(Bodies.Mocked("evt_1", amount: 1));
        Assert.NotEqual(before, await TagAsync("/events/evt_1"));

        async Task<string> TagAsync(string path)
        {
            using var response = await listener.Client.GetAsync(path, Cancellation);
            return response.Headers.ETag!.ToString();
        }
    }
}
