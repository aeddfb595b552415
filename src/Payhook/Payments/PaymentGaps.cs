namespace Payhook.Payments;

/// <summary>
/// What must have happened and no event told of itself: an event that was lost, or one that the provider was not asked
/// to send.
/// </summary>
static class PaymentGaps
{
    /// <summary>Whoever captures with these has always authorised before, and is told so.</summary>
    static readonly HashSet<string> AlwaysAuthorize =
        new(StringComparer.Ordinal) { "adyen", "checkoutcom", "klarna", "razorpay", "worldpay" };

    /// <summary>They tell what was refunded by a total alone.</summary>
    static readonly HashSet<string> WithoutRefunds = new(StringComparer.Ordinal) { "lemonsqueezy", "mollie-classic" };

    /// <summary>The steps that are missing: <c>authorization</c>, <c>capture</c>, <c>refund</c>.</summary>
    public static IReadOnlyList<string> Of(string providerName, PaymentFacts facts, in PaymentState state)
    {
        var gaps = new List<string>();
        if (state.IsCaptured && !facts.Flags.HasFlag(PaymentFlags.Authorized) && AlwaysAuthorize.Contains(providerName))
            gaps.Add("authorization");
        if (state.IsCaptured && !state.IsCaptureTold) gaps.Add("capture");
        var told = facts.Refunds.Values.Sum(r => r.Amount);
        if (facts.RefundedMaximum - DisputedRefunds.Of(facts).Total > told && !WithoutRefunds.Contains(providerName))
            gaps.Add("refund");
        return gaps;
    }
}
