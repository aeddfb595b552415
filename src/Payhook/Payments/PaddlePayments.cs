using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// Paddle's events: a transaction is the payment, and money goes back by adjustments. The attempts in
/// <c>payments[]</c> are never summed, because one can be listed twice.
/// </summary>
static class PaddlePayments
{
    const int Status = 0, Action = 1, Id = 2, GrandTotal = 3, Total = 4, AdjustmentTotal = 5, ErrorCode = 6,
        Reason = 7;

    static readonly JsonPaths Paths = new(
        "data.status", "data.action", "data.id", "data.details.totals.grand_total", "data.details.totals.total",
        "data.totals.total", "data.payments.0.error_code", "data.reason");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        if (read.PaymentId is not { } paymentId) return;
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var change = read.EventType.StartsWith("transaction.", StringComparison.Ordinal)
            ? OfTransaction(read.EventType, json)
            : OfAdjustment(read.EventType, json);
        changes.Add(change with
        {
            Names = [new(NameKind.Payment, paymentId)],
            At = read.CreatedAt,
            Currency = read.Currency,
            OrderId = read.OrderId,
        });
    }

    static Change OfTransaction(string type, in JsonFields json)
    {
        var kind = type switch
        {
            "transaction.created" or "transaction.ready" or "transaction.billed" => ChangeKind.Created,
            "transaction.paid" or "transaction.completed" => ChangeKind.Captured,
            "transaction.payment_failed" or "transaction.past_due" => ChangeKind.Failed,
            "transaction.canceled" => ChangeKind.Voided,
            _ when json.Is(Status, "paid"u8) || json.Is(Status, "completed"u8) => ChangeKind.Captured,
            _ when json.Is(Status, "canceled"u8) => ChangeKind.Voided,
            _ => ChangeKind.Noted,
        };
        var total = json.Integer(GrandTotal) ?? json.Integer(Total);
        return new()
        {
            Names = [],
            Kind = kind,
            PaymentAmount = total,
            CapturedTotal = kind == ChangeKind.Captured ? total ?? 0 : null,
            IsFinalCapture = kind == ChangeKind.Captured,
            Reason = kind == ChangeKind.Failed ? json.Id(ErrorCode) : null,
        };
    }

    static Change OfAdjustment(string type, in JsonFields json)
    {
        if (!type.StartsWith("adjustment.", StringComparison.Ordinal))
            return new() { Names = [], Kind = ChangeKind.Noted };
        var isRefund = json.Is(Action, "refund"u8) || json.Is(Action, "credit"u8);
        return new()
        {
            Names = [],
            Kind = isRefund ? RefundKind(json) : DisputeKind(json),
            // A chargeback is warned of, made and reversed by adjustments with ids of their own: all are one dispute.
            ChildId = isRefund ? json.Id(Id) : null,
            Amount = json.Integer(AdjustmentTotal),
            Reason = json.Id(Reason),
        };
    }

    static ChangeKind RefundKind(in JsonFields json) =>
        json.Is(Status, "approved"u8) ? ChangeKind.RefundSucceeded
        : json.Is(Status, "rejected"u8) || json.Is(Status, "reversed"u8) ? ChangeKind.RefundFailed
        : ChangeKind.RefundPending;

    static ChangeKind DisputeKind(in JsonFields json)
    {
        var isOff = json.Is(Status, "rejected"u8) || json.Is(Status, "reversed"u8);
        return json.Is(Action, "chargeback"u8) ? isOff ? ChangeKind.DisputeWon : ChangeKind.DisputeLost
            : json.Is(Action, "chargeback_warning"u8) ? isOff ? ChangeKind.DisputeWon : ChangeKind.DisputeOpen
            : json.Is(Action, "chargeback_reverse"u8) || json.Is(Action, "chargeback_warning_reverse"u8)
                ? ChangeKind.DisputeWon
            : ChangeKind.Noted;
    }
}
