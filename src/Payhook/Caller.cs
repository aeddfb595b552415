using Microsoft.AspNetCore.Http.Features;

namespace Payhook;

/// <summary>Who asks and what this one may, for every handler that is not open to all.</summary>
/// <param name="Actor">The name in the audit log. Never a key.</param>
/// <param name="Scopes">What is allowed.</param>
sealed record Caller(string Actor, Scopes Scopes)
{
    /// <summary>A client on this machine, while there is no key. It administers on the command line.</summary>
    public static Caller Local { get; } = new("local", Scopes.Read | Scopes.Pii | Scopes.Consume | Scopes.Operate);

    /// <summary>Whether all of these are allowed; who may administer may also operate.</summary>
    public bool May(Scopes scope) =>
        ((Scopes.HasFlag(Scopes.Admin) ? Scopes | Scopes.Operate : Scopes) & scope) == scope;

    /// <summary>The caller of a request that was let in.</summary>
    public static Caller Of(HttpContext context) => context.Features.GetRequiredFeature<Caller>();
}
