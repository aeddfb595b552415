using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>
/// Stripe's events: the object tells what it is about. A payment intent names the payment, and each of its charges,
/// one for every attempt, leads to it.
/// </summary>
static class StripePayments
{
    const int Created = 0, IsLive = 1, Kind = 2, Id = 3, Intent = 4, Charge = 5, LatestCharge = 6, Amount = 7,
        Currency = 8, Received = 9, Capturable = 10, AmountCaptured = 11, AmountRefunded = 12, IsCaptured = 13,
        Status = 14, Reason = 15, RespondBy = 16, FailureMessage = 17, ErrorMessage = 18, ErrorCode = 19,
        PaymentStatus = 20, AmountTotal = 21, ReceiptEmail = 22, BillingEmail = 23, CustomerEmail = 24,
        Reference = 25;

    static readonly JsonPaths Paths = new(
        "created", "livemode", "data.object.object", "data.object.id", "data.object.payment_intent",
        "data.object.charge", "data.object.latest_charge", "data.object.amount", "data.object.currency",
        "data.object.amount_received", "data.object.amount_capturable", "data.object.amount_captured",
        "data.object.amount_refunded", "data.object.captured", "data.object.status", "data.object.reason",
        "data.object.evidence_details.due_by", "data.object.failure_message",
        "data.object.last_payment_error.message", "data.object.last_payment_error.code", "data.object.payment_status",
        "data.object.amount_total", "data.object.receipt_email", "data.object.billing_details.email",
        "data.object.customer_details.email", "data.object.client_reference_id");

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var change = json.Is(Kind, "payment_intent"u8) ? OfIntent(read.EventType, json)
            : json.Is(Kind, "charge"u8) ? OfCharge(read.EventType, json)
            : json.Is(Kind, "refund"u8) ? OfRefund(json)
            : json.Is(Kind, "dispute"u8) ? OfDispute(json)
            : json.Is(Kind, "checkout.session"u8) ? OfSession(read.EventType, json)
            : new Change { Names = Names(json), Kind = ChangeKind.Noted };
        if (change.Names.Count == 0) return;
        changes.Add(change with
        {
            At = json.UnixSeconds(Created),
            Currency = json.Currency(Currency),
            IsLive = json.IsTrue(IsLive) ? true : json.IsFalse(IsLive) ? false : null,
            Email = json.FirstId(ReceiptEmail, BillingEmail, CustomerEmail),
        });
    }

    static Change OfIntent(string type, in JsonFields json)
    {
        var kind = type switch
        {
            "payment_intent.created" or "payment_intent.requires_action" => ChangeKind.Created,
            "payment_intent.processing" => ChangeKind.Pending,
            "payment_intent.amount_capturable_updated" => ChangeKind.Authorized,
            "payment_intent.succeeded" => ChangeKind.Captured,
            "payment_intent.payment_failed" => ChangeKind.Failed,
            "payment_intent.canceled" => ChangeKind.Voided,
            _ => ChangeKind.Noted,
        };
        var received = json.Integer(Received);
        return new()
        {
            Names = Names(json.Id(Id), json.Id(LatestCharge)),
            Kind = kind,
            // What can be captured shrinks with each part that is, so both together were authorised.
            Amount = kind == ChangeKind.Authorized ? (json.Integer(Capturable) ?? 0) + (received ?? 0) : null,
            PaymentAmount = json.Integer(Amount),
            CapturedTotal = kind == ChangeKind.Captured ? received ?? json.Integer(Amount) ?? 0 : received,
            IsFinalCapture = kind == ChangeKind.Captured,
            Reason = kind == ChangeKind.Failed ? json.FirstId(ErrorMessage, ErrorCode) : null,
        };
    }

    static Change OfCharge(string type, in JsonFields json)
    {
        var isMoney = json.IsTrue(IsCaptured) && !json.Is(Status, "failed"u8) && !json.Is(Status, "pending"u8);
        var isReleased = type == "charge.refunded" && json.IsFalse(IsCaptured);
        var kind = type switch
        {
            "charge.succeeded" => isMoney ? ChangeKind.Captured : ChangeKind.Authorized,
            "charge.captured" => ChangeKind.Captured,
            "charge.failed" => ChangeKind.Failed,
            "charge.expired" => ChangeKind.Expired,
            "charge.pending" => ChangeKind.Pending,
            "charge.refunded" when isReleased => ChangeKind.Voided,
            _ => ChangeKind.Noted,
        };
        var captured = isMoney || kind == ChangeKind.Captured
            ? json.Integer(AmountCaptured) ?? json.Integer(Amount) ?? 0
            : (long?)null;
        return new()
        {
            Names = Names(json.Id(Intent), json.Id(Id)),
            Kind = kind,
            Amount = json.Integer(Amount),
            PaymentAmount = json.Integer(Amount),
            CapturedTotal = captured,
            RefundedTotal = captured is null ? null : Refunded(json, captured.Value),
            IsNeverCaptured = isReleased,
            Reason = kind == ChangeKind.Failed ? json.Id(FailureMessage) : null,
        };
    }

    /// <summary>
    /// What was authorised and not captured can stand in the total too, though nobody was given it back; that leaves
    /// the least that was surely refunded, and the refunds' own records tell the rest.
    /// </summary>
    static long? Refunded(in JsonFields json, long captured)
    {
        if (json.Integer(AmountRefunded) is not { } refunded) return null;
        var released = json.Integer(Amount) is { } amount && amount > captured ? amount - captured : 0;
        return Math.Max(0, refunded - released);
    }

    static Change OfRefund(in JsonFields json) => new()
    {
        Names = Names(json),
        Kind = json.Is(Status, "succeeded"u8) ? ChangeKind.RefundSucceeded
            : json.Is(Status, "failed"u8) || json.Is(Status, "canceled"u8) ? ChangeKind.RefundFailed
            : ChangeKind.RefundPending,
        ChildId = json.Id(Id),
        Amount = json.Integer(Amount),
        Reason = json.Id(Reason),
    };

    /// <summary>The dispute's own status decides: money can come back before and after it is closed.</summary>
    static Change OfDispute(in JsonFields json) => new()
    {
        Names = Names(json),
        Kind = json.Is(Status, "lost"u8) ? ChangeKind.DisputeLost
            : json.Is(Status, "won"u8) || json.Is(Status, "warning_closed"u8) || json.Is(Status, "prevented"u8)
                || json.Is(Status, "charge_refunded"u8) ? ChangeKind.DisputeWon
            : json.Is(Status, "under_review"u8) || json.Is(Status, "warning_under_review"u8)
                ? ChangeKind.DisputeUnderReview
            : ChangeKind.DisputeOpen,
        ChildId = json.Id(Id),
        Amount = json.Integer(Amount),
        RespondBy = json.UnixSeconds(RespondBy),
        Reason = json.Id(Reason),
    };

    /// <summary>A checkout without a payment intent has nothing to pay yet, or pays by an invoice.</summary>
    static Change OfSession(string type, in JsonFields json)
    {
        var isPaid = json.Is(PaymentStatus, "paid"u8);
        var kind = type switch
        {
            "checkout.session.completed" or "checkout.session.async_payment_succeeded" when isPaid =>
                ChangeKind.Captured,
            "checkout.session.async_payment_failed" => ChangeKind.Failed,
            _ => ChangeKind.Noted,
        };
        return new()
        {
            Names = json.Id(Intent) is { } intent && json.Id(Id) is { } session
                ? [new(NameKind.Payment, intent), new(NameKind.Order, session)]
                : [],
            Kind = kind,
            PaymentAmount = json.Integer(AmountTotal),
            CapturedTotal = kind == ChangeKind.Captured ? json.Integer(AmountTotal) ?? 0 : null,
            OrderId = json.Id(Id),
            MerchantReference = json.Id(Reference),
        };
    }

    static IReadOnlyList<PaymentName> Names(in JsonFields json) => Names(json.Id(Intent), json.Id(Charge));

    static IReadOnlyList<PaymentName> Names(string? intent, string? charge) => (intent, charge) switch
    {
        (null, null) => [],
        (null, _) => [new(NameKind.Capture, charge)],
        (_, null) => [new(NameKind.Payment, intent)],
        _ => [new(NameKind.Payment, intent), new(NameKind.Capture, charge)],
    };
}
