namespace Payhook;

/// <summary>The words of a destination's settings: in payhook.json, in the interface and in the store.</summary>
static class DestinationWords
{
    public static IReadOnlyList<(string Word, SinkKind Value)> Sinks { get; } =
        [("http", SinkKind.Http), ("nats", SinkKind.Nats)];

    public static IReadOnlyList<(string Word, BodyForm Value)> Bodies { get; } =
    [
        ("envelope", BodyForm.Envelope), ("raw", BodyForm.Raw), ("cloudevents", BodyForm.CloudEvents),
        ("cloudevents_binary", BodyForm.CloudEventsBinary),
    ];

    public static IReadOnlyList<(string Word, DeliveryOrdering Value)> Orderings { get; } =
        [("none", DeliveryOrdering.None), ("payment", DeliveryOrdering.Payment)];

    /// <summary>What a destination may hold.</summary>
    public static IReadOnlyList<string> Members { get; } =
    [
        "sink", "url", "filter", "body", "secret", "secrets", "headers", "timeout_seconds", "concurrency_limit",
        "rate_limit_per_second", "retry", "ordering", "ordering_wait_seconds", "subject", "nats",
    ];

    public static IReadOnlyList<string> FilterMembers { get; } =
        ["sources", "providers", "types", "statuses", "where"];

    public static IReadOnlyList<string> WhereMembers { get; } = ["path", "operator", "value"];

    public static IReadOnlyList<string> RetryMembers { get; } =
        ["first_seconds", "longest_seconds", "give_up_after_hours"];

    public static IReadOnlyList<string> NatsMembers { get; } = ["user", "password", "token"];

    /// <summary>What a subject may have between braces.</summary>
    public static IReadOnlyList<string> Placeholders { get; } = ["source", "provider", "type"];

    public static string Word<T>(this IReadOnlyList<(string Word, T Value)> words, T value) where T : struct, Enum =>
        words.First(w => EqualityComparer<T>.Default.Equals(w.Value, value)).Word;
}
