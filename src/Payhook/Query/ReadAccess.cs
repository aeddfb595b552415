using System.Net;
using System.Security.Cryptography;
using System.Text;
using Payhook.Providers;

namespace Payhook.Query;

/// <summary>
/// Who may read. With keys: whoever has one. Without: only a client on this machine that came straight here, since a
/// proxy on this machine makes the whole world look local.
/// </summary>
sealed class ReadAccess(IReadOnlyList<Secret> keys)
{
    static readonly string[] ForwardingHeaders =
        ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto", "Via"];

    public bool Allows(HttpContext context) =>
        keys.Count > 0 ? HasKey(context.Request.Headers) : IsLocal(context);

    /// <summary>The same handler, for those who may read; the others are told what to set.</summary>
    public RequestDelegate Guard(RequestDelegate handler) =>
        context => Allows(context) ? handler(context) : Problem.Unauthorized.WriteAsync(context);

    bool HasKey(IHeaderDictionary headers)
    {
        const string scheme = "Bearer ";
        var authorization = headers.Authorization.ToString();
        var given = authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? authorization[scheme.Length..].Trim()
            : headers["X-API-Key"].ToString();
        var bytes = Encoding.UTF8.GetBytes(given);
        var isKnown = false;
        foreach (var key in keys) isKnown |= CryptographicOperations.FixedTimeEquals(bytes, key.Bytes);
        return isKnown;
    }

    static bool IsLocal(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        // nginx, unless told otherwise, sets no header and hides the name it was called by, but speaks HTTP/1.0.
        return IPAddress.IsLoopback(address) && !HttpProtocol.IsHttp10(context.Request.Protocol)
            && !ForwardingHeaders.Any(context.Request.Headers.ContainsKey)
            && IsLocalHostName(context.Request.Host.Host);
    }

    /// <summary>
    /// A public name that leads here is a proxy that sets no headers, or a page in a browser on this machine whose
    /// name was pointed at it to read what only this machine may.
    /// </summary>
    static bool IsLocalHostName(string host) =>
        IPAddress.TryParse(host.Trim('[', ']'), out var address)
            ? IPAddress.IsLoopback(address)
            : !host.Contains('.', StringComparison.Ordinal)
                || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
}
