namespace Payhook.Store;

/// <summary>What is counted: the same machinery counts requests and attempts, each in a table of its own.</summary>
/// <param name="Name">The table.</param>
/// <param name="Words">What a kind is told by, as columns and in answers: whose it is, perhaps a type, an outcome.
/// </param>
/// <param name="Fields">How much of a tally is kept.</param>
sealed record StatsTable(string Name, string[] Words, string[] Fields)
{
    public static readonly StatsTable Requests = new("payhook_stats", ["source", "type", "outcome"], Tally.Fields);

    /// <summary>An event has a type, but a destination fails whatever it is sent; and no sender waits.</summary>
    public static readonly StatsTable Attempts =
        new("payhook_delivery_stats", ["destination", "outcome"], Tally.StepFields);

    /// <summary>What the first word is called.</summary>
    public string Owner => Words[0];

    public bool HasTypes => Words.Length == 3;

    /// <summary>Whether it is known what was within a timeout.</summary>
    public bool IsTimed => Fields.Length > Tally.StepFields.Length;

    /// <summary>The words of a kind, in the order of <see cref="Words"/>.</summary>
    public string[] WordsOf(in StatsKey key) =>
        HasTypes ? [key.SourceName, key.EventType, key.Outcome] : [key.SourceName, key.Outcome];
}
