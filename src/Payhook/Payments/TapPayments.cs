using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>Tap's events by the status of their object; a charge names the authorisation it was made from.</summary>
static class TapPayments
{
    const int Id = 0, Status = 1, Source = 2, IsLive = 3, Message = 4, Email = 5;

    static readonly JsonPaths Paths = new(
        "id", "status", "source.id", "live_mode", "response.message", "customer.email");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        if (read.PaymentId is not { } id) return;
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var isRefund = read.RefundId is not null;
        var kind = isRefund ? RefundKindOf(json.Id(Status)) : KindOf(json.Id(Status), IsAuthorization(id));
        // Only an authorisation can be the name of two charges.
        PaymentName[] names = IsAuthorization(id) ? [new(NameKind.Authorization, id)]
            : json.Id(Source) is { } source && IsAuthorization(source)
                ? [new(NameKind.Authorization, source), new(NameKind.Capture, id)]
            : [new(NameKind.Capture, id)];
        changes.Add(EventChange.Of(read, kind, names) with
        {
            CapturedTotal = null,
            ChildId = isRefund ? read.RefundId : kind == ChangeKind.Captured ? id : null,
            IsLive = json.IsTrue(IsLive) ? true : json.IsFalse(IsLive) ? false : null,
            Reason = kind is ChangeKind.Failed or ChangeKind.RefundFailed ? json.Id(Message) : null,
            Email = json.Id(Email),
        });
    }

    static bool IsAuthorization(string id) => id.StartsWith("auth_", StringComparison.Ordinal);

    /// <summary>How much of an authorisation was captured is told by the charge, and only there.</summary>
    static ChangeKind KindOf(string? status, bool isAuthorization) => status switch
    {
        "INITIATED" => ChangeKind.Created,
        "IN_PROGRESS" => ChangeKind.Pending,
        "AUTHORIZED" => ChangeKind.Authorized,
        "CAPTURED" => isAuthorization ? ChangeKind.Authorized : ChangeKind.Captured,
        "DECLINED" or "FAILED" or "RESTRICTED" or "TIMEDOUT" or "ABANDONED" => ChangeKind.Failed,
        "CANCELLED" or "VOID" => ChangeKind.Voided,
        _ => ChangeKind.Noted,
    };

    static ChangeKind RefundKindOf(string? status) => status switch
    {
        "REFUNDED" => ChangeKind.RefundSucceeded,
        "PENDING" or "IN_PROGRESS" or "INITIATED" => ChangeKind.RefundPending,
        "FAILED" or "DECLINED" or "CANCELLED" or "REJECTED" => ChangeKind.RefundFailed,
        _ => ChangeKind.Noted,
    };
}
