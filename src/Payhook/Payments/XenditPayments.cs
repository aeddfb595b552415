using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// Xendit's events: their shape depends on the product, and a payout has the words of a payment. What is not known to
/// be about a payment makes none.
/// </summary>
static class XenditPayments
{
    const int Status = 0, DataStatus = 1, Request = 2, DataPayment = 3, DataId = 4, Holder = 5, Disbursement = 6,
        Failure = 7, VirtualAccount = 8;

    static readonly JsonPaths Paths = new(
        "status", "data.status", "data.payment_request_id", "data.payment_id", "data.id", "account_holder_name",
        "disbursement_description", "data.failure_code", "callback_virtual_account_id");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        if (!IsOfPayment(read.EventType, json)) return;
        var names = NamesOf(json, read);
        if (names.Length == 0) return;
        var isRefund = read.RefundId is not null;
        var isVirtualAccount = !json.IsAbsent(VirtualAccount) && json.FirstId(Status, DataStatus) is null;
        var kind = isVirtualAccount ? ChangeKind.Captured : KindOf(json.FirstId(DataStatus, Status), isRefund);
        changes.Add(EventChange.Of(read, kind, names) with
        {
            PaymentAmount = isRefund ? null : read.AmountMinor,
            Reason = kind == ChangeKind.Failed ? json.Id(Failure) : null,
            // A refund has a reference of its own.
            MerchantReference = isRefund ? null : read.MerchantReference,
        });
    }

    /// <summary>An event without a name is an invoice's or a virtual account's, or else that of a payout.</summary>
    static bool IsOfPayment(string type, in JsonFields json)
    {
        if (!json.IsAbsent(Holder) || !json.IsAbsent(Disbursement)) return false;
        foreach (var family in (ReadOnlySpan<string>)
            ["payment.", "payment_request.", "capture.", "refund.", "ewallet.", "qr.", "invoice.", "virtual_account."])
        {
            if (type.StartsWith(family, StringComparison.Ordinal)) return true;
        }
        return type is "PAID" or "SETTLED" or "EXPIRED" or "PENDING";
    }

    /// <summary>A request for a payment groups its payments; a refund may name either.</summary>
    static PaymentName[] NamesOf(in JsonFields json, PaymentEvent read)
    {
        var payment = json.Id(DataPayment)
            ?? (read.EventType.StartsWith("payment.", StringComparison.Ordinal) ? json.Id(DataId) : null);
        if (json.Id(Request) is { } request) return EventChange.Names(request, null, payment);
        return payment is not null ? [new(NameKind.Capture, payment)] : EventChange.Names(read.PaymentId);
    }

    static ChangeKind KindOf(string? status, bool isRefund) => status switch
    {
        "SUCCEEDED" or "COMPLETED" when isRefund => ChangeKind.RefundSucceeded,
        "FAILED" or "CANCELLED" when isRefund => ChangeKind.RefundFailed,
        "PENDING" or "ACCEPTED" when isRefund => ChangeKind.RefundPending,
        _ when isRefund => ChangeKind.Noted,
        "PAID" or "SETTLED" or "SUCCEEDED" or "COMPLETED" or "CAPTURED" => ChangeKind.Captured,
        "AUTHORIZED" or "AWAITING_CAPTURE" => ChangeKind.Authorized,
        "PENDING" or "REQUIRES_ACTION" => ChangeKind.Pending,
        "FAILED" => ChangeKind.Failed,
        "VOIDED" or "CANCELED" or "CANCELLED" => ChangeKind.Voided,
        "EXPIRED" => ChangeKind.Expired,
        _ => ChangeKind.Noted,
    };
}
