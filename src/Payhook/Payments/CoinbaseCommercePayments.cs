using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// Coinbase Commerce's events: a charge is the payment, called by its code. What was paid late or in part is pending
/// until the merchant resolves it.
/// </summary>
static class CoinbaseCommercePayments
{
    const int Code = 0, Id = 1;

    static readonly JsonPaths Paths = new("event.data.code", "event.data.id");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var names = new List<PaymentName>(2);
        if (json.Id(Code) is { } code) names.Add(new(NameKind.Payment, code));
        if (json.Id(Id) is { } id) names.Add(new(NameKind.Capture, id));
        if (names.Count == 0) return;
        var kind = read.EventType switch
        {
            "charge:created" => ChangeKind.Created,
            "charge:pending" or "charge:delayed" => ChangeKind.Pending,
            "charge:confirmed" or "charge:resolved" => ChangeKind.Captured,
            "charge:failed" => ChangeKind.Failed,
            _ => ChangeKind.Noted,
        };
        changes.Add(new()
        {
            Names = names,
            Kind = kind,
            At = read.CreatedAt,
            PaymentAmount = read.AmountMinor,
            CapturedTotal = kind == ChangeKind.Captured ? read.AmountMinor ?? 0 : null,
            Currency = read.Currency,
            OrderId = read.OrderId,
            MerchantReference = read.MerchantReference,
        });
    }
}
