namespace Payhook;

/// <summary>One administrative act, so that it can be asked later who did it. Never a secret.</summary>
sealed record AuditEntry
{
    const int TextLimitChars = 1000;

    public const string KeyCreated = "key-created";
    public const string KeyRevoked = "key-revoked";
    public const string SignedIn = "signed-in";
    public const string SignedOut = "signed-out";
    public const string LinkCreated = "link-created";
    public const string AdminPasswordSet = "admin-password-set";
    public const string AttentionAcknowledged = "attention-acknowledged";
    public const string RejectionsReverified = "rejections-reverified";
    public const string PaymentsRebuilt = "payments-rebuilt";

    public const string DestinationAdded = "destination-added";
    public const string DestinationChanged = "destination-changed";
    public const string DestinationPaused = "destination-paused";
    public const string DestinationResumed = "destination-resumed";
    public const string DestinationDisabled = "destination-disabled";
    public const string DestinationRemoved = "destination-removed";
    public const string SecretRotated = "destination-secret-rotated";
    public const string DestinationTested = "destination-tested";
    public const string DeliveriesRetried = "deliveries-retried";
    public const string MockSent = "mock-sent";
    public const string ReplayStarted = "replay-started";
    public const string ReplayCancelled = "replay-cancelled";

    public const string ConsumerCreated = "consumer-created";
    public const string ConsumerRewound = "consumer-rewound";
    public const string ConsumerDeleted = "consumer-deleted";

    public AuditEntry(DateTimeOffset at, string actor, string act, string target, string detail) =>
        (At, Actor, Act, Target, Detail) = (at, Bounded(actor), act, Bounded(target), Bounded(detail));

    /// <summary>Its number in the store; 0 before it is stored.</summary>
    public long Sequence { get; init; }

    public DateTimeOffset At { get; }

    /// <summary>
    /// Who: <c>key:phk_…</c>, <c>API_KEYS:2</c>, <c>admin</c>, <c>oidc:…</c>, <c>cli:USER</c> or <c>local</c>.
    /// </summary>
    public string Actor { get; }

    /// <summary>What, from a closed list.</summary>
    public string Act { get; }

    /// <summary>To what: the prefix of a key, the name of a source or a destination.</summary>
    public string Target { get; }

    /// <summary>In words.</summary>
    public string Detail { get; }

    /// <summary>Whoever runs a command on this machine, which has the database anyway.</summary>
    public static string CommandLineActor => $"cli:{Environment.UserName}";

    public static AuditEntry Created(ApiKey key) => new(key.CreatedAt, key.CreatedBy, KeyCreated, key.Prefix,
        $"{key.Name}; scopes {ScopeWords.Text(key.Scopes)}; "
        + (key.ExpiresAt is { } at ? $"expires {JsonText.Moment(at)}" : "does not expire"));

    public static AuditEntry Revoked(ApiKey key, string actor, DateTimeOffset at) =>
        new(at, actor, KeyRevoked, key.Prefix, key.Name);

    static string Bounded(string text) => text.Length <= TextLimitChars ? text : text[..TextLimitChars];
}
