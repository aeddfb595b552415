using System.Text.Json;
using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// Adyen's events, one item at a time. A change, refund or dispute that does not say which payment it belongs to makes
/// no payment of its own: only a person can tell.
/// </summary>
static class AdyenPayments
{
    const int Success = 0, Psp = 1, Reason = 2, Additional = 3, RespondBy = 4, Email = 5;

    static readonly JsonPaths Paths = new(
        "NotificationRequestItem.success", "NotificationRequestItem.pspReference", "NotificationRequestItem.reason",
        "NotificationRequestItem.additionalData", "NotificationRequestItem.additionalData.defensePeriodEndsAt",
        "NotificationRequestItem.additionalData.shopperEmail");

    /// <summary>A member's name with a dot in it, which no path can say.</summary>
    static ReadOnlySpan<byte> ActionName => "modification.action"u8;

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        if (read.PaymentId is null) return;
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var isFailure = json.Is(Success, "false"u8) || json.IsFalse(Success);
        if (KindOf(read.EventType, isFailure, json) is not { } kind || EventChange.Of(read, kind) is not { } change)
            return;
        var isDispute = EventChange.IsDispute(kind);
        changes.Add(change with
        {
            // Whatever was known of the dispute before wins over what only says that it goes on.
            At = IsReminder(read.EventType) ? null : read.CreatedAt,
            PaymentAmount = read.EventType == "AUTHORISATION" ? read.AmountMinor : null,
            CapturedTotal = null,
            ChildId = kind is ChangeKind.Captured or ChangeKind.CaptureFailed || isDispute || EventChange.IsRefund(kind)
                ? json.Id(Psp)
                : null,
            RespondBy = isDispute ? json.Rfc3339(RespondBy) : null,
            Reason = isDispute || kind == ChangeKind.Failed ? json.Id(Reason) : null,
            Email = json.Id(Email),
        });
    }

    /// <summary>What an event does; <see langword="null"/> for one that is about no payment.</summary>
    static ChangeKind? KindOf(string code, bool isFailure, in JsonFields json) => code switch
    {
        "AUTHORISATION" => isFailure ? ChangeKind.Failed : ChangeKind.Authorized,
        "AUTHORISATION_ADJUSTMENT" => isFailure ? ChangeKind.Noted : ChangeKind.AuthorizationAdjusted,
        "CAPTURE" => isFailure ? ChangeKind.CaptureFailed : ChangeKind.Captured,
        "CAPTURE_FAILED" => isFailure ? ChangeKind.Noted : ChangeKind.CaptureFailed,
        "CANCELLATION" or "TECHNICAL_CANCEL" => isFailure ? ChangeKind.Noted : ChangeKind.Voided,
        "EXPIRE" => isFailure ? ChangeKind.Noted : ChangeKind.Expired,
        "CANCEL_OR_REFUND" => ActionOf(json) switch
        {
            "cancel" => isFailure ? ChangeKind.Noted : ChangeKind.Voided,
            "refund" => isFailure ? ChangeKind.RefundFailed : ChangeKind.RefundSucceeded,
            _ => ChangeKind.Noted,
        },
        "REFUND" or "REFUND_WITH_DATA" => isFailure ? ChangeKind.RefundFailed : ChangeKind.RefundSucceeded,
        "REFUND_FAILED" or "REFUNDED_REVERSED" => isFailure ? ChangeKind.Noted : ChangeKind.RefundFailed,
        "PENDING" => isFailure ? ChangeKind.Failed : ChangeKind.Pending,
        "OFFER_CLOSED" => ChangeKind.Failed,
        _ => DisputeKindOf(code) is { } kind ? isFailure ? ChangeKind.Noted : kind : null,
    };

    static ChangeKind? DisputeKindOf(string code) => code switch
    {
        "REQUEST_FOR_INFORMATION" or "NOTIFICATION_OF_CHARGEBACK" => ChangeKind.DisputeOpen,
        "PREARBITRATION_OPEN" => ChangeKind.DisputeUnderReview,
        "CHARGEBACK" or "SECOND_CHARGEBACK" or "PREARBITRATION_LOST" or "PREARBITRATION_ACCEPTED" =>
            ChangeKind.DisputeLost,
        "CHARGEBACK_REVERSED" or "PREARBITRATION_WON" => ChangeKind.DisputeWon,
        "SCHEME_ARBITRATION_WON" => ChangeKind.DisputeWon,
        "SCHEME_ARBITRATION_LOST" => ChangeKind.DisputeLost,
        _ when IsReminder(code) => ChangeKind.DisputeOpen,
        _ when code.StartsWith("SCHEME_ARBITRATION_", StringComparison.Ordinal) => ChangeKind.DisputeUnderReview,
        "PREARBITRATION_DECLINED" or "PREARBITRATION_ISSUER_WITHDRAWN" => ChangeKind.Noted,
        _ => null,
    };

    static bool IsReminder(string code) =>
        code is "DISPUTE_DEFENSE_PERIOD_ENDED" or "ISSUER_RESPONSE_TIMEFRAME_EXPIRED";

    /// <summary>Whether a payment was cancelled or refunded, where Adyen was left to choose.</summary>
    static string? ActionOf(in JsonFields json)
    {
        if (json.Kind(Additional) != JsonTokenType.StartObject) return null;
        var reader = new Utf8JsonReader(json.Raw(Additional));
        reader.Read();
        string? action = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isAction = !reader.ValueIsEscaped && reader.ValueSpan.SequenceEqual(ActionName);
            reader.Read();
            if (isAction && reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped)
                action = reader.ValueTextEquals("cancel"u8) ? "cancel"
                    : reader.ValueTextEquals("refund"u8) ? "refund"
                    : null;
            reader.Skip();
        }
        return action;
    }
}
