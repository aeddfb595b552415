namespace Payhook.Store;

/// <summary>Gives the right to write back at the end of its block.</summary>
readonly ref struct SqliteTurn(Lock writes)
{
    public void Dispose() => writes.Exit();
}
