namespace Payhook.Cli;

/// <summary>What somebody who listens asked for.</summary>
sealed record ListenOptions
{
    /// <summary>The running Payhook.</summary>
    public required Uri Server { get; init; }

    public string? ApiKey { get; init; }

    /// <summary>The one address that anything is sent to.</summary>
    public required Uri ForwardTo { get; init; }

    /// <summary>Types, with stars; none: all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    public string? Source { get; init; }

    /// <summary>A cursor, <c>start</c> or <c>now</c>.</summary>
    public string From { get; init; } = "now";

    /// <summary>Whether an event waits for an application that is down.</summary>
    public bool Retries { get; init; }

    /// <summary>Ends after so many events; null: never.</summary>
    public int? LimitEvents { get; init; }

    /// <summary>The waits between tries to reach what is away.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);
}
