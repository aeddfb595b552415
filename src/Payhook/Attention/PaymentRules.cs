using Payhook.Payments;

namespace Payhook.Attention;

/// <summary>The rules about one payment. A new one is one file, and a line in each of the two lists here.</summary>
static class PaymentRules
{
    /// <summary>
    /// The bits of the rules that a payment breaches by its facts alone. Runs in the writer for each change: finding
    /// nothing costs a few comparisons. Rules that need other rows are the store's to mark, and what needs a clock is
    /// decided when somebody reads.
    /// </summary>
    public static long Of(string provider, PaymentFacts facts, in PaymentState state)
    {
        var bits = 0L;
        if (LateAuthorization.Holds(provider, facts, state)) bits |= AttentionKind.LateAuthorization.Bit();
        if (AmountChanged.Holds(provider, facts)) bits |= AttentionKind.AmountChanged.Bit();
        if (RefundsAboveCapture.Holds(facts, state)) bits |= AttentionKind.RefundsAboveCapture.Bit();
        if (RefundWithoutCapture.Holds(provider, facts)) bits |= AttentionKind.RefundWithoutCapture.Bit();
        if (RefundFailed.Holds(facts, state)) bits |= AttentionKind.RefundFailed.Bit();
        if (DisputeOpen.Holds(facts)) bits |= AttentionKind.DisputeOpen.Bit();
        if (TestInLive.Holds(facts)) bits |= AttentionKind.TestInLive.Bit();
        return bits;
    }

    /// <summary>What holds of a payment now, of the rules whose bits are given.</summary>
    /// <param name="row">The payment.</param>
    /// <param name="bits">The rules that may hold.</param>
    /// <param name="now">The time, for rules that wait for events which come late.</param>
    public static IEnumerable<Finding> Find(PaymentRow row, long bits, DateTimeOffset now)
    {
        var state = PaymentState.Of(row.Facts);
        Finding?[] found =
        [
            LateAuthorization.Find(row, state),
            AmountChanged.Find(row),
            RefundsAboveCapture.Find(row, state),
            RefundWithoutCapture.Find(row, now),
            RefundFailed.Find(row, state),
            DisputeOpen.Find(row, now),
            CaptureWithoutAuthorization.Find(row, state, now),
            TestInLive.Find(row),
        ];
        return found.OfType<Finding>().Where(f => (bits & f.Kind.Bit()) != 0);
    }
}

/// <summary>What several rules about a payment ask of its facts.</summary>
static class PaymentQuestions
{
    /// <summary>
    /// How long a rule about a missing event waits for it: events come out of order, and a failed delivery is tried
    /// again within minutes.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    public static bool IsKnown(DateTimeOffset? at) => at > DateTimeOffset.UnixEpoch;

    /// <summary>True where an event told of a capture, so that it need not be concluded from a refund.</summary>
    public static bool SawCapture(PaymentFacts facts)
    {
        if (facts.Flags.HasFlag(PaymentFlags.Captured) || facts.CapturedMaximum > 0) return true;
        if (facts.Captures.Count == 0) return false;
        foreach (var (_, capture) in facts.Captures)
        {
            if (capture.State == ChildState.CaptureSucceeded) return true;
        }
        return false;
    }

    /// <summary>True where captured money is with the merchant, and is not all on its way back.</summary>
    public static bool HoldsMoney(in PaymentState state) =>
        state.Status is PaymentStatus.PartiallyCaptured or PaymentStatus.Captured or PaymentStatus.PartiallyRefunded
            or PaymentStatus.Disputed
        && (state.Captured == 0 || state.Refunded + state.RefundPending < state.Captured);

    public static string Moment(DateTimeOffset? at) => IsKnown(at) ? JsonText.Moment(at!.Value) : "an unknown time";
}
