namespace Payhook.Store;

/// <summary>Bounds that both stores share.</summary>
static class StoreLimits
{
    /// <summary>How many conflicting receipts of one event are kept; more are only counted.</summary>
    public const int ConflictsKeptPerEvent = 20;

    /// <summary>How many events with one id are given back.</summary>
    public const int EventsPerId = 100;

    /// <summary>How many keys there may be that are not revoked.</summary>
    public const int KeysNotRevoked = 1000;

    /// <summary>How many revoked keys are still listed; the audit log knows those before.</summary>
    public const int KeysRevokedKept = 1000;

    /// <summary>How many sessions there may be, and how many links; one more ends the oldest.</summary>
    public const int Sessions = 1000;

    /// <summary>How many destinations there may be.</summary>
    public const int Destinations = 1000;

    /// <summary>How many replays of one destination may run.</summary>
    public const int ReplaysRunning = 100;

    /// <summary>How many deliveries are changed in one transaction, where there may be any number.</summary>
    public const int DeliveriesPerPart = 1000;

    /// <summary>How far the events behind a destination's cursor are counted.</summary>
    public const int BacklogCountedEvents = 10_000;

    /// <summary>How far a destination's dead letters of one failure are counted.</summary>
    public const int DeadCountedPerFailure = 100_000;

    /// <summary>How many consumers there may be.</summary>
    public const int Consumers = 100;

    /// <summary>A page of the feed ends with the body that reaches so many bytes.</summary>
    public const int PageBytes = 1 << 20;

    /// <summary>How long a statement waits for another process's lock, in seconds.</summary>
    public const int LockWaitSeconds = 5;

    /// <summary>
    /// The oldest SQLite engine that is safe: older ones can corrupt a database whose log is reset while read.
    /// </summary>
    public static readonly Version SqliteVersionMinimum = new(3, 51, 3);
}
