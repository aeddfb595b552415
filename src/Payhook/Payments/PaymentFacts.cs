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
        foreach (var name in change.Names) AddBounded(Names, name, NamesLimit);
        if (change.Currency is { } currency) AddBounded(Currencies, currency, ValuesLimit);
        if (change.PaymentAmount is { } whole) AddBounded(Amounts, whole, ValuesLimit);
        if (change.IsLive is { } isLive) Flags |= isLive ? PaymentFlags.SeenLive : PaymentFlags.SeenTest;
        if (change.IsNeverCaptured) Flags |= PaymentFlags.NeverCaptured;
        if (change.IsFinalCapture) Flags |= PaymentFlags.FinalCapture;
        CapturedMaximum = Math.Max(CapturedMaximum, change.CapturedTotal ?? 0);
        RefundedMaximum = Math.Max(RefundedMaximum, change.RefundedTotal ?? 0);
        OrderId = OrderId.With(change.At, change.OrderId);
        MerchantReference = MerchantReference.With(change.At, change.MerchantReference);
        Email = Email.With(change.At, change.Email);
        ApplyKind(change);
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

    void ApplyKind(Change change)
    {
        var at = change.At ?? DateTimeOffset.UnixEpoch;
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
                AuthorizedMaximum = Math.Max(AuthorizedMaximum, change.Amount ?? 0);
                AuthorizedAt = First(AuthorizedAt, at);
                break;
            case ChangeKind.AuthorizationAdjusted:
                Flags |= PaymentFlags.Authorized;
                if (change.Amount is { } anew) AuthorizedAnew = AuthorizedAnew.With(new(at, anew));
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
                else AddChild(Captures, change, ChildState.CaptureSucceeded);
                break;
            case ChangeKind.CaptureFailed:
                AddChild(Captures, change, ChildState.CaptureFailed);
                break;
            case ChangeKind.RefundPending or ChangeKind.RefundSucceeded or ChangeKind.RefundFailed:
                AddChild(Refunds, change, RefundState(change.Kind));
                break;
            case >= ChangeKind.DisputeOpen and <= ChangeKind.DisputeLost:
                AddChild(Disputes, change, DisputeState(change.Kind));
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

    static void AddChild(SortedDictionary<string, Child> children, Change change, ChildState state)
    {
        var at = change.At ?? DateTimeOffset.UnixEpoch;
        Add(children, change.ChildId ?? "", new()
        {
            State = state,
            StateAt = at,
            LatestAmount = change.Amount is { } amount ? new(at, Math.Abs(amount)) : default,
            LatestRespondBy = change.RespondBy is { } by ? new(at, by) : default,
            LatestReason = change.Reason is { } reason ? new(at, reason) : default,
            IsReversal = change.IsReversal,
        });
    }

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

    static DateTimeOffset? First(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;
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
}
