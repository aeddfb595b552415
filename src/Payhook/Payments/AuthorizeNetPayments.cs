using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// Authorize.Net's events. The currency is not told, so there are no amounts; a refund is a transaction of its own that
/// names no payment.
/// </summary>
static class AuthorizeNetPayments
{
    const int Code = 0;
    const string Prefix = "net.authorize.payment.", Suffix = ".created";

    static readonly JsonPaths Paths = new("payload.responseCode");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        if (read.PaymentId is not { } id || !read.EventType.StartsWith(Prefix, StringComparison.Ordinal)) return;
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var kind = KindOf(read.EventType, json.Integer(Code));
        var change = EventChange.Of(read, kind, [new(NameKind.Payment, id)]) with
        {
            CapturedTotal = null,
            ChildId = kind == ChangeKind.Captured ? id : null,
        };
        changes.Add(change);
        // Until a captured payment is settled it can be voided, and then no money moves.
        if (kind == ChangeKind.Voided) changes.Add(change with { Kind = ChangeKind.CaptureFailed, ChildId = id });
    }

    static ChangeKind KindOf(string type, long? code)
    {
        var name = type.AsSpan(Prefix.Length);
        if (name.EndsWith(Suffix, StringComparison.Ordinal)) name = name[..^Suffix.Length];
        var isApproved = code is null or 1;
        return name switch
        {
            "authorization" or "authcapture" or "capture" or "priorAuthCapture" when code is 4 => ChangeKind.Pending,
            "authorization" or "authcapture" when code is 2 or 3 => ChangeKind.Failed,
            "authorization" when isApproved => ChangeKind.Authorized,
            "authcapture" or "capture" or "priorAuthCapture" when isApproved => ChangeKind.Captured,
            "void" when isApproved => ChangeKind.Voided,
            "fraud.held" => ChangeKind.Pending,
            // Whether it was captured as well is not told.
            "fraud.approved" when isApproved => ChangeKind.Authorized,
            "fraud.declined" => ChangeKind.Failed,
            _ => ChangeKind.Noted,
        };
    }
}
