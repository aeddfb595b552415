using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Payhook.Forward;
using Payhook.Tests.Support;

namespace Payhook.Tests.Forward;

/// <summary>What endpoints answer, and what they do instead of answering.</summary>
public sealed class HttpSinkTests
{
    readonly FakeTimeProvider _time = new(Outbound.Moment);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, FailureClass.None)]
    [InlineData(201, FailureClass.None)]
    [InlineData(202, FailureClass.None)]
    [InlineData(299, FailureClass.None)]
    [InlineData(301, FailureClass.Redirect)]
    [InlineData(302, FailureClass.Redirect)]
    [InlineData(307, FailureClass.Redirect)]
    [InlineData(308, FailureClass.Redirect)]
    [InlineData(400, FailureClass.Status)]
    [InlineData(401, FailureClass.Status)]
    [InlineData(404, FailureClass.Status)]
    [InlineData(409, FailureClass.Status)]
    [InlineData(410, FailureClass.Gone)]
    [InlineData(413, FailureClass.TooLarge)]
    [InlineData(429, FailureClass.Status)]
    [InlineData(500, FailureClass.Status)]
    [InlineData(503, FailureClass.Status)]
    internal async Task Tells_what_a_status_means(int status, FailureClass failure)
    {
        var elsewhere = 0;
        await using var other = new HttpPeer((_, _, _) => Task.FromResult(++elsewhere < 0));
        await using var peer = new HttpPeer(
            $"HTTP/1.1 {status} Whatever\r\nLocation: {other.Url}\r\nContent-Length: 4\r\n\r\nbody");
        await using var sink = Outbound.Sink(To(peer.Url));

        var outcome = await sink.SendAsync(Outbound.Message(), Cancellation);

        Assert.Equal((failure, status), (outcome.Failure, outcome.Status));
        Assert.Equal("body", Encoding.UTF8.GetString(outcome.Answer));
        Assert.Single(peer.Requests);
        Assert.Equal(0, elsewhere);
    }

    [Fact]
    public async Task Takes_an_answer_without_a_body_for_an_answer()
    {
        await using var peer = new HttpPeer("HTTP/1.1 204 No Content\r\n\r\n");
        await using var sink = Outbound.Sink(To(peer.Url));

        for (var i = 0; i < 3; i++)
        {
            var outcome = await sink.SendAsync(Outbound.Message(), Cancellation);
            Assert.Equal((FailureClass.None, 204, 0), (outcome.Failure, outcome.Status, outcome.Answer.Length));
        }
        Assert.Equal(1, peer.Connections);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("0", 0)]
    [InlineData("86400", 86400)]
    [InlineData("86401", 86400)]
    [InlineData("99999999999999999999", 86400)]
    [InlineData("Sat, 31 Jan 2026 09:10:00 GMT", 600)]
    [InlineData("Saturday, 31-Jan-26 09:10:00 GMT", 600)]
    [InlineData("Sat Jan 31 09:10:00 2026", 600)]
    [InlineData("Sat, 31 Jan 2026 08:00:00 GMT", 0)]
    [InlineData("Sun, 31 Jan 2027 09:00:00 GMT", 86400)]
    [InlineData("-5", null)]
    [InlineData("1.5", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    public async Task Reads_how_long_it_is_to_be_left_alone(string value, int? seconds)
    {
        await using var peer = new HttpPeer(
            $"HTTP/1.1 503 Busy\r\nRetry-After: {value}\r\nContent-Length: 0\r\n\r\n");
        var time = new FakeTimeProvider(new(2026, 1, 31, 9, 0, 0, TimeSpan.Zero));
        await using var sink = Outbound.Sink(To(peer.Url), time);

        var outcome = await sink.SendAsync(Outbound.Message(), Cancellation);

        Assert.Equal(seconds, outcome.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task Keeps_the_first_4_KiB_of_an_answer_and_the_connection()
    {
        var long_ = new string('a', 4096) + new string('b', 20_000);
        await using var peer = new HttpPeer($"HTTP/1.1 200 OK\r\nContent-Length: {long_.Length}\r\n\r\n{long_}");
        await using var sink = Outbound.Sink(To(peer.Url));

        for (var i = 0; i < 5; i++)
        {
            var outcome = await sink.SendAsync(Outbound.Message(), Cancellation);
            Assert.Equal(FailureClass.None, outcome.Failure);
            Assert.Equal(long_[..4096], Encoding.UTF8.GetString(outcome.Answer));
        }
        Assert.InRange(peer.Connections, 1, 2);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1000\r\n", "\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "", "")]
    public async Task Reads_no_more_of_an_answer_without_end(string head, string before, string after)
    {
        long sent = 0;
        await using var peer = new HttpPeer(async (_, stream, cancellation) =>
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(head), cancellation);
            var block = Encoding.UTF8.GetBytes(before + new string('z', 4096) + after);
            for (; sent < 100_000_000; sent += block.Length) await stream.WriteAsync(block, cancellation);
            return false;
        });
        await using (var sink = Outbound.Sink(To(peer.Url)))
        {
            var outcome = await sink.SendAsync(Outbound.Message(), Cancellation);
            Assert.Equal((FailureClass.None, 4096), (outcome.Failure, outcome.Answer.Length));
        }
        Assert.InRange(sent, 4096, 50_000_000);
    }

    [Fact]
    public async Task Waits_for_an_answer_that_drips_no_longer_than_for_any_other()
    {
        await using var peer = new HttpPeer(async (_, stream, cancellation) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n"u8.ToArray(), cancellation);
            while (true)
            {
                await stream.WriteAsync("."u8.ToArray(), cancellation);
                await Task.Delay(20, cancellation);
            }
        });
        await using var sink = Outbound.Sink(To(peer.Url) with { Timeout = TimeSpan.FromMilliseconds(400) });

        Assert.Equal(FailureClass.Timeout, (await sink.SendAsync(Outbound.Message(), Cancellation)).Failure);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")]
    [InlineData("HTTP/1.1 200")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n\r\n")]
    [InlineData("HTTP/1.1 abc OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")]
    [InlineData("")]
    public async Task Tells_half_an_answer_from_a_whole_one(string answer)
    {
        await using var peer = new HttpPeer(async (_, stream, cancellation) =>
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), cancellation);
            return false;
        });
        await using var sink = Outbound.Sink(To(peer.Url));

        var outcome = await sink.SendAsync(Outbound.Message(), Cancellation);

        Assert.Equal(FailureClass.Connection, outcome.Failure);
        Assert.DoesNotContain("SSH", outcome.Detail, StringComparison.Ordinal);
        Assert.Single(peer.Requests);
    }

    [Fact]
    public async Task Reads_headers_of_an_answer_up_to_a_limit()
    {
        await using var peer = new HttpPeer(
            $"HTTP/1.1 200 OK\r\nX-Long: {new string('h', 20_000)}\r\nContent-Length: 0\r\n\r\n");
        await using var sink = Outbound.Sink(To(peer.Url));

        Assert.Equal(FailureClass.Connection, (await sink.SendAsync(Outbound.Message(), Cancellation)).Failure);
    }

    [Fact]
    public async Task Speaks_HTTP_2_where_the_server_does_and_trusts_its_certificate()
    {
        var protocols = new List<string>();
        await using var server = await OutsideServer.StartAsync(context =>
        {
            lock (protocols) protocols.Add(context.Request.Protocol);
            return context.Response.WriteAsync("thanks", Cancellation);
        });
        await using var sink = new HttpSink(
            To(TlsUrl(server, "api.mollie.com")), Outbound.Sources, LoopbackGuard(), TimeProvider.System,
            server.Addresses.ServerRoots);

        var outcome = await sink.SendAsync(Outbound.Message(), Cancellation);

        Assert.Equal((FailureClass.None, "thanks"), (outcome.Failure, Encoding.UTF8.GetString(outcome.Answer)));
        Assert.Equal(["HTTP/2"], protocols);
    }

    [Theory]
    [InlineData("api.mollie.com", false)]
    [InlineData("shop.example", true)]
    public async Task Refuses_a_certificate_that_is_not_to_be_trusted(string host, bool isRootTrusted)
    {
        await using var server = await OutsideServer.StartAsync(_ => Task.CompletedTask);
        await using var sink = new HttpSink(
            To(TlsUrl(server, host)), Outbound.Sources, LoopbackGuard(), TimeProvider.System,
            isRootTrusted ? server.Addresses.ServerRoots : null);

        var outcome = await sink.SendAsync(Outbound.Message(), Cancellation);

        Assert.Equal(FailureClass.Tls, outcome.Failure);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Tells_an_endpoint_that_speaks_no_TLS()
    {
        await using var peer = new HttpPeer(HttpPeer.Ok);
        var url = new Uri($"https://127.0.0.1:{peer.Port}/");
        await using var sink = Outbound.Sink(To(url) with { Timeout = TimeSpan.FromSeconds(2) });
        var outcome = await sink.SendAsync(Outbound.Message(), Cancellation);
        // It waits for the rest of a request, or answers something: both are no handshake.
        Assert.True(outcome.Failure is FailureClass.Tls or FailureClass.Timeout, outcome.Failure.ToString());
        Assert.Empty(peer.Requests);
    }

    [Fact]
    public async Task Sends_its_own_headers_whatever_was_configured()
    {
        await using var peer = new HttpPeer();
        await using var sink = Outbound.Sink(To(peer.Url) with
        {
            Headers = new Dictionary<string, string>
            {
                ["Authorization"] = "Bearer of the destination",
                ["X-Tenant"] = "ü 7",
                ["Payhook-Attempt"] = "99",
                ["Host"] = "elsewhere",
                ["Content-Length"] = "1",
                ["Transfer-Encoding"] = "chunked",
                ["User-Agent"] = "other",
                ["webhook-id"] = "other",
                ["X-Split"] = "1\r\nX-Injected: 1",
                ["X Space"] = "1",
            },
        });
        var message = Outbound.Message("{\"id\":1}"u8.ToArray(), id: "evt/ü%", attempt: 3, replay: 12);

        Assert.True((await sink.SendAsync(message, Cancellation)).IsSuccess);

        var request = Assert.Single(peer.Requests);
        Assert.Equal("POST /hooks?token=hidden HTTP/1.1", request.Line);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["Host"] = $"127.0.0.1:{peer.Port}",
                ["Authorization"] = "Bearer of the destination",
                ["X-Tenant"] = "ü 7",
                ["User-Agent"] = request["User-Agent"]!,
                ["payhook-attempt"] = "3",
                ["payhook-source"] = "razorpay",
                ["payhook-event-id"] = "evt/%C3%BC%25",
                ["payhook-replay"] = "12",
                ["Content-Type"] = "application/json",
                ["Content-Length"] = request.Body.Length.ToString(),
            }.OrderBy(h => h.Key, StringComparer.Ordinal),
            request.ToDictionary().OrderBy(h => h.Key, StringComparer.Ordinal));
        Assert.Matches(@"^Payhook/\d+\.\d+\.\d+$", request["User-Agent"]);
    }

    [Fact]
    public async Task Lets_a_destination_choose_the_type_of_the_body()
    {
        await using var peer = new HttpPeer();
        await using var sink = Outbound.Sink(To(peer.Url) with
        {
            Headers = new Dictionary<string, string> { ["content-type"] = "text/plain" },
        });

        await sink.SendAsync(Outbound.Message(), Cancellation);

        Assert.Equal("text/plain", Assert.Single(peer.Requests)["Content-Type"]);
        Assert.Null(peer.Requests.Single()["payhook-replay"]);
    }

    [Fact]
    public async Task Signs_each_attempt_with_its_own_time_and_one_id()
    {
        await using var peer = new HttpPeer();
        await using var sink = Outbound.Sink(To(peer.Url) with { SigningSecrets = [new("0123456789abcdef")] }, _time);

        await sink.SendAsync(Outbound.Message(), Cancellation);
        _time.Advance(TimeSpan.FromHours(1));
        await sink.SendAsync(Outbound.Message() with { AttemptNumber = 2 }, Cancellation);

        PeerRequest[] requests = [.. peer.Requests];
        Assert.All(requests, r => Assert.Equal("msg_7", r["webhook-id"]));
        Assert.Equal(3600, long.Parse(requests[1]["webhook-timestamp"]!) - long.Parse(requests[0]["webhook-timestamp"]!));
        Assert.NotEqual(requests[0]["webhook-signature"], requests[1]["webhook-signature"]);
        Assert.Equal(requests[0].Body, requests[1].Body);
    }

    [Fact]
    public async Task Tells_an_event_without_its_body_as_a_fault_of_its_own()
    {
        await using var sink = Outbound.Sink(To(HttpPeer.Away()));
        var message = Outbound.Message();
        var outcome = await sink.SendAsync(
            message with { Event = message.Event with { Body = null, HeadersJson = null } }, Cancellation);
        Assert.Equal(FailureClass.Internal, outcome.Failure);
    }

    internal static Destination To(Uri url) => new() { Name = "app", Url = url, Timeout = TimeSpan.FromSeconds(20) };

    static OutboundGuard LoopbackGuard() => Outbound.Guard(
        "127.0.0.1", (_, _) => Task.FromResult<System.Net.IPAddress[]>([System.Net.IPAddress.Loopback]));

    static Uri TlsUrl(OutsideServer server, string host)
    {
        var there = (System.Net.IPEndPoint)server.Addresses.ConnectTo(new(host, 443))!;
        return new($"https://{host}:{there.Port}/hooks");
    }
}
