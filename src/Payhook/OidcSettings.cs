using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Payhook;

/// <summary>An OpenID provider that tells who people are, and what those it tells of may do here.</summary>
/// <param name="Issuer">Its address; the document that describes it lies below.</param>
/// <param name="ClientId">What it calls this listener.</param>
/// <param name="ClientSecret">What this listener proves itself with.</param>
/// <param name="Name">What people call it.</param>
/// <param name="RoleClaim">Which claim holds roles.</param>
/// <param name="Scopes">What is asked for.</param>
/// <param name="Roles">Which values of the claim give what.</param>
sealed record OidcSettings(
    Uri Issuer, string ClientId, string ClientSecret, string Name, string RoleClaim, IReadOnlyList<string> Scopes,
    OidcRoles Roles)
{
    /// <summary>What sessions are held against: they end with another provider.</summary>
    public byte[] Basis => SHA256.HashData(Encoding.UTF8.GetBytes($"oidc {Issuer} {ClientId}"));

    public override string ToString() => $"{Name} at {Issuer}";

    /// <summary>
    /// Whether the way there is private: over TLS, or on this machine.
    /// </summary>
    public static bool IsIssuer(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri is { Query: "", Fragment: "", UserInfo: "" }
        && (uri.Scheme == "https" || (uri.Scheme == "http" && IsThisMachine(uri.Host)));

    static bool IsThisMachine(string host) => host == "localhost"
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}

/// <summary>Which values of a claim give which role; who has none of them is not let in.</summary>
sealed record OidcRoles(
    IReadOnlyList<string> Viewer, IReadOnlyList<string> Operator, IReadOnlyList<string> Admin,
    IReadOnlyList<string> Pii)
{
    /// <summary>What somebody with these values may; nothing where they name no role.</summary>
    public Scopes ScopesOf(IReadOnlyCollection<string> values)
    {
        if (Admin.Any(values.Contains)) return Scopes.All;
        var scopes = Operator.Any(values.Contains) ? Scopes.Read | Scopes.Replay | Scopes.Operate
            : Viewer.Any(values.Contains) ? Scopes.Read
            : Scopes.None;
        return scopes != Scopes.None && Pii.Any(values.Contains) ? scopes | Scopes.Pii : scopes;
    }
}
