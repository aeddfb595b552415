using Payhook.Attention;
using Payhook.Payments;
using Payhook.Providers;
using Payhook.Tests.Support;
using static Payhook.Payments.ChangeKind;

namespace Payhook.Tests.Attention;

/// <summary>Each rule: what it finds, what it leaves alone, and what solves it.</summary>
public sealed class RuleTests
{
    static readonly DateTimeOffset Later = Paid.Start.AddHours(1);

    [Fact]
    public void A_success_after_a_failure_is_late_where_a_payment_is_one_attempt()
    {
        AssertFound(AttentionKind.LateAuthorization, "razorpay", Of(Failed, 1), Of(Authorized, 2));
        AssertFound(AttentionKind.LateAuthorization, "razorpay", Of(Authorized, 2), Of(Failed, 1)); // in any order
        AssertFound(AttentionKind.LateAuthorization, "cashfree", Of(Failed, 1), Of(Captured, 2));
        AssertNone("stripe", Of(Failed, 1), Of(Captured, 2)); // tried again by the customer
        AssertNone("adyen", Of(Authorized, 1), Of(CaptureFailed, 2, 1000, "c1"), Of(Captured, 3, 1000, "c2"));
        AssertNone("razorpay", Of(Failed, 1));
        AssertNone("cashfree", Of(Failed, 1), Of(Captured, 2), Of(RefundSucceeded, 3, 1000, "r1"));
        AssertNone("adyen", Of(Failed, 1), Of(Authorized, 2), Of(Voided, 3));
        var finding = Find("razorpay", Of(Failed, 1), Of(Authorized, 2)).Single();
        Assert.Equal(Paid.Start.AddSeconds(2).AddDays(3), finding.Deadline);
        Assert.Contains("failed at 2026-03-01T12:00:01Z", finding.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void An_authorisation_that_nobody_captures_is_found_by_its_age()
    {
        var row = Paid.Row("razorpay", Of(Authorized, 1));
        Finding? At(PaymentRow of, double hours) => NotCaptured.Find(
            of, PaymentState.Of(of.Facts), Paid.Start.AddHours(hours), TimeSpan.FromHours(24));
        Assert.Null(At(row, 23.9));
        Assert.Equal(Paid.Start.AddSeconds(1).AddDays(3), At(row, 24.1)!.Deadline);
        Assert.Contains("10.00 INR", At(row, 24.1)!.Explanation, StringComparison.Ordinal);
        Assert.Null(At(Paid.Row("razorpay", Of(Authorized, 1), Of(Captured, 2)), 100));
        Assert.Null(At(Paid.Row("adyen", Of(Authorized, 1)), 100)); // captured without an event that says so
        Assert.Null(At(Paid.Row("worldpay", Of(Authorized, 1)), 100)!.Deadline);
    }

    [Fact]
    public void Two_captured_payments_of_an_order_are_one_too_many()
    {
        PaymentRow Payment(int number, string order, long amount, params Change[] more)
        {
            var row = Paid.Row("razorpay", [Of(Captured, 1, amount) with { OrderId = order }, .. more]);
            row.Number = number;
            return row;
        }
        var first = Payment(1, "o", 1000);
        Assert.Equal("2 1", CapturedTwice.Find(Payment(2, "o", 1000), [first])!.Mark);
        Assert.NotNull(CapturedTwice.Find(Payment(2, "o", 1024), [first])); // with a fee on top
        Assert.Null(CapturedTwice.Find(Payment(2, "o", 500), [first])); // paid in parts
        Assert.Null(CapturedTwice.Find(Payment(2, "p", 1000), [first]));
        Assert.Null(CapturedTwice.Find(first, [first]));
        Assert.Null(CapturedTwice.Find(Payment(2, "o", 1000, Of(RefundPending, 2, 1000, "r1")), [first]));
        Assert.Null(CapturedTwice.Find(first, [Payment(2, "o", 1000, Of(RefundSucceeded, 2, 1000, "r1"))]));
        var parts = Paid.Row("stripe", Of(Captured, 1, 500, "c1"), Of(Captured, 2, 500, "c2"));
        Assert.False(CapturedTwice.MayHold("stripe", parts.Facts, PaymentState.Of(parts.Facts)));
    }

    [Fact]
    public void Another_amount_or_currency_is_a_contradiction_where_it_cannot_change()
    {
        AssertFound(AttentionKind.AmountChanged, "razorpay",
            Of(Authorized, 1), Of(Captured, 2) with { PaymentAmount = 900 });
        AssertFound(AttentionKind.AmountChanged, "mollie", Of(Captured, 1), Of(Noted, 2) with { Currency = "EUR" });
        AssertNone("stripe",
            Of(Created, 1) with { PaymentAmount = 900 }, Of(Captured, 2) with { PaymentAmount = 1000 });
        AssertNone("adyen", Of(Authorized, 1), Of(AuthorizationAdjusted, 2, 1200), Of(Captured, 3, 1200, "c1"));
        AssertNone("checkoutcom", Of(Authorized, 1), Of(Captured, 2, 400, "c1")); // a part is no other amount
        AssertNone("adyen", Of(Authorized, 1), Of(DisputeLost, 2, 12, "d1") with { Currency = "USD" });
    }

    [Fact]
    public void More_refunded_than_captured_is_too_much()
    {
        AssertFound(AttentionKind.RefundsAboveCapture, "adyen",
            Of(Captured, 1, 1000, "c1"), Of(RefundSucceeded, 2, 600, "r1"), Of(RefundSucceeded, 3, 401, "r2"));
        AssertNone("adyen",
            Of(Captured, 1, 1000, "c1"), Of(RefundSucceeded, 2, 600, "r1"), Of(RefundSucceeded, 3, 400, "r2"));
        AssertNone("gocardless", Of(Captured, 1, null), Of(RefundSucceeded, 2, 500, "r1")); // tells no amounts
        AssertNone("stripe", Of(RefundSucceeded, 2, 500, "r1")); // of a payment from before
    }

    [Fact]
    public void A_refund_of_what_was_never_captured_is_found_after_a_while()
    {
        Change[] released = [Of(Authorized, 1), Of(RefundSucceeded, 2, 1000, "r1") with { IsNeverCaptured = true }];
        AssertFound(AttentionKind.RefundWithoutCapture, "razorpay", released);
        AssertFound(AttentionKind.RefundWithoutCapture, "paypal", Of(Failed, 1), Of(RefundSucceeded, 2, 1000, "r1"));
        AssertNone("stripe", released); // a hold that the merchant let go of
        AssertNone("paypal", Of(RefundSucceeded, 2, 1000, "r1")); // of a payment from before
        AssertNone("razorpay", [.. released, Of(Captured, 1)]);
        Assert.Empty(Find(Paid.Start.AddMinutes(5), "razorpay", released)); // the capture may be on its way
    }

    [Fact]
    public void A_failed_refund_stays_until_a_later_one_makes_up_for_it()
    {
        var failed = Of(ChangeKind.RefundFailed, 5, 500, "r1");
        AssertFound(AttentionKind.RefundFailed, "stripe", Of(Captured, 1), failed);
        AssertFound(AttentionKind.RefundFailed, "stripe", Of(Captured, 1), failed, Of(RefundSucceeded, 4, 500, "r2"));
        AssertFound(AttentionKind.RefundFailed, "stripe", Of(Captured, 1), failed, Of(RefundSucceeded, 6, 400, "r2"));
        AssertNone("stripe", Of(Captured, 1), failed, Of(RefundSucceeded, 6, 500, "r2"));
        AssertNone("stripe", Of(Captured, 1), failed, Of(RefundSucceeded, 6, 500, "r1")); // it went through after all
        var one = Find("stripe", Of(Captured, 1), failed).Single();
        var two = Find("stripe", Of(Captured, 1), failed, Of(ChangeKind.RefundFailed, 6, 100, "r2")).Single();
        Assert.NotEqual(one.Mark, two.Mark);
    }

    [Fact]
    public void An_open_dispute_is_told_with_its_date_until_it_is_answered()
    {
        var by = Paid.Start.AddDays(7);
        var open = Of(ChangeKind.DisputeOpen, 2, 1000, "d1") with { RespondBy = by, Reason = "fraud" };
        var finding = Find("stripe", Of(Captured, 1), open).Single();
        Assert.Equal((AttentionKind.DisputeOpen, by), (finding.Kind, finding.Deadline));
        Assert.Contains("lost without an answer by 2026-03-08", finding.Explanation, StringComparison.Ordinal);
        Assert.Contains("ended", Find(by.AddDays(1), "stripe", Of(Captured, 1), open).Single().Explanation,
            StringComparison.Ordinal);
        AssertNone("stripe", Of(Captured, 1), open, Of(DisputeUnderReview, 3, 1000, "d1"));
        AssertNone("stripe", Of(Captured, 1), open, Of(DisputeLost, 3, 1000, "d1"));
    }

    [Fact]
    public void A_capture_without_its_authorisation_misses_an_event()
    {
        AssertFound(AttentionKind.CaptureWithoutAuthorization, "razorpay", Of(Captured, 1));
        AssertNone("razorpay", Of(Captured, 2), Of(Authorized, 1));
        AssertNone("razorpay", Of(Pending, 1), Of(Captured, 2)); // cash on delivery
        AssertNone("stripe", Of(Captured, 1));
        Assert.Empty(Find(Paid.Start.AddMinutes(9), "razorpay", Of(Captured, 1)));
    }

    [Fact]
    public void Test_events_in_a_live_source_are_told_once()
    {
        AssertFound(AttentionKind.TestInLive, "stripe",
            Of(Captured, 1) with { IsLive = true }, Of(Noted, 2) with { IsLive = false });
        AssertNone("stripe", Of(Captured, 1) with { IsLive = false });
        var source = new Source("stripe", ProviderCatalog.Find("stripe")!, new Credentials(new Secret("whsec_x")));
        var row = Paid.Row("stripe", Of(Captured, 1) with { IsLive = false });
        Assert.Null(TestInLive.Find(source, [row]));
        Assert.Null(TestInLive.Find(source with { IsSaidToBeLive = true }, []));
        Assert.Equal("pay_1", TestInLive.Find(source with { IsSaidToBeLive = true }, [row])!.Mark);
    }

    [Fact]
    public void Refusals_are_told_with_the_time_that_is_left_and_the_window_to_replay()
    {
        var refused = Enumerable.Range(0, 3).Select(i => Refused(i)).ToArray();
        var traffic = new RefusedTraffic("shop", "razorpay", refused, false, [], Paid.Start.AddHours(-1), 0);
        var finding = RejectionsRunning.Find(traffic, Paid.Start.AddHours(4))!;
        Assert.Equal(Paid.Start.AddHours(24), finding.Deadline);
        Assert.Contains("in 20 hours. Razorpay disables the webhook.", finding.Explanation, StringComparison.Ordinal);
        Assert.Equal(Paid.Start, Value(finding, "replay_from"));
        Assert.Equal(Paid.Start.AddMinutes(2), Value(finding, "replay_until"));
        Assert.Equal(20 * 3600L, Value(finding, "seconds_left"));
        Assert.Contains("given up", RejectionsRunning.Find(traffic, Paid.Start.AddDays(2))!.Explanation,
            StringComparison.Ordinal);
        Assert.Equal(Paid.Start.AddHours(-1), // what was let go began before what is kept
            Value(RejectionsRunning.Find(traffic with { IsCut = true }, Paid.Start.AddHours(4))!, "replay_from"));

        Assert.Null(RejectionsRunning.Find(traffic with { Genuine = refused[1..] }, Paid.Start.AddHours(4)));
        Assert.Null(RejectionsRunning.Find(traffic with { LastAcceptedAt = Paid.Start.AddHours(1) }, Later));
        Assert.Null(RejectionsRunning.Find(traffic with { Genuine = [] }, Later));
    }

    [Fact]
    public void A_large_share_of_refusals_counts_though_others_are_accepted()
    {
        var refused = Enumerable.Range(0, 10).Select(i => Refused(i)).ToArray();
        var traffic = new RefusedTraffic("shop", "unknown", refused, false, [], Later, 10);
        Assert.Null(RejectionsRunning.Find(traffic, Later)!.Deadline);
        Assert.Null(RejectionsRunning.Find(traffic with { AcceptedSinceFirst = 11 }, Later));
        Assert.Null(RejectionsRunning.Find(traffic with { Genuine = refused[1..] }, Later));
    }

    [Fact]
    public void What_failed_for_a_moment_is_told_once_it_was_not_tried_again()
    {
        var count = new RejectionCount("shop", "key-unavailable", null, 1, Paid.Start);
        var traffic = new RefusedTraffic("shop", "paypal", [], false, [count], Paid.Start.AddHours(-1), 0);
        Assert.Null(RejectionsRunning.Find(traffic, Paid.Start.AddMinutes(29)));
        Assert.NotNull(RejectionsRunning.Find(traffic, Paid.Start.AddMinutes(31)));
        Assert.Null(RejectionsRunning.Find(traffic with { LastAcceptedAt = Later }, Later.AddHours(1)));
        Assert.Null(RejectionsRunning.Find(
            traffic with { Counts = [count with { Reason = "missing-signature" }] }, Later));
    }

    [Fact]
    public void Only_what_may_come_from_the_provider_is_a_refusal_that_counts()
    {
        Assert.True(RejectionsRunning.IsProven(Rejections.Of(reason: "invalid-payload")));
        Assert.True(RejectionsRunning.IsProven(Rejections.Of(reason: "outside-tolerance")));
        Assert.False(RejectionsRunning.IsProven(Rejections.Of(reason: "wrong-signature")));
        Assert.True(RejectionsRunning.MayBeGenuine(Rejections.Of(reason: "wrong-signature")));
        Assert.False(RejectionsRunning.MayBeGenuine(Rejections.Of(reason: "missing-signature")));
        var source = new Source("razorpay", ProviderCatalog.Find("razorpay")!, new Credentials(new Secret("x")));
        Assert.True(RejectionsRunning.ReadsAsEvent(source, Rejections.Of(Bodies.Mocked("evt_1"))));
        Assert.False(RejectionsRunning.ReadsAsEvent(source, Rejections.Of("""{"cmd":"id"}""")));
        Assert.Null(ProviderLimits.Of("unknown"));
        foreach (var name in new[] { "razorpay", "stripe", "paypal", "adyen", "shopify" })
            Assert.NotNull(ProviderLimits.Of(name));
    }

    [Fact]
    public void A_silence_is_held_against_those_of_a_whole_week()
    {
        // Ten days of a shop that is closed for eight hours every night.
        var times = Enumerable.Range(0, 240).Where(h => h % 24 >= 8).Select(h => Paid.Start.AddHours(h)).ToArray();
        var last = times[^1];
        Assert.Null(GoneQuiet.Find("shop", times, last.AddHours(18))); // twice nine
        var finding = GoneQuiet.Find("shop", times, last.AddHours(18.1))!;
        Assert.Contains("18.1 hours", finding.Explanation, StringComparison.Ordinal);
        Assert.Equal(9 * 3600L, Value(finding, "longest_silence_seconds"));

        Assert.Null(GoneQuiet.Find("shop", times[..49], last.AddDays(30))); // no rhythm yet
        var days = times[..64]; // four days: the weekend may be still to come
        Assert.Null(GoneQuiet.Find("shop", days, days[^1].AddHours(45)));
        Assert.NotNull(GoneQuiet.Find("shop", days, days[^1].AddHours(45.1)));
        var minutes = Enumerable.Range(0, 8 * 24 * 60).Select(m => Paid.Start.AddMinutes(m)).ToArray();
        Assert.Null(GoneQuiet.Find("shop", minutes, minutes[^1].AddMinutes(60)));
        Assert.NotNull(GoneQuiet.Find("shop", minutes, minutes[^1].AddMinutes(61)));
        Assert.Null(GoneQuiet.Find("shop", minutes[..600], minutes[600].AddDays(1))); // not known for a day
    }

    [Fact]
    public void Words_and_bits_of_kinds_are_what_is_stored()
    {
        Assert.Equal("refund_failed", AttentionKind.RefundFailed.Word());
        Assert.Equal(AttentionKind.RefundFailed, AttentionKinds.Find("refund_failed"));
        Assert.Null(AttentionKinds.Find("RefundFailed"));
        // These stand as numbers in statements.
        Assert.Equal((4L, 256L),
            (AttentionKind.CapturedTwice.Bit(), AttentionKind.CaptureWithoutAuthorization.Bit()));
        Assert.Equal((5, 6, 7, 9), ((int)PaymentStatus.PartiallyCaptured, (int)PaymentStatus.Captured,
            (int)PaymentStatus.PartiallyRefunded, (int)PaymentStatus.Disputed));
        Assert.Equal("-0.05 EUR", AmountText.Of(-5, "EUR"));
        Assert.Equal("5 JPY", AmountText.Of(5, "JPY"));
        Assert.Equal("5 minor units", AmountText.Of(5, null));
    }

    [Fact]
    public void Finding_nothing_allocates_nothing()
    {
        var row = Paid.Row("razorpay", Of(Authorized, 1), Of(Captured, 2));
        var state = PaymentState.Of(row.Facts);
        Assert.Equal(0, PaymentRules.Of(row.Provider, row.Facts, state));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) PaymentRules.Of(row.Provider, row.Facts, state);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    static Rejection Refused(int minute) => Rejections.Of() with { ReceivedAt = Paid.Start.AddMinutes(minute) };

    static object? Value(Finding finding, string name) => finding.Evidence.Single(e => e.Name == name).Value;

    static Change Of(ChangeKind kind, int second, long? amount = 1000, string? child = null) =>
        Paid.Of(kind, second, amount, child);

    static void AssertFound(AttentionKind kind, string provider, params Change[] changes)
    {
        var finding = Assert.Single(Find(provider, changes));
        Assert.Equal(kind, finding.Kind);
        Assert.NotEmpty(finding.Evidence);
    }

    static void AssertNone(string provider, params Change[] changes) => Assert.Empty(Find(provider, changes));

    static Finding[] Find(string provider, params Change[] changes) => Find(Later, provider, changes);

    /// <summary>As a writer marks the payment and a reader holds it against its facts.</summary>
    static Finding[] Find(DateTimeOffset now, string provider, params Change[] changes)
    {
        var row = Paid.Row(provider, changes);
        var bits = PaymentRules.Of(provider, row.Facts, PaymentState.Of(row.Facts));
        if (CaptureWithoutAuthorization.Holds(provider, row.Facts))
            bits |= AttentionKind.CaptureWithoutAuthorization.Bit();
        return [.. PaymentRules.Find(row, bits, now)];
    }
}
