using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>Lemon Squeezy's events: orders and subscription invoices, each with a total of refunds.</summary>
static class LemonSqueezyPayments
{
    const int Status = 0, Total = 1, Refunded = 2, IsTest = 3, Email = 4;

    static readonly JsonPaths Paths = new(
        "data.attributes.status", "data.attributes.total", "data.attributes.refunded_amount", "meta.test_mode",
        "data.attributes.user_email");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var kind = KindOf(read.EventType, json);
        if (EventChange.Of(read, kind) is not { } change) return;
        var total = json.Integer(Total);
        // An old body has no amount beside its status.
        var refunded = json.Integer(Refunded) ?? (json.Is(Status, "refunded"u8) ? total : null);
        change = change with
        {
            Amount = total,
            PaymentAmount = total,
            CapturedTotal = kind == ChangeKind.Captured ? total ?? 0 : null,
            IsLive = json.IsTrue(IsTest) ? false : json.IsFalse(IsTest) ? true : null,
            Email = json.Id(Email),
        };
        changes.Add(change);
        var isRefund = read.EventType.EndsWith("_refunded", StringComparison.Ordinal)
            || json.Is(Status, "refunded"u8) || json.Is(Status, "partial_refund"u8);
        if (!isRefund) return;
        changes.Add(change with
        {
            Kind = ChangeKind.RefundSucceeded,
            ChildId = "refunds",
            Amount = refunded,
            CapturedTotal = null,
            RefundedTotal = refunded,
        });
    }

    /// <summary>What was refunded had been paid.</summary>
    static ChangeKind KindOf(string type, in JsonFields json) => type switch
    {
        "subscription_payment_success" or "subscription_payment_recovered" => ChangeKind.Captured,
        "subscription_payment_failed" => ChangeKind.Failed,
        _ => json.Id(Status) switch
        {
            "paid" or "refunded" or "partial_refund" => ChangeKind.Captured,
            "pending" => ChangeKind.Pending,
            "failed" or "fraudulent" => ChangeKind.Failed,
            "void" => ChangeKind.Voided,
            _ => ChangeKind.Noted,
        },
    };
}
