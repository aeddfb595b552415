using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// Mercado Pago's events: a payment's says only that something changed, an order's says what. The currency is not told,
/// so there are no amounts.
/// </summary>
static class MercadoPagoPayments
{
    const int Detail = 0, Refund = 1, IsLive = 2;

    static readonly JsonPaths Paths = new("data.status_detail", "data.transactions.refunds.0.id", "live_mode");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        var names = EventChange.Names(read.PaymentId, read.OrderId);
        if (names.Length == 0) return;
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var kind = KindOf(read.EventType, json);
        changes.Add(EventChange.Of(read, kind, names) with
        {
            ChildId = EventChange.IsRefund(kind) ? json.IdOrNumber(Refund) : read.DisputeId,
            IsLive = json.IsTrue(IsLive) ? true : json.IsFalse(IsLive) ? false : null,
            Reason = kind == ChangeKind.Failed ? json.Id(Detail) : null,
        });
    }

    static ChangeKind KindOf(string type, in JsonFields json) => type switch
    {
        "payment.created" => ChangeKind.Created,
        "order.action_required" when json.Is(Detail, "waiting_capture"u8) => ChangeKind.Authorized,
        "order.action_required" or "order.processing" => ChangeKind.Pending,
        "order.processed" => ChangeKind.Captured,
        "order.failed" => ChangeKind.Failed,
        "order.canceled" => ChangeKind.Voided,
        "order.expired" => ChangeKind.Expired,
        "order.refunded" => ChangeKind.RefundSucceeded,
        "topic_chargebacks_wh.created" or "chargebacks.created" => ChangeKind.DisputeOpen,
        _ => ChangeKind.Noted,
    };
}
