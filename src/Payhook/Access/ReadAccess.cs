using System.Net;
using System.Security.Cryptography;
using System.Text;
using Payhook.Providers;
using Payhook.Store;

namespace Payhook.Access;

/// <summary>
/// Who may do what. With keys, of the settings or of the store: whoever has one, as far as its scopes go. Without any:
/// only a client on this machine that came straight here, since a proxy on this machine makes the whole world look
/// local. A key that expired or was revoked is still a key: its end opens nothing.
/// </summary>
/// <param name="settingKeys">Those of API_KEYS, which may do everything.</param>
/// <param name="ring">Those of the store.</param>
/// <param name="noteUse">Is told the number of a key that was used.</param>
/// <param name="time">The clock that expiries are held against.</param>
sealed class ReadAccess(IReadOnlyList<Secret> settingKeys, KeyRing ring, Action<long> noteUse, TimeProvider time)
{
    static readonly string[] ForwardingHeaders =
        ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto", "Via"];

    readonly byte[][] _settingHashes = [.. settingKeys.Select(k => ApiKey.HashOf(k.Bytes))];

    /// <summary>The same handler, for those who may; the others are told what they lack.</summary>
    public RequestDelegate Guard(Scopes needed, RequestDelegate handler) => async context =>
    {
        if (await CallerAsync(context) is not { } caller) await Problem.Unauthorized.WriteAsync(context);
        else if (!caller.May(needed)) await Problem.ForbiddenWithout(needed).WriteAsync(context);
        else
        {
            context.Features.Set(caller);
            await handler(context);
        }
    };

    /// <summary>Who asks; <see langword="null"/> where nothing is allowed.</summary>
    /// <exception cref="StoreUnavailableException">The keys cannot be read now.</exception>
    public async Task<Caller?> CallerAsync(HttpContext context)
    {
        var given = GivenKey(context.Request.Headers);
        var hash = ApiKey.HashOf(Encoding.UTF8.GetBytes(given));
        if (FindSettingKey(hash) is { } caller) return caller;
        if (_settingHashes.Length > 0 && given.Length == 0) return null;
        var keys = await ring.KeysAsync(context.RequestAborted);
        if (_settingHashes.Length + keys.Count == 0) return IsLocal(context) ? Caller.Local : null;
        return FindKey(keys, hash);
    }

    /// <summary>All hashes are compared, in constant time, so that no answer's delay tells of a key.</summary>
    Caller? FindSettingKey(byte[] hash)
    {
        var found = 0;
        for (var i = 0; i < _settingHashes.Length; i++)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, _settingHashes[i])) found = i + 1;
        }
        return found == 0 ? null : new($"API_KEYS:{found}", Scopes.All);
    }

    Caller? FindKey(List<ApiKey> keys, byte[] hash)
    {
        ApiKey? found = null;
        foreach (var key in keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, key.Hash)) found = key;
        }
        if (found is null || !found.IsValidAt(time.GetUtcNow())) return null;
        noteUse(found.Id);
        return new($"key:{found.Prefix}", found.Scopes);
    }

    static string GivenKey(IHeaderDictionary headers)
    {
        const string scheme = "Bearer ";
        var authorization = headers.Authorization.ToString();
        return authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? authorization[scheme.Length..].Trim()
            : headers["X-API-Key"].ToString();
    }

    static bool IsLocal(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        // nginx, unless told otherwise, sets no header and hides the name it was called by, but speaks HTTP/1.0.
        return IPAddress.IsLoopback(address) && !HttpProtocol.IsHttp10(context.Request.Protocol)
            && !ForwardingHeaders.Any(context.Request.Headers.ContainsKey)
            && IsLocalHostName(context.Request.Host.Host) && !IsFromOtherPage(context.Request);
    }

    /// <summary>
    /// A page of somebody else in a browser on this machine cannot read answers, but could send what moves a consumer.
    /// A browser tells then whose page it is.
    /// </summary>
    static bool IsFromOtherPage(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && HostString.FromUriComponent(page) == request.Host);
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
