using System.Globalization;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Payhook.Forward;

/// <summary>
/// Publishes events to NATS JetStream: delivered is what a stream has confirmed, and what it has already, by the
/// message's id, it does not store twice.
/// </summary>
sealed class NatsSink : ISink
{
    const int HeaderBytesPerLine = 4;
    static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10), ReconnectLimit = TimeSpan.FromSeconds(1);

    readonly Destination _destination;
    readonly Sources _sources;
    readonly TimeProvider _time;
    readonly NatsConnector _connector;
    readonly NatsConnection _connection;
    readonly NatsJSContext _stream;

    /// <summary>Is cancelled when the connection is lost: who waits for a confirmation waits for nothing.</summary>
    CancellationTokenSource _life = new();

    /// <param name="destination">Where to, and how.</param>
    /// <param name="sources">Whose events there are.</param>
    /// <param name="guard">Where it may lead.</param>
    /// <param name="time">Signs, and measures the time that a confirmation takes.</param>
    /// <param name="serverRoots">The only roots that the server may have; null: the operating system's.</param>
    public NatsSink(
        Destination destination, Sources sources, OutboundGuard guard, TimeProvider time,
        X509Certificate2Collection? serverRoots = null)
    {
        (_destination, _sources, _time) = (destination, sources, time);
        var isTls = destination.Url.Scheme == "tls";
        _connector = new(guard, isTls);
        var login = destination.Login;
        _connection = new(new NatsOpts
        {
            Url = $"{destination.Url.Scheme}://{destination.Url.IdnHost}:{Port(destination.Url)}",
            Name = "payhook",
            AuthOpts = login is null
                ? NatsAuthOpts.Default
                : new() { Username = login.User, Password = login.Password, Token = login.Token },
            TlsOpts = new()
            {
                Mode = isTls ? TlsMode.Require : TlsMode.Prefer,
                ConfigureClientAuthentication = tls =>
                {
                    // A certificate must not make the listener fetch what it names.
                    tls.CertificateChainPolicy = new()
                    {
                        DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck,
                    };
                    if (serverRoots is null) return default;
                    tls.CertificateChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                    tls.CertificateChainPolicy.CustomTrustStore.AddRange(serverRoots);
                    return default;
                },
            },
            SocketConnectionFactory = _connector,
            HeaderEncoding = Encoding.UTF8, // kept headers came as UTF-8
            CommandTimeout = destination.Timeout,
            ConnectTimeout = destination.Timeout < ConnectLimit ? destination.Timeout : ConnectLimit,
            IgnoreAuthErrorAbort = true, // a login that was mended at the server works without a restart here
            RequestReplyMode = NatsRequestReplyMode.SharedInbox,
        });
        _connection.ConnectionDisconnected += (_, _) => new(Interlocked.Exchange(ref _life, new()).CancelAsync());
        // The client tells its own timeout as if there were no stream, so that the deadline here has to come first.
        _stream = new(_connection, new NatsJSOpts(
            _connection.Opts, requestTimeout: destination.Timeout + destination.Timeout + ConnectLimit));
    }

    public async Task<SinkOutcome> SendAsync(OutboundMessage message, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var deadline = new CancellationTokenSource(_destination.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var life = CancellationToken.None;
        try
        {
            if (!await IsOpenAsync(either.Token)) return NotConnected();
            life = Volatile.Read(ref _life).Token;
            using var all = CancellationTokenSource.CreateLinkedTokenSource(either.Token, life);
            var stored = message.Event;
            var body = OutboundBody.Of(_destination.Body, message, _sources.Find(stored.SourceName)?.Provider);
            var (headers, headerBytes) = HeadersOf(message, body);
            if (_connection.ServerInfo is { MaxPayload: > 0 } server
                && body.Bytes.Length + headerBytes > server.MaxPayload)
                return SinkOutcome.Failed(FailureClass.TooLarge, string.Create(CultureInfo.InvariantCulture,
                    $"The server takes messages of up to {server.MaxPayload} bytes"));
            var subject = SubjectTemplate.Of(
                _destination.Subject, stored.SourceName, message.Provider, stored.EventType);
            var confirmed = await _stream.PublishAsync(subject, body.Bytes, NatsRawSerializer<byte[]>.Default,
                new NatsJSPubOpts { MsgId = message.Id, RetryAttempts = 1 }, headers, all.Token);
            if (confirmed.Error is { } error)
                return SinkOutcome.Failed(FailureClass.NotConfirmed, Bounded("The stream refused it: "
                    + error.Description));
            var known = confirmed.Duplicate ? ", known already" : "";
            return new(FailureClass.None, 0, "", Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"stream {confirmed.Stream}, sequence {confirmed.Seq}{known}")));
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return life.IsCancellationRequested
                ? SinkOutcome.Failed(FailureClass.Connection, "The connection ended before there was a confirmation")
                : OutcomeOf(e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new OperationCanceledException("The listener stops", e, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _life.Dispose();
    }

    static int Port(Uri url) => url.IsDefaultPort || url.Port <= 0 ? 4222 : url.Port;

    /// <summary>Connects, where that is still to be done; one that was lost may take a moment, and no longer.</summary>
    async Task<bool> IsOpenAsync(CancellationToken cancellation)
    {
        if (_connection.ConnectionState == NatsConnectionState.Open) return true;
        var isLost = _connection.ConnectionState == NatsConnectionState.Reconnecting;
        var connecting = _connection.ConnectAsync().AsTask();
        try
        {
            if (isLost) await connecting.WaitAsync(ReconnectLimit, _time, cancellation);
            else await connecting.WaitAsync(cancellation);
            return true;
        }
        catch (TimeoutException) when (isLost)
        {
            return false;
        }
    }

    SinkOutcome NotConnected() => _connector.LastRefusal is { } refusal
        ? SinkOutcome.Failed(refusal.Failure, refusal.Detail)
        : SinkOutcome.Failed(FailureClass.Connection, "The connection was lost");

    SinkOutcome OutcomeOf(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case OutboundException e:
                    return SinkOutcome.Failed(e.Refusal.Failure, e.Refusal.Detail);
                case AuthenticationException e:
                    return SinkOutcome.Failed(FailureClass.Tls, Bounded("No TLS that can be trusted: " + e.Message));
                case NatsException e when e.Message.Contains(nameof(TlsMode), StringComparison.Ordinal):
                    return SinkOutcome.Failed(FailureClass.Tls, "The server does not speak TLS");
                case NatsServerException { IsAuthError: true }:
                    return SinkOutcome.Failed(FailureClass.Setup, "The server does not let this login in");
                case NatsJSPublishNoResponseException or NatsNoRespondersException:
                    return SinkOutcome.Failed(
                        FailureClass.Setup, "No stream of the server takes the subject, or it has no JetStream");
                case NatsPayloadTooLargeException:
                    return SinkOutcome.Failed(FailureClass.TooLarge, "The server takes no message as large as this");
                case OperationCanceledException or TimeoutException or NatsNoReplyException:
                    return _connection.ConnectionState == NatsConnectionState.Open
                        ? SinkOutcome.Failed(FailureClass.Timeout, "No confirmation in time")
                        : _connector.LastRefusal is { } last ? SinkOutcome.Failed(last.Failure, last.Detail)
                        : SinkOutcome.Failed(FailureClass.Timeout, "No connection in time");
            }
        }
        if (_connector.LastRefusal is { } refusal) return SinkOutcome.Failed(refusal.Failure, refusal.Detail);
        return failure is NatsException or IOException or System.Net.Sockets.SocketException
            ? SinkOutcome.Failed(FailureClass.Connection, "The connection ended before there was a confirmation")
            : SinkOutcome.Failed(FailureClass.Internal, failure.GetType().Name);
    }

    /// <summary>The headers that an HTTP request would have, and how long they are.</summary>
    (NatsHeaders Headers, int Bytes) HeadersOf(in OutboundMessage message, in OutboundBody body)
    {
        var (headers, bytes, isSignedByProvider) = (new NatsHeaders(), 64, false);
        foreach (var (name, value) in body.Headers)
        {
            if (_destination.Headers.ContainsKey(name)) continue;
            isSignedByProvider |= OutboundHeaders.IsSignature(name);
            Add(name, value);
        }
        if (body.ContentType is { } type) Add("Content-Type", type);
        foreach (var (name, value) in _destination.Headers) Add(name, value);
        foreach (var (name, value) in OwnHeaders.Of(
            _destination, message, body.Bytes, isSignedByProvider, _time.GetUtcNow())) Add(name, value);
        return (headers, bytes);

        void Add(string name, string value)
        {
            // A provider's header of that start could tell the stream what to do with the message.
            if (name.StartsWith("Nats-", StringComparison.OrdinalIgnoreCase)) return;
            headers.Add(name, value);
            bytes += name.Length + Encoding.UTF8.GetByteCount(value) + HeaderBytesPerLine;
        }
    }

    static string Bounded(string text) =>
        text.Length <= Attempt.DetailLimitChars ? text : text[..Attempt.DetailLimitChars];
}
