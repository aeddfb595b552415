using System.Globalization;
using System.Net;
using System.Text.Json;
using Payhook.Store;

namespace Payhook.Access;

/// <summary>Signing in and out with a browser, and the admin password.</summary>
sealed partial class SessionApi(
    ISessionStore sessions, AccessRing ring, ReadAccess access, SignInSettings settings, SignInThrottle throttle,
    PasswordTries tries, TimeProvider time, ILogger<SessionApi> logger)
{
    /// <summary>GET /session</summary>
    public async Task SessionAsync(HttpContext context) =>
        await AnswerAsync(context, await access.CallerAsync(context), SessionCookie.Read(context.Request));

    /// <summary>
    /// POST /session: 1 the page, 2 the body, 3 how often it was tried, 4 whether it is right, 5 the session.
    /// </summary>
    public async Task SignInAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        // 1 the page
        if (OtherPage.Asks(context.Request))
        {
            await Problem.OtherPage.WriteAsync(context);
            return;
        }
        // 2 the body
        var asked = await SessionRequest.ReadAsync(
            context, SessionRequest.Password, SessionRequest.Key, SessionRequest.Link);
        if (asked is null)
        {
            await Problem.BadRequest.WriteAsync(context);
            return;
        }
        // 3 how often it was tried
        var (address, isPassword) = (ClientAddress.Of(context), asked.Way == SessionRequest.Password);
        var wait = throttle.Begin(address, isPassword);
        if (wait > TimeSpan.Zero)
        {
            await RefuseForNowAsync(context, wait);
            return;
        }
        // 4 whether it is right
        var begun = await BeginAsync(asked, context.RequestAborted);
        if (begun.Problem is { } problem)
        {
            LogRefused(asked.Way, context.TraceIdentifier);
            if (problem == Problem.TooManySignIns) await RefuseForNowAsync(context, TimeSpan.FromSeconds(5));
            else await problem.WriteAsync(context);
            return;
        }
        throttle.Succeed(address, isPassword);
        // 5 the session
        var session = begun.Session!;
        SessionCookie.Set(context, begun.Token);
        await AnswerAsync(context, new(session.Actor, session.Scopes) { Session = session }, begun.Token);
    }

    /// <summary>DELETE /session</summary>
    public async Task SignOutAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (await access.CallerAsync(context) is { Session: { } session } caller)
        {
            if (ReadAccess.IsForged(context.Request, caller))
            {
                await Problem.Csrf.WriteAsync(context);
                return;
            }
            sessions.End(session.Id, new(
                time.GetUtcNow(), session.Actor, AuditEntry.SignedOut, SessionWords.Word(session.Ground), ""));
            ring.Forget();
        }
        SessionCookie.Clear(context);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>PUT /session/password</summary>
    public async Task SetPasswordAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var asked = await SessionRequest.ReadAsync(context, SessionRequest.Password);
        if (settings.Password is not null) await Problem.PasswordOfSettings.WriteAsync(context);
        else if (asked is null || !AdminPassword.IsChoosable(asked.Secret))
            await Problem.InvalidPassword.WriteAsync(context);
        else if (await tries.HashAsync(asked.Secret, context.RequestAborted) is not { } hash)
            await RefuseForNowAsync(context, TimeSpan.FromSeconds(5));
        else
        {
            var caller = Caller.Of(context);
            var kept = caller.Session;
            if (kept is { Ground: SessionGround.Password })
            {
                var token = SessionCookie.Read(context.Request)!;
                kept = kept with { Proof = SessionToken.Proof(token, AdminPassword.OfHash(hash)!.Basis) };
            }
            sessions.SetPassword(hash, kept, new(
                time.GetUtcNow(), caller.Actor, AuditEntry.AdminPasswordSet, "", "sessions of the one before ended"));
            ring.Forget();
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    /// <summary>Begins a session for somebody whom others have known, such as an OpenID provider.</summary>
    public void Begin(HttpContext context, Session session, string token)
    {
        Add(session);
        SessionCookie.Set(context, token);
    }

    async Task<(Session? Session, string Token, Problem? Problem)> BeginAsync(
        SessionRequest asked, CancellationToken cancellation)
    {
        var token = SessionToken.Create();
        var (refused, now) = (((Session?)null, token, (Problem?)Problem.SignInRefused), time.GetUtcNow());
        var made = new Session
        {
            Hash = SessionToken.HashOf(token),
            Actor = Session.AdminActor,
            Scopes = Scopes.All,
            CreatedAt = now,
            ExpiresAt = now + Session.Lifetime,
            Ground = SessionGround.Link,
        };
        if (asked.Way == SessionRequest.Link)
        {
            if (!SessionToken.IsToken(asked.Secret)
                || sessions.UseLink(SessionToken.HashOf(asked.Secret), made, Entry(made)) is not { } id)
                return refused with { Item3 = Problem.LinkUsed };
            ring.Forget();
            return (made with { Id = id }, token, null);
        }
        if (asked.Way == SessionRequest.Key)
        {
            if (await access.FindKeyAsync(asked.Secret, cancellation) is not { } key) return refused;
            made = made with
            {
                Actor = key.Caller.Actor,
                Scopes = key.Caller.Scopes,
                Ground = SessionGround.Key,
                KeyId = key.Stored?.Id,
                Proof = key.Basis is { } basis ? SessionToken.Proof(token, basis) : null,
                ExpiresAt = key.Stored?.ExpiresAt is { } end && end < made.ExpiresAt ? end : made.ExpiresAt,
            };
        }
        else
        {
            if ((await ring.RowsAsync(cancellation)).Password is not { } password) return refused;
            var isRight = await tries.IsRightAsync(password, asked.Secret, cancellation);
            if (isRight is null) return refused with { Item3 = Problem.TooManySignIns };
            if (isRight is false) return refused;
            made = made with
            {
                Ground = SessionGround.Password, Proof = SessionToken.Proof(token, password.Basis),
            };
        }
        return (Add(made), token, null);
    }

    Session Add(Session session)
    {
        var id = sessions.Add(session, Entry(session));
        ring.Forget();
        return session with { Id = id };
    }

    static AuditEntry Entry(Session session) => new(session.CreatedAt, session.Actor, AuditEntry.SignedIn,
        SessionWords.Word(session.Ground),
        $"scopes {ScopeWords.Text(session.Scopes)}; until {JsonText.Moment(session.ExpiresAt)}");

    static Task RefuseForNowAsync(HttpContext context, TimeSpan wait)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Problem.TooManySignIns.WriteAsync(context);
    }

    async Task AnswerAsync(HttpContext context, Caller? caller, string? token)
    {
        var rows = await ring.RowsAsync(context.RequestAborted);
        var response = context.Response;
        response.Headers.CacheControl = "no-store";
        response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(response.BodyWriter, new() { Encoder = JsonText.Encoder });
        json.WriteStartObject();
        json.WriteBoolean("signed_in", caller is not null);
        json.WriteString("actor", caller?.Actor);
        json.WriteString("role", caller?.Role);
        json.WriteStartArray("scopes");
        foreach (var word in ScopeWords.Of(caller?.Allowed ?? Scopes.None)) json.WriteStringValue(word);
        json.WriteEndArray();
        json.WriteString("csrf_token", caller?.Session is null ? null : SessionToken.Csrf(token!));
        json.WriteString("expires_at", caller?.Session is { } s ? JsonText.Moment(s.ExpiresAt) : null);
        json.WriteString("by", caller?.By);
        json.WriteStartObject("ways");
        json.WriteBoolean("password", rows.Password is not null);
        json.WriteBoolean("key", access.HasKeys(rows));
        json.WriteString("oidc", settings.OidcName);
        json.WriteEndObject();
        json.WriteBoolean("needs_password", caller?.May(Scopes.Admin) == true && rows.Password is null);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    [LoggerMessage(LogLevel.Warning, "A sign-in with a {Way} was refused: request {RequestId}")]
    partial void LogRefused(string way, string requestId);
}

/// <summary>What the settings say about signing in.</summary>
/// <param name="Password">The admin password, where it is one of the settings.</param>
/// <param name="OidcName">What to call the OpenID provider; null where there is none.</param>
sealed record SignInSettings(AdminPassword? Password, string? OidcName);

/// <summary>Whose failures are counted together.</summary>
static class ClientAddress
{
    /// <summary>
    /// The address that the nearest proxy saw, where the connection comes of a private network: without it all the
    /// world would share the tries of the proxy. Whoever is in that network can pretend to any, and meets the bound on
    /// all tries.
    /// </summary>
    public static IPAddress? Of(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (address is null || PublicAddress.IsPublic(address)) return address;
        var forwarded = context.Request.Headers["X-Forwarded-For"].ToString();
        var last = forwarded[(forwarded.LastIndexOf(',') + 1)..].Trim();
        return IPAddress.TryParse(last, out var client) ? client : address;
    }
}
