using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// GoCardless's events: they carry no amounts, only what happened. A debit can fail after it was confirmed, and be
/// tried again, so that of its collection the latest news counts.
/// </summary>
static class GoCardlessPayments
{
    const int Cause = 0, Description = 1;

    static readonly JsonPaths Paths = new("details.cause", "details.description");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        if (read.PaymentId is not { } paymentId) return;
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var kind = KindOf(read.EventType);
        changes.Add(new()
        {
            Names = [new(NameKind.Payment, paymentId)],
            Kind = kind,
            At = read.CreatedAt,
            ChildId = kind is ChangeKind.RefundPending or ChangeKind.RefundSucceeded or ChangeKind.RefundFailed
                ? read.RefundId
                : null, // a payment is collected once, and charged back once
            Reason = json.FirstId(Cause, Description),
            OrderId = read.OrderId,
        });
    }

    static ChangeKind KindOf(string type) => type switch
    {
        "payments.created" or "payments.customer_approval_granted" or "payments.submitted"
            or "payments.resubmission_requested" => ChangeKind.Pending,
        "payments.confirmed" or "payments.paid_out" => ChangeKind.Captured,
        "payments.failed" or "payments.late_failure_settled" => ChangeKind.CaptureFailed,
        "payments.cancelled" or "payments.customer_approval_denied" => ChangeKind.Voided,
        "payments.charged_back" or "payments.chargeback_settled" => ChangeKind.DisputeLost,
        "payments.chargeback_cancelled" => ChangeKind.DisputeWon,
        "refunds.created" => ChangeKind.RefundPending,
        "refunds.paid" => ChangeKind.RefundSucceeded,
        "refunds.failed" or "refunds.funds_returned" or "refunds.bounced" => ChangeKind.RefundFailed,
        _ => ChangeKind.Noted,
    };
}
