using System.Net;
using System.Net.Sockets;
using Payhook.Forward;
using Payhook.Tests.Support;

namespace Payhook.Tests.Forward;

/// <summary>No way in through the way out, however an address is spelled and whatever a name says later.</summary>
public sealed class OutboundGuardTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://0/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://172.16.5.5:8443/")]
    [InlineData("https://192.168.1.1/")]
    [InlineData("https://100.64.0.1/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:7f00:1]/")]
    [InlineData("https://[::127.0.0.1]/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("https://[fd00:ec2::254]/")]
    [InlineData("https://[64:ff9b::a9fe:a9fe]/")]
    [InlineData("https://[2002:7f00:1::]/")]
    [InlineData("https://localhost/")]
    [InlineData("https://LOCALHOST/")]
    public async Task Refuses_what_is_not_on_the_internet(string url)
    {
        var guard = Outbound.Guard(allowed: "");
        await using var sink = new HttpSink(
            HttpSinkTests.To(new(url)), Outbound.Sources, guard, TimeProvider.System);

        var outcome = await sink.SendAsync(Outbound.Message(), Cancellation);

        Assert.Equal(FailureClass.PrivateAddress, outcome.Failure);
        Assert.Contains("ALLOW_PRIVATE_DESTINATIONS", outcome.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://shop.example/")]
    [InlineData("http://8.8.8.8/")]
    [InlineData("ftp://shop.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:hidden@shop.example/")]
    public async Task Refuses_what_is_set_up_in_a_way_that_cannot_be(string url)
    {
        await using var sink = new HttpSink(
            HttpSinkTests.To(new(url)), Outbound.Sources, Outbound.Guard(""), TimeProvider.System);

        var outcome = await sink.SendAsync(Outbound.Message(), Cancellation);

        Assert.Equal(FailureClass.Setup, outcome.Failure);
        Assert.DoesNotContain("hidden", outcome.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", true, FailureClass.PrivateAddress)]
    [InlineData("10.0.0.1", false, FailureClass.PrivateAddress)]
    [InlineData("::1", true, FailureClass.PrivateAddress)]
    [InlineData("::ffff:169.254.169.254", true, FailureClass.PrivateAddress)]
    [InlineData("fd00::1", true, FailureClass.PrivateAddress)]
    [InlineData("10.0.0.1,fe80::1,::ffff:10.0.0.1", true, FailureClass.PrivateAddress)]
    [InlineData("93.184.215.14,10.0.0.1", false, FailureClass.Setup)]
    internal async Task Looks_at_what_a_name_leads_to(string addresses, bool isTls, FailureClass failure)
    {
        var guard = Outbound.Guard("", (_, _) => Task.FromResult(Addresses(addresses)));

        var refused = await Assert.ThrowsAsync<OutboundException>(
            async () => await guard.ConnectAsync(new("shop.example", 9), isTls, Cancellation));

        Assert.Equal(failure, refused.Refusal.Failure);
    }

    [Theory]
    [InlineData("https://shop.example/hooks?x=1")]
    [InlineData("https://93.184.215.14:8443/")]
    [InlineData("https://[2606:2800:21f::1]/")]
    public void Has_nothing_against_what_is_on_the_internet(string url) =>
        Assert.Null(Outbound.Guard("").Refuses(new(url)));

    [Fact]
    public async Task Connects_to_the_address_that_it_has_checked_however_the_name_changes()
    {
        await using var peer = new HttpPeer();
        var asked = 0;
        // The first answer is allowed, and all that follow lead to the peer, which is not.
        var guard = Outbound.Guard("127.0.0.9", (_, _) => Task.FromResult<IPAddress[]>(
            [IPAddress.Parse(asked++ == 0 ? "127.0.0.9" : "127.0.0.1")]));
        await using var sink = new HttpSink(
            HttpSinkTests.To(new($"http://rebinding.example:{peer.Port}/")), Outbound.Sources, guard,
            TimeProvider.System);

        var first = await sink.SendAsync(Outbound.Message(), Cancellation);
        var second = await sink.SendAsync(Outbound.Message(), Cancellation);

        Assert.Equal(FailureClass.Refused, first.Failure); // nobody listens at 127.0.0.9
        Assert.Equal(FailureClass.PrivateAddress, second.Failure);
        Assert.Equal((2, 0), (asked, peer.Connections));
    }

    [Fact]
    public async Task Goes_only_to_the_open_ones_of_several_addresses()
    {
        await using var peer = new HttpPeer();
        var guard = Outbound.Guard("127.0.0.9", (_, _) => Task.FromResult(Addresses("127.0.0.1,127.0.0.9,10.0.0.1")));
        await using var sink = new HttpSink(
            HttpSinkTests.To(new($"http://several.example:{peer.Port}/")), Outbound.Sources, guard,
            TimeProvider.System);

        Assert.Equal(FailureClass.Refused, (await sink.SendAsync(Outbound.Message(), Cancellation)).Failure);
        Assert.Equal(0, peer.Connections);
    }

    [Fact]
    public async Task Tells_a_name_that_there_is_not()
    {
        ResolveName[] resolvers =
        [
            (_, _) => throw new SocketException((int)SocketError.HostNotFound),
            (host, _) => throw new ArgumentOutOfRangeException(nameof(host)),
            (_, _) => Task.FromResult<IPAddress[]>([]),
        ];
        foreach (var resolve in resolvers)
        {
            await using var sink = new HttpSink(
                HttpSinkTests.To(new("https://nowhere.example/")), Outbound.Sources, Outbound.Guard("", resolve),
                TimeProvider.System);
            var outcome = await sink.SendAsync(Outbound.Message(), Cancellation);
            Assert.Equal(FailureClass.Dns, outcome.Failure);
            Assert.NotEmpty(outcome.Detail);
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LocalHost.")]
    [InlineData("127.0.0.1,[::1]")]
    [InlineData("::1,127.0.0.0/8")]
    [InlineData("10.0.0.0/8,localhost:{port}")]
    [InlineData("127.0.0.1:{port},[::1]:{port}")]
    public async Task Sends_to_what_is_allowed_without_TLS(string allowed)
    {
        await using var peer = new HttpPeer();
        var port = peer.Port.ToString();
        await using var sink = new HttpSink(
            HttpSinkTests.To(new($"http://localhost:{port}/")), Outbound.Sources,
            Outbound.Guard(allowed.Replace("{port}", port, StringComparison.Ordinal)), TimeProvider.System);

        Assert.Equal(FailureClass.None, (await sink.SendAsync(Outbound.Message(), Cancellation)).Failure);
    }

    [Theory]
    [InlineData("localhost:1", FailureClass.Setup)]
    [InlineData("local", FailureClass.Setup)]
    [InlineData("127.0.0.1:1", FailureClass.Setup)]
    [InlineData("10.0.0.0/8", FailureClass.PrivateAddress)]
    [InlineData("127.0.0.2", FailureClass.PrivateAddress)]
    internal async Task Allows_nothing_beside_what_is_named(string allowed, FailureClass failure)
    {
        await using var peer = new HttpPeer();
        await using var sink = new HttpSink(
            HttpSinkTests.To(new($"http://localhost:{peer.Port}/")), Outbound.Sources, Outbound.Guard(allowed),
            TimeProvider.System);

        Assert.Equal(failure, (await sink.SendAsync(Outbound.Message(), Cancellation)).Failure);
        Assert.Equal(0, peer.Connections);
    }

    [Fact]
    public async Task Reaches_an_allowed_address_of_IPv6_in_brackets()
    {
        await using var peer = new HttpPeer((_, stream, cancellation) => AnswerAsync(stream, cancellation), IPAddress.IPv6Loopback);
        await using var sink = Outbound.Sink(HttpSinkTests.To(new($"http://[::1]:{peer.Port}/")));

        Assert.Equal(FailureClass.None, (await sink.SendAsync(Outbound.Message(), Cancellation)).Failure);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("10.0.0.0/33")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:http")]
    [InlineData("http://host")]
    [InlineData("*.internal")]
    [InlineData("1")]
    [InlineData("127.1")]
    [InlineData("[::1")]
    [InlineData("[127.0.0.1]")]
    [InlineData("10.0.0.0/8:80")]
    public void Tells_what_cannot_be_allowed(string text)
    {
        var (allowed, fault) = PrivateDestinations.Parse("good.example," + text);
        Assert.Null(allowed);
        Assert.NotNull(fault);
        var (_, faults) = TestSettings.Read(("ALLOW_PRIVATE_DESTINATIONS", text));
        Assert.Equal("ALLOW_PRIVATE_DESTINATIONS", Assert.Single(faults).Name);
    }

    [Fact]
    public void Reads_the_example_of_the_docs()
    {
        var example = PrivateDestinations.Example.Split('=')[1];
        var (settings, _) = TestSettings.Read(("ALLOW_PRIVATE_DESTINATIONS", example));
        Assert.True(settings!.PrivateDestinations.Allow("orders.internal", 443, IPAddress.Parse("192.168.7.7")));
        Assert.True(settings.PrivateDestinations.Allow("any.example", 1, IPAddress.Parse("::ffff:10.1.2.3")));
        Assert.True(settings.PrivateDestinations.Allow("localhost", 3000, IPAddress.IPv6Loopback));
        Assert.False(settings.PrivateDestinations.Allow("localhost", 3001, IPAddress.IPv6Loopback));
        Assert.False(settings.PrivateDestinations.Allow("a.orders.internal", 443, IPAddress.Parse("192.168.7.7")));
        Assert.NotNull(PrivateDestinations.Parse(string.Join(',', Enumerable.Repeat("a", 101))).Fault);
    }

    static IPAddress[] Addresses(string text) => [.. text.Split(',').Select(IPAddress.Parse)];

    static async Task<bool> AnswerAsync(Stream stream, CancellationToken cancellation)
    {
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(HttpPeer.Ok), cancellation);
        return true;
    }
}
