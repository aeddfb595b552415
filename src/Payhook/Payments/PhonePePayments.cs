using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>PhonePe's events of both versions. A payment is the merchant's order, which refunds name as well.</summary>
static class PhonePePayments
{
    const int State = 0, Error = 1;

    static readonly JsonPaths Paths = new("payload.state", "payload.errorCode");

    /// <summary>The order's own state decides; that of an attempt at it is another thing.</summary>
    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        if (read.PaymentId is not { } id) return;
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var isRefund = read.RefundId is not null;
        var kind = json.Id(State) switch
        {
            "COMPLETED" => isRefund ? ChangeKind.RefundSucceeded : ChangeKind.Captured,
            "FAILED" => isRefund ? ChangeKind.RefundFailed : ChangeKind.Failed,
            "PENDING" or "CONFIRMED" => isRefund ? ChangeKind.RefundPending : ChangeKind.Pending,
            _ => ChangeKind.Noted,
        };
        var names = id == read.OrderId
            ? [new(NameKind.Order, id)]
            : EventChange.Names(id, isRefund ? null : read.OrderId);
        changes.Add(EventChange.Of(read, kind, names) with
        {
            PaymentAmount = isRefund ? null : read.AmountMinor,
            Reason = kind == ChangeKind.Failed ? json.Id(Error) : null,
        });
    }

    /// <summary>Version 1: the merchant's id of the transaction is there also where PhonePe's is not.</summary>
    public static void MapXVerify(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        if (read.PaymentId is not { } id) return;
        var kind = read.EventType switch
        {
            "PAYMENT_SUCCESS" => ChangeKind.Captured,
            "PAYMENT_PENDING" or "PAYMENT_INITIATED" => ChangeKind.Pending,
            "PAYMENT_ERROR" or "PAYMENT_DECLINED" or "PAYMENT_CANCELLED" or "TIMED_OUT" => ChangeKind.Failed,
            _ => ChangeKind.Noted,
        };
        var merchants = read.MerchantReference;
        changes.Add(EventChange.Of(
            read, kind, id == merchants ? [new(NameKind.Order, id)] : EventChange.Names(id, merchants)) with
        {
            PaymentAmount = read.AmountMinor,
            Reason = kind == ChangeKind.Failed ? read.EventType : null,
        });
    }
}
