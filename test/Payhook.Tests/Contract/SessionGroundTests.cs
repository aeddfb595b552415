using Payhook.Tests.Support;

namespace Payhook.Tests.Contract;

/// <summary>A session stands on a key, a password or a link, and falls with it.</summary>
public sealed class SessionGroundTests
{
    const string Password = "correct horse battery", Master = "0123456789abcdef-master";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task A_session_of_a_key_may_what_the_key_may_and_ends_with_it(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("API_KEYS", Master));
        using var boss = new Browser(listener);
        Assert.Equal(("API_KEYS:1", true), Seen(await boss.SignInAsync("key", Master)));
        var made = await boss.ActAsync(
            "POST", "/keys", """{"name":"a","scopes":["read","replay"],"expires_in_days":1}""");
        using var browser = new Browser(listener);
        var answer = await browser.SignInAsync("key", made.Member("key")!);
        Assert.Equal(($"key:{made.Member("prefix")}", false), Seen(answer));
        Assert.Equal("operator", answer.Member("role"));
        Assert.Equal(200, (await browser.SendAsync("GET", "/events")).Status);
        Assert.Equal(403, (await browser.ActAsync("POST", "/keys", "{}")).Status);
        Assert.Equal(403, (await browser.ActAsync("PUT", "/session/password", "{}")).Status);

