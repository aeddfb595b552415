using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// Cashfree's events. An order is no name of a payment: each attempt to pay it is a payment with an id of its own.
/// </summary>
static class CashfreePayments
{
    const int PaymentStatus = 0, Message = 1, RefundStatus = 2, DisputeStatus = 3, RespondBy = 4, DisputeReason = 5,
        Email = 6;

    static readonly JsonPaths Paths = new(
        "data.payment.payment_status", "data.payment.payment_message", "data.refund.refund_status",
        "data.dispute.dispute_status", "data.dispute.respond_by", "data.dispute.reason_code",
        "data.customer_details.customer_email");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        if (read.PaymentId is not { } paymentId) return;
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var isDispute = read.DisputeId is not null;
        var isRefund = !isDispute && read.RefundId is not null;
        var kind = isDispute ? DisputeKind(read.EventType, json.Id(DisputeStatus))
            : isRefund ? RefundKind(json)
            : PaymentKind(read.EventType, json);
        changes.Add(new()
        {
            Names = [new(NameKind.Payment, paymentId)],
            Kind = kind,
            At = read.CreatedAt,
            Amount = read.AmountMinor,
            PaymentAmount = isDispute || isRefund ? null : read.AmountMinor,
            CapturedTotal = kind == ChangeKind.Captured ? read.AmountMinor ?? 0 : null,
            Currency = read.Currency,
            ChildId = isDispute ? read.DisputeId : read.RefundId,
            RespondBy = isDispute ? json.Rfc3339(RespondBy) : null,
            Reason = isDispute ? json.Id(DisputeReason) : kind == ChangeKind.Failed ? json.Id(Message) : null,
            OrderId = read.OrderId,
            Email = json.Id(Email),
        });
    }

    static ChangeKind PaymentKind(string type, in JsonFields json) => type switch
    {
        "PAYMENT_SUCCESS_WEBHOOK" => ChangeKind.Captured,
        "PAYMENT_FAILED_WEBHOOK" or "PAYMENT_USER_DROPPED_WEBHOOK" => ChangeKind.Failed,
        _ when json.Is(PaymentStatus, "SUCCESS"u8) => ChangeKind.Captured,
        _ when json.Is(PaymentStatus, "FAILED"u8) => ChangeKind.Failed,
        _ when json.Is(PaymentStatus, "PENDING"u8) => ChangeKind.Pending,
        _ when json.Is(PaymentStatus, "VOID"u8) => ChangeKind.Voided,
        _ => ChangeKind.Noted,
    };

    static ChangeKind RefundKind(in JsonFields json) =>
        json.Is(RefundStatus, "SUCCESS"u8) ? ChangeKind.RefundSucceeded
        : json.Is(RefundStatus, "FAILED"u8) || json.Is(RefundStatus, "CANCELLED"u8) ? ChangeKind.RefundFailed
        : ChangeKind.RefundPending;

    /// <summary>The stage stands before the state, as in <c>PRE_ARBITRATION_MERCHANT_WON</c>.</summary>
    static ChangeKind DisputeKind(string type, string? status)
    {
        if (Ends(status, "_LOST") || Ends(status, "_ACCEPTED") || Ends(status, "_INSUFFICIENT_EVIDENCE"))
            return ChangeKind.DisputeLost;
        if (Ends(status, "_WON") || type == "DISPUTE_CLOSED") return ChangeKind.DisputeWon;
        return Ends(status, "_UNDER_REVIEW") || Ends(status, "_DOCS_RECEIVED")
            ? ChangeKind.DisputeUnderReview
            : ChangeKind.DisputeOpen;
    }

    static bool Ends(string? status, string end) => status?.EndsWith(end, StringComparison.Ordinal) == true;
}
