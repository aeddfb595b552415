using System.Net;

namespace Payhook;

/// <summary>
/// What is asked of a destination that somebody sets up now, and not of one that was stored before the settings
/// changed.
/// </summary>
sealed record DestinationRules
{
    const int UrlLimitChars = 2048;

    /// <summary>The sources there are: a filter that names another would let nothing pass.</summary>
    public required IReadOnlyList<string> SourceNames { get; init; }

    /// <summary>What may be on a private network, or be spoken to without TLS.</summary>
    public required PrivateDestinations Allowed { get; init; }

    /// <summary>Reads files with secrets; null where a path from outside would lead into this machine.</summary>
    public SecretFile? Files { get; init; }

    /// <summary>What is wrong with an address, as far as it shows without asking for its name; null: nothing.</summary>
    public static string? FaultOf(Uri? url, string text, SinkKind sink, DestinationRules? rules)
    {
        string[] schemes = sink == SinkKind.Nats ? ["tls", "nats"] : ["https", "http"];
        if (text.Length > UrlLimitChars) return $"has more than {UrlLimitChars} characters";
        if (url is null || !schemes.Contains(url.Scheme) || url.Host.Length == 0)
            return $"is no address that begins with {schemes[0]}:// or {schemes[1]}://";
        if (url.UserInfo.Length > 0)
            return sink == SinkKind.Nats
                ? "holds a user or a password, which belong into nats, where they are not shown"
                : "holds a user or a password, which belong into headers (Authorization), where they are not shown";
        if (url.Query == "?" + DestinationText.Stars)
            return "has stars, which answers show in the place of a query; leave it out to keep what it is";
        if (url.Fragment.Length > 0) return "has a # and what follows it, which is never sent";
        if (sink == SinkKind.Nats && (url.AbsolutePath.Trim('/').Length > 0 || url.Query.Length > 0))
            return "has more than a host and a port; where to publish is said by subject";
        if (rules is null) return null;
        var isLiteral = IPAddress.TryParse(url.IdnHost, out var address);
        if (isLiteral ? rules.Allowed.Allow(url.IdnHost, url.Port, address!)
            : rules.Allowed.MayAllow(url.IdnHost, url.Port)) return null;
        if (url.Scheme != schemes[0])
            return $"is not {schemes[0]}, and ALLOW_PRIVATE_DESTINATIONS does not name its host";
        return url.IsLoopback || (isLiteral && !PublicAddress.IsPublic(address!))
            ? "leads to an address that is not on the internet, and ALLOW_PRIVATE_DESTINATIONS does not name it"
            : null;
    }
}
