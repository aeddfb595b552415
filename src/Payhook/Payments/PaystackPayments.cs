using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// Paystack's events: the transaction's reference names the payment. Many carry no time of their own, so that the
/// states of a refund or a dispute follow each other by rank.
/// </summary>
static class PaystackPayments
{
    const int Id = 0, TransactionId = 1, Amount = 2, RefundAmount = 3, Resolution = 4, RespondBy = 5, Email = 6,
        Domain = 7, Response = 8, Status = 9;

    static readonly JsonPaths Paths = new(
        "data.id", "data.transaction.id", "data.amount", "data.refund_amount", "data.resolution", "data.due_at",
        "data.customer.email", "data.domain", "data.gateway_response", "data.status");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        if (read.PaymentId is not { } paymentId) return;
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var kind = KindOf(read, json);
        var isCharge = kind is ChangeKind.Captured or ChangeKind.Failed;
        var isDispute = kind is >= ChangeKind.DisputeOpen and <= ChangeKind.DisputeLost;
        var names = new List<PaymentName>(2) { new(NameKind.Payment, paymentId) };
        if (json.IdOrNumber(isCharge ? Id : TransactionId) is { } id) names.Add(new(NameKind.Capture, id));
        changes.Add(new()
        {
            Names = names,
            Kind = kind,
            At = read.CreatedAt,
            Amount = json.Integer(isDispute ? RefundAmount : Amount),
            PaymentAmount = isCharge ? json.Integer(Amount) : null,
            CapturedTotal = kind == ChangeKind.Captured ? json.Integer(Amount) ?? 0 : null,
            Currency = read.Currency,
            ChildId = isDispute ? read.DisputeId : read.RefundId,
            RespondBy = isDispute ? json.Rfc3339(RespondBy) : null,
            Reason = kind == ChangeKind.Failed ? json.Id(Response) : null,
            IsLive = json.Is(Domain, "live"u8) ? true : json.Is(Domain, "test"u8) ? false : null,
            MerchantReference = read.MerchantReference,
            Email = json.Id(Email),
        });
    }

    static ChangeKind KindOf(PaymentEvent read, in JsonFields json) => read.EventType switch
    {
        "charge.success" => ChangeKind.Captured,
        "charge.failed" => ChangeKind.Failed,
        // A refund without an id could never be matched with its outcome, and would be pending for ever.
        "refund.pending" or "refund.processing" or "refund.needs-attention" =>
            read.RefundId is null ? ChangeKind.Noted : ChangeKind.RefundPending,
        "refund.processed" => ChangeKind.RefundSucceeded,
        "refund.failed" => read.RefundId is null ? ChangeKind.Noted : ChangeKind.RefundFailed,
        "charge.dispute.create" or "charge.dispute.remind" => ChangeKind.DisputeOpen,
        "charge.dispute.resolve" => json.Is(Resolution, "declined"u8) ? ChangeKind.DisputeWon
            : json.IsAbsent(Resolution) && !json.Is(Status, "resolved"u8) ? ChangeKind.DisputeOpen
            : ChangeKind.DisputeLost,
        _ => ChangeKind.Noted,
    };
}
