using Payhook.Payments;

namespace Payhook.Attention;

/// <summary>
/// A captured payment whose authorisation nobody told of, from a source that tells of others': an event is missing, and
/// where one is missing there may be more.
/// </summary>
static class CaptureWithoutAuthorization
{
    /// <summary>The event that is missing.</summary>
    public const string MissingType = "payment.authorized";

    /// <summary>
    /// Razorpay sends both of every payment but cash on delivery, which is pending first. Whether the source is
    /// subscribed to the other event is for the store to say.
    /// </summary>
    public static bool Holds(string provider, PaymentFacts facts) =>
        provider == "razorpay" && !facts.Flags.HasFlag(PaymentFlags.Authorized) && facts.PendingAt is null
        && facts.CapturedAt is not null && PaymentQuestions.SawCapture(facts);

    public static Finding? Find(PaymentRow row, in PaymentState state, DateTimeOffset now)
    {
        if (!Holds(row.Provider, row.Facts) || now - row.LastEventAt < PaymentQuestions.Grace) return null;
        return new(AttentionKind.CaptureWithoutAuthorization,
            $"The payment was captured at {PaymentQuestions.Moment(row.Facts.CapturedAt)}, and no {MissingType} event "
            + "of it was received, though this source receives them of others.",
            "Look at the rejections of that time, and have the provider replay what it could not deliver.",
            $"{row.Facts.CapturedAt:O}")
        {
            Evidence =
            [
                new("captured_at", row.Facts.CapturedAt), new("captured", state.Captured),
                new("missing", MissingType),
            ],
        };
    }
}
