using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// Klarna's events: the last word of the type is the state, of a request before there is a transaction and of a
/// transaction after.
/// </summary>
static class KlarnaPayments
{
    const int Transaction = 0, Request = 1, Capture = 2, IsLive = 3, Reason = 4;

    static readonly JsonPaths Paths = new(
        "payload.payment_transaction_id", "payload.payment_request_id", "payload.payment_capture_id", "metadata.live",
        "payload.state_reason");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        if (!read.EventType.StartsWith("payment.", StringComparison.Ordinal)) return;
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var names = EventChange.Names(json.Id(Transaction), json.Id(Request));
        if (names.Length == 0) return;
        var state = read.EventType[(read.EventType.LastIndexOf('.') + 1)..];
        var isRequest = read.EventType.StartsWith("payment.request.", StringComparison.Ordinal);
        var kind = read.DisputeId is not null ? DisputeKindOf(state)
            : read.RefundId is not null ? RefundKindOf(state)
            : KindOf(state);
        changes.Add(EventChange.Of(read, kind, names) with
        {
            PaymentAmount = isRequest ? read.AmountMinor : null,
            CapturedTotal = null,
            ChildId = kind == ChangeKind.Captured ? json.Id(Capture) : read.RefundId ?? read.DisputeId,
            IsLive = json.IsTrue(IsLive) ? true : json.IsFalse(IsLive) ? false : null,
            Reason = kind == ChangeKind.Failed ? json.Id(Reason) : null,
        });
    }

    /// <summary>A request that is completed has a transaction, which is authorised and can be captured.</summary>
    static ChangeKind KindOf(string state) => state switch
    {
        "created" or "submitted" => ChangeKind.Created,
        "in-progress" or "pending-confirmation" or "pending" => ChangeKind.Pending,
        "authorized" or "completed" => ChangeKind.Authorized,
        "captured" => ChangeKind.Captured,
        "declined" or "failed" => ChangeKind.Failed,
        "canceled" or "cancelled" or "voided" => ChangeKind.Voided,
        "expired" => ChangeKind.Expired,
        _ => ChangeKind.Noted,
    };

    static ChangeKind RefundKindOf(string state) => state switch
    {
        "refunded" or "completed" => ChangeKind.RefundSucceeded,
        "failed" or "declined" => ChangeKind.RefundFailed,
        "pending" or "initiated" => ChangeKind.RefundPending,
        _ => ChangeKind.Noted,
    };

    /// <summary>A dispute that is closed does not say in the type for whom, and stays as it was.</summary>
    static ChangeKind DisputeKindOf(string state) => state switch
    {
        "initiated" or "opened" or "created" => ChangeKind.DisputeOpen,
        "under-review" => ChangeKind.DisputeUnderReview,
        "won" => ChangeKind.DisputeWon,
        "lost" => ChangeKind.DisputeLost,
        _ => ChangeKind.Noted,
    };
}
