namespace Payhook.Payments;

/// <summary>
/// All that is known of a payment: only facts, each merged by maximum, by the latest, or by a child's own id, so that
/// the order in which events arrive, and how often, leaves no trace. The status is derived from them.
/// </summary>
sealed class PaymentFacts
{
    /// <summary>The most captures, refunds or disputes that are told apart, of each.</summary>
    public const int ChildrenLimit = 500;

    /// <summary>The most ids that one payment goes by.</summary>
    public const int NamesLimit = 100;

    /// <summary>The largest amount that is believed, in minor units: so sums of all children cannot overflow.</summary>
    public const long AmountLimitMinor = 1_000_000_000_000_000;

    /// <summary>The most different amounts or currencies that are noted.</summary>
    const int ValuesLimit = 8;

    public SortedSet<PaymentName> Names { get; } = new(PaymentName.Order);
    public SortedSet<string> Currencies { get; } = new(StringComparer.Ordinal);

    /// <summary>Every amount that the whole payment was said to have; more than one is a contradiction.</summary>
    public SortedSet<long> Amounts { get; } = [];

    public SortedDictionary<string, Child> Captures { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, Child> Refunds { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, Child> Disputes { get; } = new(StringComparer.Ordinal);

    public PaymentFlags Flags { get; set; }
    public long AuthorizedMaximum { get; set; }
    public Latest<long> AuthorizedAnew { get; set; }
    public long CapturedMaximum { get; set; }
    public long RefundedMaximum { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }
    public DateTimeOffset? PendingAt { get; set; }
    public DateTimeOffset? FailedAt { get; set; }
    public DateTimeOffset? AuthorizedAt { get; set; }
    public DateTimeOffset? CapturedAt { get; set; }
    public DateTimeOffset? VoidedAt { get; set; }
    public DateTimeOffset? ExpiredAt { get; set; }

    public Latest<string> OrderId { get; set; }
    public Latest<string> MerchantReference { get; set; }
    public Latest<string> Email { get; set; }
    public Latest<string> FailureReason { get; set; }

    /// <summary>The id that the payment is called by.</summary>
    public string Id => Names.Min.Id;

    /// <summary>The currency; the first in the alphabet where events contradict each other.</summary>
    public string? Currency => Currencies.Min;

    /// <summary>Takes in what one event says.</summary>
    public void Apply(Change change)
    {
        var at = Time(change.At);
        foreach (var name in change.Names) AddBounded(Names, name, NamesLimit);
        if (change.Currency is { } currency) AddBounded(Currencies, currency, ValuesLimit);
        if (Believed(change.PaymentAmount) is { } whole) AddBounded(Amounts, whole, ValuesLimit);
        if (change.IsLive is { } isLive) Flags |= isLive ? PaymentFlags.SeenLive : PaymentFlags.SeenTest;
        if (change.IsNeverCaptured) Flags |= PaymentFlags.NeverCaptured;
        if (change.IsFinalCapture) Flags |= PaymentFlags.FinalCapture;
        if (change.IsReturnedOnce) Flags |= PaymentFlags.ReturnedOnce;
        CapturedMaximum = Math.Max(CapturedMaximum, Believed(change.CapturedTotal) ?? 0);
        RefundedMaximum = Math.Max(RefundedMaximum, Believed(change.RefundedTotal) ?? 0);
        OrderId = OrderId.With(at, change.OrderId);
        MerchantReference = MerchantReference.With(at, change.MerchantReference);
        // In small letters, so that it is found however it was typed.
        Email = Email.With(at, change.Email?.ToLowerInvariant());
        ApplyKind(change, at);
    }

    /// <summary>Takes in all of what is known of what turned out to be the same payment.</summary>
    public void Merge(PaymentFacts other)
    {
        foreach (var name in other.Names) AddBounded(Names, name, NamesLimit);
        foreach (var currency in other.Currencies) AddBounded(Currencies, currency, ValuesLimit);
        foreach (var amount in other.Amounts) AddBounded(Amounts, amount, ValuesLimit);
        foreach (var (id, child) in other.Captures) Add(Captures, id, child);
        foreach (var (id, child) in other.Refunds) Add(Refunds, id, child);
        foreach (var (id, child) in other.Disputes) Add(Disputes, id, child);
        Flags |= other.Flags;
        AuthorizedMaximum = Math.Max(AuthorizedMaximum, other.AuthorizedMaximum);
        AuthorizedAnew = AuthorizedAnew.With(other.AuthorizedAnew);
        CapturedMaximum = Math.Max(CapturedMaximum, other.CapturedMaximum);
        RefundedMaximum = Math.Max(RefundedMaximum, other.RefundedMaximum);
        CreatedAt = First(CreatedAt, other.CreatedAt);
        PendingAt = Last(PendingAt, other.PendingAt);
        FailedAt = Last(FailedAt, other.FailedAt);
        AuthorizedAt = First(AuthorizedAt, other.AuthorizedAt);
        CapturedAt = First(CapturedAt, other.CapturedAt);
        VoidedAt = First(VoidedAt, other.VoidedAt);
        ExpiredAt = First(ExpiredAt, other.ExpiredAt);
        OrderId = OrderId.With(other.OrderId);
        MerchantReference = MerchantReference.With(other.MerchantReference);
        Email = Email.With(other.Email);
        FailureReason = FailureReason.With(other.FailureReason);
    }

    void ApplyKind(Change change, DateTimeOffset at)
    {
        switch (change.Kind)
        {
            case ChangeKind.Created:
                CreatedAt = First(CreatedAt, at);
                break;
            case ChangeKind.Pending:
                PendingAt = Last(PendingAt, at);
                break;
            case ChangeKind.Failed:
                FailedAt = Last(FailedAt, at);
                FailureReason = FailureReason.With(at, change.Reason);
                break;
            case ChangeKind.Authorized:
                Flags |= PaymentFlags.Authorized;
                AuthorizedMaximum = Math.Max(AuthorizedMaximum, Believed(change.Amount) ?? 0);
                AuthorizedAt = First(AuthorizedAt, at);
                break;
            case ChangeKind.AuthorizationAdjusted:
                Flags |= PaymentFlags.Authorized;
                if (Believed(change.Amount) is { } anew) AuthorizedAnew = AuthorizedAnew.With(new(at, anew));
                break;
            case ChangeKind.Voided:
                VoidedAt = First(VoidedAt, at);
                break;
            case ChangeKind.Expired:
                ExpiredAt = First(ExpiredAt, at);
                break;
            case ChangeKind.Captured:
                CapturedAt = First(CapturedAt, at);
                // A running total has no child of its own; what is captured in parts is summed up by its parts.
                if (change.CapturedTotal is not null) Flags |= PaymentFlags.Captured;
                else AddChild(Captures, change, at, ChildState.CaptureSucceeded);
                break;
            case ChangeKind.CaptureFailed:
                FailedAt = Last(FailedAt, at);
                FailureReason = FailureReason.With(at, change.Reason);
                AddChild(Captures, change, at, ChildState.CaptureFailed);
                break;
            case ChangeKind.RefundPending or ChangeKind.RefundSucceeded or ChangeKind.RefundFailed:
                AddChild(Refunds, change, at, RefundState(change.Kind));
                break;
            case >= ChangeKind.DisputeOpen and <= ChangeKind.DisputeLost:
                AddChild(Disputes, change, at, DisputeState(change.Kind));
                break;
            default:
                break; // a note changes no state
        }
    }

    static ChildState RefundState(ChangeKind kind) => kind switch
    {
        ChangeKind.RefundPending => ChildState.RefundPending,
        ChangeKind.RefundFailed => ChildState.RefundFailed,
        _ => ChildState.RefundSucceeded,
    };

    static ChildState DisputeState(ChangeKind kind) => kind switch
    {
        ChangeKind.DisputeOpen => ChildState.DisputeOpen,
        ChangeKind.DisputeUnderReview => ChildState.DisputeUnderReview,
        ChangeKind.DisputeWon => ChildState.DisputeWon,
        _ => ChildState.DisputeLost,
    };

    static void AddChild(
        SortedDictionary<string, Child> children, Change change, DateTimeOffset at, ChildState state) =>
        Add(children, change.ChildId ?? "", new()
        {
            State = state,
            StateAt = at,
            LatestAmount = Believed(change.Amount) is { } amount ? new(at, amount) : default,
            LatestRespondBy = change.RespondBy is { } by ? new(at, Time(by)) : default,
            LatestReason = change.Reason is { } reason ? new(at, reason) : default,
            IsReversal = change.IsReversal,
        });

    /// <summary>In UTC, so that one moment has one text; the epoch stands for a time that nobody told.</summary>
    static DateTimeOffset Time(DateTimeOffset? at) =>
        at > DateTimeOffset.UnixEpoch ? at.Value.ToUniversalTime() : DateTimeOffset.UnixEpoch;

    /// <summary>Without its sign, which some providers set on money that goes back.</summary>
    static long? Believed(long? amount) =>
        amount is >= -AmountLimitMinor and <= AmountLimitMinor ? Math.Abs(amount.Value) : null;

    static void Add(SortedDictionary<string, Child> children, string id, Child child)
    {
        if (children.TryGetValue(id, out var known)) children[id] = known.With(child);
        else
        {
            children[id] = child;
            // The same ones stay whatever the order: those that come first in the order of their ids.
            if (children.Count > ChildrenLimit) children.Remove(children.Keys.Last());
        }
    }

    static void AddBounded<T>(SortedSet<T> set, T value, int limit)
    {
        set.Add(value);
        if (set.Count > limit) set.Remove(set.Max!);
    }

    /// <summary>A time that was told goes before one that was not.</summary>
    static DateTimeOffset? First(DateTimeOffset? a, DateTimeOffset? b)
    {
        if (a is null || b is null) return a ?? b;
        if (a == DateTimeOffset.UnixEpoch) return b;
        return b == DateTimeOffset.UnixEpoch || a < b ? a : b;
    }

    static DateTimeOffset? Last(DateTimeOffset? a, DateTimeOffset? b) => a is null || b > a ? b ?? a : a;
}

/// <summary>What was seen at least once. The numbers are stored.</summary>
[Flags]
enum PaymentFlags
{
    None = 0,
    Authorized = 1,
    Captured = 2,

    /// <summary>An event proves that nothing was ever captured.</summary>
    NeverCaptured = 4,

    /// <summary>What is authorised and not captured will not be.</summary>
    FinalCapture = 8,
    SeenLive = 16,
    SeenTest = 32,

    /// <summary>What is lost by a dispute is also told as a refund or a reversal.</summary>
    ReturnedOnce = 64,
}
