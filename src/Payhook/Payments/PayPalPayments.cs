using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// PayPal's events of both versions. An order, its authorisations and its captures have an id each and come to one
/// payment, because each event names what its object was made from.
/// </summary>
static class PayPalPayments
{
    /// <summary>The most links of an object that are looked at; PayPal sends six.</summary>
    const int LinksLimit = 10;

    /// <summary>The most payments of one dispute that are looked at.</summary>
    const int DisputedLimit = 10;

    const int AddressLimitChars = 1000;

    const int ObjectId = 0, OrderId = 1, AuthorizationId = 2, CaptureId = 3, ParentPayment = 4, Status = 5, State = 6,
        Final = 7, FinalV1 = 8, RefundedTotal = 9, RefundedCurrency = 10, OrderOfApproval = 11, Capture = 12,
        Authorization = 13, SecondUnit = 14, Outcome = 15, Returned = 16, ReturnedCurrency = 17, DisputeReason = 18,
        RespondBy = 19, StatusReason = 20, ReasonCode = 21, SaleId = 22, FirstLink = 23,
        FirstDisputed = FirstLink + 2 * LinksLimit;

    static readonly JsonPaths Paths = new(
    [
        "resource.id", "resource.supplementary_data.related_ids.order_id",
        "resource.supplementary_data.related_ids.authorization_id",
        "resource.supplementary_data.related_ids.capture_id", "resource.parent_payment", "resource.status",
        "resource.state", "resource.final_capture", "resource.is_final_capture",
        "resource.seller_payable_breakdown.total_refunded_amount.value",
        "resource.seller_payable_breakdown.total_refunded_amount.currency_code", "resource.order_id",
        "resource.purchase_units.0.payments.captures.0.id", "resource.purchase_units.0.payments.authorizations.0.id",
        "resource.purchase_units.1", "resource.dispute_outcome.outcome_code",
        "resource.dispute_outcome.amount_refunded.value", "resource.dispute_outcome.amount_refunded.currency_code",
        "resource.reason", "resource.seller_response_due_date", "resource.status_details.reason",
        "resource.reason_code", "resource.sale_id",
        .. Enumerable.Range(0, LinksLimit).SelectMany(i => new[]
        {
            $"resource.links.{i}.rel", $"resource.links.{i}.href",
        }),
        .. Enumerable.Range(0, DisputedLimit).SelectMany(i => new[]
        {
            $"resource.disputed_transactions.{i}.seller_transaction_id",
            $"resource.disputed_transactions.{i}.gross_amount.value",
            $"resource.disputed_transactions.{i}.gross_amount.currency_code",
        }),
    ]);

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        if (IsOf(read, "CUSTOMER.DISPUTE.", "RISK.DISPUTE.")) MapDispute(json, read, changes);
        else if (IsOf(read, "CHECKOUT.ORDER.", "CHECKOUT.PAYMENT-APPROVAL.", "PAYMENT.ORDER.", "PAYMENTS.PAYMENT."))
            MapOrder(json, read, changes);
        else if (IsOf(read, "PAYMENT.REFUND.") || (IsOf(read, "PAYMENT.CAPTURE.", "PAYMENT.SALE.") && IsBack(read)))
            MapRefund(json, read, changes);
        else if (IsOf(read, "PAYMENT.AUTHORIZATION.", "PAYMENT.CAPTURE.", "PAYMENT.SALE."))
            MapPayment(json, read, changes);
    }

    /// <summary>Plans, subscriptions and payouts have events too, and words of payments in them.</summary>
    static bool IsOf(PaymentEvent read, params ReadOnlySpan<string> families)
    {
        foreach (var family in families)
        {
            if (read.EventType.StartsWith(family, StringComparison.Ordinal)) return true;
        }
        return false;
    }

    static bool IsBack(PaymentEvent read) =>
        read.EventType.EndsWith(".REFUNDED", StringComparison.Ordinal)
        || read.EventType.EndsWith(".REVERSED", StringComparison.Ordinal);

    static void MapPayment(in JsonFields json, PaymentEvent read, ICollection<Change> changes)
    {
        var isAuthorization = IsOf(read, "PAYMENT.AUTHORIZATION.");
        var names = NamesOf(
            json, isAuthorization ? json.Id(ObjectId) : null, isAuthorization ? null : json.Id(ObjectId));
        if (names.Length == 0) return;
        var kind = KindOf(read.EventType, json);
        changes.Add(EventChange.Of(read, kind, names) with
        {
            // An order can be captured in parts, each with an id of its own.
            CapturedTotal = null,
            ChildId = kind == ChangeKind.Captured ? json.Id(ObjectId) : null,
            IsFinalCapture = kind == ChangeKind.Captured && (json.IsTrue(Final) || json.IsTrue(FinalV1)),
            Reason = kind == ChangeKind.Failed ? json.FirstId(StatusReason, ReasonCode, Status, State) : null,
        });
    }

    static ChangeKind KindOf(string type, in JsonFields json) => type switch
    {
        "PAYMENT.AUTHORIZATION.CREATED" when Is(json, "pending"u8, "PENDING"u8) => ChangeKind.Pending,
        "PAYMENT.AUTHORIZATION.CREATED" when Is(json, "denied"u8, "DENIED"u8) => ChangeKind.Failed,
        "PAYMENT.AUTHORIZATION.CREATED" => ChangeKind.Authorized,
        "PAYMENT.AUTHORIZATION.VOIDED" => ChangeKind.Voided,
        "PAYMENT.CAPTURE.PENDING" or "PAYMENT.SALE.PENDING" => ChangeKind.Pending,
        "PAYMENT.CAPTURE.COMPLETED" or "PAYMENT.SALE.COMPLETED" => ChangeKind.Captured,
        "PAYMENT.CAPTURE.DECLINED" or "PAYMENT.CAPTURE.DENIED" or "PAYMENT.SALE.DENIED" => ChangeKind.Failed,
        _ => ChangeKind.Noted,
    };

    static bool Is(in JsonFields json, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        json.Is(Status, second) || json.Is(State, first);

    static void MapOrder(in JsonFields json, PaymentEvent read, ICollection<Change> changes)
    {
        var isPayment = IsOf(read, "PAYMENTS.PAYMENT.");
        var kind = read.EventType switch
        {
            "CHECKOUT.ORDER.APPROVED" or "PAYMENT.ORDER.CREATED" or "PAYMENTS.PAYMENT.CREATED" => ChangeKind.Created,
            "CHECKOUT.PAYMENT-APPROVAL.REVERSED" or "PAYMENT.ORDER.CANCELLED" => ChangeKind.Voided,
            _ => ChangeKind.Noted,
        };
        var names = new List<PaymentName>();
        Add(names, isPayment ? NameKind.Payment : NameKind.Order, json.Id(ObjectId));
        Add(names, NameKind.Order, json.Id(OrderOfApproval));
        Add(names, NameKind.Payment, json.Id(ParentPayment));
        Add(names, NameKind.Authorization, json.Id(Authorization));
        Add(names, NameKind.Capture, json.Id(Capture));
        if (names.Count == 0) return;
        changes.Add(EventChange.Of(read, kind, names) with
        {
            // Of several units only the first one's amount was read.
            PaymentAmount = json.IsAbsent(SecondUnit) ? read.AmountMinor : null,
        });
    }

    static void MapRefund(in JsonFields json, PaymentEvent read, ICollection<Change> changes)
    {
        var isReversal = read.EventType.EndsWith(".REVERSED", StringComparison.Ordinal);
        var names = NamesOf(json, null, read.PaymentId);
        if (names.Length == 0) return;
        var kind = isReversal ? ChangeKind.DisputeLost : RefundKindOf(read.EventType, json);
        changes.Add(EventChange.Of(read, kind, names) with
        {
            ChildId = json.Id(ObjectId),
            IsReversal = isReversal,
            Reason = isReversal ? "reversal" : null,
            // What PayPal has given back in all, reversals too; a refund on its way is not counted yet.
            RefundedTotal = kind is ChangeKind.RefundSucceeded or ChangeKind.DisputeLost
                ? json.Minor(RefundedTotal, json.Currency(RefundedCurrency))
                : null,
        });
    }

    static ChangeKind RefundKindOf(string type, in JsonFields json) =>
        type == "PAYMENT.REFUND.PENDING" || Is(json, "pending"u8, "PENDING"u8) ? ChangeKind.RefundPending
        : type == "PAYMENT.REFUND.FAILED" || Is(json, "failed"u8, "FAILED"u8) || Is(json, "cancelled"u8, "CANCELLED"u8)
            ? ChangeKind.RefundFailed
        : type.StartsWith("PAYMENT.REFUND.", StringComparison.Ordinal) && !Is(json, "completed"u8, "COMPLETED"u8)
            ? ChangeKind.Noted
        : ChangeKind.RefundSucceeded;

    static void MapDispute(in JsonFields json, PaymentEvent read, ICollection<Change> changes)
    {
        var kind = DisputeKindOf(json);
        var isLost = kind == ChangeKind.DisputeLost;
        var returned = isLost ? json.Minor(Returned, json.Currency(ReturnedCurrency)) : null;
        var amount = returned > 0 ? returned : read.AmountMinor;
        var isOne = json.IsAbsent(FirstDisputed + 3);
        for (var i = FirstDisputed; i < FirstDisputed + 3 * DisputedLimit; i += 3)
        {
            if (json.Id(i) is not { } id) continue;
            // A dispute of several payments tells one amount; no payment can lose more than its own.
            var gross = isOne ? null : json.Minor(i + 1, json.Currency(i + 2));
            changes.Add(EventChange.Of(read, kind, [new(NameKind.Capture, id)]) with
            {
                Amount = gross < amount ? gross : amount,
                IsReturnedOnce = true,
                RespondBy = json.Rfc3339(RespondBy),
                Reason = json.Id(DisputeReason),
                OrderId = null,
            });
        }
    }

    /// <summary>The status decides, not the type: an update can tell of the end.</summary>
    static ChangeKind DisputeKindOf(in JsonFields json)
    {
        if (json.Is(Status, "UNDER_REVIEW"u8)) return ChangeKind.DisputeUnderReview;
        if (!json.Is(Status, "RESOLVED"u8)) return ChangeKind.DisputeOpen;
        return json.Id(Outcome) switch
        {
            "RESOLVED_SELLER_FAVOUR" or "CANCELED_BY_BUYER" or "DENIED" or "RESOLVED_WITH_PAYOUT" =>
                ChangeKind.DisputeWon,
            "RESOLVED_BUYER_FAVOUR" or "ACCEPTED" => ChangeKind.DisputeLost,
            _ => ChangeKind.DisputeOpen, // an outcome that nobody knows is for a person to look at
        };
    }

    static PaymentName[] NamesOf(in JsonFields json, string? authorization, string? capture)
    {
        var names = new List<PaymentName>(6);
        Add(names, NameKind.Payment, json.Id(ParentPayment));
        Add(names, NameKind.Authorization, authorization);
        Add(names, NameKind.Authorization, json.Id(AuthorizationId));
        Add(names, NameKind.Authorization, Linked(json, "/authorizations/") ?? Linked(json, "/authorization/"));
        Add(names, NameKind.Order, json.Id(OrderId) ?? Linked(json, "/checkout/orders/"));
        Add(names, NameKind.Capture, capture);
        Add(names, NameKind.Capture, json.Id(CaptureId));
        Add(names, NameKind.Capture, json.Id(SaleId));
        return [.. names];
    }

    static void Add(List<PaymentName> names, NameKind kind, string? id)
    {
        if (id is not null && !names.Contains(new(kind, id))) names.Add(new(kind, id));
    }

    /// <summary>The last part of the link to what the object was made from, where that is of the kind.</summary>
    static string? Linked(in JsonFields json, string kind)
    {
        for (var link = FirstLink; link < FirstLink + 2 * LinksLimit; link += 2)
        {
            if (!json.Is(link, "up"u8) && !json.Is(link, "authorization"u8)) continue;
            if (json.Text(link + 1, AddressLimitChars) is not { } address) continue;
            var start = address.LastIndexOf(kind, StringComparison.Ordinal);
            if (start < 0) continue;
            var id = address[(start + kind.Length)..];
            if (PaymentEvent.IsId(id) && id.All(l => char.IsAsciiLetterOrDigit(l) || l is '-' or '_')) return id;
        }
        return null;
    }
}
