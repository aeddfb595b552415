using System.Net;
using System.Security.Cryptography;
using System.Text;
using Payhook.Providers;
using Payhook.Store;

namespace Payhook.Access;

/// <summary>
/// Who may do what. With a key, of the settings or of the store, or with a session: as far as its scopes go. While
/// there is no key, no password and no provider of identities: only a client on this machine that came straight here,
/// since a proxy on this machine makes the whole world look local. A key that expired or was revoked is still a key:
/// its end opens nothing.
/// </summary>
/// <param name="settingKeys">Those of API_KEYS, which may do everything.</param>
/// <param name="ring">The keys, sessions and the password there are.</param>
/// <param name="noteUse">Is told the number of a key that was used.</param>
/// <param name="time">The clock that expiries are held against.</param>
/// <param name="oidcBasis">What sessions of the OpenID provider are held against; null where there is none.</param>
sealed class ReadAccess(
    IReadOnlyList<Secret> settingKeys, AccessRing ring, Action<long> noteUse, TimeProvider time,
    byte[]? oidcBasis = null)
{
    static readonly string[] ForwardingHeaders =
        ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto", "Via"];

    readonly byte[][] _settingHashes = [.. settingKeys.Select(k => ApiKey.HashOf(k.Bytes))];

    /// <summary>The same handler, for those who may; the others are told what they lack.</summary>
    public RequestDelegate Guard(Scopes needed, RequestDelegate handler) => async context =>
    {
        if (await CallerAsync(context) is not { } caller) await Problem.Unauthorized.WriteAsync(context);
        else if (IsForged(context.Request, caller)) await Problem.Csrf.WriteAsync(context);
        else if (!caller.May(needed)) await Problem.ForbiddenWithout(needed).WriteAsync(context);
        else
        {
            context.Features.Set(caller);
            await handler(context);
        }
    };

    /// <summary>Who asks; <see langword="null"/> where nothing is allowed.</summary>
    /// <exception cref="StoreUnavailableException">The keys and sessions cannot be read now.</exception>
    public async Task<Caller?> CallerAsync(HttpContext context)
    {
        var given = GivenKey(context.Request.Headers);
        var token = given.Length == 0 ? SessionCookie.Read(context.Request) : null;
        if (given.Length > 0) return (await FindKeyAsync(given, context.RequestAborted))?.Caller;
        if (token is null && _settingHashes.Length > 0) return null;

        var rows = await ring.RowsAsync(context.RequestAborted);
        if (token is not null && FindSession(rows, token) is { } caller) return caller;
        var isOpen = _settingHashes.Length + rows.Keys.Count == 0 && rows.Password is null && oidcBasis is null;
        return isOpen && IsLocal(context) ? Caller.Local : null;
    }

    /// <summary>
    /// Whether a request that changes something may come of another page: a browser sends the cookie by itself, so the
    /// page has to show what only a page of this listener can read.
    /// </summary>
    public static bool IsForged(HttpRequest request, Caller caller)
    {
        if (caller.Session is null || HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return false;
        var expected = SessionToken.Csrf(SessionCookie.Read(request)!);
        var given = request.Headers["X-CSRF-Token"].ToString();
        return OtherPage.Asks(request) || !CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
    }

    /// <summary>Whose key it is; <see langword="null"/> where it is none that holds.</summary>
    /// <exception cref="StoreUnavailableException">The keys cannot be read now.</exception>
    public async Task<KnownKey?> FindKeyAsync(string text, CancellationToken cancellation)
    {
        var hash = ApiKey.HashOf(Encoding.UTF8.GetBytes(text));
        if (FindSettingKey(hash) is { } known) return known;
        return FindKey((await ring.RowsAsync(cancellation)).Keys, hash);
    }

    /// <summary>Whether there is any key to sign in with.</summary>
    public bool HasKeys(AccessRows rows) => _settingHashes.Length + rows.Keys.Count > 0;

    /// <summary>All hashes are compared, in constant time, so that no answer's delay tells of a key.</summary>
    KnownKey? FindSettingKey(byte[] hash)
    {
        var found = 0;
        for (var i = 0; i < _settingHashes.Length; i++)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, _settingHashes[i])) found = i + 1;
        }
        return found == 0 ? null : new(new($"API_KEYS:{found}", Scopes.All), null, _settingHashes[found - 1]);
    }

    KnownKey? FindKey(List<ApiKey> keys, byte[] hash)
    {
        ApiKey? found = null;
        foreach (var key in keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, key.Hash)) found = key;
        }
        if (found is null || !found.IsValidAt(time.GetUtcNow())) return null;
        noteUse(found.Id);
        return new(new($"key:{found.Prefix}", found.Scopes), found, null);
    }

    Caller? FindSession(AccessRows rows, string token)
    {
        var hash = SessionToken.HashOf(token);
        Session? found = null;
        foreach (var session in rows.Sessions)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, session.Hash)) found = session;
        }
        if (found is null || found.ExpiresAt <= time.GetUtcNow() || !IsGrounded(found, rows, token)) return null;
        if (found.KeyId is { } key) noteUse(key);
        return new(found.Actor, found.Scopes) { Session = found };
    }

    /// <summary>Whether what it stands on is still there.</summary>
    bool IsGrounded(Session session, AccessRows rows, string token) => session.Ground switch
    {
        SessionGround.Link => true,
        SessionGround.Password => rows.Password is { } password && IsProven(session, token, password.Basis),
        SessionGround.Key when session.KeyId is { } id =>
            rows.Keys.Exists(k => k.Id == id && k.IsValidAt(time.GetUtcNow())),
        SessionGround.Key => _settingHashes.Any(hash => IsProven(session, token, hash)),
        SessionGround.Oidc => oidcBasis is not null && IsProven(session, token, oidcBasis),
        _ => false,
    };

    static bool IsProven(Session session, string token, byte[] basis) =>
        session.Proof is { } proof && CryptographicOperations.FixedTimeEquals(proof, SessionToken.Proof(token, basis));

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
            && IsLocalHostName(context.Request.Host.Host) && !OtherPage.IsOtherOrigin(context.Request);
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

/// <summary>A key that holds.</summary>
/// <param name="Caller">Who has it.</param>
/// <param name="Stored">It, where it is one of the store.</param>
/// <param name="Basis">Its hash, where it is one of the settings.</param>
sealed record KnownKey(Caller Caller, ApiKey? Stored, byte[]? Basis);
