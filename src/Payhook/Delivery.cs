namespace Payhook;

/// <summary>One event owed to one destination.</summary>
sealed record Delivery
{
    /// <summary>Its number in the store; 0 before it is stored.</summary>
    public long Sequence { get; init; }

    public required long DestinationId { get; init; }
    public required long EventSequence { get; init; }

    /// <summary>The replay that asked for it again; 0: it is owed because the event came.</summary>
    public long ReplayId { get; init; }

    public required DeliveryState State { get; init; }

    /// <summary>How often it was tried.</summary>
    public int AttemptCount { get; init; }

    /// <summary>When it was tried first; null: not yet.</summary>
    public DateTimeOffset? FirstAttemptAt { get; init; }

    /// <summary>When it is to be tried (again), while it is pending.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>
    /// What its destination's deliveries are kept in order by; null where their order does not matter.
    /// </summary>
    public string? OrderingKey { get; init; }

    /// <summary>Why the last attempt failed; <see cref="FailureClass.None"/> where it did not.</summary>
    public FailureClass LastFailure { get; init; }
}

/// <summary>Where a delivery stands. The numbers stand in the database.</summary>
enum DeliveryState
{
    /// <summary>To be tried (again) when it is due.</summary>
    Pending = 1,

    /// <summary>The destination has said that it has the event.</summary>
    Delivered = 2,

    /// <summary>Given up: a dead letter, which can be replayed.</summary>
    Dead = 3,

    /// <summary>A person does not want it any more.</summary>
    Cancelled = 4,
}

/// <summary>One try of a delivery, as it is kept.</summary>
/// <param name="Number">1 for the first try.</param>
/// <param name="At">When it began.</param>
/// <param name="Duration">Until the answer was there, or the failure.</param>
/// <param name="Status">The answer's HTTP status; 0 where there was none.</param>
/// <param name="Failure">Why it failed.</param>
/// <param name="Detail">The failure in words, without secrets; empty where there is no more to say.</param>
/// <param name="Answer">The first bytes of the answer's body, up to <see cref="AnswerLimitBytes"/>.</param>
sealed record Attempt(
    int Number, DateTimeOffset At, TimeSpan Duration, int Status, FailureClass Failure, string Detail, byte[] Answer)
{
    public const int AnswerLimitBytes = 4096;
    public const int DetailLimitChars = 300;

    public bool IsSuccess => Failure == FailureClass.None;
}

/// <summary>
/// Why an attempt failed: all there is, so that people and programs can group by it. The numbers stand in the
/// database.
/// </summary>
enum FailureClass
{
    None = 0,

    /// <summary>The name could not be resolved.</summary>
    Dns = 1,

    /// <summary>Nobody listens at the address, or it cannot be reached.</summary>
    Refused = 2,

    /// <summary>No TLS, or a certificate that is not to be trusted.</summary>
    Tls = 3,

    /// <summary>No answer in time.</summary>
    Timeout = 4,

    /// <summary>The connection ended before the answer, or what came was no answer.</summary>
    Connection = 5,

    /// <summary>An answer that does not mean success: see its status.</summary>
    Status = 6,

    /// <summary>An answer that leads elsewhere: redirects are not followed.</summary>
    Redirect = 7,

    /// <summary>The destination does not exist any more (410).</summary>
    Gone = 8,

    /// <summary>The name leads to an address that is not on the internet, and is not allowed.</summary>
    PrivateAddress = 9,

    /// <summary>The event is larger than the destination takes.</summary>
    TooLarge = 10,

    /// <summary>The broker did not confirm that it has the event.</summary>
    NotConfirmed = 11,

    /// <summary>The destination is set up in a way that cannot work.</summary>
    Setup = 12,

    /// <summary>A fault of Payhook's own.</summary>
    Internal = 13,
}

/// <summary>How failures are called in answers, logs and metrics.</summary>
static class FailureClasses
{
    static readonly string[] Names =
    [
        "none", "dns", "refused", "tls", "timeout", "connection", "status", "redirect", "gone", "private_address",
        "too_large", "not_confirmed", "setup", "internal",
    ];

    public static string Name(this FailureClass failure) => Names[(int)failure];

    public static IReadOnlyList<string> All => Names;

    /// <summary>All that is a failure, by their numbers in the database.</summary>
    public static IEnumerable<int> Numbers => Enumerable.Range(1, Names.Length - 1);

    /// <summary>The failure that is called so; null where none is.</summary>
    public static FailureClass? Find(string name) =>
        Array.IndexOf(Names, name) is > 0 and var number ? (FailureClass)number : null;

    /// <summary>What an attempt that did not fail is counted as.</summary>
    public const string Delivered = "delivered";

    /// <summary>Everything that an attempt can be counted as.</summary>
    public static IReadOnlyList<string> Outcomes { get; } = [Delivered, .. Names[1..]];

    public static string Outcome(this FailureClass failure) => Outcomes[(int)failure];
}
