using Payhook.Payments;

namespace Payhook.Attention;

/// <summary>
/// Money that was authorised and that nobody took: the provider lets go of it by itself. Found by its status and age
/// when somebody reads, since nothing happens at the moment at which it becomes late.
/// </summary>
static class NotCaptured
{
    public static Finding? Find(PaymentRow row, in PaymentState state, DateTimeOffset now, TimeSpan patience)
    {
        var isWaiting = state.Status == PaymentStatus.Authorized && TellsCaptures(row.Provider);
        if (!isWaiting || now - row.LastEventAt < patience) return null;
        var amount = AmountText.Of(state.Authorized, row.Facts.Currency);
        return new(AttentionKind.NotCaptured,
            $"{amount} was authorised at {PaymentQuestions.Moment(row.Facts.AuthorizedAt)} and is not captured. "
            + (row.Provider == "razorpay"
                ? "Razorpay refunds it by itself, and the sale is lost."
                : "The authorisation runs out, and the sale is lost."),
            "Capture it, or void it if the order is not wanted any more.",
            $"{row.Facts.AuthorizedAt:O} {state.Authorized}")
        {
            Deadline = DeadlineOf(row),
            Evidence =
            [
                new("authorized", state.Authorized), new("currency", row.Facts.Currency),
                new("authorized_at", row.Facts.AuthorizedAt), new("last_event_at", row.LastEventAt),
            ],
        };
    }

    /// <summary>Until when the provider keeps an authorisation, at the latest.</summary>
    public static DateTimeOffset? DeadlineOf(PaymentRow row)
    {
        // Razorpay's docs on capture settings: refunded where not captured within three days of its creation; it can be
        // set to less. Stripe's on placing a hold: seven days for most cards. PayPal's on authorisations: 29 days.
        // Square's on delayed capture: seven days for card-not-present. Klarna's on orders: 28 days.
        TimeSpan? kept = row.Provider switch
        {
            "razorpay" => TimeSpan.FromDays(3),
            "stripe" or "square" => TimeSpan.FromDays(7),
            "klarna" => TimeSpan.FromDays(28),
            "paypal" => TimeSpan.FromDays(29),
            _ => null,
        };
        return (PaymentQuestions.IsKnown(row.Facts.AuthorizedAt) ? row.Facts.AuthorizedAt : row.FirstEventAt) + kept;
    }

    /// <summary>Adyen captures by itself, as most accounts are set, without an event that says so.</summary>
    static bool TellsCaptures(string provider) => provider != "adyen";
}
