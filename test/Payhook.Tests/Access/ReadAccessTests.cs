using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Payhook.Providers;
using Payhook.Access;
using Payhook.Store;

namespace Payhook.Tests.Access;

/// <summary>
/// What customers paid is read by whoever has a key, and without keys by this machine alone: a proxy in front of the
/// listener makes the whole world look local.
/// </summary>
public sealed class ReadAccessTests
{
    static readonly DateTimeOffset Moment = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    const string Key = "0123456789abcdef", OtherKey = "fedcba9876543210";

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.5.6.7", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("::ffff:127.5.6.7", true)]
    [InlineData("192.0.2.1", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData(null, false)]
    public async Task Lets_only_this_machine_read_where_there_is_no_key(string? address, bool isAllowed) =>
        Assert.Equal(isAllowed, await AllowsAsync(Access(), Request(address)));

    [Theory]
    [InlineData("X-Forwarded-For", "192.0.2.1")]
    [InlineData("x-forwarded-for", "127.0.0.1")]
    [InlineData("X-Forwarded-For", "")]
    [InlineData("Forwarded", "for=192.0.2.1")]
    [InlineData("X-Real-IP", "192.0.2.1")]
    [InlineData("X-Forwarded-Host", "pay.example.com")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("Via", "1.1 proxy")]
    public async Task Refuses_what_a_proxy_on_this_machine_passes_on(string header, string value) =>
        Assert.False(await AllowsAsync(Access(), Request("127.0.0.1", headers: (header, value))));

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("localhost:8000", true)]
    [InlineData("127.0.0.1:8000", true)]
    [InlineData("[::1]:8000", true)]
    [InlineData("payhook.localhost", true)]
    [InlineData("", true)] // HTTP/1.0
    [InlineData("pay.example.com", false)]
    [InlineData("pay.example.com:8000", false)]
    [InlineData("localhost.example.com", false)]
    [InlineData("127.0.0.1.example.com", false)]
    [InlineData("evillocalhost.com", false)]
    public async Task Refuses_a_public_name_that_leads_here(string host, bool isAllowed) =>
        Assert.Equal(isAllowed, await AllowsAsync(Access(), Request("127.0.0.1", host)));

    [Theory]
    [InlineData("Authorization", "Bearer 0123456789abcdef", true)]
    [InlineData("Authorization", "bearer 0123456789abcdef", true)]
    [InlineData("Authorization", "Bearer  0123456789abcdef ", true)]
    [InlineData("Authorization", "Bearer fedcba9876543210", true)]
    [InlineData("X-API-Key", "0123456789abcdef", true)]
    [InlineData("x-api-key", "fedcba9876543210", true)]
    [InlineData("Authorization", "0123456789abcdef", false)]
    [InlineData("Authorization", "Basic 0123456789abcdef", false)]
    [InlineData("Authorization", "Bearer", false)]
    [InlineData("Authorization", "Bearer ", false)]
    [InlineData("Authorization", "Bearer 0123456789ABCDEF", false)]
    [InlineData("Authorization", "Bearer 0123456789abcdef,fedcba9876543210", false)]
    [InlineData("X-API-Key", "", false)]
    [InlineData("X-API-Key", "0123456789abcde", false)]
    [InlineData("X-API-Key", "0123456789abcdef0", false)]
    [InlineData("X-API-Key", "***", false)]
    [InlineData("X-Key", "0123456789abcdef", false)]
    public async Task Asks_everybody_for_a_key_where_there_are_keys(string header, string value, bool isAllowed)
    {
        var access = Access([Key, OtherKey]);
        foreach (var address in new[] { "127.0.0.1", "192.0.2.1", null })
        {
            Assert.Equal(isAllowed, await AllowsAsync(access, Request(address, headers: (header, value))));
            var passedOn = Request(address, "pay.example.com", (header, value), ("Via", "1.1 proxy"));
            Assert.Equal(isAllowed, await AllowsAsync(access, passedOn));
            Assert.False(await AllowsAsync(access, Request(address)));
        }
    }

    [Fact]
    public async Task Refuses_a_key_that_comes_twice()
    {
        var context = Request("127.0.0.1");
        context.Request.Headers["X-API-Key"] = new([Key, Key]);
        Assert.False(await AllowsAsync(Access([Key]), context));
    }

