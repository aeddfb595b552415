using Payhook.Attention;
using Payhook.Payments;
using Payhook.Providers;
using static Payhook.Payments.ChangeKind;

namespace Payhook.Tests.Attention;

/// <summary>Every kind of trouble, made of what providers tell.</summary>
static class Trouble
{
    /// <summary>Payments by the kind of their trouble; several forms of one kind take turns.</summary>
    public static readonly Dictionary<AttentionKind, (string Provider, Change[] Changes)[]> Payments = new()
    {
        [AttentionKind.LateAuthorization] =
        [
            ("razorpay", [Of(Failed, 1), Of(Authorized, 5), Of(Captured, 6)]),
            ("adyen", [Of(Failed, 1), Of(Authorized, 5)]),
            ("cashfree", [Of(Failed, 3), Of(Captured, 3)]),
        ],
        [AttentionKind.NotCaptured] =
        [
            ("razorpay", [Of(Authorized, 1)]), ("stripe", [Of(Created, 1), Of(Failed, 2), Of(Authorized, 3)]),
        ],
        [AttentionKind.CapturedTwice] = [("razorpay", [Of(Authorized, 1), Of(Captured, 2)])],
        [AttentionKind.AmountChanged] =
        [
            ("razorpay", [Of(Authorized, 1), Of(Captured, 2) with { PaymentAmount = 900 }]),
            ("mollie", [Of(Captured, 2), Of(Noted, 3) with { Currency = "EUR" }]),
        ],
        [AttentionKind.RefundsAboveCapture] =
        [
            ("stripe", [Of(Captured, 1), Of(RefundSucceeded, 2, 600, "r1"), Of(RefundSucceeded, 3, 600, "r2")]),
            ("adyen", [Of(Authorized, 0), Of(Captured, 1, 400, "c1"), Of(RefundSucceeded, 2, 500, "r1")]),
        ],
        [AttentionKind.RefundWithoutCapture] =
        [
            ("razorpay", [Of(Authorized, 1), Of(RefundSucceeded, 2, 1000, "r1") with { IsNeverCaptured = true }]),
            ("stripe", [Of(Failed, 1), Of(RefundSucceeded, 2, 1000, "r1")]),
        ],
        [AttentionKind.RefundFailed] =
        [
            ("stripe", [Of(Captured, 1), Of(ChangeKind.RefundFailed, 2, 500, "r1")]),
            ("paddle", [Of(Captured, 1), Of(ChangeKind.RefundFailed, 2, 500, "r1"), Of(RefundSucceeded, 3, 400, "r2")]),
        ],
        [AttentionKind.DisputeOpen] = [("square", [Of(Captured, 1), Of(ChangeKind.DisputeOpen, 2, 1000, "d1")])],
        [AttentionKind.CaptureWithoutAuthorization] = [("razorpay", [Of(Captured, 2)])],
        [AttentionKind.TestInLive] =
        [
            ("stripe", [Of(Captured, 1) with { IsLive = true }, Of(Noted, 2) with { IsLive = false }]),
        ],
    };

    static Change Of(ChangeKind kind, int second, long? amount = 1000, string? child = null) =>
        Paid.Of(kind, second, amount, child);

    public static void Plant(Shop shop, AttentionKind kind, int number)
    {
        var (provider, changes) = Payments[kind][number % Payments[kind].Length];
        var id = $"planted_{kind}_{number}";
        if (kind == AttentionKind.CapturedTwice) shop.Add(provider, Facts($"{id}_first", id, changes));
        shop.Add(provider, Facts(id, id, changes));
        shop.Planted.Add($"{kind.Word()} {id}");
    }

    /// <summary>What is planted beside payments: healthy sources among those in trouble.</summary>
    public static void PlantSources(Shop shop)
    {
        var stripe = new Source("stripe", ProviderCatalog.Find("stripe")!, new Credentials(new Secret("whsec_x")));
        var test = Paid.Row("stripe", Paid.Of(Captured, 1) with { IsLive = false });
        for (var i = 0; i < 5; i++)
        {
            var hours = Enumerable.Range(0, 200).Select(h => Paid.Start.AddHours(h)).ToArray();
            Other("busy", now => GoneQuiet.Find("busy", hours, hours[^1].AddHours(1.9)));
            Plant(AttentionKind.GoneQuiet, now => GoneQuiet.Find("quiet", hours, now));
            Other("sandbox", now => TestInLive.Find(stripe, [test]));
            Plant(AttentionKind.TestInLive, now => TestInLive.Find(stripe with { IsSaidToBeLive = true }, [test]));
            Plant(AttentionKind.OtherBody, now => OtherBody.Find(new(
                1, 2, "stripe", "evt_1", "charge.succeeded", "ch_1", Paid.Start, Paid.Start, 1)));
            var refused = Enumerable.Range(0, 4).Select(n => Support.Rejections.Of() with
            {
                ReceivedAt = Paid.Start.AddMinutes(n),
            }).ToArray();
            RefusedTraffic traffic = new("razorpay", "razorpay", refused, false, [], Paid.Start.AddHours(-1), 0);
            Plant(AttentionKind.RejectionsRunning, now => RejectionsRunning.Find(traffic, now));
            Other("served", now => DeadLetters.Find("served", null));
            Plant(AttentionKind.DeadLetters, now => DeadLetters.Find(
                "orders", new(3, Paid.Start, 17, FailureClass.Timeout, "evt_1")));
            Other("resumed", now => DestinationGone.Find("resumed", null, 4));
            Plant(AttentionKind.DestinationGone, now => DestinationGone.Find("old", Paid.Start, 4));
            var mended = traffic with { LastAcceptedAt = Paid.Start.AddHours(1) };
            Other("mended", now => RejectionsRunning.Find(mended, now));
        }

        void Other(string about, Func<DateTimeOffset, Finding?> find) => shop.Others.Add((about, find));

        void Plant(AttentionKind kind, Func<DateTimeOffset, Finding?> find)
        {
            var about = $"source_{shop.Others.Count}";
            Other(about, find);
            shop.Planted.Add($"{kind.Word()} {about}");
        }
    }

    static PaymentFacts Facts(string id, string order, Change[] changes)
    {
        var facts = new PaymentFacts();
        foreach (var change in changes)
            facts.Apply(change with { Names = [new(NameKind.Payment, id)], OrderId = $"order_of_{order}" });
        return facts;
    }
}
