namespace Payhook.Store;

/// <summary>
/// Who is signed in, and the admin password. An act and its entry in the audit log are one transaction, synced to disk:
/// a sign-out that a power cut undoes would leave somebody in.
/// </summary>
interface ISessionStore
{
    /// <summary>
    /// Stores a session or a link. Lets go of those that have expired, and of the oldest of its kind where there are as
    /// many as there may be.
    /// </summary>
    /// <returns>Its number.</returns>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    long Add(Session session, AuditEntry entry);

    /// <summary>Uses a link up for a session: of all who try at once, in whatever process, one may.</summary>
    /// <returns>The session's number; <see langword="null"/> where there is no such link that still holds.</returns>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    long? UseLink(byte[] linkHash, Session session, AuditEntry entry);

    /// <summary>Ends a session. One that has ended stays so.</summary>
    /// <returns>Whether it was ended by this.</returns>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    bool End(long id, AuditEntry entry);

    /// <summary>All sessions, no links; those that have expired may be among them.</summary>
    IAsyncEnumerable<Session> Sessions(CancellationToken cancellation);

    /// <summary>The admin password as a hash; <see langword="null"/> where none is stored.</summary>
    ValueTask<string?> PasswordAsync(CancellationToken cancellation);

    /// <summary>
    /// Stores another admin password, and ends every session and link that came of the password before or of a link.
    /// </summary>
    /// <param name="hash">Its hash.</param>
    /// <param name="kept">The session that goes on, with its new proof.</param>
    /// <param name="entry">The act.</param>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    void SetPassword(string hash, Session? kept, AuditEntry entry);
}

/// <summary>What both stores write of a session in the same words.</summary>
static class SessionWords
{
    public const string Columns =
        "sequence, hash, kind, ground, actor, scopes, created_at, expires_at, key_sequence, proof";

    const string Link = "link";

    static readonly (string Word, SessionGround Ground)[] Grounds =
    [
        (Link, SessionGround.Link), ("password", SessionGround.Password), ("key", SessionGround.Key),
        ("oidc", SessionGround.Oidc),
    ];

    public static string Kind(Session session) => session.IsLink ? Link : "session";

    public static bool IsLink(string kind) => kind == Link;

    public static string Ground(Session session) => Word(session.Ground);

    public static string Word(SessionGround ground) => Array.Find(Grounds, g => g.Ground == ground).Word;

    /// <summary>A word of a newer program stands on nothing here.</summary>
    public static SessionGround Ground(string word) => Array.Find(Grounds, g => g.Word == word).Ground;
}
