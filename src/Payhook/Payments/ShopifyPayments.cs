using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// Shopify's events: an order is what is paid, and its transactions are the steps. A refund's transactions are told
/// with the refund and on their own, and have the same ids.
/// </summary>
static class ShopifyPayments
{
    /// <summary>The most transactions of one refund that are looked at.</summary>
    const int TransactionsLimit = 10;

    const int Id = 0, Kind = 1, Status = 2, Financial = 3, Outstanding = 4, EvidenceDue = 5, Reason = 6, IsTest = 7,
        Message = 8, Email = 9, FirstTransaction = 10;

    static readonly JsonPaths Paths = new(
    [
        "id", "kind", "status", "financial_status", "total_outstanding", "evidence_due_by", "reason", "test", "message",
        "email",
        .. Enumerable.Range(0, TransactionsLimit).SelectMany(i => new[]
        {
            $"transactions.{i}.id", $"transactions.{i}.amount", $"transactions.{i}.currency",
            $"transactions.{i}.status", $"transactions.{i}.kind",
        }),
    ]);

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        if (EventChange.Of(read, ChangeKind.Noted) is not { } change) return;
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var topic = read.EventType.AsSpan();
        change = change with { IsLive = json.IsTrue(IsTest) ? false : json.IsFalse(IsTest) ? true : null };
        if (topic.StartsWith("orders/")) AddOrder(json, read, change with { Email = json.Id(Email) }, changes);
        else if (topic.StartsWith("refunds/")) AddRefund(json, change, changes);
        else if (topic.StartsWith("disputes/")) changes.Add(Dispute(json, read, change));
        else if (topic.StartsWith("order_transactions/")) changes.Add(Transaction(json, change));
        else changes.Add(change);
    }

    static void AddOrder(in JsonFields json, PaymentEvent read, Change change, ICollection<Change> changes)
    {
        var total = read.AmountMinor;
        // A later change of the order is no contradiction.
        if (read.EventType == "orders/create") change = change with { PaymentAmount = total };
        var kind = read.EventType == "orders/paid" ? ChangeKind.Captured : OrderKindOf(json.Id(Financial));
        if (read.EventType == "orders/cancelled" && kind is ChangeKind.Pending or ChangeKind.Authorized)
            kind = ChangeKind.Voided;
        var outstanding = json.Minor(Outstanding, read.Currency);
        var paid = json.Is(Financial, "partially_paid"u8) ? total - outstanding
            // Part of it may never have been captured, and then nobody was refunded that.
            : json.Is(Financial, "partially_refunded"u8) ? total - (outstanding ?? 0)
            : total;
        changes.Add(change with
        {
            Kind = kind,
            CapturedTotal = kind == ChangeKind.Captured ? paid ?? 0 : null,
        });
        if (json.Is(Financial, "refunded"u8)) changes.Add(change with { RefundedTotal = total });
    }

    static ChangeKind OrderKindOf(string? status) => status switch
    {
        "pending" => ChangeKind.Pending,
        "authorized" => ChangeKind.Authorized,
        "paid" or "partially_paid" or "partially_refunded" or "refunded" => ChangeKind.Captured,
        "voided" => ChangeKind.Voided,
        "expired" => ChangeKind.Expired,
        _ => ChangeKind.Noted,
    };

    static void AddRefund(in JsonFields json, Change change, ICollection<Change> changes)
    {
        var isAny = false;
        for (var i = FirstTransaction; i < FirstTransaction + 5 * TransactionsLimit; i += 5)
        {
            if (json.IdOrNumber(i) is not { } id || !(json.IsAbsent(i + 4) || json.Is(i + 4, "refund"u8))) continue;
            var currency = json.Currency(i + 2);
            isAny = true;
            changes.Add(change with
            {
                Kind = RefundKindOf(json.Id(i + 3)),
                ChildId = id,
                Amount = json.Minor(i + 1, currency),
                Currency = currency,
            });
        }
        if (!isAny) changes.Add(change); // goods came back, and no money went
    }

    static ChangeKind RefundKindOf(string? status) => status switch
    {
        "pending" or "awaiting_response" => ChangeKind.RefundPending,
        "failure" or "error" => ChangeKind.RefundFailed,
        _ => ChangeKind.RefundSucceeded,
    };

    static Change Dispute(in JsonFields json, PaymentEvent read, Change change) => change with
    {
        Kind = json.Id(Status) switch
        {
            "under_review" => ChangeKind.DisputeUnderReview,
            "won" or "charge_refunded" => ChangeKind.DisputeWon,
            "lost" or "accepted" => ChangeKind.DisputeLost,
            _ => ChangeKind.DisputeOpen,
        },
        ChildId = read.DisputeId,
        RespondBy = json.Rfc3339(EvidenceDue),
        Reason = json.Id(Reason),
    };

    static Change Transaction(in JsonFields json, Change change)
    {
        var isFailure = json.Is(Status, "failure"u8) || json.Is(Status, "error"u8);
        var isPending = !isFailure && !json.Is(Status, "success"u8);
        var kind = json.Id(Kind) switch
        {
            "refund" => RefundKindOf(json.Id(Status)),
            "authorization" or "sale" when isFailure => ChangeKind.Failed,
            "capture" when isFailure => ChangeKind.CaptureFailed,
            "authorization" or "sale" when isPending => ChangeKind.Pending,
            "authorization" => ChangeKind.Authorized,
            "sale" or "capture" when !isPending => ChangeKind.Captured,
            "void" when !isPending && !isFailure => ChangeKind.Voided,
            _ => ChangeKind.Noted,
        };
        return change with
        {
            Kind = kind,
            ChildId = json.IdOrNumber(Id),
            Reason = isFailure ? json.Id(Message) : null,
        };
    }
}
