namespace Payhook;

/// <summary>Tells whoever serves destinations that a person has changed one, in this process.</summary>
sealed class DestinationsChanged
{
    readonly CommitSignal _signal = new();

    /// <summary>Done with the next change.</summary>
    public Task Next => _signal.Next;

    public void Pulse() => _signal.Pulse();
}
