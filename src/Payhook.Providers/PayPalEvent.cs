namespace Payhook.Providers;

/// <summary>
/// What an event of PayPal is about. Its objects name their payment in a different place each, a refund only in a
/// link.
/// </summary>
static class PayPalEvent
{
    /// <summary>How many links of an object are looked at; PayPal sends at most six.</summary>
    const int LinksLimit = 10;

    const int AddressLimitChars = 1000;

    const int Id = 0, Type = 1, Created = 2, Kind = 3, ObjectId = 4, ParentPayment = 5, SaleId = 6, CaptureId = 7,
        DisputeId = 8, DisputedPayment = 9, DisputedSeller = 10, DisputedInvoice = 11, DisputedCustom = 12,
        RelatedOrder = 13, RelatedCapture = 14, InvoiceId = 15, CustomId = 16, InvoiceNumber = 17, Custom = 18,
        Currency = 19, Value = 20, CurrencyV1 = 21, Total = 22, DisputeCurrency = 23, DisputeValue = 24,
        PayeeId = 25, UnitCurrency = 26, UnitValue = 27, UnitInvoice = 28, UnitCustom = 29, UnitPayee = 30,
        UnitCapture = 31, UnitAuthorization = 32, FirstLink = 33;

    static readonly JsonPaths Paths = new(
    [
        "id", "event_type", "create_time", "resource_type", "resource.id", "resource.parent_payment",
        "resource.sale_id", "resource.capture_id", "resource.dispute_id",
        "resource.disputed_transactions.0.seller_transaction_id", "resource.disputed_transactions.0.seller.merchant_id",
        "resource.disputed_transactions.0.invoice_number", "resource.disputed_transactions.0.custom",
        "resource.supplementary_data.related_ids.order_id", "resource.supplementary_data.related_ids.capture_id",
        "resource.invoice_id", "resource.custom_id", "resource.invoice_number", "resource.custom",
        "resource.amount.currency_code", "resource.amount.value", "resource.amount.currency", "resource.amount.total",
        "resource.dispute_amount.currency_code", "resource.dispute_amount.value", "resource.payee.merchant_id",
        "resource.purchase_units.0.amount.currency_code", "resource.purchase_units.0.amount.value",
        "resource.purchase_units.0.invoice_id", "resource.purchase_units.0.custom_id",
        "resource.purchase_units.0.payee.merchant_id", "resource.purchase_units.0.payments.captures.0.id",
        "resource.purchase_units.0.payments.authorizations.0.id",
        .. Enumerable.Range(0, LinksLimit).SelectMany(i => new[]
        {
            $"resource.links.{i}.rel", $"resource.links.{i}.href",
        }),
    ]);

    public static Reading Read(ReadOnlySpan<byte> body, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.Id(Id) is not { } id || json.Id(Type) is not { } type) return Reading.MissingFields;

        var about = FindSubject(json);
        var (amount, currency) = FindAmount(json);
        events.Add(new()
        {
            EventId = id,
            IsEventIdSigned = true,
            EventType = type,
            PaymentId = about.Payment,
            AccountId = json.FirstId(PayeeId, UnitPayee, DisputedSeller),
            OrderId = about.Order,
            RefundId = about.Refund,
            DisputeId = json.Id(DisputeId),
            MerchantReference = json.FirstId(
                InvoiceId, CustomId, InvoiceNumber, Custom, UnitInvoice, UnitCustom, DisputedInvoice, DisputedCustom),
            AmountMinor = amount,
            Currency = currency,
            CreatedAt = json.Rfc3339(Created),
        });
        return Reading.Read;
    }

    static (string? Payment, string? Order, string? Refund) FindSubject(in JsonFields json)
    {
        var objectId = json.Id(ObjectId);
        if (json.Is(Kind, "dispute"u8)) return (json.Id(DisputedPayment), null, null);
        if (json.Is(Kind, "refund"u8) || !json.IsAbsent(SaleId) || !json.IsAbsent(CaptureId))
        {
            var payment = json.FirstId(RelatedCapture, SaleId, CaptureId)
                ?? FindLinked(json, "/captures/") ?? FindLinked(json, "/capture/") ?? FindLinked(json, "/sale/");
            return (payment, json.FirstId(RelatedOrder, ParentPayment), objectId);
        }
        if (json.Is(Kind, "capture"u8) || json.Is(Kind, "authorization"u8) || json.Is(Kind, "sale"u8))
        {
            var order = json.Id(RelatedOrder) ?? FindLinked(json, "/checkout/orders/") ?? json.Id(ParentPayment);
            return (objectId, order, null);
        }
        if (json.Is(Kind, "checkout-order"u8) || json.Is(Kind, "order"u8) || json.Is(Kind, "payment"u8))
            return (json.FirstId(UnitCapture, UnitAuthorization) ?? objectId, objectId, null);
        return default; // a plan, a subscription, a payout: about no one payment
    }

    /// <summary>The last part of the link to what the object was made from, where that is of the kind.</summary>
    static string? FindLinked(in JsonFields json, string kind)
    {
        for (var link = FirstLink; link < FirstLink + 2 * LinksLimit; link += 2)
        {
            if (!json.Is(link, "up"u8) && !json.Is(link, "sale"u8) && !json.Is(link, "capture"u8)) continue;
            if (json.Text(link + 1, AddressLimitChars) is not { } address) continue;
            var start = address.LastIndexOf(kind, StringComparison.Ordinal);
            if (start < 0) continue;
            var id = address[(start + kind.Length)..];
            if (PaymentEvent.IsId(id) && id.All(l => char.IsAsciiLetterOrDigit(l) || l is '-' or '_')) return id;
        }
        return null;
    }

    /// <summary>The first version writes a refund as a negative amount; what the event is about is its size.</summary>
    static (long? Amount, string? Currency) FindAmount(in JsonFields json)
    {
        ReadOnlySpan<(int Value, int Currency)> forms =
        [
            (Value, Currency), (Total, CurrencyV1), (DisputeValue, DisputeCurrency), (UnitValue, UnitCurrency),
        ];
        foreach (var (value, code) in forms)
        {
            var currency = json.Currency(code);
            if (json.Minor(value, currency) is { } minor and > long.MinValue) return (Math.Abs(minor), currency);
        }
        return default;
    }
}
