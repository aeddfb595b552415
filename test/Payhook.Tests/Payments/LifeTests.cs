using System.Text;
using CsCheck;
using Payhook.Payments;
using Payhook.Providers;

namespace Payhook.Tests.Payments;

/// <summary>
/// Whole lives of payments, as providers tell them: late, twice, out of order, dropped and sent again. However they
/// arrive, the payment must stand where its life really left it.
/// </summary>
public sealed class LifeTests
{
    const int LivesPerProvider = 1_800;
    const int OrdersPerLife = 3;

    internal static IReadOnlyList<LifeProvider> Providers { get; } =
    [
        RazorpayLives.Provider, StripeLives.Provider, SquareLives.Provider, GoCardlessLives.Provider,
        PaddleLives.Provider, CheckoutComLives.Provider,
    ];

    public static TheoryData<string> Names() => [.. Providers.Select(p => p.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Ends_where_its_life_left_it_whatever_the_order(string providerName)
    {
        var lifeOf = Providers.Single(p => p.Name == providerName);
        var seen = new HashSet<PaymentStatus>();
        Gen.Select(Gen.Byte.Array[40], Gen.Int[0, int.MaxValue - 1]).Sample((decisions, seed) =>
        {
            var plan = new LifePlan(lifeOf, decisions);
            var events = Events(lifeOf, plan);
            if (events.Count == 0) return; // a life that the provider says nothing about
            var random = new Random(seed);
            var inOrder = Deliver(events);
            var text = Text(inOrder);

            for (var i = 0; i < OrdersPerLife; i++) Assert.Equal(text, Text(Deliver(Arrivals(events, random))));
            AssertIs(plan, lifeOf, inOrder);
            lock (seen) seen.Add(plan.Status);
        }, iter: LivesPerProvider, print: sample => Print(lifeOf, sample.Item1));

        Assert.True(seen.Count >= 6, $"too few kinds of lives: {string.Join(", ", seen)}");
    }

    static void AssertIs(LifePlan plan, LifeProvider provider, PaymentFacts facts)
    {
        var state = PaymentState.Of(facts);
        Assert.Equal(plan.Status, state.Status);
        if (!provider.TellsAmounts) return;
        Assert.Equal(plan.Captured, state.Captured);
        Assert.Equal(plan.Refunded, state.Refunded);
    }

    /// <summary>Some twice or thrice, some dropped at first: then only the one that was sent again arrives.</summary>
    internal static List<IReadOnlyList<Change>> Arrivals(List<IReadOnlyList<Change>> events, Random random)
    {
        IReadOnlyList<Change>[] sent = [.. events.SelectMany(e => Enumerable.Repeat(e, 1 + random.Next(3)))];
        random.Shuffle(sent);
        var arrived = sent.Where(_ => random.Next(4) != 0).ToList();
        var resent = events.Except(arrived).ToArray();
        random.Shuffle(resent);
        return [.. arrived, .. resent];
    }

    /// <summary>As the store does: what an event names is looked up, and payments that it joins become one.</summary>
    internal static PaymentFacts Deliver(IEnumerable<IReadOnlyList<Change>> events)
    {
        var payments = new List<PaymentFacts>();
        foreach (var change in events.SelectMany(changes => changes))
        {
            var known = payments.Where(p => p.Names.Overlaps(change.Names)).ToList();
            var payment = known.Count > 0 ? known[0] : new();
            foreach (var other in known.Skip(1))
            {
                payment.Merge(other);
                payments.Remove(other);
            }
            if (known.Count == 0) payments.Add(payment);
            payment.Apply(change);
        }
        return Assert.Single(payments);
    }

    internal static List<IReadOnlyList<Change>> Events(LifeProvider lifeOf, LifePlan plan)
    {
        var provider = ProviderCatalog.Find(lifeOf.Name)!;
        var headers = new DictionaryHeaders([KeyValuePair.Create("X-Razorpay-Event-Id", "evt_label")]);
        var events = new List<IReadOnlyList<Change>>();
        foreach (var text in Bodies(lifeOf, plan))
        {
            var body = Encoding.UTF8.GetBytes(text);
            var reads = new List<PaymentEvent>();
            Assert.Equal(Reading.Read, provider.Read(new(headers, body), reads));
            foreach (var read in reads)
            {
                var item = read.Place.Equals(default) ? body : body[read.Place];
                var changes = PaymentMappings.Map(lifeOf.Name, item, read);
                Assert.NotEmpty(changes);
                events.Add(changes);
            }
        }
        return events;
    }

    static List<string> Bodies(LifeProvider lifeOf, LifePlan plan)
    {
        var bodies = new List<string>();
        foreach (var step in plan.Steps) lifeOf.Write(plan, step, bodies);
        return bodies;
    }

    static string Text(PaymentFacts facts) => Encoding.UTF8.GetString(FactsJson.Write(facts));

    static string Print(LifeProvider lifeOf, byte[] decisions) =>
        string.Join('\n', Bodies(lifeOf, new(lifeOf, decisions)));
}
