using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>Braintree's events: their kind says all, and a refund names the transaction that it refunds.</summary>
static class BraintreePayments
{
    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        if (EventChange.Of(read, KindOf(read.EventType, read.RefundId is not null)) is { } change) changes.Add(change);
    }

    static ChangeKind KindOf(string kind, bool isRefund) => kind switch
    {
        "transaction_settled" or "transaction_disbursed" =>
            isRefund ? ChangeKind.RefundSucceeded : ChangeKind.Captured,
        "transaction_settlement_declined" => isRefund ? ChangeKind.RefundFailed : ChangeKind.Failed,
        "refund_failed" => ChangeKind.RefundFailed,
        "subscription_charged_successfully" => ChangeKind.Captured,
        "subscription_charged_unsuccessfully" => ChangeKind.Failed,
        "dispute_opened" => ChangeKind.DisputeOpen,
        "dispute_disputed" or "dispute_under_review" => ChangeKind.DisputeUnderReview,
        "dispute_won" => ChangeKind.DisputeWon,
        // What was accepted, or not answered in time, is the buyer's.
        "dispute_lost" or "dispute_accepted" or "dispute_auto_accepted" or "dispute_expired" => ChangeKind.DisputeLost,
        _ => ChangeKind.Noted,
    };
}
