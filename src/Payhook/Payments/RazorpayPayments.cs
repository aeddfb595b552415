using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>Razorpay's events: the name of the event decides, as its sample entities contradict themselves.</summary>
static class RazorpayPayments
{
    const int Created = 0, PaymentId = 1, Amount = 2, Currency = 3, OrderId = 4, Email = 5, RefundedTotal = 6,
        IsCaptured = 7, PaymentAt = 8, Error = 9, RefundId = 10, RefundPayment = 11, RefundAmount = 12,
        RefundCurrency = 13, RefundStatus = 14, DisputeId = 15, DisputePayment = 16, DisputeAmount = 17,
        DisputeCurrency = 18, Deducted = 19, RespondBy = 20, DisputeReason = 21, Status = 22, DisputeStatus = 23;

    static readonly JsonPaths Paths = new(
        "created_at", "payload.payment.entity.id", "payload.payment.entity.amount", "payload.payment.entity.currency",
        "payload.payment.entity.order_id", "payload.payment.entity.email", "payload.payment.entity.amount_refunded",
        "payload.payment.entity.captured", "payload.payment.entity.created_at",
        "payload.payment.entity.error_description", "payload.refund.entity.id", "payload.refund.entity.payment_id",
        "payload.refund.entity.amount", "payload.refund.entity.currency", "payload.refund.entity.status",
        "payload.dispute.entity.id", "payload.dispute.entity.payment_id", "payload.dispute.entity.amount",
        "payload.dispute.entity.currency", "payload.dispute.entity.amount_deducted",
        "payload.dispute.entity.respond_by", "payload.dispute.entity.reason_code", "payload.payment.entity.status",
        "payload.dispute.entity.status");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        if (read.PaymentId is not { } paymentId) return;
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var hasPayment = json.Id(PaymentId) is not null;
        var kind = KindOf(read.EventType, json);
        var isRefund = kind is ChangeKind.RefundPending or ChangeKind.RefundSucceeded or ChangeKind.RefundFailed;
        var isDispute = kind is >= ChangeKind.DisputeOpen and <= ChangeKind.DisputeLost;
        var amount = isRefund ? json.Integer(RefundAmount)
            : kind == ChangeKind.DisputeLost && json.Integer(Deducted) is { } deducted and > 0 ? deducted
            : isDispute ? json.Integer(DisputeAmount)
            : json.Integer(Amount);
        changes.Add(new()
        {
            Names = [new(NameKind.Payment, paymentId)],
            Kind = kind,
            At = json.UnixSeconds(Created) ?? json.UnixSeconds(PaymentAt),
            Amount = amount,
            PaymentAmount = hasPayment ? json.Integer(Amount) : null,
            Currency = json.Currency(Currency) ?? json.Currency(isDispute ? DisputeCurrency : RefundCurrency),
            ChildId = isRefund ? json.Id(RefundId) : isDispute ? json.Id(DisputeId) : null,
            CapturedTotal = kind == ChangeKind.Captured ? json.Integer(Amount) ?? 0 : null,
            RefundedTotal = hasPayment ? json.Integer(RefundedTotal) : null,
            // Automatic refunds of what was never captured: the money never moved.
            IsNeverCaptured = isRefund && hasPayment && json.IsFalse(IsCaptured),
            RespondBy = isDispute ? json.UnixSeconds(RespondBy) : null,
            Reason = isDispute ? json.Id(DisputeReason) : kind == ChangeKind.Failed ? json.Id(Error) : null,
            OrderId = json.Id(OrderId) ?? read.OrderId,
            Email = json.Id(Email),
        });
    }

    /// <summary>Events of links, invoices and subscriptions carry the payment that they are about.</summary>
    static ChangeKind KindOf(string type, in JsonFields json) => type switch
    {
        "payment.pending" => ChangeKind.Pending,
        "payment.authorized" => ChangeKind.Authorized,
        "payment.captured" or "order.paid" => ChangeKind.Captured,
        "payment.failed" => ChangeKind.Failed,
        "refund.created" => json.Is(RefundStatus, "processed"u8) ? ChangeKind.RefundSucceeded
            : json.Is(RefundStatus, "failed"u8) ? ChangeKind.RefundFailed
            : ChangeKind.RefundPending,
        "refund.processed" => ChangeKind.RefundSucceeded,
        "refund.failed" => ChangeKind.RefundFailed,
        "payment.dispute.created" or "payment.dispute.action_required" => ChangeKind.DisputeOpen,
        "payment.dispute.under_review" => ChangeKind.DisputeUnderReview,
        "payment.dispute.closed" when json.Is(DisputeStatus, "lost"u8) => ChangeKind.DisputeLost,
        "payment.dispute.won" or "payment.dispute.closed" => ChangeKind.DisputeWon,
        "payment.dispute.lost" => ChangeKind.DisputeLost,
        "refund.speed_changed" => ChangeKind.Noted,
        _ when json.Is(Status, "captured"u8) || json.IsTrue(IsCaptured) => ChangeKind.Captured,
        _ => ChangeKind.Noted,
    };
}
