using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// Square's events: each carries the whole object with its status, in the order of its <c>updated_at</c>. An order is
/// no name of a payment, because several payments can share one.
/// </summary>
static class SquarePayments
{
    const int Payment = 0, PaymentStatus = 1, PaymentAt = 2, Amount = 3, Total = 4, Currency = 5, Approved = 6,
        Refunded = 7, Email = 8, Refund = 9, RefundStatus = 10, RefundAt = 11, RefundAmount = 12, RefundCurrency = 13,
        RefundReason = 14, Dispute = 15, OldDispute = 16, DisputeState = 17, DisputeAt = 18, DisputeAmount = 19,
        DisputeCurrency = 20, DisputeReason = 21, RespondBy = 22, ErrorCode = 23;

    static readonly JsonPaths Paths = new(
        "data.object.payment.id", "data.object.payment.status", "data.object.payment.updated_at",
        "data.object.payment.amount_money.amount", "data.object.payment.total_money.amount",
        "data.object.payment.amount_money.currency", "data.object.payment.approved_money.amount",
        "data.object.payment.refunded_money.amount", "data.object.payment.buyer_email_address",
        "data.object.refund.id", "data.object.refund.status", "data.object.refund.updated_at",
        "data.object.refund.amount_money.amount", "data.object.refund.amount_money.currency",
        "data.object.refund.reason", "data.object.dispute.id", "data.object.dispute.dispute_id",
        "data.object.dispute.state", "data.object.dispute.updated_at", "data.object.dispute.amount_money.amount",
        "data.object.dispute.amount_money.currency", "data.object.dispute.reason", "data.object.dispute.due_at",
        "data.object.payment.card_details.errors.0.code");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        if (read.PaymentId is not { } paymentId) return;
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var change = !json.IsAbsent(RefundStatus) || json.Id(Refund) is not null ? OfRefund(json)
            : !json.IsAbsent(DisputeState) || json.FirstId(Dispute, OldDispute) is not null ? OfDispute(json)
            : OfPayment(json);
        changes.Add(change with
        {
            Names = [new(NameKind.Payment, paymentId)],
            At = change.At ?? read.CreatedAt,
            OrderId = read.OrderId,
            MerchantReference = read.MerchantReference,
        });
    }

    static Change OfPayment(in JsonFields json)
    {
        var kind = json.Is(PaymentStatus, "PENDING"u8) ? ChangeKind.Pending
            : json.Is(PaymentStatus, "APPROVED"u8) ? ChangeKind.Authorized
            : json.Is(PaymentStatus, "COMPLETED"u8) ? ChangeKind.Captured
            : json.Is(PaymentStatus, "CANCELED"u8) ? ChangeKind.Voided
            : json.Is(PaymentStatus, "FAILED"u8) ? ChangeKind.Failed
            : ChangeKind.Noted;
        var total = json.Integer(Total) ?? json.Integer(Amount); // with tip
        return new()
        {
            Names = [],
            Kind = kind,
            At = json.Rfc3339(PaymentAt),
            Amount = kind == ChangeKind.Authorized ? json.Integer(Approved) ?? total : total,
            PaymentAmount = total,
            Currency = json.Currency(Currency),
            CapturedTotal = kind == ChangeKind.Captured ? total ?? 0 : null,
            RefundedTotal = json.Integer(Refunded),
            IsFinalCapture = kind == ChangeKind.Captured,
            Reason = kind == ChangeKind.Failed ? json.Id(ErrorCode) : null,
            Email = json.Id(Email),
        };
    }

    static Change OfRefund(in JsonFields json) => new()
    {
        Names = [],
        Kind = json.Is(RefundStatus, "COMPLETED"u8) ? ChangeKind.RefundSucceeded
            : json.Is(RefundStatus, "REJECTED"u8) || json.Is(RefundStatus, "FAILED"u8) ? ChangeKind.RefundFailed
            : ChangeKind.RefundPending,
        At = json.Rfc3339(RefundAt),
        ChildId = json.Id(Refund),
        Amount = json.Integer(RefundAmount),
        Currency = json.Currency(RefundCurrency),
        Reason = json.Id(RefundReason),
    };

    static Change OfDispute(in JsonFields json) => new()
    {
        Names = [],
        Kind = json.Is(DisputeState, "WON"u8) || json.Is(DisputeState, "INQUIRY_CLOSED"u8) ? ChangeKind.DisputeWon
            : json.Is(DisputeState, "LOST"u8) || json.Is(DisputeState, "ACCEPTED"u8) ? ChangeKind.DisputeLost
            : json.Is(DisputeState, "PROCESSING"u8) || json.Is(DisputeState, "INQUIRY_PROCESSING"u8)
                ? ChangeKind.DisputeUnderReview
            : ChangeKind.DisputeOpen,
        At = json.Rfc3339(DisputeAt),
        ChildId = json.FirstId(Dispute, OldDispute),
        Amount = json.Integer(DisputeAmount),
        Currency = json.Currency(DisputeCurrency),
        RespondBy = json.Rfc3339(RespondBy),
        Reason = json.Id(DisputeReason),
    };
}
