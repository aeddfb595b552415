using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>Midtrans's events by the status of the transaction. A late <c>pending</c> takes nothing back.</summary>
static class MidtransPayments
{
    /// <summary>The most refunds of one event that are looked at.</summary>
    const int RefundsLimit = 10;

    const int Code = 0, Fraud = 1, Gross = 2, Message = 3, FirstRefund = 4;

    static readonly JsonPaths Paths = new(
    [
        "status_code", "fraud_status", "gross_amount", "status_message",
        .. Enumerable.Range(0, RefundsLimit).SelectMany(i => new[]
        {
            $"refunds.{i}.refund_key", $"refunds.{i}.refund_chargeback_id", $"refunds.{i}.refund_amount",
        }),
    ]);

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var names = EventChange.Names(read.PaymentId, read.OrderId);
        if (names.Length == 0) return;
        var kind = KindOf(read.EventType, json);
        var change = EventChange.Of(read, kind, names) with
        {
            PaymentAmount = json.Minor(Gross, read.Currency),
            RefundedTotal = read.EventType == "refund" ? json.Minor(Gross, read.Currency) : null,
            Reason = kind == ChangeKind.Failed ? json.Id(Message) : null,
        };
        if (kind == ChangeKind.RefundSucceeded && !json.IsAbsent(FirstRefund + 2)) AddRefunds(json, change, changes);
        else changes.Add(change);
    }

    /// <summary>Each refund so far, where they are listed: the amount beside them may be the sum.</summary>
    static void AddRefunds(in JsonFields json, Change change, ICollection<Change> changes)
    {
        for (var i = FirstRefund; i < FirstRefund + 3 * RefundsLimit; i += 3)
        {
            if (json.IsAbsent(i + 2)) continue;
            changes.Add(change with
            {
                ChildId = json.Id(i) ?? json.IdOrNumber(i + 1) ?? change.ChildId,
                Amount = json.Minor(i + 2, change.Currency),
            });
        }
    }

    static ChangeKind KindOf(string status, in JsonFields json) => status switch
    {
        "capture" or "settlement" when !json.IsAbsent(Fraud) && !json.Is(Fraud, "accept"u8) =>
            json.Is(Fraud, "deny"u8) ? ChangeKind.Failed : ChangeKind.Pending,
        "capture" or "settlement" when json.IdOrNumber(Code) is "200" => ChangeKind.Captured,
        "capture" or "settlement" or "pending" => ChangeKind.Pending,
        "authorize" => ChangeKind.Authorized,
        "deny" or "failure" => ChangeKind.Failed,
        "cancel" => ChangeKind.Voided,
        "expire" => ChangeKind.Expired,
        "refund" or "partial_refund" => ChangeKind.RefundSucceeded,
        "chargeback" or "partial_chargeback" => ChangeKind.DisputeLost,
        _ => ChangeKind.Noted,
    };
}