        Assert.Equal(200, (await boss.ActAsync("DELETE", "/keys/1")).Status);
        Assert.Equal(401, (await browser.SendAsync("GET", "/events")).Status);
        Assert.Equal(200, (await boss.SendAsync("GET", "/events")).Status);
        Assert.Equal(401, (await browser.SignInAsync("key", made.Member("key")!)).Status);
    }

    [Theory, EveryStore]
    public async Task A_session_ends_when_the_key_or_the_password_leaves_the_settings(StoreKind kind)
    {
        using var store = new TestStore(kind);
        IDictionary<string, string> byKey, byPassword;
        await using (var listener = await TestListener.StartAsync(
            store, ("API_KEYS", Master), ("ADMIN_PASSWORD", Password)))
        {
            using Browser one = new(listener), other = new(listener);
            await one.SignInAsync("key", Master);
            await other.SignInAsync("password", Password);
            (byKey, byPassword) = (one.Cookies, other.Cookies);
        }
        Assert.Equal((200, 200), await StatusesAsync(("API_KEYS", $"another-key-0123456789,{Master}"),
            ("ADMIN_PASSWORD", Password)));
        Assert.Equal((401, 200), await StatusesAsync(("API_KEYS", Master + "0"), ("ADMIN_PASSWORD", Password)));
        Assert.Equal((200, 401), await StatusesAsync(("API_KEYS", Master), ("ADMIN_PASSWORD", Password + "0")));
        Assert.Equal((401, 401), await StatusesAsync());

        async Task<(int, int)> StatusesAsync(params (string, string)[] settings)
        {
            await using var listener = await TestListener.StartAsync(store, settings);
            using Browser one = new(listener), other = new(listener);
            foreach (var (name, value) in byKey) one.Cookies[name] = value;
            foreach (var (name, value) in byPassword) other.Cookies[name] = value;
            // As by a proxy, so that nobody is let in for being on this machine.
            return ((await one.SendAsync("GET", "/events", "", ("Via", "1.1 proxy"))).Status,
                (await other.SendAsync("GET", "/events", "", ("Via", "1.1 proxy"))).Status);
        }
    }

    [Theory, EveryStore]
    public async Task The_first_way_in_is_a_link_and_then_a_password_that_is_chosen(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        var (link, token) = Session.CreateLink(TimeProvider.System.GetUtcNow());
        listener.Store.Sessions.Add(link, new(link.CreatedAt, "cli:me", "link-created", "admin", ""));
        using Browser browser = new(listener), other = new(listener);
        Assert.Equal("local", (await browser.SendAsync("GET", "/session")).Member("by"));
        var answer = await browser.SignInAsync("link", token);
        Assert.Equal((200, "admin"), (answer.Status, answer.Member("actor")));
        Assert.True(answer.Json.GetProperty("needs_password").GetBoolean());
        Assert.Equal(401, (await other.SignInAsync("link", token)).Status);

        var refused = await browser.ActAsync("PUT", "/session/password", """{"password":"elevenchars"}""");
        ReceiveContractTests.AssertProblem(refused, 400, "Not a password that can be set");
        Assert.Equal(204, (await browser.ActAsync("PUT", "/session/password", Body(Password))).Status);
        answer = await browser.SendAsync("GET", "/session");
        Assert.True(answer.Json.GetProperty("signed_in").GetBoolean());
        Assert.False(answer.Json.GetProperty("needs_password").GetBoolean());

        // Who is on this machine needs it too, from now on.
        var local = await other.SendAsync("GET", "/session");
        Assert.False(local.Json.GetProperty("signed_in").GetBoolean());
        Assert.Equal(401, (await other.SendAsync("GET", "/events")).Status);
        Assert.Equal(401, (await other.SignInAsync("password", "another password")).Status);
        Assert.Equal(200, (await other.SignInAsync("password", Password)).Status);
        Assert.DoesNotContain(Password, (string)store.Scalar("select password_hash from payhook_admin")!);
    }

    [Theory, EveryStore]
    public async Task Another_password_ends_the_sessions_of_the_one_before_but_not_of_who_chose_it(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("API_KEYS", Master));
        using Browser one = new(listener), other = new(listener), byKey = new(listener);
        await byKey.SignInAsync("key", Master);
        Assert.Equal(204, (await byKey.ActAsync("PUT", "/session/password", Body(Password))).Status);
        await one.SignInAsync("password", Password);
        await other.SignInAsync("password", Password);
        Assert.Equal(204, (await one.ActAsync("PUT", "/session/password", Body(Password + "0"))).Status);
        Assert.Equal(200, (await one.SendAsync("GET", "/events")).Status);
        Assert.Equal(401, (await other.SendAsync("GET", "/events")).Status);
        Assert.Equal(200, (await byKey.SendAsync("GET", "/events")).Status);
        Assert.Equal(401, (await other.SignInAsync("password", Password)).Status);
        Assert.Equal(200, (await other.SignInAsync("password", Password + "0")).Status);
        Assert.Equal(2, await listener.Store.Audit.Entries(long.MaxValue, 100, Cancellation)
            .CountAsync(e => e.Act == "admin-password-set", Cancellation));
    }

    [Fact]
    public async Task A_password_of_the_settings_is_changed_there()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(
            store, ("ADMIN_PASSWORD_HASH", AdminPassword.Hash(Password)));
        using var browser = new Browser(listener);
        Assert.Equal(401, (await browser.SignInAsync("password", Password + "0")).Status);
        Assert.Equal(200, (await browser.SignInAsync("password", Password)).Status);
        ReceiveContractTests.AssertProblem(
            await browser.ActAsync("PUT", "/session/password", Body(Password)), 409, "The password is in the settings");
        Assert.Equal(401, (await listener.GetAsync("/events")).Status);
    }

    [Fact]
    public async Task Who_signed_in_at_one_listener_is_known_at_the_other_and_out_of_both()
    {
        using var store = new TestStore(StoreKind.Postgres);
        await using var one = await TestListener.StartAsync(store, ("ADMIN_PASSWORD", Password));
        await using var other = await TestListener.StartAsync(store, ("ADMIN_PASSWORD", Password));
        using Browser browser = new(one), elsewhere = new(other);
        await browser.SignInAsync("password", Password);
        foreach (var (name, value) in browser.Cookies) elsewhere.Cookies[name] = value;
        Assert.Equal(200, (await elsewhere.SendAsync("GET", "/events")).Status);
        await browser.ActAsync("DELETE", "/session");
        for (var i = 0; (await elsewhere.SendAsync("GET", "/events")).Status != 401; i++)
        {
            Assert.True(i < 50, "still signed in after five seconds");
            await Task.Delay(100, Cancellation);
        }
    }

    static string Body(string password) => $$"""{"password":"{{password}}"}""";

    static (string? Actor, bool IsAdmin) Seen(Answer answer) =>
        (answer.Member("actor"), answer.Member("role") == "admin");
}
