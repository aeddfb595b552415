using System.Text;
using CsCheck;
using Payhook.Payments;

namespace Payhook.Tests.Payments;

/// <summary>
/// Whole lives of payments, as providers tell them: late, twice, out of order, dropped and sent again. However they
/// arrive, the payment must stand where its life really left it.
/// </summary>
public sealed class LifeTests
{
    const int LivesPerProvider = 500;
    const int OrdersPerLife = 3;

    internal static IReadOnlyList<LifeProvider> Providers { get; } =
    [
        AdyenLives.Provider, AuthorizeNetLives.Provider, BraintreeLives.Provider, CashfreeLives.Provider,
        CheckoutComLives.Provider, CoinbaseCommerceLives.Provider, FlutterwaveLives.Provider, GoCardlessLives.Provider,
        KlarnaLives.Provider, LemonSqueezyLives.Provider, MercadoPagoLives.Provider, MidtransLives.Provider,
        MollieLives.Provider, MollieLives.Classic, PaddleLives.Provider, PayPalLives.Provider, PaystackLives.Provider,
        PayUIndiaLives.Provider, PhonePeLives.Provider, PhonePeLives.XVerify, RazorpayLives.Provider,
        ShopifyLives.Provider, SquareLives.Provider, StripeLives.Provider, TapLives.Provider, WorldpayLives.Provider,
        XenditLives.Provider,
    ];

    public static TheoryData<string> Names() => [.. Providers.Select(p => p.Name)];

    [Fact]
    public void Every_provider_whose_payments_are_followed_has_lives_and_there_are_many()
    {
        Assert.Equal(PaymentMappings.ProviderNames.Order(), Providers.Select(p => p.Name).Order());
        Assert.InRange(Providers.Count * LivesPerProvider, 10_000, int.MaxValue);
    }

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

        Assert.True(seen.Count >= lifeOf.Ends, $"too few kinds of lives: {string.Join(", ", seen)}");
    }

    /// <summary>What a provider sends of some life that it says something about.</summary>
    internal static Sent[] Sent(string providerName, Random random)
    {
        var lifeOf = Providers.Single(p => p.Name == providerName);
        var decisions = new byte[40];
        while (true)
        {
            random.NextBytes(decisions);
            var sent = Bodies(lifeOf, new(lifeOf, decisions));
            if (sent.Count > 1) return [.. sent];
        }
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
    internal static List<Told> Arrivals(List<Told> events, Random random)
    {
        Told[] sent = [.. events.SelectMany(e => Enumerable.Repeat(e, 1 + random.Next(3)))];
        random.Shuffle(sent);
        var arrived = sent.Where(_ => random.Next(4) != 0).ToList();
        var resent = events.Except(arrived).ToArray();
        random.Shuffle(resent);
        return [.. arrived, .. resent];
    }

    /// <summary>As the store does: what an event names is looked up, and payments that it joins become one.</summary>
    internal static PaymentFacts Deliver(IEnumerable<Told> events)
    {
        var payments = new List<(string Account, PaymentFacts Facts)>();
        foreach (var (account, change) in events.SelectMany(e => e.Changes.Select(c => (e.Account, c))))
        {
            var known = payments.Where(p => p.Account == account && p.Facts.Names.Overlaps(change.Names)).ToList();
            var payment = known.Count > 0 ? known[0].Facts : new();
            foreach (var other in known.Skip(1))
            {
                payment.Merge(other.Facts);
                payments.Remove(other);
            }
            if (known.Count == 0) payments.Add((account, payment));
            payment.Apply(change);
        }
        return Assert.Single(payments).Facts;
    }

    internal static List<Told> Events(LifeProvider lifeOf, LifePlan plan)
    {
        var events = new List<Told>();
        foreach (var sent in Bodies(lifeOf, plan))
        {
            foreach (var told in Lives.Events(lifeOf.Name, sent))
            {
                Assert.NotEmpty(told.Changes);
                events.Add(told);
            }
        }
        if (events.Count == 0) return events;
        // By this the timeline finds them.
        var facts = Deliver(events);
        Assert.All(events, e => Assert.Contains(facts.Names, n => n.Id == e.PaymentId));
        return events;
    }

    static List<Sent> Bodies(LifeProvider lifeOf, LifePlan plan)
    {
        var bodies = new List<Sent>();
        foreach (var step in plan.Steps) lifeOf.Write(plan, step, bodies);
        return bodies;
    }

    static string Text(PaymentFacts facts) => Encoding.UTF8.GetString(FactsJson.Write(facts));

    static string Print(LifeProvider lifeOf, byte[] decisions) =>
        string.Join('\n', Bodies(lifeOf, new(lifeOf, decisions)).Select(s => s.Body));
}
