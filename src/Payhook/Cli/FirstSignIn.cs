using System.Net;
using Payhook.Store;

namespace Payhook.Cli;

/// <summary>Where the dashboard is, and the way in while nobody has one: told at the start of the listener.</summary>
/// <param name="Url">The dashboard's address, as this machine reaches it.</param>
/// <param name="NeedsLink">Whether nobody can sign in as admin yet.</param>
sealed record FirstSignIn(string Url, bool NeedsLink)
{
    /// <summary>Looks for a password and for a key that administers.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    public static async Task<FirstSignIn> FindAsync(
        Settings settings, IEventStore store, ICollection<string> urls, DateTimeOffset now,
        CancellationToken cancellation)
    {
        var isKnown = settings.AdminPassword is not null || settings.ApiKeys.Count > 0
            || settings.Oidc is { Roles.Admin.Count: > 0 }
            || await store.Sessions.PasswordAsync(cancellation) is not null
            || await store.Keys.Keys(cancellation)
                .AnyAsync(k => k.Scopes.HasFlag(Scopes.Admin) && k.IsValidAt(now), cancellation);
        return new(LocalUrl(urls.First()) + "/", !isKnown);
    }

    /// <summary>An address to listen on may stand for all addresses, and no browser opens those.</summary>
    static string LocalUrl(string url)
    {
        var uri = new UriBuilder(url);
        var isAny = IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address)
            && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
        if (isAny) uri.Host = "localhost";
        return uri.Uri.GetLeftPart(UriPartial.Authority);
    }
}
