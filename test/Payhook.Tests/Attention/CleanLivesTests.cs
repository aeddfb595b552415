using Payhook.Attention;
using Payhook.Payments;
using Payhook.Tests.Payments;

namespace Payhook.Tests.Attention;

/// <summary>
/// A hundred thousand payments that lived as they should, with every kind of trouble planted among them: all of it is
/// found, and nothing else is.
/// </summary>
public sealed class CleanLivesTests
{
    const int LivesCount = 100_000;
    const int PlantedPerKind = 5;

    /// <summary>Long after every life has ended.</summary>
    static readonly DateTimeOffset Now = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void All_that_is_planted_among_clean_lives_is_found_and_nothing_else()
    {
        var random = new Random(20260301);
        var shop = new Shop();
        var providers = LifeTests.Providers;
        var (clean, skipped) = (0, 0);
        for (var i = 0; clean < LivesCount; i++)
        {
            var provider = providers[i % providers.Count];
            var decisions = new byte[40];
            random.NextBytes(decisions);
            var plan = new LifePlan(provider, decisions, $"{i + 1}0");
            if (!IsClean(provider, plan))
            {
                skipped++;
                continue;
            }
            var events = LifeTests.Events(provider, plan);
            if (events.Count == 0) continue;
            var arrived = i % 7 == 0 ? LifeTests.Arrivals(events, random) : events;
            shop.Add(provider.Name, LifeTests.Deliver(arrived));
            clean++;
        }
        Assert.True(skipped > 0);
        foreach (var name in Trouble.Payments.Keys)
        {
            for (var n = 0; n < PlantedPerKind; n++) Trouble.Plant(shop, name, n);
        }
        Trouble.PlantSources(shop);

        var found = shop.Look(Now);
        Assert.Equal(shop.Planted.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.Equal(AttentionKinds.All, [.. shop.Planted.Select(p => AttentionKinds.Find(p.Split(' ')[0])!.Value)
            .Distinct().Order()]);
    }

    /// <summary>
    /// By its plan alone, whatever the rules say of it: no refund failed for good, no dispute waits for an answer, no
    /// authorisation was forgotten, no failure was followed by success where a payment is one attempt, and every event
    /// that the provider sends was sent.
    /// </summary>
    static bool IsClean(LifeProvider provider, LifePlan plan)
    {
        var steps = plan.Steps;
        var isRazorpay = provider.Name == "razorpay";
        var hasAuthorization = steps.Exists(s => s.Kind == StepKind.Authorize);
        var hasCapture = steps.Exists(s => s.Kind == StepKind.Capture);
        if (plan.Status == PaymentStatus.Authorized) return false;
        if (steps.Exists(s => s.Kind == StepKind.RefundFail)) return false;
        // Some providers do not tell that a dispute was answered.
        var told = steps.Where(s => s.Kind >= StepKind.DisputeOpen).SelectMany(s => Told(provider, plan, s));
        if (told.LastOrDefault() == ChangeKind.DisputeOpen) return false;
        if (!isRazorpay) return true;
        if (steps.Exists(s => s.Kind == StepKind.Fail) && (hasAuthorization || hasCapture)) return false;
        if (steps.Exists(s => s.Kind == StepKind.Void)) return false; // Razorpay refunded what was never captured
        return !hasCapture || hasAuthorization || steps.Exists(s => s.Kind == StepKind.Process);
    }

    /// <summary>What the provider's events say of a step.</summary>
    static IEnumerable<ChangeKind> Told(LifeProvider provider, LifePlan plan, Step step)
    {
        var bodies = new List<Sent>();
        provider.Write(plan, step, bodies);
        return bodies.SelectMany(b => Lives.Changes(provider.Name, b)).Select(c => c.Kind);
    }
}

/// <summary>Payments and sources in memory, looked at as the store's reader does, with an index of orders.</summary>
sealed class Shop
{
    readonly List<PaymentRow> _rows = [];
    readonly Dictionary<string, List<PaymentRow>> _orders = new(StringComparer.Ordinal);

    /// <summary>What must be found: the kind and the payment or source.</summary>
    public List<string> Planted { get; } = [];

    /// <summary>What is looked at beside payments.</summary>
    public List<(string About, Func<DateTimeOffset, Finding?> Find)> Others { get; } = [];

    public void Add(string provider, PaymentFacts facts)
    {
        var row = new PaymentRow
        {
            Number = _rows.Count + 1, Provider = provider, Account = "", Source = provider, Facts = facts,
            FirstEventAt = Paid.Start, LastEventAt = Paid.Start.AddHours(1), EventCount = 1,
        };
        _rows.Add(row);
        if (facts.OrderId.Value is not { } order) return;
        if (!_orders.TryGetValue(order, out var rows)) _orders[order] = rows = [];
        rows.Add(row);
    }

    public IEnumerable<string> Look(DateTimeOffset now)
    {
        foreach (var row in _rows)
        {
            // As it is read back from the store.
            var facts = FactsJson.Read(FactsJson.Write(row.Facts));
            var state = PaymentState.Of(facts);
            var found = PaymentRules.Find(row, PaymentRules.Of(row.Provider, facts, state) | Missing(row), now)
                .Append(NotCaptured.Find(row, state, now, TimeSpan.FromHours(24)))
                .Append(CapturedTwice.MayHold(row.Provider, facts, state) ? Twice(row) : null);
            foreach (var finding in found.OfType<Finding>()) yield return $"{finding.Kind.Word()} {row.Facts.Id}";
        }
        foreach (var (about, find) in Others)
        {
            if (find(now) is { } finding) yield return $"{finding.Kind.Word()} {about}";
        }
    }

    /// <summary>As the store marks it, of a source that receives authorisations.</summary>
    static long Missing(PaymentRow row) => CaptureWithoutAuthorization.Holds(row.Provider, row.Facts)
        ? AttentionKind.CaptureWithoutAuthorization.Bit()
        : 0;

    /// <summary>Told of the latest of an order's payments only.</summary>
    Finding? Twice(PaymentRow row)
    {
        var rows = _orders[row.Facts.OrderId.Value!];
        return rows[^1] == row ? CapturedTwice.Find(row, rows) : null;
    }
}
