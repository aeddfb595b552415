using System.Globalization;
using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// Mollie's events of both kinds: the status of a payment, and refunds, captures and chargebacks that leave the status
/// as it was.
/// </summary>
static class MolliePayments
{
    const int Status = 0, Refunded = 1, RefundedCurrency = 2, Captured = 3, CapturedCurrency = 4, Reversed = 5,
        Mode = 6, EntityId = 7, Reason = 8;

    static readonly JsonPaths Paths = new(
        "_embedded.entity.status", "_embedded.entity.amountRefunded.value", "_embedded.entity.amountRefunded.currency",
        "_embedded.entity.amountCaptured.value", "_embedded.entity.amountCaptured.currency",
        "_embedded.entity.reversedAt", "_embedded.entity.mode", "entityId", "_embedded.entity.details.failureReason");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var dot = read.EventType.IndexOf('.');
        if (dot < 0) return;
        var family = read.EventType[..dot];
        var status = read.EventType[(dot + 1)..];
        if (family == "payment")
        {
            // The type is what happened; a type of no known status leaves it to the object that came along.
            if (PaymentKindOf(status) is null) status = json.Id(Status) ?? status;
            AddPayment(
                read, status, json.Minor(Refunded, json.Currency(RefundedCurrency)) ?? 0,
                json.Minor(Captured, json.Currency(CapturedCurrency)) ?? 0, IsLive(json), json.Id(Reason), changes);
        }
        else if (ChildKindOf(family, status, json) is { } kind && EventChange.Of(read, kind) is { } change)
        {
            var isCapture = kind is ChangeKind.Captured or ChangeKind.CaptureFailed;
            changes.Add(change with
            {
                ChildId = isCapture ? json.Id(EntityId) : change.ChildId,
                CapturedTotal = null,
                IsLive = IsLive(json),
            });
        }
    }

    /// <summary>
    /// What is stored of a classic event is an id; its status and totals stand in the event's id, as Mollie gave them.
    /// </summary>
    public static void MapClassic(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        var parts = read.EventId?.Split(':') ?? [];
        if (parts.Length != 5 || parts[0] != read.PaymentId)
        {
            if (EventChange.Of(read, ChangeKind.Noted) is { } noted) changes.Add(noted);
            return;
        }
        AddPayment(read, parts[1], Total(parts[2]), Total(parts[4]), null, null, changes);
        if (Total(parts[3]) is var chargedBack and > 0 && EventChange.Of(read, ChangeKind.DisputeLost) is { } lost)
            changes.Add(lost with { ChildId = "chargebacks", Amount = chargedBack });
    }

    static void AddPayment(
        PaymentEvent read, string status, long refunded, long captured, bool? isLive, string? reason,
        ICollection<Change> changes)
    {
        var kind = PaymentKindOf(status) ?? ChangeKind.Noted;
        if (EventChange.Of(read, kind) is not { } change) return;
        changes.Add(change with
        {
            PaymentAmount = read.AmountMinor,
            // Where a payment is captured by itself no total of what was captured is told.
            CapturedTotal = kind == ChangeKind.Captured ? (captured > 0 ? captured : read.AmountMinor ?? 0) : null,
            RefundedTotal = refunded,
            IsLive = isLive,
            Reason = kind == ChangeKind.Failed ? reason : null,
        });
        if (kind == ChangeKind.Authorized && captured > 0)
            changes.Add(change with { Kind = ChangeKind.Captured, CapturedTotal = captured, RefundedTotal = refunded });
    }

    static ChangeKind? PaymentKindOf(string status) => status switch
    {
        "created" => ChangeKind.Created,
        "open" or "pending" => ChangeKind.Pending,
        "authorized" => ChangeKind.Authorized,
        "paid" => ChangeKind.Captured,
        "failed" => ChangeKind.Failed,
        "canceled" => ChangeKind.Voided,
        "expired" => ChangeKind.Expired,
        _ => null,
    };

    static ChangeKind? ChildKindOf(string family, string status, in JsonFields json) => (family, status) switch
    {
        ("refund", "queued" or "pending" or "processing" or "created") => ChangeKind.RefundPending,
        ("refund", "refunded" or "succeeded") => ChangeKind.RefundSucceeded,
        ("refund", "failed" or "canceled") => ChangeKind.RefundFailed,
        ("capture", "succeeded") => ChangeKind.Captured,
        ("capture", "failed") => ChangeKind.CaptureFailed,
        ("chargeback", "reversed" or "canceled") => ChangeKind.DisputeWon,
        ("chargeback", "received" or "created") when !json.IsAbsent(Reversed) => ChangeKind.DisputeWon,
        ("chargeback", "received" or "created") => ChangeKind.DisputeLost,
        ("refund" or "capture" or "chargeback", _) => ChangeKind.Noted,
        _ => null,
    };

    static bool? IsLive(in JsonFields json) => json.Is(Mode, "live"u8) ? true : json.Is(Mode, "test"u8) ? false : null;

    static long Total(string digits) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var minor) ? minor : 0;
}
