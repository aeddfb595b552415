using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Payhook.Forward;
using Payhook.Tests.Support;

namespace Payhook.Tests.Forward;

/// <summary>What is the NATS sink's own, against the real server: subjects, duplicates, and what it refuses.</summary>
public sealed class NatsSinkTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publishes_under_the_subject_of_the_event_with_the_headers_of_a_request()
    {
        await using var server = new PrivateNats();
        await using var client = server.Connect();
        var stream = await PrivateNats.CreateStreamAsync(client);
        var secret = SigningSecret.Create();
        await using var sink = Outbound.Sink(To(server) with
        {
            Subject = "payhook.{provider}.{type}",
            SigningSecrets = [secret],
            Headers = new Dictionary<string, string> { ["X-Shop"] = "2" },
        });
        var outcome = await sink.SendAsync(Outbound.Message("{\"a\":1}"), Stop);
        Assert.Equal("stream EVENTS, sequence 1", Encoding.UTF8.GetString(outcome.Answer));

        var stored = await StoredAsync(stream, 1);
        Assert.Equal("payhook.razorpay.payment.captured", stored.Subject);
        Assert.Equal(("msg_7", "2", "1", "razorpay", "application/json"),
            (stored["Nats-Msg-Id"], stored["X-Shop"], stored["payhook-attempt"], stored["payhook-source"],
                stored["Content-Type"]));
        Assert.Equal(stored["webhook-signature"], StandardWebhooksSignature.Of(
            [secret], stored["webhook-id"], stored["webhook-timestamp"], stored.Body));
    }

    [Fact]
    public async Task Brings_a_raw_event_with_the_providers_headers_but_none_that_tells_the_stream_what_to_do()
    {
        await using var server = new PrivateNats();
        await using var client = server.Connect();
        var stream = await PrivateNats.CreateStreamAsync(client);
        await using var sink = Outbound.Sink(To(server) with { Body = BodyForm.Raw });
        var message = Outbound.Message(Encoding.UTF8.GetBytes("{ \"a\" : 1 }"), headers:
            """{"X-Razorpay-Signature":"ab12","Nats-Expected-Stream":"other","nats-rollup":"all","X-Name":"Jürgen"}""");
        Assert.Equal(FailureClass.None, (await sink.SendAsync(message, Stop)).Failure);
        var stored = await StoredAsync(stream, 1);
        Assert.Equal("{ \"a\" : 1 }", Encoding.UTF8.GetString(stored.Body));
        Assert.Equal(("ab12", "Jürgen"), (stored["X-Razorpay-Signature"], stored["X-Name"]));
        Assert.DoesNotContain("other", stored.Headers.Values);
        Assert.DoesNotContain("all", stored.Headers.Values);
    }

    [Fact]
    public async Task An_event_that_is_sent_again_is_not_stored_twice()
    {
        await using var server = new PrivateNats();
        await using var client = server.Connect();
        var stream = await PrivateNats.CreateStreamAsync(client);
        await using var sink = Outbound.Sink(To(server));
        await using var afterRestart = Outbound.Sink(To(server));
        await sink.SendAsync(Outbound.Message(), Stop);
        var again = await afterRestart.SendAsync(Outbound.Message() with { AttemptNumber = 2 }, Stop);
        Assert.Equal((FailureClass.None, "stream EVENTS, sequence 1, known already"),
            (again.Failure, Encoding.UTF8.GetString(again.Answer)));
        await stream.RefreshAsync(Stop);
        Assert.Equal(1, stream.Info.State.Messages);
    }

    [Fact]
    public async Task Tells_that_no_stream_takes_the_subject_and_goes_on_when_there_is_one()
    {
        await using var server = new PrivateNats();
        await using var client = server.Connect();
        await using var sink = Outbound.Sink(To(server));
        Assert.Equal(FailureClass.Setup, (await sink.SendAsync(Outbound.Message(), Stop)).Failure);
        await PrivateNats.CreateStreamAsync(client);
        Assert.Equal(FailureClass.None, (await sink.SendAsync(Outbound.Message(), Stop)).Failure);
    }

    [Fact]
    public async Task Tells_what_the_stream_refuses_and_what_the_server_is_too_small_for()
    {
        await using var server = new PrivateNats("max_payload: 5000");
        await using var client = server.Connect();
        await PrivateNats.CreateStreamAsync(client, change: c => (c.MaxMsgs, c.Discard) = (1, StreamConfigDiscard.New));
        await using var sink = Outbound.Sink(To(server) with { Body = BodyForm.Raw });
        await sink.SendAsync(Outbound.Message(new byte[3000], sequence: 1), Stop);
        var full = await sink.SendAsync(Outbound.Message(new byte[3000], sequence: 2), Stop);
        Assert.Equal(FailureClass.NotConfirmed, full.Failure);
        Assert.Contains("maximum messages", full.Detail, StringComparison.Ordinal);
        foreach (var length in new[] { 4999, 5000, 5001, 50_000 })
        {
            Assert.Equal(FailureClass.TooLarge,
                (await sink.SendAsync(Outbound.Message(new byte[length], sequence: 3), Stop)).Failure);
        }
        Assert.Equal(FailureClass.NotConfirmed,
            (await sink.SendAsync(Outbound.Message([], sequence: 4), Stop)).Failure); // the connection lives
    }

    [Theory]
    [InlineData("user", "hunter2", true)]
    [InlineData("user", "wrong", false)]
    [InlineData(null, null, false)]
    public async Task Logs_in_as_a_user(string? user, string? password, bool isLetIn)
    {
        await using var server = new PrivateNats("authorization { user: user, password: hunter2 }");
        await using var client = server.Connect("user", "hunter2");
        await PrivateNats.CreateStreamAsync(client);
        var login = user is null ? null : new NatsLogin(user, password, null);
        await using var sink = Outbound.Sink(To(server) with { Login = login });
        var outcome = await sink.SendAsync(Outbound.Message(), Stop);
        Assert.Equal(isLetIn ? FailureClass.None : FailureClass.Setup, outcome.Failure);
        Assert.DoesNotContain("wrong", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_in_with_a_token()
    {
        await using var server = new PrivateNats("authorization { token: hunter2 }");
        await using var right = Outbound.Sink(To(server) with { Login = new(null, null, "hunter2") });
        await using var wrong = Outbound.Sink(To(server) with { Login = new(null, null, "hunter3") });
        // No stream is there yet, which only who was let in can learn.
        Assert.Contains("stream", (await right.SendAsync(Outbound.Message(), Stop)).Detail, StringComparison.Ordinal);
        Assert.Contains("login", (await wrong.SendAsync(Outbound.Message(), Stop)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_may_not_publish_there_is_never_confirmed()
    {
        await using var server = new PrivateNats("""
            authorization { users: [
              { user: all, password: a }, { user: some, password: s, permissions: { publish: { deny: "payhook.>" } } }
            ] }
            """);
        await using var client = server.Connect("all", "a");
        await PrivateNats.CreateStreamAsync(client);
        await using var sink = Outbound.Sink(To(server) with
        {
            Login = new("some", "s", null), Timeout = TimeSpan.FromSeconds(1),
        });
        Assert.Equal(FailureClass.Timeout, (await sink.SendAsync(Outbound.Message(), Stop)).Failure);
    }

    [Fact]
    public async Task Goes_nowhere_that_is_not_allowed()
    {
        await using var server = new PrivateNats();
        foreach (var (url, failure) in new[]
        {
            ($"nats://127.0.0.1:{server.Port}", FailureClass.PrivateAddress),
            ($"tls://127.0.0.1:{server.Port}", FailureClass.PrivateAddress),
            ("nats://8.8.8.8:4222", FailureClass.Setup),
        })
        {
            await using var sink = new NatsSink(
                To(server) with { Url = new(url) }, Outbound.Sources, new(PrivateDestinations.None),
                TimeProvider.System);
            Assert.Equal(failure, (await sink.SendAsync(Outbound.Message(), Stop)).Failure);
        }
    }

    [Fact]
    public async Task Fails_at_once_while_the_server_is_away_and_goes_on_when_it_is_back()
    {
        await using var server = new PrivateNats();
        await using var client = server.Connect();
        await PrivateNats.CreateStreamAsync(client);
        await using var sink = Outbound.Sink(To(server));
        Assert.True((await sink.SendAsync(Outbound.Message(), Stop)).IsSuccess);
        server.Kill();
        for (var i = 0; i < 3; i++)
        {
            var start = TimeProvider.System.GetTimestamp();
            var outcome = await sink.SendAsync(Outbound.Message(), Stop);
            Assert.True(outcome.Failure is FailureClass.Refused or FailureClass.Connection, $"{outcome}");
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
        }
        server.Start();
        for (var i = 0; !(await sink.SendAsync(Outbound.Message(), Stop)).IsSuccess; i++)
        {
            Assert.True(i < 100);
            await Task.Delay(50, Stop);
        }
    }

    [Fact]
    public async Task Waits_for_a_server_that_says_nothing_as_long_as_its_timeout()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var sink = Outbound.Sink(new()
        {
            Name = "n", Sink = SinkKind.Nats, Url = new($"nats://127.0.0.1:{port}"),
            Timeout = TimeSpan.FromMilliseconds(300),
        });
        Assert.Equal(FailureClass.Timeout, (await sink.SendAsync(Outbound.Message(), Stop)).Failure);
        Assert.Equal(FailureClass.Timeout, (await sink.SendAsync(Outbound.Message(), Stop)).Failure);
    }

    [Fact]
    public async Task Speaks_tls_to_a_server_that_it_can_trust_and_to_no_other()
    {
        var (root, certificate, key) = MakeCertificate();
        var folder = Directory.CreateTempSubdirectory("payhook-nats-tls-").FullName;
        var (certificatePath, keyPath) = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        File.WriteAllText(certificatePath, certificate);
        File.WriteAllText(keyPath, key);
        await using (var server = new PrivateNats(
            $"tls {{ cert_file: \"{certificatePath}\", key_file: \"{keyPath}\" }}"))
        await using (var plain = new PrivateNats())
        {
            var url = new Uri($"tls://localhost:{server.Port}");
            await using var trusting = new NatsSink(
                To(server) with { Url = url }, Outbound.Sources, Outbound.Guard("localhost"), TimeProvider.System,
                [root]);
            await using var doubting = new NatsSink(
                To(server) with { Url = url }, Outbound.Sources, Outbound.Guard("localhost"), TimeProvider.System);
            await using var toPlain = new NatsSink(
                To(plain) with { Url = new($"tls://localhost:{plain.Port}") }, Outbound.Sources,
                Outbound.Guard("localhost"), TimeProvider.System, [root]);
            Assert.Contains("No stream", (await trusting.SendAsync(Outbound.Message(), Stop)).Detail,
                StringComparison.Ordinal);
            Assert.Equal(FailureClass.Tls, (await doubting.SendAsync(Outbound.Message(), Stop)).Failure);
            Assert.Equal(FailureClass.Tls, (await toPlain.SendAsync(Outbound.Message(), Stop)).Failure);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_event_that_is_received_is_in_the_stream_a_moment_later()
    {
        await using var server = new PrivateNats();
        await using var client = server.Connect();
        var stream = await PrivateNats.CreateStreamAsync(client);
        using var store = new TestStore(StoreKind.Sqlite);
        using var file = new DestinationFile(
            $$"""{ "bus": { "sink": "nats", "url": "{{server.Url}}", "body": "raw", "subject": "payhook.{type}" } }""");
        await using var listener = await TestListener.StartAsync(store, file.Settings);
        var body = PaymentBodies.Razorpay("payment.captured", "pay_1");
        await WaitForAsync(async () => await listener.Store.Destinations.All(Stop).AnyAsync(Stop));
        Assert.Equal(200, (await listener.PostAsync(body)).Status);
        await WaitForAsync(async () =>
        {
            await stream.RefreshAsync(Stop);
            return stream.Info.State.Messages > 0;
        });
        var stored = await StoredAsync(stream, 1);
        Assert.Equal(("payhook.payment.captured", body), (stored.Subject, Encoding.UTF8.GetString(stored.Body)));
    }

    static async Task WaitForAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; !await holds(); i++)
        {
            Assert.True(i < 400);
            await Task.Delay(25, Stop);
        }
    }

    static Destination To(PrivateNats server) => new()
    {
        Name = "bus", Sink = SinkKind.Nats, Url = new(server.Url), Timeout = TimeSpan.FromSeconds(10),
    };

    static async Task<Stored> StoredAsync(INatsJSStream stream, ulong sequence)
    {
        var found = (await stream.GetAsync(new() { Seq = sequence }, Stop)).Message!;
        var head = found.Hdrs is null ? "" : Encoding.UTF8.GetString(Convert.FromBase64String(found.Hdrs));
        var headers = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(line => line.Split(':', 2)).ToDictionary(h => h[0], h => h[1].Trim());
        return new(found.Subject, headers, found.Data.ToArray());
    }

    static (X509Certificate2 Root, string Certificate, string Key) MakeCertificate()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var rootRequest = new CertificateRequest("CN=NATS root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var root = rootRequest.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var certificate = request.Create(root, now.AddHours(-1), now.AddHours(12), [1, 2, 3]);
        return (root, certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    sealed record Stored(string Subject, Dictionary<string, string> Headers, byte[] Body)
    {
        public string this[string name] => Headers[name];
    }
}
