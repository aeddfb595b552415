namespace Payhook.Store;

/// <summary>
/// Where keys for the interface are kept. An act and its entry in the audit log are one transaction, synced to disk:
/// a revocation that a power cut undoes would let somebody in again.
/// </summary>
interface IKeyStore
{
    /// <summary>Stores a new key.</summary>
    /// <returns>Its number; <see langword="null"/> where there are as many as there may be.</returns>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    long? Add(ApiKey key, AuditEntry entry);

    /// <summary>Revokes a key at the time of the entry. One that is revoked already stays as it is.</summary>
    /// <returns>Whether it was revoked by this.</returns>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    bool Revoke(long id, AuditEntry entry);

    /// <summary>All keys, the first made first; of the revoked ones the latest.</summary>
    IAsyncEnumerable<ApiKey> Keys(CancellationToken cancellation);

    /// <summary>Notes when keys were used. An earlier time than the one that is there changes nothing.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    void NoteUses(IReadOnlyCollection<KeyValuePair<long, DateTimeOffset>> uses);
}

/// <summary>
/// Who did what. Entries are only added and never let go: they are few and small, and only who may administer adds
/// any.
/// </summary>
interface IAuditStore
{
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    void Append(AuditEntry entry);

    /// <summary>The newest first.</summary>
    /// <param name="beforeSequence">Only older ones than this; <see cref="long.MaxValue"/> for the newest.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellation">Ends the reading.</param>
    IAsyncEnumerable<AuditEntry> Entries(long beforeSequence, int limit, CancellationToken cancellation);
}
