namespace Payhook;

/// <summary>A request that was refused, and why; what is needed to verify it again.</summary>
sealed record Rejection
{
    /// <summary>Its number in the store; 0 before it is stored.</summary>
    public long Sequence { get; init; }

    public required string SourceName { get; init; }

    /// <summary>The closed reason, such as <c>wrong-signature</c>: the verdict, or the problem's type.</summary>
    public required string Reason { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The probable cause, from a closed list; <see langword="null"/> where none was found.</summary>
    public string? Cause { get; init; }

    /// <summary>What the cause means and how to mend it, in words for the operator. Never a secret.</summary>
    public string? Explanation { get; init; }

    /// <summary>The query of the URL, as received.</summary>
    public string Query { get; init; } = "";

    /// <summary>All headers as a JSON array of [name, value] pairs: a repeated one stays repeated.</summary>
    public required byte[] HeadersJson { get; init; }

    /// <summary>The body as received.</summary>
    public required byte[] Body { get; init; }
}
