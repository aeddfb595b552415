namespace Payhook.Payments;

/// <summary>Where a payment stands: derived from the facts alone, so that equal facts give equal answers.</summary>
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

    /// <summary>True where such an event is not missing.</summary>
    public bool IsCaptureTold { get; private init; }

    public static PaymentState Of(PaymentFacts facts)
    {
        var authorized = facts.AuthorizedAnew.IsKnown ? facts.AuthorizedAnew.Value : facts.AuthorizedMaximum;
        var refunds = Refunds.Of(facts);
        var disputes = Disputes.Of(facts);
        var hasCapture = facts.Flags.HasFlag(PaymentFlags.Captured) || facts.CapturedMaximum > 0
            || (facts.Captures.Count > 0 && facts.Captures.Values.Any(c => c.State == ChildState.CaptureSucceeded));
        var isNeverCaptured = facts.Flags.HasFlag(PaymentFlags.NeverCaptured) && !hasCapture;
        // Money that came back, or is fought about, had been captured, whether or not that event was heard of.
        var isImplied = !isNeverCaptured && !hasCapture && (refunds.ImplyCapture || facts.Disputes.Count > 0);
        var captured = CapturedOf(facts, isImplied, authorized);
        var isCaptured = hasCapture || isImplied;
        return new()
        {
            Status = isCaptured || disputes.IsOpen
                ? StatusOfCaptured(facts, disputes, refunds, captured, authorized)
                : StatusBeforeCapture(facts, isReleased: isNeverCaptured && refunds.IsAny),
            Amount = facts.Amounts.Count > 0 ? facts.Amounts.Max : null,
            Authorized = authorized,
            Captured = captured,
            // What was never captured was only released: no money came back.
            Refunded = isNeverCaptured ? 0 : refunds.Succeeded,
            RefundPending = isNeverCaptured ? 0 : refunds.Pending,
            DisputedOpen = disputes.Open,
            DisputeLost = disputes.TakesAll ? Math.Max(disputes.Lost, captured) : disputes.Lost,
            IsCaptured = isCaptured,
            IsCaptureTold = hasCapture,
        };
    }

    static long CapturedOf(PaymentFacts facts, bool isImplied, long authorized)
    {
        long sum = 0;
        // Walking an empty tree costs more than all the rest of this.
        if (facts.Captures.Count > 0) sum = SumOfCaptures(facts);
        sum = Math.Max(sum, facts.CapturedMaximum);
        if (sum > 0 || !isImplied) return sum;
        return authorized > 0 ? authorized : facts.Amounts.Count > 0 ? facts.Amounts.Max : 0;
    }

    static long SumOfCaptures(PaymentFacts facts)
    {
        long sum = 0;
        foreach (var capture in facts.Captures.Values)
        {
            if (capture.State == ChildState.CaptureSucceeded) sum += capture.Amount;
        }
        return sum;
    }

    static PaymentStatus StatusOfCaptured(
        PaymentFacts facts, Disputes disputes, Refunds refunds, long captured, long authorized)
    {
        if (disputes.IsOpen) return PaymentStatus.Disputed;
        if (disputes.TakesAll || (disputes.Lost > 0 && disputes.Lost >= captured)) return PaymentStatus.DisputeLost;
        var returned = refunds.Succeeded + disputes.Lost;
        if (returned > 0 && captured > 0 && returned >= captured) return PaymentStatus.Refunded;
        if (returned > 0 || refunds.IsAny) return PaymentStatus.PartiallyRefunded;
        var mayCaptureMore = !facts.Flags.HasFlag(PaymentFlags.FinalCapture)
            && facts.VoidedAt is null && facts.ExpiredAt is null;
        return captured > 0 && captured < authorized && mayCaptureMore
            ? PaymentStatus.PartiallyCaptured
            : PaymentStatus.Captured;
    }

    static PaymentStatus StatusBeforeCapture(PaymentFacts facts, bool isReleased)
    {
        if (facts.VoidedAt is not null || facts.ExpiredAt is not null || isReleased) return PaymentStatus.Voided;
        if (facts.Flags.HasFlag(PaymentFlags.Authorized)) return PaymentStatus.Authorized;
        if (facts.FailedAt is { } failed && !(facts.PendingAt > failed)) return PaymentStatus.Failed;
        return facts.PendingAt is null ? PaymentStatus.Created : PaymentStatus.Pending;
    }

    /// <summary>A payment's refunds, summed up from their records and from the provider's running total.</summary>
    readonly record struct Refunds(bool IsAny, bool ImplyCapture, long Succeeded, long Pending)
    {
        public static Refunds Of(PaymentFacts facts)
        {
            if (facts.Refunds.Count == 0 && facts.RefundedMaximum == 0) return default;
            long succeeded = 0, pending = 0, failed = 0;
            bool hasSucceeded = false, hasPending = false, hasFailed = false;
            var disputed = DisputedRefunds.Of(facts);
            var total = facts.RefundedMaximum - disputed.Total;
            foreach (var (id, refund) in facts.Refunds)
            {
                if (disputed.Ids.Contains(id)) continue;
                hasSucceeded |= refund.State == ChildState.RefundSucceeded;
                hasPending |= refund.State == ChildState.RefundPending;
                hasFailed |= refund.State == ChildState.RefundFailed;
                if (refund.State == ChildState.RefundSucceeded) succeeded += refund.Amount;
                else if (refund.State == ChildState.RefundPending) pending += refund.Amount;
                else failed += refund.Amount;
            }
            // A running total counts refunds that are pending, and some that failed afterwards: once the records make
            // up for it all, or one failed, they know better.
            var knowBetter = hasFailed || succeeded + pending + failed >= total;
            var refunded = knowBetter ? succeeded : Math.Max(succeeded, total);
            var isAny = hasSucceeded || refunded > 0;
            // A refund that failed may have failed because there was nothing to give back.
            return new(isAny, isAny || hasPending, refunded, pending);
        }
    }

    /// <summary>
    /// A payment's disputes, summed up. Money that the provider took back for a dispute counts once: as open while the
    /// dispute is, and not at all once it was won.
    /// </summary>
    readonly record struct Disputes(bool IsOpen, long Open, long Lost, bool TakesAll)
    {
        public static Disputes Of(PaymentFacts facts)
        {
            if (facts.Disputes.Count == 0) return default;
            long open = 0, lost = 0, won = 0, reversed = 0;
            bool isOpen = false, takesAll = false;
            foreach (var dispute in facts.Disputes.Values)
            {
                var isThisOpen = dispute.State is ChildState.DisputeOpen or ChildState.DisputeUnderReview;
                isOpen |= isThisOpen;
                if (isThisOpen) open += dispute.Amount;
                else if (dispute.State == ChildState.DisputeWon) won += dispute.Amount;
                else if (dispute.IsReversal) reversed += dispute.Amount;
                else lost += dispute.Amount;
                // Where the provider tells no amounts, a chargeback is one of everything.
                takesAll |= dispute.State == ChildState.DisputeLost && !dispute.LatestAmount.IsKnown;
            }
            return new(isOpen, open, Math.Max(lost, reversed - won - open), takesAll);
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
