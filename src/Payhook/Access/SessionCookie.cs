namespace Payhook.Access;

/// <summary>The cookie that a browser keeps a session's token in: out of reach of scripts and of other sites.</summary>
static class SessionCookie
{
    const string Name = "payhook_session";

    /// <summary>Browsers take a cookie of this name over TLS only, and from this very host.</summary>
    const string NameBehindTls = "__Host-" + Name;

    /// <summary>The token that came; <see langword="null"/> where there is none.</summary>
    public static string? Read(HttpRequest request) =>
        request.Cookies[NameOf(request)] is { } token && SessionToken.IsToken(token) ? token : null;

    public static void Set(HttpContext context, string token) =>
        context.Response.Cookies.Append(NameOf(context.Request), token, Options(context.Request));

    public static void Clear(HttpContext context) =>
        context.Response.Cookies.Delete(NameOf(context.Request), Options(context.Request));

    /// <summary>
    /// Whoever says so without TLS gets a cookie that browsers refuse, and nothing else.
    /// </summary>
    public static bool IsBehindTls(HttpRequest request) => request.IsHttps
        || request.Headers["X-Forwarded-Proto"].ToString().Split(',')[0].Trim()
            .Equals("https", StringComparison.OrdinalIgnoreCase);

    static string NameOf(HttpRequest request) => IsBehindTls(request) ? NameBehindTls : Name;

    /// <summary>Without an age: it goes with the browser, and the session ends here in any case.</summary>
    static CookieOptions Options(HttpRequest request) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", Secure = IsBehindTls(request),
    };
}
