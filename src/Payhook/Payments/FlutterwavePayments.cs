using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// Flutterwave's events of both versions: one type for every outcome of a charge, so that the status decides. The
/// merchant's reference is no name of a payment, because attempts can share it.
/// </summary>
static class FlutterwavePayments
{
    const int Status = 0, Response = 1, Email = 2;

    static readonly JsonPaths Paths = new("data.status", "data.processor_response", "data.customer.email");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        // The id that a chargeback's event carries is its own, not that of a payment.
        var isChargeback = read.EventType.StartsWith("chargeback", StringComparison.OrdinalIgnoreCase);
        if (isChargeback || read.PaymentId is not { } paymentId) return;
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var isRefund = read.EventType.StartsWith("refund", StringComparison.OrdinalIgnoreCase);
        var kind = isRefund ? RefundKind(json)
            : read.EventType.StartsWith("charge", StringComparison.OrdinalIgnoreCase) ? ChargeKind(json)
            : ChangeKind.Noted;
        changes.Add(new()
        {
            Names = [new(NameKind.Payment, paymentId)],
            Kind = kind,
            At = read.CreatedAt,
            Amount = read.AmountMinor,
            PaymentAmount = isRefund ? null : read.AmountMinor,
            CapturedTotal = kind == ChangeKind.Captured ? read.AmountMinor ?? 0 : null,
            Currency = read.Currency,
            ChildId = isRefund ? read.RefundId : null,
            Reason = kind == ChangeKind.Failed ? json.Id(Response) : null,
            MerchantReference = isRefund ? null : read.MerchantReference,
            Email = json.Id(Email),
        });
    }

    static ChangeKind ChargeKind(in JsonFields json) =>
        IsDone(json) ? ChangeKind.Captured
        : json.Is(Status, "failed"u8) || json.Is(Status, "FAILED"u8) ? ChangeKind.Failed
        : json.Is(Status, "pending"u8) || json.Is(Status, "PENDING"u8) ? ChangeKind.Pending
        : ChangeKind.Noted;

    static ChangeKind RefundKind(in JsonFields json) =>
        IsDone(json) ? ChangeKind.RefundSucceeded
        : json.Is(Status, "failed"u8) || json.Is(Status, "FAILED"u8) ? ChangeKind.RefundFailed
        : ChangeKind.RefundPending;

    static bool IsDone(in JsonFields json) =>
        json.Is(Status, "successful"u8) || json.Is(Status, "SUCCESSFUL"u8) || json.Is(Status, "succeeded"u8)
        || json.Id(Status)?.StartsWith("completed", StringComparison.OrdinalIgnoreCase) == true;
}
