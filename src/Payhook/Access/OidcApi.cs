using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace Payhook.Access;

/// <summary>
/// Signing in by an OpenID provider. The library speaks with the provider and verifies what it says; who was told of
/// gets a session like any other. Where no provider is configured, there is nothing here.
/// </summary>
sealed partial class OidcApi(
    SessionApi sessions, IOptionsMonitor<OpenIdConnectOptions> options, ILoggerFactory loggers, TimeProvider time,
    ILogger<OidcApi> logger, OidcSettings? settings = null)
{
    public const string SchemeName = "oidc", CallbackPath = "/session/oidc/callback";
    const int NameLimitChars = 100;
    const string Home = "/";

    static readonly string[] NameClaims = ["email", "preferred_username", "sub"];

    static readonly AuthenticationScheme Scheme = new(SchemeName, displayName: null, typeof(OpenIdConnectHandler));

    /// <summary>GET /session/oidc</summary>
    public async Task BeginAsync(HttpContext context)
    {
        if (settings is null)
        {
            await Problem.NotFound.WriteAsync(context);
            return;
        }
        TakeScheme(context);
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            var to = context.Request.Query["to"].ToString();
            var handler = await HandlerAsync(context);
            await handler.ChallengeAsync(new() { RedirectUri = IsOwnPage(to) ? to : Home });
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            LogAway(settings.Name, e.GetType().Name, context.TraceIdentifier);
            Refuse(context, "provider-away");
        }
    }

    /// <summary>GET /session/oidc/callback</summary>
    public async Task ReturnAsync(HttpContext context)
    {
        if (settings is null)
        {
            await Problem.NotFound.WriteAsync(context);
            return;
        }
        TakeScheme(context);
        context.Response.Headers.CacheControl = "no-store";
        await (await HandlerAsync(context)).HandleRequestAsync();
    }

    /// <summary>Somebody whom the provider told of: the tokens were verified.</summary>
    public Task SignInAsync(TicketReceivedContext ticket)
    {
        ticket.HandleResponse();
        var context = ticket.HttpContext;
        var values = ticket.Principal!.FindAll(settings!.RoleClaim).Select(c => c.Value).ToArray();
        var scopes = settings.Roles.ScopesOf(values);
        if (scopes == Scopes.None)
        {
            LogNoRole(settings.Name, context.TraceIdentifier);
            Refuse(context, "no-role");
            return Task.CompletedTask;
        }
        var (token, now) = (SessionToken.Create(), time.GetUtcNow());
        sessions.Begin(context, new()
        {
            Hash = SessionToken.HashOf(token),
            Actor = "oidc:" + NameOf(ticket.Principal),
            Scopes = scopes,
            CreatedAt = now,
            ExpiresAt = now + Session.Lifetime,
            Ground = SessionGround.Oidc,
            Proof = SessionToken.Proof(token, settings.Basis),
        }, token);
        context.Response.Redirect(IsOwnPage(ticket.ReturnUri ?? "") ? ticket.ReturnUri! : Home);
        return Task.CompletedTask;
    }

    /// <summary>Whatever was wrong: the provider refused, or what came back is not what was asked for.</summary>
    public Task RefuseAsync(RemoteFailureContext failure)
    {
        failure.HandleResponse();
        // The kind alone: the text may hold what a stranger or the provider sent.
        LogRefused(settings!.Name, failure.Failure?.GetType().Name ?? "", failure.HttpContext.TraceIdentifier);
        Refuse(failure.HttpContext, "not-verified");
        return Task.CompletedTask;
    }

    /// <summary>The library's handler, for this request alone.</summary>
    async Task<OpenIdConnectHandler> HandlerAsync(HttpContext context)
    {
        var handler = new OpenIdConnectHandler(options, loggers, HtmlEncoder.Default, UrlEncoder.Default);
        await handler.InitializeAsync(Scheme, context);
        return handler;
    }

    /// <summary>The page tells it in words; a fragment is sent to nobody.</summary>
    static void Refuse(HttpContext context, string reason) =>
        context.Response.Redirect($"/dashboard/sign-in#refused={reason}");

    /// <summary>The provider sends people back to the address that their browser knows.</summary>
    static void TakeScheme(HttpContext context)
    {
        if (SessionCookie.IsBehindTls(context.Request)) context.Request.Scheme = "https";
    }

    /// <summary>Nobody is sent elsewhere by a link that begins here.</summary>
    static bool IsOwnPage(string path) => path.StartsWith('/') && !path.StartsWith("//", StringComparison.Ordinal)
        && !path.AsSpan().ContainsAny('\\', '\r', '\n');

    /// <summary>For the audit log: an address where there is one, without what moves other text about.</summary>
    static string NameOf(ClaimsPrincipal principal)
    {
        var text = NameClaims
            .Select(type => principal.FindFirstValue(type)).First(value => !string.IsNullOrWhiteSpace(value))!;
        var name = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (name.Length < NameLimitChars && ApiKey.IsShown(rune)) name.Append(rune.ToString());
        }
        return name.ToString().Trim();
    }

    [LoggerMessage(LogLevel.Warning, "A sign-in by {Provider} failed ({Fault}): request {RequestId}")]
    partial void LogRefused(string provider, string fault, string requestId);

    [LoggerMessage(LogLevel.Warning, "{Provider} knows somebody who has no role here: request {RequestId}")]
    partial void LogNoRole(string provider, string requestId);

    [LoggerMessage(LogLevel.Warning, "{Provider} cannot be asked now ({Fault}): request {RequestId}")]
    partial void LogAway(string provider, string fault, string requestId);
}
