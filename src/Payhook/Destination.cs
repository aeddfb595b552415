using Payhook.Providers;

namespace Payhook;

/// <summary>A configured receiver of events, as its settings say.</summary>
sealed record Destination
{
    public const int NameLimitChars = 64;

    /// <summary>What a replay calls all of them, so none may be called so.</summary>
    public const string AllName = "all";

    public const int HeadersLimit = 20;

    /// <summary>What people call it: lower-case letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    public SinkKind Sink { get; init; } = SinkKind.Http;

    /// <summary><c>https://…</c>, or for NATS <c>nats://host:4222</c>. Credentials are not part of it.</summary>
    public required Uri Url { get; init; }

    /// <summary>Which events it gets.</summary>
    public DestinationFilter Filter { get; init; } = new();

    public BodyForm Body { get; init; } = BodyForm.Envelope;

    /// <summary>
    /// The bytes behind <c>whsec_</c>, the newest first; two while one is being replaced. Empty: not signed.
    /// </summary>
    public IReadOnlyList<Secret> SigningSecrets { get; init; } = [];

    /// <summary>Sent with every delivery; the values are secrets.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Until the whole answer is there.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many are sent at once.</summary>
    public int ConcurrencyLimit { get; init; } = 16;

    /// <summary>At most so many a second; 0: as many as it takes.</summary>
    public double RateLimitPerSecond { get; init; }

    public RetrySchedule Retry { get; init; } = new();

    public DeliveryOrdering Ordering { get; init; } = DeliveryOrdering.None;

    /// <summary>
    /// How long an event of a payment waits for the one before it; null: until that is delivered or given up.
    /// </summary>
    public TimeSpan? OrderingWait { get; init; }

    /// <summary>For NATS: where to publish; <c>{source}</c>, <c>{provider}</c>, <c>{type}</c> stand for the event's.
    /// </summary>
    public string Subject { get; init; } = "payhook.{source}.{type}";

    /// <summary>For NATS: how to log in; null where the server lets everybody in.</summary>
    public NatsLogin? Login { get; init; }
}

/// <summary>How to log in to a NATS server: a user with a password, or a token. Prints itself as stars.</summary>
sealed record NatsLogin(string? User, string? Password, string? Token)
{
    public override string ToString() => "***";
}

/// <summary>Kinds of destinations.</summary>
enum SinkKind
{
    Http,
    Nats,
}

/// <summary>In which form an event is sent.</summary>
enum BodyForm
{
    /// <summary>The provider's own bytes and headers, its signature with them.</summary>
    Raw,

    /// <summary>Payhook's view of the event as JSON, with the provider's body inside.</summary>
    Envelope,

    /// <summary>A CloudEvent of version 1.0 as JSON.</summary>
    CloudEvents,

    /// <summary>A CloudEvent whose attributes are headers and whose data is the provider's own bytes.</summary>
    CloudEventsBinary,
}

/// <summary>In what order deliveries are made.</summary>
enum DeliveryOrdering
{
    /// <summary>As they come, many at once.</summary>
    None,

    /// <summary>Those of one payment strictly one after another; different payments at once.</summary>
    Payment,
}

/// <summary>When a delivery that failed is tried again: exponential, with full jitter.</summary>
/// <param name="First">The longest wait before the second try.</param>
/// <param name="Longest">No wait is longer than this.</param>
/// <param name="GiveUpAfter">Counted from the first try; what fails after that is a dead letter.</param>
sealed record RetrySchedule(TimeSpan First, TimeSpan Longest, TimeSpan GiveUpAfter)
{
    /// <summary>Each wait may be so many times as long as the one before.</summary>
    public const double Factor = 3;

    public RetrySchedule() : this(TimeSpan.FromSeconds(5), TimeSpan.FromHours(8), TimeSpan.FromHours(72))
    {
    }
}

/// <summary>Which events a destination gets; an empty list lets everything pass.</summary>
sealed record DestinationFilter
{
    /// <summary>Names of sources.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Names of providers.</summary>
    public IReadOnlyList<string> Providers { get; init; } = [];

    /// <summary>The provider's words for what happened; <c>*</c> stands for any characters.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>What the event says of its payment: statuses by their names, such as <c>captured</c>.</summary>
    public IReadOnlyList<string> Statuses { get; init; } = [];

    /// <summary>A place in the body and what stands there.</summary>
    public PathComparison? Where { get; init; }
}
