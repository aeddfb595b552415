using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>Worldpay's events: captures and refunds in parts are told apart by a reference of their own.</summary>
static class WorldpayPayments
{
    const int Reference = 0, Reason = 1;

    static readonly JsonPaths Paths = new("eventDetails.reference", "eventDetails.reason");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        var kind = KindOf(read.EventType);
        if (EventChange.Of(read, kind) is not { } change) return;
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var isCapture = kind is ChangeKind.Captured or ChangeKind.CaptureFailed;
        changes.Add(change with
        {
            CapturedTotal = null,
            ChildId = isCapture || EventChange.IsDispute(kind) ? json.Id(Reference) : change.ChildId,
            Reason = kind is ChangeKind.Failed || EventChange.IsDispute(kind) ? json.Id(Reason) : null,
        });
    }

    static ChangeKind KindOf(string type) => type switch
    {
        "sentForAuthorization" => ChangeKind.Pending,
        "authorized" => ChangeKind.Authorized,
        // Accepted for settlement is what others call captured; the failure of it is told.
        "sentForSettlement" or "settled" => ChangeKind.Captured,
        "settlementFailed" => ChangeKind.CaptureFailed,
        "cancelled" => ChangeKind.Voided,
        "refused" or "error" => ChangeKind.Failed,
        "expired" => ChangeKind.Expired,
        "sentForRefund" => ChangeKind.RefundPending,
        "refunded" => ChangeKind.RefundSucceeded,
        "refundFailed" => ChangeKind.RefundFailed,
        "informationRequested" => ChangeKind.DisputeOpen,
        _ => DisputeKindOf(type),
    };

    /// <summary>Of the types about chargebacks the names are not sure, so they are told by what is in them.</summary>
    static ChangeKind DisputeKindOf(string type)
    {
        var isDispute = type.Contains("chargeback", StringComparison.OrdinalIgnoreCase)
            || type.Contains("chargedback", StringComparison.OrdinalIgnoreCase);
        if (!isDispute) return ChangeKind.Noted;
        return type.Contains("reversed", StringComparison.OrdinalIgnoreCase)
            ? ChangeKind.DisputeWon
            : ChangeKind.DisputeLost;
    }
}
