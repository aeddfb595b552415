using Payhook.Payments;

namespace Payhook.Attention;

/// <summary>
/// A payment that was told as failed and then went through: the customer was shown a failure, may have paid again, and
/// the order may be closed.
/// </summary>
static class LateAuthorization
{
    /// <summary>
    /// Providers whose payment is one attempt. Elsewhere (a Stripe payment intent, a Paddle transaction, a Paystack
    /// reference) the customer tries again on the same payment, and success after failure is how it should be.
    /// </summary>
    static bool IsOneAttempt(string provider) =>
        provider is "razorpay" or "cashfree" or "adyen" or "payu-india" or "tap" or "square" or "mollie";

    public static bool Holds(string provider, PaymentFacts facts, in PaymentState state) =>
        facts.FailedAt is { } failed && failed > DateTimeOffset.UnixEpoch && IsOneAttempt(provider)
        && SucceededAt(facts) >= failed && IsWithMerchant(state) && !HasFailedCapture(facts);

    public static Finding? Find(PaymentRow row, in PaymentState state)
    {
        var facts = row.Facts;
        if (!Holds(row.Provider, facts, state)) return null;
        var isCaptured = state.IsCaptured;
        var at = SucceededAt(facts);
        return new(AttentionKind.LateAuthorization,
            $"The payment failed at {PaymentQuestions.Moment(facts.FailedAt)} and was "
            + $"{(isCaptured ? "captured" : "authorised")} after that, at {PaymentQuestions.Moment(at)}. Whoever paid "
            + "was shown a failure and may have paid again.",
            isCaptured
                ? "See whether the order was paid another way. If so, refund this payment; else fulfil the order and "
                  + "acknowledge this."
                : "See whether the order is still wanted. Capture the payment, or void it.",
            $"{at:O} {isCaptured}")
        {
            Deadline = isCaptured ? null : NotCaptured.DeadlineOf(row),
            Evidence =
            [
                new("failed_at", facts.FailedAt), new("failure_reason", facts.FailureReason.Value),
                new("succeeded_at", at), new("captured", state.Captured),
            ],
        };
    }

    /// <summary>The earlier of the authorisation and the capture, of those whose time was told.</summary>
    static DateTimeOffset? SucceededAt(PaymentFacts facts)
    {
        var (authorized, captured) = (facts.AuthorizedAt, facts.CapturedAt);
        if (!PaymentQuestions.IsKnown(authorized)) return PaymentQuestions.IsKnown(captured) ? captured : null;
        return PaymentQuestions.IsKnown(captured) && captured < authorized ? captured : authorized;
    }

    static bool IsWithMerchant(in PaymentState state) =>
        state.Status == PaymentStatus.Authorized || PaymentQuestions.HoldsMoney(state);

    /// <summary>Then the failure may have been the capture's.</summary>
    static bool HasFailedCapture(PaymentFacts facts)
    {
        if (facts.Captures.Count == 0) return false;
        foreach (var (_, capture) in facts.Captures)
        {
            if (capture.State == ChildState.CaptureFailed) return true;
        }
        return false;
    }
}
