namespace Payhook.Payments;

/// <summary>Where a payment stands: derived from the facts alone, so that the same facts give the same answer.</summary>
readonly record struct PaymentState
{
    public PaymentStatus Status { get; private init; }
    public long? Amount { get; private init; }
    public long Authorized { get; private init; }
    public long Captured { get; private init; }
    public long Refunded { get; private init; }
    public long RefundPending { get; private init; }
    public long DisputedOpen { get; private init; }
    public long DisputeLost { get; private init; }

    /// <summary>True where money was captured, also where an event that says how much is missing.</summary>
    public bool IsCaptured { get; private init; }

    public static PaymentState Of(PaymentFacts facts)
    {
        var authorized = facts.AuthorizedAnew.IsKnown ? facts.AuthorizedAnew.Value : facts.AuthorizedMaximum;
        long succeeded = 0, pending = 0;
        var hasFailedRefund = false;
        foreach (var refund in facts.Refunds.Values)
        {
            if (refund.State == ChildState.RefundSucceeded) succeeded += refund.Amount;
            if (refund.State == ChildState.RefundPending) pending += refund.Amount;
            hasFailedRefund |= refund.State == ChildState.RefundFailed;
        }
        // A running total may count a refund that failed afterwards; then the records know better.
        var refunded = hasFailedRefund ? succeeded : Math.Max(succeeded, facts.RefundedMaximum);
        var disputes = Disputes.Of(facts);
        var isRefunded = refunded > 0 || facts.Refunds.Values.Any(r => r.State == ChildState.RefundSucceeded);
        var hasCapture = facts.Flags.HasFlag(PaymentFlags.Captured)
            || facts.Captures.Values.Any(c => c.State == ChildState.CaptureSucceeded);
        var isNeverCaptured = facts.Flags.HasFlag(PaymentFlags.NeverCaptured) && !hasCapture;
        // Money that came back, or is fought about, had been captured, whether or not that event was heard of.
        var isImplied = !isNeverCaptured && !hasCapture && (isRefunded || disputes.Lost > 0);
        var captured = CapturedOf(facts, isImplied, authorized);
        return new()
        {
            Status = StatusOf(
                facts, disputes, isCaptured: hasCapture || isImplied, isRefunded, isNeverCaptured, captured, refunded,
                authorized),
            Amount = facts.Amounts.Count > 0 ? facts.Amounts.Max : null,
            Authorized = authorized,
            Captured = captured,
            Refunded = refunded,
            RefundPending = pending,
            DisputedOpen = disputes.Open,
            DisputeLost = disputes.Lost,
            IsCaptured = hasCapture || isImplied,
        };
    }

    static long CapturedOf(PaymentFacts facts, bool isImplied, long authorized)
    {
        long sum = 0;
        foreach (var capture in facts.Captures.Values)
        {
            if (capture.State == ChildState.CaptureSucceeded) sum += capture.Amount;
        }
        sum = Math.Max(sum, facts.CapturedMaximum);
        if (sum > 0 || !isImplied) return sum;
        return authorized > 0 ? authorized : facts.Amounts.Count > 0 ? facts.Amounts.Max : 0;
    }

    static PaymentStatus StatusOf(
        PaymentFacts facts, Disputes disputes, bool isCaptured, bool isRefunded, bool isNeverCaptured, long captured,
        long refunded, long authorized)
    {
        if (disputes.IsOpen) return PaymentStatus.Disputed;
        if (isCaptured)
        {
            var returned = refunded + disputes.Lost;
            if (disputes.Lost > 0 && disputes.Lost >= captured) return PaymentStatus.DisputeLost;
            if (returned > 0 && captured > 0 && returned >= captured) return PaymentStatus.Refunded;
            if (returned > 0 || isRefunded) return PaymentStatus.PartiallyRefunded;
            var mayCaptureMore = !facts.Flags.HasFlag(PaymentFlags.FinalCapture) && captured > 0;
            return captured < authorized && mayCaptureMore ? PaymentStatus.PartiallyCaptured : PaymentStatus.Captured;
        }
        if (facts.VoidedAt is not null || facts.ExpiredAt is not null || (isRefunded && isNeverCaptured))
            return PaymentStatus.Voided;
        if (facts.Flags.HasFlag(PaymentFlags.Authorized)) return PaymentStatus.Authorized;
        if (facts.FailedAt is { } failed && !(facts.PendingAt > failed)) return PaymentStatus.Failed;
        return facts.PendingAt is null ? PaymentStatus.Created : PaymentStatus.Pending;
    }

    /// <summary>A payment's disputes, summed up. Money that the provider took back for a dispute counts once.</summary>
    readonly record struct Disputes(bool IsOpen, long Open, long Lost)
    {
        public static Disputes Of(PaymentFacts facts)
        {
            long open = 0, lost = 0, reversed = 0;
            var isOpen = false;
            foreach (var dispute in facts.Disputes.Values)
            {
                var isThisOpen = dispute.State is ChildState.DisputeOpen or ChildState.DisputeUnderReview;
                isOpen |= isThisOpen;
                if (isThisOpen) open += dispute.Amount;
                else if (dispute.State == ChildState.DisputeLost && dispute.IsReversal) reversed += dispute.Amount;
                else if (dispute.State == ChildState.DisputeLost) lost += dispute.Amount;
            }
            return new(isOpen, open, Math.Max(lost, reversed));
        }
    }
}

/// <summary>The statuses of a payment. The numbers stand in the database.</summary>
enum PaymentStatus
{
    Created = 0,
    Pending = 1,
    Failed = 2,
    Authorized = 3,
    Voided = 4,
    PartiallyCaptured = 5,
    Captured = 6,
    PartiallyRefunded = 7,
    Refunded = 8,
    Disputed = 9,
    DisputeLost = 10,
}

/// <summary>Whether a payment moves money. The numbers stand in the database.</summary>
enum PaymentMode
{
    Unknown = 0,
    Live = 1,
    Test = 2,

    /// <summary>Its events contradict each other.</summary>
    Mixed = 3,
}

/// <summary>Reads the mode off the facts.</summary>
static class PaymentModes
{
    public static PaymentMode Of(PaymentFacts facts) =>
        (facts.Flags.HasFlag(PaymentFlags.SeenLive), facts.Flags.HasFlag(PaymentFlags.SeenTest)) switch
        {
            (true, true) => PaymentMode.Mixed,
            (true, false) => PaymentMode.Live,
            (false, true) => PaymentMode.Test,
            _ => PaymentMode.Unknown,
        };
}
