using Microsoft.Extensions.Time.Testing;
using Payhook.Tests.Reference;
using Payhook.Tests.Support;

namespace Payhook.Tests.Contract;

/// <summary>Whoever signs in with a browser may what they signed in with allows, as long as that holds.</summary>
public sealed class SessionContractTests
{
    const string Password = "correct horse battery", Master = "0123456789abcdef-master";

    [Theory, EveryStore]
    public async Task Signs_in_with_the_password_acts_and_signs_out(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("ADMIN_PASSWORD", Password));
        using var browser = new Browser(listener);
        var stranger = await browser.SendAsync("GET", "/session");
        Assert.Equal("""
            {"signed_in":false,"actor":null,"role":null,"scopes":[],"csrf_token":null,"expires_at":null,"by":null,
            "ways":{"password":true,"key":false,"oidc":null},"needs_password":false}
            """.ReplaceLineEndings(""), stranger.Text);
        Assert.Equal(401, (await browser.SendAsync("GET", "/events")).Status);

        var answer = await browser.SignInAsync("password", Password);
        Assert.Equal(200, answer.Status);
        Assert.Equal("no-store", browser.Last!.Headers.CacheControl!.ToString());
        Assert.Equal(
            ("admin", "admin", "session"), (answer.Member("actor"), answer.Member("role"), answer.Member("by")));
        Assert.Equal(["read", "pii", "consume", "replay", "operate", "admin"],
            answer.Json.GetProperty("scopes").EnumerateArray().Select(s => s.GetString()));
        Assert.False(answer.Json.GetProperty("needs_password").GetBoolean());
        Assert.Equal(answer.Text, (await browser.SendAsync("GET", "/session")).Text);
        ApiAnswerTests.Check("POST", "/session", answer);
        ApiAnswerTests.Check("GET", "/session", stranger);

