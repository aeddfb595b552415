using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// Checkout.com's events: the type decides, <c>balances</c> holds the running totals where it is sent. A payment
/// session is no name of a payment, because each attempt of one is a payment.
/// </summary>
static class CheckoutComPayments
{
    const int ActionId = 0, Amount = 1, TotalAuthorized = 2, TotalCaptured = 3, TotalRefunded = 4,
        LeftToCapture = 5, DisputeId = 6, RespondBy = 7, ReasonCode = 8, Summary = 9, Email = 10;

    static readonly JsonPaths Paths = new(
        "data.action_id", "data.amount", "data.balances.total_authorized", "data.balances.total_captured",
        "data.balances.total_refunded", "data.balances.available_to_capture", "data.id", "data.evidence_required_by",
        "data.reason_code", "data.response_summary", "data.customer.email");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        if (read.PaymentId is not { } paymentId) return;
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var kind = KindOf(read.EventType);
        var isDispute = kind is >= ChangeKind.DisputeOpen and <= ChangeKind.DisputeLost;
        var isReturn = read.EventType == "payment_returned";
        var isWhole = kind is ChangeKind.Authorized or ChangeKind.Pending or ChangeKind.Failed;
        changes.Add(new()
        {
            Names = [new(NameKind.Payment, paymentId)],
            Kind = kind,
            At = read.CreatedAt,
            Amount = kind == ChangeKind.Authorized ? json.Integer(TotalAuthorized) ?? json.Integer(Amount)
                : json.Integer(Amount),
            PaymentAmount = isWhole ? json.Integer(Amount) : null,
            Currency = read.Currency,
            ChildId = isDispute && !isReturn ? json.Id(DisputeId) : json.Id(ActionId),
            CapturedTotal = json.Integer(TotalCaptured),
            RefundedTotal = json.Integer(TotalRefunded),
            IsFinalCapture = kind == ChangeKind.Captured && json.Integer(LeftToCapture) == 0,
            IsReversal = isReturn,
            RespondBy = isDispute ? json.Rfc3339(RespondBy) : null,
            Reason = json.FirstId(ReasonCode, Summary),
            OrderId = read.OrderId,
            MerchantReference = read.MerchantReference,
            Email = json.Id(Email),
        });
    }

    static ChangeKind KindOf(string type) => type switch
    {
        "payment_pending" => ChangeKind.Pending,
        "payment_approved" => ChangeKind.Authorized,
        "payment_captured" or "payment_paid" => ChangeKind.Captured,
        "payment_declined" => ChangeKind.Failed,
        "payment_voided" or "payment_canceled" => ChangeKind.Voided,
        "payment_expired" => ChangeKind.Expired,
        "payment_refund_pending" => ChangeKind.RefundPending,
        "payment_refunded" => ChangeKind.RefundSucceeded,
        "payment_refund_declined" => ChangeKind.RefundFailed,
        "payment_returned" => ChangeKind.DisputeLost,
        "dispute_received" or "dispute_evidence_required" => ChangeKind.DisputeOpen,
        "dispute_evidence_submitted" or "dispute_evidence_acknowledged_by_scheme"
            or "dispute_arbitration_sent_to_scheme" => ChangeKind.DisputeUnderReview,
        "dispute_won" or "dispute_arbitration_won" or "dispute_canceled" or "dispute_resolved" =>
            ChangeKind.DisputeWon,
        "dispute_lost" or "dispute_arbitration_lost" or "dispute_accepted" or "dispute_expired" =>
            ChangeKind.DisputeLost,
        _ => ChangeKind.Noted,
    };
}
