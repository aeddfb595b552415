using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>The change that most events are: about the payment, refund or dispute that their provider read.</summary>
static class EventChange
{
    /// <summary>A change of the event's payment; <see langword="null"/> where the event is about none.</summary>
    public static Change? Of(PaymentEvent read, ChangeKind kind) =>
        read.PaymentId is { } id ? Of(read, kind, [new(NameKind.Payment, id)]) : null;

    /// <summary>A change of the payment that goes by these names.</summary>
    public static Change Of(PaymentEvent read, ChangeKind kind, IReadOnlyList<PaymentName> names) => new()
    {
        Names = names,
        Kind = kind,
        At = read.CreatedAt,
        Amount = read.AmountMinor,
        Currency = read.Currency,
        ChildId = IsRefund(kind) ? read.RefundId : IsDispute(kind) ? read.DisputeId : null,
        // What was captured by one step only needs no child of its own.
        CapturedTotal = kind == ChangeKind.Captured ? read.AmountMinor ?? 0 : null,
        OrderId = read.OrderId,
        MerchantReference = read.MerchantReference,
    };

    /// <summary>The names that are there, the payment's first; one id is listed once.</summary>
    public static PaymentName[] Names(string? payment, string? order = null, string? capture = null)
    {
        var names = new List<PaymentName>(3);
        if (payment is not null) names.Add(new(NameKind.Payment, payment));
        if (order is not null && order != payment) names.Add(new(NameKind.Order, order));
        if (capture is not null && capture != payment) names.Add(new(NameKind.Capture, capture));
        return [.. names];
    }

    public static bool IsRefund(ChangeKind kind) =>
        kind is ChangeKind.RefundPending or ChangeKind.RefundSucceeded or ChangeKind.RefundFailed;

    public static bool IsDispute(ChangeKind kind) => kind is >= ChangeKind.DisputeOpen and <= ChangeKind.DisputeLost;
}