    [Fact]
    public async Task Passes_on_who_may_read_and_tells_the_others_what_to_set()
    {
        var handled = 0;
        var guarded = Access().Guard(Scopes.Read, _ =>
        {
            handled++;
            return Task.CompletedTask;
        });

        await guarded(Request("127.0.0.1"));
        Assert.Equal(1, handled);

        var refused = Request("192.0.2.1");
        refused.Response.Body = new MemoryStream();
        await guarded(refused);
        Assert.Equal(1, handled);
        Assert.Equal(401, refused.Response.StatusCode);
        Assert.Equal("Bearer", refused.Response.Headers.WWWAuthenticate.ToString());
        var body = Encoding.UTF8.GetString(((MemoryStream)refused.Response.Body).ToArray());
        Assert.Contains("API_KEYS", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_the_store_may_what_its_scopes_say_until_it_ends()
    {
        var time = new FakeTimeProvider(Moment);
        var used = new List<long>();
        var (key, text) = ApiKey.Create("a", Scopes.Read | Scopes.Replay, 1, "cli:me", Moment);
        var stored = new List<ApiKey> { key with { Id = 7 } };
        var ring = new AccessRing(_ => new(new AccessRows([.. stored], [], null)), time);
        var access = new ReadAccess([], ring, used.Add, time);
        var request = Request("192.0.2.1", headers: ("X-API-Key", text));

        var caller = await access.CallerAsync(request);
        Assert.Equal(new Caller($"key:{key.Prefix}", Scopes.Read | Scopes.Replay), caller);
        Assert.True(caller!.May(Scopes.Read));
        Assert.False(caller.May(Scopes.Read | Scopes.Pii));
        Assert.Equal([7], used);
        Assert.Null(await access.CallerAsync(Request("192.0.2.1", headers: ("X-API-Key", key.Prefix))));
        Assert.Null(await access.CallerAsync(
            Request("192.0.2.1", headers: ("X-API-Key", Convert.ToHexStringLower(key.Hash)))));

        time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        Assert.NotNull(await access.CallerAsync(request));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(await access.CallerAsync(request));

        stored[0] = key with { ExpiresAt = null, RevokedAt = Moment };
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await access.CallerAsync(request));
        Assert.Equal([7, 7], used);
        // Its end opens nothing: this machine needs a key as long as there was one.
        Assert.Null(await access.CallerAsync(Request("127.0.0.1")));
    }

    [Fact]
    public async Task A_key_of_the_settings_may_everything_and_needs_no_store()
    {
        var ring = new AccessRing(_ => throw new StoreUnavailableException("away"), TimeProvider.System);
        var access = new ReadAccess([new Secret(Key), new Secret(OtherKey)], ring, _ => { }, TimeProvider.System);
        Assert.Equal(new Caller("API_KEYS:2", Scopes.All),
            await access.CallerAsync(Request("192.0.2.1", headers: ("X-API-Key", OtherKey))));
        Assert.Null(await access.CallerAsync(Request("127.0.0.1")));
        await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            access.CallerAsync(Request("127.0.0.1", headers: ("X-API-Key", "another key"))));
    }

    [Fact]
    public async Task Without_a_key_this_machine_reads_and_does_not_administer()
    {
        var caller = await Access().CallerAsync(Request("127.0.0.1"));
        Assert.True(caller!.May(Scopes.Read | Scopes.Pii));
        Assert.True(caller.May(Scopes.Operate));
        Assert.False(caller.May(Scopes.Admin));
        Assert.False(caller.May(Scopes.Replay));
    }

    [Fact]
    public void Who_administers_may_operate_and_not_the_other_way_round()
    {
        Assert.True(new Caller("a", Scopes.Admin).May(Scopes.Operate | Scopes.Admin));
        Assert.False(new Caller("a", Scopes.Admin).May(Scopes.Read));
        Assert.False(new Caller("a", Scopes.Operate).May(Scopes.Admin));
        Assert.False(new Caller("a", Scopes.Read | Scopes.Replay).May(Scopes.Operate));
    }

    [Theory]
    [InlineData(nameof(Scopes.Read), "'read'")]
    [InlineData(nameof(Scopes.Pii), "'pii'")]
    [InlineData(nameof(Scopes.Replay), "'replay'")]
    [InlineData(nameof(Scopes.Operate), "'operate'")]
    [InlineData(nameof(Scopes.Admin), "'admin'")]
    public async Task Names_the_scope_that_a_key_lacks(string scopeName, string told)
    {
        var scope = Enum.Parse<Scopes>(scopeName);
        var lacking = scope == Scopes.Operate ? Scopes.Operate | Scopes.Admin : scope;
        var (key, text) = ApiKey.Create("a", Scopes.All & ~lacking, null, "cli:me", Moment);
        var ring = new AccessRing(_ => new(new AccessRows([key], [], null)), TimeProvider.System);
        var context = Request("127.0.0.1", headers: ("Authorization", $"Bearer {text}"));
        context.Response.Body = new MemoryStream();
        var access = new ReadAccess([], ring, _ => { }, TimeProvider.System);
        await access.Guard(scope, _ => throw new InvalidOperationException("let in"))(context);
        Assert.Equal(403, context.Response.StatusCode);
        var body = Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());
        Assert.Contains(told, body, StringComparison.Ordinal);
        Assert.Contains("urn:payhook:problem:forbidden", body, StringComparison.Ordinal);
    }

    static ReadAccess Access(params string[] keys) => new(
        [.. keys.Select(k => new Secret(k))],
        new(_ => new(new AccessRows([], [], null)), TimeProvider.System), _ => { }, TimeProvider.System);

    static async Task<bool> AllowsAsync(ReadAccess access, DefaultHttpContext request) =>
        (await access.CallerAsync(request))?.May(Scopes.Read) == true;

    static DefaultHttpContext Request(
        string? address, string host = "localhost:8000", params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
        context.Request.Host = new HostString(host);
        foreach (var (name, value) in headers) context.Request.Headers[name] = value;
        return context;
    }
}
