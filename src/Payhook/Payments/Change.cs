namespace Payhook.Payments;

/// <summary>
/// What one event says about one payment, in words that every provider shares. A change states facts and asks for
/// nothing, so that changes can be applied in any order, and twice.
/// </summary>
sealed record Change
{
    /// <summary>All ids that the event says are this payment's, at least one.</summary>
    public required IReadOnlyList<PaymentName> Names { get; init; }

    public required ChangeKind Kind { get; init; }

    /// <summary>When it happened by the provider's clock; times are only compared within one object.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The amount of what <see cref="Kind"/> says, in minor units.</summary>
    public long? Amount { get; init; }

    /// <summary>The whole amount of the payment, where the event tells it beside.</summary>
    public long? PaymentAmount { get; init; }

    public string? Currency { get; init; }

    /// <summary>The id of the capture, refund or dispute that the event is about.</summary>
    public string? ChildId { get; init; }

    /// <summary>What was refunded in all so far, where the provider keeps a running total.</summary>
    public long? RefundedTotal { get; init; }

    /// <summary>What was captured in all so far, where the provider keeps a running total.</summary>
    public long? CapturedTotal { get; init; }

    /// <summary>True where the event proves that nothing was ever captured.</summary>
    public bool IsNeverCaptured { get; init; }

    /// <summary>True where the rest of an authorisation will not be captured any more.</summary>
    public bool IsFinalCapture { get; init; }

    /// <summary>True where the provider itself took the money back.</summary>
    public bool IsReversal { get; init; }

    /// <summary>
    /// True of a dispute whose money, once lost, is also told as a refund or a reversal: the same money, to be counted
    /// once.
    /// </summary>
    public bool IsReturnedOnce { get; init; }

    /// <summary>Until when the merchant must answer a dispute.</summary>
    public DateTimeOffset? RespondBy { get; init; }

    /// <summary>The provider's words for why: an error, a dispute's reason.</summary>
    public string? Reason { get; init; }

    /// <summary>True or false where the event tells test mode from live.</summary>
    public bool? IsLive { get; init; }

    public string? MerchantReference { get; init; }
    public string? OrderId { get; init; }
    public string? Email { get; init; }
}

/// <summary>One id of a payment. The payment is called by the one whose kind comes first.</summary>
/// <param name="Kind">What it is the id of; the smallest kind names the payment.</param>
/// <param name="Id">The id.</param>
readonly record struct PaymentName(NameKind Kind, string Id)
{
    /// <summary>By kind, then by id, byte by byte.</summary>
    public static IComparer<PaymentName> Order { get; } = Comparer<PaymentName>.Create((a, b) =>
        a.Kind != b.Kind ? a.Kind.CompareTo(b.Kind) : string.CompareOrdinal(a.Id, b.Id));
}

/// <summary>What an id of a payment is the id of, what names it first. The numbers stand in the database.</summary>
enum NameKind
{
    /// <summary>The payment itself, or what the provider groups everything under.</summary>
    Payment = 0,

    /// <summary>An authorisation.</summary>
    Authorization = 1,

    /// <summary>An order or a checkout.</summary>
    Order = 2,

    /// <summary>A capture, a charge or a sale.</summary>
    Capture = 3,
}

/// <summary>What happened to a payment. The numbers stand in the database.</summary>
enum ChangeKind
{
    /// <summary>Nothing that changes the state; the ids and amounts count all the same.</summary>
    Noted = 0,
    Created = 1,
    Pending = 2,
    Authorized = 3,
    Captured = 4,

    /// <summary>A capture that was taken back: it failed after it had been confirmed.</summary>
    CaptureFailed = 5,
    Failed = 6,
    Voided = 7,
    Expired = 8,
    RefundPending = 9,
    RefundSucceeded = 10,
    RefundFailed = 11,
    DisputeOpen = 12,
    DisputeUnderReview = 13,

    /// <summary>Closed in the merchant's favour.</summary>
    DisputeWon = 14,
    DisputeLost = 15,

    /// <summary>The authorised amount was set anew.</summary>
    AuthorizationAdjusted = 16,
}
