using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication;
using Payhook.Tests.Support;

namespace Payhook.Tests.Contract;

/// <summary>Whom the provider tells of gets in as far as their roles go; the word of others lets nobody in.</summary>
public sealed class OidcTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("staff", "viewer", "read")]
    [InlineData("staff,trusted", "viewer", "read,pii")]
    [InlineData("other,night", "operator", "read,replay,operate")]
    [InlineData("support,staff,trusted", "operator", "read,pii,replay,operate")]
    [InlineData("boss", "admin", "read,pii,consume,replay,operate,admin")]
    public async Task Signs_in_with_the_scopes_of_the_roles(string roles, string role, string scopes)
    {
        await using var provider = await IdentityProvider.StartAsync();
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, provider.Settings);
        using var browser = new Browser(listener);
        provider.Change = claims => claims["roles"] = new JsonArray([.. roles.Split(',').Select(r => (JsonNode)r)]);
        var ways = (await browser.SendAsync("GET", "/session")).Json.GetProperty("ways");
        Assert.Equal("The test", ways.GetProperty("oidc").GetString());
        Assert.Equal(401, (await browser.SendAsync("GET", "/events")).Status); // this machine has to sign in too

        Assert.Equal("/dashboard/events", await SignInAsync(browser, "/dashboard/events"));
        var session = await browser.SendAsync("GET", "/session");
        Assert.Equal(("oidc:anna@example.com", role, "session"),
            (session.Member("actor"), session.Member("role"), session.Member("by")));
        Assert.Equal(scopes, string.Join(',', session.Json.GetProperty("scopes").EnumerateArray()));
        Assert.Equal(200, (await browser.SendAsync("GET", "/events")).Status);
        Assert.DoesNotContain(browser.Cookies.Keys, name => name.StartsWith(".AspNetCore", StringComparison.Ordinal));
        Assert.Equal(["signed-in"], (await AuditAsync(listener)).Select(e => e.Act));
    }

    [Theory]
    [InlineData("no role")]
    [InlineData("no claim")]
    public async Task Lets_nobody_in_who_has_no_role(string lack)
    {
        await using var provider = await IdentityProvider.StartAsync();
        provider.Change = claims => claims["roles"] = lack == "no role" ? new JsonArray("guest", "trusted") : null;
        await AssertRefusedAsync(provider, "/dashboard/sign-in#refused=no-role");
    }

    [Theory]
    [InlineData("nonce")]
    [InlineData("audience")]
    [InlineData("issuer")]
    [InlineData("expired")]
    [InlineData("not yet")]
    [InlineData("signature")]
    public async Task Takes_no_token_that_is_not_the_providers_for_this_sign_in(string fault)
    {
        await using var provider = await IdentityProvider.StartAsync();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        provider.IsForger = fault == "signature";
        provider.Change = claims => _ = fault switch
        {
            "nonce" => claims["nonce"] = "another",
            "audience" => claims["aud"] = "another client",
            "issuer" => claims["iss"] = "https://evil.example",
            "expired" => claims["exp"] = now - 3600,
            "not yet" => claims["nbf"] = now + 3600,
            _ => claims["ok"] = true,
        };
        await AssertRefusedAsync(provider, "/dashboard/sign-in#refused=not-verified");
        Assert.Equal(1, provider.TokensGiven);
    }

    [Fact]
    public async Task A_way_back_is_good_once_and_for_the_browser_that_went()
    {
        await using var provider = await IdentityProvider.StartAsync();
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, provider.Settings);
        using Browser browser = new(listener), other = new(listener);
        var callback = await GoAsync(browser, "/dashboard/events");
        await other.SendAsync("GET", callback);
        Assert.Equal("/dashboard/sign-in#refused=not-verified", Place(other));
        Assert.Equal(0, provider.TokensGiven);
        await browser.SendAsync("GET", callback);
        Assert.Equal("/dashboard/events", Place(browser));
        await browser.SendAsync("GET", callback);
        Assert.Equal("/dashboard/sign-in#refused=not-verified", Place(browser));
        await other.SendAsync("GET", "/session/oidc/callback?code=x&state=y");
        Assert.Equal("/dashboard/sign-in#refused=not-verified", Place(other));
        await other.SendAsync("GET", "/session/oidc/callback?error=access_denied&state=y");
        Assert.Equal("/dashboard/sign-in#refused=not-verified", Place(other));
        Assert.Equal(1, provider.TokensGiven);
        Assert.Single(await AuditAsync(listener));
    }

    [Fact]
    public async Task Begins_at_one_listener_and_ends_at_another_that_has_the_same_settings()
    {
        await using var provider = await IdentityProvider.StartAsync();
        using var store = new TestStore(StoreKind.Postgres);
        await using var one = await TestListener.StartAsync(store, provider.Settings);
        await using var other = await TestListener.StartAsync(store, provider.Settings);
        using Browser leaving = new(one), coming = new(other);
        // One address for both, as a balancer gives it.
        var callback = await GoAsync(leaving, "/dashboard/payments", ("Host", "pay.example.com"));
        foreach (var (name, value) in leaving.Cookies) coming.Cookies[name] = value;
        await coming.SendAsync("GET", callback, "", ("Host", "pay.example.com"));
        Assert.Equal("/dashboard/payments", Place(coming));
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("dashboard")]
    [InlineData("")]
    public async Task Leads_nobody_to_another_host(string to)
    {
        await using var provider = await IdentityProvider.StartAsync();
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, provider.Settings);
        using var browser = new Browser(listener);
        Assert.Equal("/", await SignInAsync(browser, to));
    }

    [Fact]
    public async Task Comes_back_by_TLS_where_the_browser_went_by_TLS()
    {
        await using var provider = await IdentityProvider.StartAsync();
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, provider.Settings);
        using var browser = new Browser(listener);
        await browser.SendAsync(
            "GET", "/session/oidc", "", ("X-Forwarded-Proto", "https"), ("Host", "pay.example.com"));
        Assert.Contains("redirect_uri=https%3A%2F%2Fpay.example.com%2Fsession%2Foidc%2Fcallback",
            browser.Last!.Headers.Location!.Query, StringComparison.Ordinal);
        Assert.Equal(2, browser.CookiesSet.Length);
        Assert.All(browser.CookiesSet, cookie =>
        {
            Assert.Contains("; secure", cookie, StringComparison.Ordinal);
            Assert.Contains("; samesite=lax", cookie, StringComparison.Ordinal);
            Assert.Contains("; httponly", cookie, StringComparison.Ordinal);
            Assert.Contains("; path=/session/oidc/callback", cookie, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Nothing_of_it_stands_before_other_requests()
    {
        await using var provider = await IdentityProvider.StartAsync();
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, provider.Settings);
        Assert.Null(listener.Services.GetService(typeof(IAuthenticationSchemeProvider))); // else the host adds one
        Assert.Equal(200, (await listener.PostAsync(Bodies.Mocked("evt_1"))).Status);
        Assert.Equal(200, (await listener.GetAsync("/health/live")).Status);
    }

    [Fact]
    public async Task A_session_ends_when_the_provider_leaves_the_settings()
    {
        await using var provider = await IdentityProvider.StartAsync();
        using var store = new TestStore(StoreKind.Sqlite);
        IDictionary<string, string> cookies;
        await using (var listener = await TestListener.StartAsync(store, provider.Settings))
        {
            using var browser = new Browser(listener);
            await SignInAsync(browser, "/");
            cookies = browser.Cookies;
        }
        await using var without = await TestListener.StartAsync(store, ("ADMIN_PASSWORD", "correct horse battery"));
        using var later = new Browser(without);
        foreach (var (name, value) in cookies) later.Cookies[name] = value;
        Assert.Equal(401, (await later.SendAsync("GET", "/events")).Status);
        Assert.Equal(404, (await later.SendAsync("GET", "/session/oidc")).Status);
        Assert.Equal(404, (await later.SendAsync("GET", "/session/oidc/callback?code=x&state=y")).Status);
    }

    [Fact]
    public async Task A_provider_that_is_away_stops_its_own_sign_ins_and_nothing_else()
    {
        var provider = await IdentityProvider.StartAsync();
        var settings = provider.Settings;
        await provider.DisposeAsync();
        using var store = new TestStore(StoreKind.Sqlite);
        var listener = await TestListener.StartAsync(store, settings);
        await using (listener)
        {
            using var browser = new Browser(listener);
            await browser.SendAsync("GET", "/session/oidc");
            Assert.Equal("/dashboard/sign-in#refused=provider-away", Place(browser));
            Assert.Equal(200, (await listener.PostAsync(Bodies.Mocked("evt_1"))).Status);
            var log = await listener.StopAsync();
            Assert.Contains("The test cannot be asked now", log, StringComparison.Ordinal);
            Assert.DoesNotContain(IdentityProvider.ClientSecret, log, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Tells_what_is_missing_in_the_settings()
    {
        Assert.Equal(["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_SCOPES", "OIDC_ADMIN"],
            TestSettings.Read(("OIDC_ISSUER", "http://login.example.com"), ("OIDC_SCOPES", "email"))
                .Faults.Select(f => f.Name));
        Assert.Null(TestSettings.Read(("OIDC_CLIENT_ID", "a")).Settings!.Oidc);
        var (settings, faults) = TestSettings.Read(("OIDC_ISSUER", "https://login.example.com/realms/shop"),
            ("OIDC_CLIENT_ID", "a"), ("OIDC_CLIENT_SECRET", "b"), ("OIDC_VIEWER", "x, y"));
        Assert.Empty(faults);
        Assert.Equal(("login.example.com", "roles"), (settings!.Oidc!.Name, settings.Oidc.RoleClaim));
        Assert.DoesNotContain("secret of", $"{settings.Oidc}", StringComparison.Ordinal);
    }

    /// <summary>The whole way: to the provider and back; where the browser is sent at its end.</summary>
    static async Task<string> SignInAsync(Browser browser, string to)
    {
        var callback = await GoAsync(browser, to);
        await browser.SendAsync("GET", callback);
        Assert.Equal(HttpStatusCode.Redirect, browser.Last!.StatusCode);
        return Place(browser);
    }

    /// <summary>To the provider; the address that it sends the browser back to.</summary>
    static async Task<string> GoAsync(Browser browser, string to, params (string Name, string Value)[] headers)
    {
        await browser.SendAsync("GET", $"/session/oidc?to={Uri.EscapeDataString(to)}", "", headers);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await client.GetAsync(browser.Last!.Headers.Location, Cancellation);
        return answer.Headers.Location!.PathAndQuery;
    }

    static string Place(Browser browser) => browser.Last!.Headers.Location!.OriginalString;

    static async Task AssertRefusedAsync(IdentityProvider provider, string place)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, provider.Settings);
        using var browser = new Browser(listener);
        Assert.Equal(place, await SignInAsync(browser, "/"));
        Assert.DoesNotContain("payhook_session", browser.Cookies.Keys);
        Assert.Equal(401, (await browser.SendAsync("GET", "/events")).Status);
        Assert.Empty(await AuditAsync(listener));
    }

    static async Task<List<AuditEntry>> AuditAsync(TestListener listener) =>
        await listener.Store.Audit.Entries(long.MaxValue, 100, Cancellation).ToListAsync(Cancellation);
}