        Assert.Equal(200, (await browser.SendAsync("GET", "/events")).Status);
        Assert.Equal(201, (await browser.ActAsync("POST", "/keys", """{"name":"a","scopes":["read"]}""")).Status);
        Assert.Equal(204, (await browser.ActAsync("DELETE", "/session")).Status);
        Assert.Empty(browser.Cookies);
        Assert.Equal(401, (await browser.SendAsync("GET", "/events")).Status);
        Assert.Equal(
            ["signed-out admin password", "key-created admin", "signed-in admin password"],
            (await AuditAsync(listener)).Select(e => e.Act == "key-created"
                ? $"{e.Act} {e.Actor}" : $"{e.Act} {e.Actor} {e.Target}"));
    }

    [Theory, EveryStore]
    public async Task A_cookie_that_was_kept_opens_nothing_after_signing_out(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("ADMIN_PASSWORD", Password));
        using var browser = new Browser(listener);
        await browser.SignInAsync("password", Password);
        var (name, token) = browser.Cookies.Single();
        Assert.Equal(204, (await browser.ActAsync("DELETE", "/session")).Status);
        browser.Cookies[name] = token;
        Assert.Equal(401, (await browser.SendAsync("GET", "/events")).Status);
        Assert.Equal(204, (await browser.SendAsync("DELETE", "/session")).Status); // nobody is signed in: done already
        browser.Cookies[name] = SessionToken.Create();
        Assert.Equal(401, (await browser.SendAsync("GET", "/events")).Status);
        browser.Cookies[name] = "x";
        Assert.Equal(401, (await browser.SendAsync("GET", "/events")).Status);
    }

    [Fact]
    public async Task The_cookie_is_out_of_reach_of_scripts_and_of_other_sites_and_bound_to_TLS_where_there_is_TLS()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("ADMIN_PASSWORD", Password));
        using var browser = new Browser(listener);
        await browser.SignInAsync("password", Password);
        Assert.Matches("^payhook_session=[A-Za-z0-9_-]{43}; path=/; samesite=strict; httponly$",
            Assert.Single(browser.CookiesSet));
        await browser.ActAsync("DELETE", "/session");
        Assert.Matches("^payhook_session=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/; samesite=strict; httponly$",
            Assert.Single(browser.CookiesSet));

        using var behindTls = new Browser(listener);
        await behindTls.SignInAsync("password", Password, ("X-Forwarded-Proto", "https"));
        Assert.Matches("^__Host-payhook_session=[A-Za-z0-9_-]{43}; path=/; secure; samesite=strict; httponly$",
            Assert.Single(behindTls.CookiesSet));
        Assert.Equal(200, (await behindTls.SendAsync("GET", "/events", "", ("X-Forwarded-Proto", "https"))).Status);
        // A cookie that some other host of the domain could have set counts for nothing behind TLS.
        behindTls.Cookies["payhook_session"] = behindTls.Cookies["__Host-payhook_session"];
        behindTls.Cookies.Remove("__Host-payhook_session");
        Assert.Equal(401, (await behindTls.SendAsync("GET", "/events", "", ("X-Forwarded-Proto", "https"))).Status);
    }

    [Theory]
    [InlineData("", "", "", 201)]
    [InlineData("Origin", "http://HOST", "", 201)]
    [InlineData("Sec-Fetch-Site", "same-origin", "", 201)]
    [InlineData("", "", "wrong", 403)]
    [InlineData("", "", "none", 403)]
    [InlineData("Origin", "https://evil.example", "", 403)]
    [InlineData("Origin", "null", "", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", "", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", "", 403)]
    public async Task Does_by_cookie_only_what_a_page_of_its_own_sends(
        string header, string value, string token, int status)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("ADMIN_PASSWORD", Password));
        using var browser = new Browser(listener);
        await browser.SignInAsync("password", Password);
        value = value.Replace("HOST", listener.Client.BaseAddress!.Authority, StringComparison.Ordinal);
        var headers = new List<(string, string)>();
        if (header.Length > 0) headers.Add((header, value));
        if (token != "none") headers.Add(("X-CSRF-Token", token == "wrong" ? browser.Csrf![1..] + "A" : browser.Csrf!));
        var made = await browser.SendAsync("POST", "/keys", """{"name":"a","scopes":["read"]}""", [.. headers]);
        Assert.Equal(status, made.Status);
        if (status == 201) return;
        ReceiveContractTests.AssertProblem(made, 403, "Not sent by a page of this listener");
        Assert.Equal(403, (await browser.SendAsync("DELETE", "/session", "", [.. headers])).Status);
        Assert.Equal(200, (await browser.SendAsync("GET", "/events", "", [.. headers])).Status);
    }

    [Fact]
    public async Task Signs_nobody_in_for_another_page_and_asks_no_token_of_a_key()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(
            store, ("ADMIN_PASSWORD", Password), ("API_KEYS", Master));
        using var browser = new Browser(listener);
        var refused = await browser.SignInAsync("password", Password, ("Origin", "https://evil.example"));
        ReceiveContractTests.AssertProblem(refused, 403, "Sent by another page");
        Assert.Empty(browser.CookiesSet);
        var made = await browser.SendAsync("POST", "/keys", """{"name":"a","scopes":["read"]}""",
            ("X-API-Key", Master), ("Origin", "https://tools.example"));
        Assert.Equal(201, made.Status);
        // A key goes before the cookie, and a wrong one is not made good by it.
        await browser.SignInAsync("password", Password);
        Assert.Equal("key", (await browser.SendAsync("GET", "/session", "", ("X-API-Key", Master))).Member("by"));
        Assert.Equal(401, (await browser.SendAsync("GET", "/events", "", ("X-API-Key", "wrong"))).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"password":1}""")]
    [InlineData("""{"password":"correct horse battery","remember":true}""")]
    [InlineData("""{"password":"correct horse battery","key":"a"}""")]
    [InlineData("""{"user":"admin"}""")]
    [InlineData("""{"password":"correct horse battery"} {}""")]
    [InlineData("""{"password":"\ud800"}""")]
    public async Task Refuses_a_body_that_is_no_sign_in_and_counts_it_as_no_try(string body)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("ADMIN_PASSWORD", Password));
        using var browser = new Browser(listener);
        for (var i = 0; i < 8; i++)
            ReceiveContractTests.AssertProblem(await browser.SendAsync("POST", "/session", body), 400, "Bad request");
        Assert.Equal(400, (await browser.SendAsync("POST", "/session",
            $$"""{"password":"{{Password}}"{{new string(' ', 4096)}}}""")).Status);
        Assert.Equal(200, (await browser.SignInAsync("password", Password)).Status);
    }

    [Fact]
    public async Task Refuses_every_wrong_sign_in_in_the_same_words_and_logs_no_secret()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        var listener = await TestListener.StartAsync(store, ("ADMIN_PASSWORD", Password));
        await using (listener)
        {
            using var browser = new Browser(listener);
            var password = await browser.SignInAsync("password", "a wrong password");
            var key = await browser.SignInAsync("key", "a-wrong-key-0123456789");
            ReceiveContractTests.AssertProblem(password, 401, "Not signed in");
            Assert.Equal(password.Text, key.Text);
            ReceiveContractTests.AssertProblem(
                await browser.SignInAsync("link", SessionToken.Create()), 401, "The link does not hold any more");
            Assert.Empty(browser.Cookies);
            Assert.Empty(await AuditAsync(listener));
            await browser.SignInAsync("password", Password);
            var log = await listener.StopAsync();
            Assert.Contains("A sign-in with a password was refused", log, StringComparison.Ordinal);
            foreach (var secret in new[] { "wrong password", "a-wrong-key", Password, browser.Cookies.Values.Single() })
                Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
        }
    }

    [Theory, EveryStore]
    public async Task A_session_ends_after_twelve_hours(StoreKind kind)
    {
        using var store = new TestStore(kind);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var listener = await TestListener.StartAsync(store, time, ("ADMIN_PASSWORD", Password));
        using var browser = new Browser(listener);
        await browser.SignInAsync("password", Password);
        time.Advance(TimeSpan.FromHours(12) - TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await browser.SendAsync("GET", "/events")).Status);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, (await browser.SendAsync("GET", "/events")).Status);
    }

    [Fact]
    public async Task Who_guesses_is_told_to_wait_and_the_right_password_then_waits_too()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var listener = await TestListener.StartAsync(store, time, ("ADMIN_PASSWORD", Password));
        using var browser = new Browser(listener);
        for (var i = 0; i < 5; i++) Assert.Equal(401, (await browser.SignInAsync("password", $"wrong {i}")).Status);
        var refused = await browser.SignInAsync("password", Password);
        ReceiveContractTests.AssertProblem(refused, 429, "Too many tries to sign in");
        Assert.Equal("1", refused.RetryAfter);
        // Behind a proxy, whoever it saw is counted, and not the proxy.
        Assert.Equal(200, (await browser.SignInAsync("password", Password, ("X-Forwarded-For", "203.0.113.9"))).Status);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await browser.SignInAsync("password", Password)).Status);
    }

    static async Task<List<AuditEntry>> AuditAsync(TestListener listener)
    {
        var cancellation = TestContext.Current.CancellationToken;
        return await listener.Store.Audit.Entries(long.MaxValue, 100, cancellation).ToListAsync(cancellation);
    }
}
