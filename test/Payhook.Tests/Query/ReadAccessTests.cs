using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Payhook.Providers;
using Payhook.Query;

namespace Payhook.Tests.Query;

/// <summary>
/// What customers paid is read by whoever has a key, and without keys by this machine alone: a proxy in front of the
/// listener makes the whole world look local.
/// </summary>
public sealed class ReadAccessTests
{
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
    public void Lets_only_this_machine_read_where_there_is_no_key(string? address, bool isAllowed) =>
        Assert.Equal(isAllowed, new ReadAccess([]).Allows(Request(address)));

    [Theory]
    [InlineData("X-Forwarded-For", "192.0.2.1")]
    [InlineData("x-forwarded-for", "127.0.0.1")]
    [InlineData("X-Forwarded-For", "")]
    [InlineData("Forwarded", "for=192.0.2.1")]
    [InlineData("X-Real-IP", "192.0.2.1")]
    [InlineData("X-Forwarded-Host", "pay.example.com")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("Via", "1.1 proxy")]
    public void Refuses_what_a_proxy_on_this_machine_passes_on(string header, string value) =>
        Assert.False(new ReadAccess([]).Allows(Request("127.0.0.1", headers: (header, value))));

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
    public void Refuses_a_public_name_that_leads_here(string host, bool isAllowed) =>
        Assert.Equal(isAllowed, new ReadAccess([]).Allows(Request("127.0.0.1", host)));

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
    public void Asks_everybody_for_a_key_where_there_are_keys(string header, string value, bool isAllowed)
    {
        var access = new ReadAccess([new Secret(Key), new Secret(OtherKey)]);
        foreach (var address in new[] { "127.0.0.1", "192.0.2.1", null })
        {
            Assert.Equal(isAllowed, access.Allows(Request(address, headers: (header, value))));
            var passedOn = Request(address, "pay.example.com", (header, value), ("Via", "1.1 proxy"));
            Assert.Equal(isAllowed, access.Allows(passedOn));
            Assert.False(access.Allows(Request(address)));
        }
    }

    [Fact]
    public void Refuses_a_key_that_comes_twice()
    {
        var context = Request("127.0.0.1");
        context.Request.Headers["X-API-Key"] = new([Key, Key]);
        Assert.False(new ReadAccess([new Secret(Key)]).Allows(context));
    }

    [Fact]
    public async Task Passes_on_who_may_read_and_tells_the_others_what_to_set()
    {
        var handled = 0;
        var guarded = new ReadAccess([]).Guard(_ =>
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
