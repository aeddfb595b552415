using System.Text;
using Payhook.Payments;
using Payhook.Providers;

namespace Payhook.Tests.Payments;

/// <summary>One request of a provider, and what was looked up for it.</summary>
sealed record Sent(string Body)
{
    public string? Topic { get; init; }
    public string? Document { get; init; }

    public static implicit operator Sent(string body) => new(body);
}

/// <summary>What an event says, as the store keeps it.</summary>
sealed record Told(string Account, string? PaymentId, IReadOnlyList<Change> Changes);

/// <summary>
/// Lives of payments told in every order, and each event twice. What is told of one payment under several ids comes
/// together as in the store: by the names that it is told under.
/// </summary>
static class Lives
{
    /// <summary>The state of the one payment that all of the events are about.</summary>
    public static PaymentState One(string provider, params Sent[] sent)
    {
        var payments = All(provider, sent);
        Assert.Single(payments);
        return payments[0].State;
    }

    /// <summary>The same, and its status is the one expected.</summary>
    public static PaymentState Expect(PaymentStatus status, string provider, params Sent[] sent)
    {
        var state = One(provider, sent);
        Assert.Equal(status, state.Status);
        return state;
    }

    /// <summary>The payments that come out, the same for every order.</summary>
    public static IReadOnlyList<(string Id, PaymentState State)> All(string provider, params Sent[] sent)
    {
        Assert.InRange(sent.Length, 1, 6);
        var changes = sent.Select(s => Changes(provider, s)).ToArray();
        var expected = Tell(changes);
        foreach (var order in Permutations(changes))
        {
            Assert.Equal(expected, Tell(order));
            Assert.Equal(expected, Tell([.. order, .. order.Reverse()]));
        }
        return [.. Facts(changes).Select(f => (f.Id, PaymentState.Of(f)))];
    }

    public static IReadOnlyList<Change> Changes(string provider, Sent sent) =>
        [.. Events(provider, sent).SelectMany(e => e.Changes)];

    public static IReadOnlyList<Told> Events(string provider, Sent sent)
    {
        var body = Encoding.UTF8.GetBytes(sent.Body);
        var headers = sent.Topic is { } topic
            ? new[] { KeyValuePair.Create("X-Shopify-Topic", topic), KeyValuePair.Create("X-Shopify-Shop-Domain", "s") }
            : [KeyValuePair.Create("X-Razorpay-Event-Id", "evt_label")];
        var request = new WebhookRequest(new DictionaryHeaders(headers), body)
        {
            Found = sent.Document is { } document ? new() { Document = Encoding.UTF8.GetBytes(document) } : null,
        };
        var events = new List<PaymentEvent>();
        Assert.True(ProviderCatalog.Find(provider)!.Read(request, events) == Reading.Read, $"{provider}: {sent.Body}");
        return [.. events.Select(e => Of(provider, e.Place.Equals(default) ? body : body[e.Place], e))];
    }

    static Told Of(string provider, byte[] item, PaymentEvent read)
    {
        var changes = PaymentMappings.Map(provider, item, read);
        return new(
            PaymentAccounts.Of(provider, provider, read.AccountId),
            read.PaymentId ?? (changes.Count > 0 ? changes[0].Names[0].Id : null), changes);
    }

    static string Tell(IEnumerable<IReadOnlyList<Change>> changes) => string.Join('\n', Facts(changes).Select(f =>
        $"{f.Id} [{string.Join(' ', f.Names)}] {PaymentState.Of(f)} {f.CapturedAt:O} {f.FailureReason.Value}"));

    static List<PaymentFacts> Facts(IEnumerable<IReadOnlyList<Change>> changes)
    {
        var payments = new List<PaymentFacts>();
        foreach (var change in changes.SelectMany(c => c))
        {
            var facts = new PaymentFacts();
            facts.Apply(change);
            foreach (var known in payments.Where(p => p.Names.Overlaps(facts.Names)).ToArray())
            {
                payments.Remove(known);
                facts.Merge(known);
            }
            payments.Add(facts);
        }
        return [.. payments.OrderBy(f => f.Id, StringComparer.Ordinal)];
    }

    static IEnumerable<T[]> Permutations<T>(T[] items)
    {
        if (items.Length <= 1)
        {
            yield return items;
            yield break;
        }
        for (var i = 0; i < items.Length; i++)
        {
            var others = Permutations<T>([.. items[..i], .. items[(i + 1)..]]);
            foreach (var rest in others) yield return [items[i], .. rest];
        }
    }
}
