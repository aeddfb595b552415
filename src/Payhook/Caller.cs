using Microsoft.AspNetCore.Http.Features;

namespace Payhook;

/// <summary>Who asks and what this one may, for every handler that is not open to all.</summary>
/// <param name="Actor">The name in the audit log. Never a key.</param>
/// <param name="Scopes">What is allowed.</param>
sealed record Caller(string Actor, Scopes Scopes)
{
    /// <summary>A client on this machine, while there is no key. It administers on the command line.</summary>
    public static Caller Local { get; } = new("local", Scopes.Read | Scopes.Pii | Scopes.Consume | Scopes.Operate);

    /// <summary>Their session, where they came with one and not with a key.</summary>
    public Session? Session { get; init; }

    /// <summary>How they were known, in a word.</summary>
    public string By => Session is not null ? "session" : Actor == Local.Actor ? "local" : "key";

    /// <summary>What they are, in a word, by what they may.</summary>
    public string Role => Scopes.HasFlag(Scopes.Admin) ? "admin"
        : (Scopes & (Scopes.Operate | Scopes.Replay)) != Scopes.None ? "operator" : "viewer";

    /// <summary>Whether all of these are allowed.</summary>
    public bool May(Scopes scope) => (Allowed & scope) == scope;

    /// <summary>All that is allowed: who may administer may also operate.</summary>
    public Scopes Allowed => Scopes.HasFlag(Scopes.Admin) ? Scopes | Scopes.Operate : Scopes;

    /// <summary>The caller of a request that was let in.</summary>
    public static Caller Of(HttpContext context) => context.Features.GetRequiredFeature<Caller>();
}
