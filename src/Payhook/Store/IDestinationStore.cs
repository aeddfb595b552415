namespace Payhook.Store;

/// <summary>
/// Destinations as they are kept. Their settings are text here: what it means is not the store's business.
/// </summary>
interface IDestinationStore
{
    /// <summary>All that are not removed, by their names.</summary>
    IAsyncEnumerable<DestinationRow> All(CancellationToken cancellation);

    /// <summary>Adds one, which begins with the events that come from now on, or at a given place.</summary>
    /// <returns>Its number, or null where the name is taken or there are too many.</returns>
    long? Add(DestinationRow row, FeedPosition cursor, AuditEntry entry);

    /// <summary>
    /// Changes its settings, secrets and state, where nobody has changed them since they were read.
    /// </summary>
    /// <returns>False where it is not there, or has another revision.</returns>
    bool Change(DestinationRow row, AuditEntry entry);

    /// <summary>Pauses, disables or resumes one, whatever its revision.</summary>
    bool SetState(long id, DestinationState state, string reason, AuditEntry? entry);

    /// <summary>Removes one; what is known of its deliveries goes later, a part at a time.</summary>
    bool Remove(long id, AuditEntry entry);

    /// <summary>Deletes some of what removed destinations have left.</summary>
    /// <returns>False where there is no more.</returns>
    bool Prune(int limitDeliveries);

    /// <summary>Adds a replay for each of some destinations: all of them, or none.</summary>
    /// <returns>Their numbers; none where a destination is not there, or has too many that run.</returns>
    IReadOnlyList<long> AddReplays(IReadOnlyList<ReplayRow> replays, AuditEntry entry);

    /// <summary>Replays, the newest first.</summary>
    IAsyncEnumerable<ReplayRow> Replays(ReplayPage page, CancellationToken cancellation);

    /// <summary>Ends a replay that runs; what it has made that is still pending is cancelled.</summary>
    bool CancelReplay(long id, DateTimeOffset at, AuditEntry entry);
}

/// <summary>A destination as it is kept.</summary>
sealed record DestinationRow
{
    /// <summary>Its number in the store; 0 before it is stored.</summary>
    public long Id { get; init; }

    public required string Name { get; init; }

    /// <summary>All its settings but the secrets, as a JSON object.</summary>
    public required string SettingsJson { get; init; }

    /// <summary>Its signing secrets and secret headers, as a JSON object.</summary>
    public required string SecretsJson { get; init; }

    public DestinationState State { get; init; } = DestinationState.Active;

    /// <summary>The reason of one that was disabled because it said so itself.</summary>
    public const string GoneReason = "It answered 410: it does not exist any more.";

    /// <summary>Why it is in that state; empty where it is active.</summary>
    public string StateReason { get; init; } = "";

    /// <summary>Whether the configuration file has it, and only that may change it.</summary>
    public bool IsFromFile { get; init; }

    /// <summary>Counts its changes.</summary>
    public long Revision { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How far it is in the feed.</summary>
    public FeedPosition Cursor { get; init; }
}

/// <summary>Whether a destination gets anything. The numbers stand in the database.</summary>
enum DestinationState
{
    Active = 1,

    /// <summary>A person has stopped it for a while; what is owed waits.</summary>
    Paused = 2,

    /// <summary>It has said that it is gone, or a person gave it up; what is owed waits.</summary>
    Disabled = 3,
}

/// <summary>Some events once more to one destination.</summary>
sealed record ReplayRow
{
    public long Id { get; init; }
    public required long DestinationId { get; init; }

    /// <summary>Which events, as a JSON object: the filters of <c>GET /events</c>.</summary>
    public required string FilterJson { get; init; }

    /// <summary>The part of the feed that it goes through.</summary>
    public required FeedSpan Span { get; init; }

    /// <summary>How far it is.</summary>
    public FeedPosition Cursor { get; init; }

    public ReplayState State { get; init; } = ReplayState.Running;

    /// <summary>At most so many deliveries a second; 0: as many as the destination takes.</summary>
    public double RateLimitPerSecond { get; init; }

    /// <summary>How many events it was about when it was asked for.</summary>
    public long EventCount { get; init; }

    /// <summary>How many deliveries it has made so far.</summary>
    public long PlannedCount { get; init; }

    public required string CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Where a replay stands. The numbers stand in the database.</summary>
enum ReplayState
{
    Running = 1,
    Done = 2,
    Cancelled = 3,
}

/// <summary>Which replays are wanted.</summary>
sealed record ReplayPage(int Limit)
{
    public long? Id { get; init; }
    public long? DestinationId { get; init; }
    public ReplayState? State { get; init; }
    public long BeforeId { get; init; } = long.MaxValue;
}
