using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Payhook.Forward;
using Payhook.Mock;
using Payhook.Providers;

namespace Payhook.Tests.Support;

/// <summary>A request as it came in, to the byte.</summary>
sealed record PeerRequest(string Line, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    /// <summary>The one value of a header; null where it is absent.</summary>
    public string? this[string name] =>
        Headers.SingleOrDefault(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public Dictionary<string, string> ToDictionary() =>
        Headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase);
}

/// <summary>
/// An endpoint that reads requests as a server does and answers with whatever bytes a test wants: also with what no
/// server would send.
/// </summary>
sealed class HttpPeer : IAsyncDisposable
{
    public const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    readonly TcpListener _listener;
    readonly CancellationTokenSource _end = new();
    readonly Func<PeerRequest, Stream, CancellationToken, Task<bool>> _answer;
    int _connections;

    /// <param name="answer">Answers, and tells whether the connection goes on.</param>
    /// <param name="address">Where to listen; loopback by default.</param>
    public HttpPeer(
        Func<PeerRequest, Stream, CancellationToken, Task<bool>> answer, IPAddress? address = null)
    {
        _answer = answer;
        _listener = new(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        _ = AcceptAsync();
    }

    public HttpPeer(string answer = Ok) : this(async (_, stream, cancellation) =>
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), cancellation);
        return true;
    })
    {
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;
    public Uri Url => new($"http://127.0.0.1:{Port}/hooks?token=hidden");
    public int Connections => Volatile.Read(ref _connections);
    public ConcurrentQueue<PeerRequest> Requests { get; } = new();

    /// <summary>The address of a port at which nobody listens.</summary>
    public static Uri Away() => new($"http://127.0.0.1:{Receiver.FreePort()}/");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
    }

    async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_end.Token);
            Interlocked.Increment(ref _connections);
            _ = ServeAsync(client);
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            client.NoDelay = true;
            var stream = client.GetStream();
            try
            {
                while (await ReadAsync(stream) is { } request)
                {
                    Requests.Enqueue(request);
                    if (!await _answer(request, stream, _end.Token)) return;
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The other side is gone, or the test is over.
            }
        }
    }

    async Task<PeerRequest?> ReadAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var buffer = new byte[16384];
        int end;
        while ((end = Encoding.Latin1.GetString([.. bytes]).IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
        {
            var count = await stream.ReadAsync(buffer, _end.Token);
            if (count == 0) return null;
            bytes.AddRange(buffer[..count]);
        }
        var lines = Encoding.UTF8.GetString([.. bytes[..end]]).Split("\r\n");
        (string Name, string Value)[] headers =
        [
            .. lines[1..].Select(line => line.Split(':', 2)).Select(parts => (parts[0], parts[1].Trim())),
        ];
        var length = int.Parse(
            headers.Single(h => h.Name.Equals("content-length", StringComparison.OrdinalIgnoreCase)).Value,
            CultureInfo.InvariantCulture);
        while (bytes.Count < end + 4 + length)
        {
            var count = await stream.ReadAsync(buffer, _end.Token);
            if (count == 0) return null;
            bytes.AddRange(buffer[..count]);
        }
        Assert.Equal(end + 4 + length, bytes.Count);
        return new(lines[0], headers, [.. bytes[(end + 4)..]]);
    }
}

/// <summary>The other side of the HTTP sink, for the suite that all sinks share.</summary>
sealed class HttpMoodPeer : ITestPeer
{
    readonly HttpPeer? _peer;

    public HttpMoodPeer(PeerMood mood)
    {
        Mood = mood;
        if (mood != PeerMood.IsAway) _peer = new(AnswerAsync);
    }

    public PeerMood Mood { get; set; }

    public IReadOnlyList<byte[]> Bodies => [.. _peer?.Requests.Select(r => r.Body) ?? []];

    public ISink Open(BodyForm form, TimeSpan timeout) => Outbound.Sink(new()
    {
        Name = "peer",
        Url = _peer?.Url ?? HttpPeer.Away(),
        Body = form,
        Timeout = timeout,
    });

    public ValueTask DisposeAsync() => _peer?.DisposeAsync() ?? default;

    async Task<bool> AnswerAsync(PeerRequest request, Stream stream, CancellationToken end)
    {
        if (Mood == PeerMood.Dies) return false;
        if (Mood == PeerMood.IsSilent) await Task.Delay(Timeout.Infinite, end);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(HttpPeer.Ok), end);
        return true;
    }
}

/// <summary>Events on their way out, and sinks that may go to this machine.</summary>
static class Outbound
{
    public static readonly DateTimeOffset Moment = new(2026, 1, 31, 9, 0, 0, 123, TimeSpan.Zero);

    public static Sources Sources { get; } = new(
    [
        .. new[] { "razorpay", "stripe", "standard-webhooks", "adyen", "payu-india" }
            .Select(name => new Source(name, ProviderCatalog.Find(name)!, new(new Secret("a secret of the tests")))),
        new("stripe-eu", ProviderCatalog.Find("stripe")!, new(new Secret("a secret of the tests"))),
    ]);

    public static OutboundGuard Guard(string allowed = "127.0.0.0/8,[::1]", ResolveName? resolve = null)
    {
        var (read, fault) = PrivateDestinations.Parse(allowed);
        Assert.Null(fault);
        return new(read!, resolve);
    }

    public static ISink Sink(Destination destination, TimeProvider? time = null) => destination.Sink == SinkKind.Nats
        ? new NatsSink(destination, Sources, Guard(), time ?? TimeProvider.System)
        : new HttpSink(destination, Sources, Guard(), time ?? TimeProvider.System);

    public static OutboundMessage Message(
        byte[] body, string type = "payment.captured", string source = "razorpay", string id = "evt_1",
        string? payment = "pay_1", string headers = "{\"Content-Type\":\"application/json\"}", int attempt = 1,
        long replay = 0, long sequence = 7) =>
        new(new(sequence, source, id, id, type, payment, Moment, 1, false, 0)
        {
            Body = body,
            HeadersJson = Encoding.UTF8.GetBytes(headers),
        }, Sources.Find(source)?.Provider.Name ?? "", attempt, replay);

    /// <summary>A mock event as it is stored.</summary>
    public static OutboundMessage Mock(string source, string name)
    {
        var body = MockPayloads.Find(source, name)!;
        var provider = Sources.Find(source)!.Provider;
        var events = new List<PaymentEvent>();
        Assert.Equal(Reading.Read, provider.Read(new(new DictionaryHeaders([]), body), events));
        return Message(body, events[0].EventType, source, events[0].EventId ?? "evt_1", events[0].PaymentId);
    }

    public static OutboundMessage Message(string body = "{\"a\":1}") => Message(Encoding.UTF8.GetBytes(body));
}
