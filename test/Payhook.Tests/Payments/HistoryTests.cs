using System.Text;
using System.Text.Json.Nodes;
using Payhook.Payments;
using Payhook.Providers;
using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Payments;

/// <summary>
/// A payment told again from its stored events must be the payment that the store keeps: else the timeline and the past
/// would be those of another one.
/// </summary>
public sealed class HistoryTests
{
    const int Lives = 4;

    public static TheoryData<string> Names() => [.. PaymentMappings.ProviderNames];

    [Theory, MemberData(nameof(Names))]
    public async Task Told_again_from_its_events_a_payment_is_what_the_store_keeps(string providerName)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        var random = new Random(1);
        for (var life = 0; life < Lives; life++)
        {
            var sent = LifeTests.Sent(providerName, random);
            random.Shuffle(sent);
            var ids = new HashSet<string>();
            for (var i = 0; i < sent.Length; i++) ids.UnionWith(Put(listener.Store, providerName, sent[i], i));

            foreach (var id in ids)
            {
                var path = $"/payments/{Uri.EscapeDataString(id)}";
                var now = await listener.GetAsync(path);
                Assert.Equal(200, now.Status);
                var then = await listener.GetAsync(path + "?as_of=2100-01-01T00:00:00Z");
                Assert.Equal(WithoutCount(now), WithoutCount(then));
                Assert.All(now.Json.GetProperty("events").EnumerateArray(), e =>
                    Assert.True(e.GetProperty("in_timeline").GetBoolean()));
            }
        }
    }

    /// <summary>Puts a delivery into the store as the listener would, and gives the payments it is about.</summary>
    static string[] Put(IEventStore store, string providerName, Sent sent, int minute)
    {
        var provider = ProviderCatalog.Find(providerName)!;
        var headers = new DictionaryHeaders(sent.Topic is { } topic
            ? [new("X-Shopify-Topic", topic), new("X-Shopify-Shop-Domain", "s")]
            : [new("X-Razorpay-Event-Id", $"evt_{Guid.NewGuid()}")]);
        var body = Encoding.UTF8.GetBytes(sent.Body);
        var events = new List<PaymentEvent>();
        provider.Read(new(headers, body)
        {
            Found = sent.Document is { } document ? new() { Document = Encoding.UTF8.GetBytes(document) } : null,
        }, events);
        // The lives count their events from 0, each of them.
        if (provider is not MollieClassic) events = [.. events.Select(e => e with { IsEventIdSigned = false })];
        var bytes = new PooledBytes(body.Length);
        System.Buffers.BuffersExtensions.Write(bytes, body);
        var source = new Source(providerName, provider, new(new Secret("x")));
        var first = Receipts.Of(source, headers, events, 1, Receipted.Moment.AddMinutes(minute), bytes);
        var receipts = first.Batch?.Receipts ?? [first];
        string[] ids = [.. receipts.Select(r => r.PaymentId!)];
        using var writer = store.OpenWriter();
        writer.Append(receipts);
        bytes.Return();
        return ids;
    }

    static string WithoutCount(Answer answer)
    {
        var json = JsonNode.Parse(answer.Text)!.AsObject();
        json.Remove("event_count");
        return json.ToJsonString();
    }
}
