using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Payhook.Forward;

/// <summary>
/// Posts events to an HTTP endpoint without letting its answer, or its name, lead it astray: no redirect, no proxy, no
/// cookie, no address that is not open, no answer without end, no wait without end.
/// </summary>
sealed class HttpSink : ISink
{
    const int AnswerHeadersLimitKilobytes = 16, DrainedLimitBytes = 64 * 1024;

    static readonly string UserAgent = "Payhook/" + typeof(HttpSink).Assembly.GetName().Version?.ToString(3);
    static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10), RetryAfterLimit = TimeSpan.FromHours(24);

    readonly Destination _destination;
    readonly Sources _sources;
    readonly TimeProvider _time;
    readonly HttpMessageInvoker _client;
    readonly OutboundRefusal? _refusal;
    readonly Version _version;
    readonly KeyValuePair<string, string>[] _headers;
    readonly FrozenSet<string> _headerNames;

    /// <param name="destination">Where to, and how.</param>
    /// <param name="sources">Whose events there are.</param>
    /// <param name="guard">Where it may lead.</param>
    /// <param name="time">Signs, and measures the time that an answer takes.</param>
    /// <param name="serverRoots">The only roots that the server may have; null: the operating system's.</param>
    public HttpSink(
        Destination destination, Sources sources, OutboundGuard guard, TimeProvider time,
        X509Certificate2Collection? serverRoots = null)
    {
        (_destination, _sources, _time) = (destination, sources, time);
        _refusal = guard.Refuses(destination.Url);
        // Above TLS the server chooses; without it nothing could tell that a server speaks more than 1.1.
        _version = destination.Url.Scheme == "https" ? HttpVersion.Version20 : HttpVersion.Version11;
        _headers = [.. destination.Headers.Where(h => !OutboundHeaders.IsReserved(h.Key)
            && OutboundHeaders.IsName(h.Key) && OutboundHeaders.IsValue(h.Value))];
        _headerNames = _headers.Select(h => h.Key).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _client = new(Handler(destination, guard, serverRoots));
    }

    public async Task<SinkOutcome> SendAsync(OutboundMessage message, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_refusal is { } refusal) return SinkOutcome.Failed(refusal.Failure, refusal.Detail);
        using var deadline = new CancellationTokenSource(_destination.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            using var request = RequestOf(message);
            using var response = await _client.SendAsync(request, either.Token);
            return OutcomeOf(response, await ReadAnswerAsync(response.Content, either.Token));
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return HttpFailures.OutcomeOf(e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new OperationCanceledException("The listener stops", e, cancellation);
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return default;
    }

    static SocketsHttpHandler Handler(
        Destination destination, OutboundGuard guard, X509Certificate2Collection? serverRoots)
    {
        // A certificate must not make the listener fetch what it names.
        var trust = new X509ChainPolicy
        {
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        if (serverRoots is not null)
        {
            trust.TrustMode = X509ChainTrustMode.CustomRootTrust;
            trust.CustomTrustStore.AddRange(serverRoots);
        }
        return new()
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = AnswerHeadersLimitKilobytes,
            // What is left of a long answer is read to keep the connection, as far as that is cheaper than a new one.
            MaxResponseDrainSize = DrainedLimitBytes,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            MaxConnectionsPerServer = Math.Max(1, destination.ConcurrencyLimit),
            EnableMultipleHttp2Connections = true,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2), // names move
            // Many servers close what was idle for 5 seconds; a request that meets that moment would fail.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(4),
            ConnectTimeout = destination.Timeout < ConnectLimit ? destination.Timeout : ConnectLimit,
            // Kept headers came as UTF-8, and leave as the same bytes.
            RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust },
            ConnectCallback = (context, cancellation) => guard.ConnectAsync(
                context.DnsEndPoint, context.InitialRequestMessage.RequestUri!.Scheme == "https", cancellation),
        };
    }

    HttpRequestMessage RequestOf(in OutboundMessage message)
    {
        var stored = message.Event;
        var body = OutboundBody.Of(_destination.Body, message, _sources.Find(stored.SourceName)?.Provider);
        var content = new ByteArrayContent(body.Bytes);
        var request = new HttpRequestMessage(HttpMethod.Post, _destination.Url)
        {
            Content = content,
            Version = _version,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        var isSignedByProvider = false;
        foreach (var (name, value) in body.Headers)
        {
            if (_headerNames.Contains(name)) continue;
            isSignedByProvider |= OutboundHeaders.IsSignature(name);
            Add(request, name, value);
        }
        if (body.ContentType is { } type && !_headerNames.Contains("Content-Type"))
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        foreach (var (name, value) in _headers) Add(request, name, value);

        var headers = request.Headers;
        headers.TryAddWithoutValidation("User-Agent", UserAgent);
        foreach (var (name, value) in OwnHeaders.Of(
            _destination, message, body.Bytes, isSignedByProvider, _time.GetUtcNow()))
            headers.TryAddWithoutValidation(name, value);
        return request;
    }

    /// <summary>Some headers are the content's, whoever sets them.</summary>
    static void Add(HttpRequestMessage request, string name, string value)
    {
        if (!request.Headers.TryAddWithoutValidation(name, value))
            request.Content!.Headers.TryAddWithoutValidation(name, value);
    }

    /// <summary>The first bytes of the answer; the rest is of no use to anybody.</summary>
    static async Task<byte[]> ReadAnswerAsync(HttpContent content, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength == 0) return [];
        var buffer = ArrayPool<byte>.Shared.Rent(Attempt.AnswerLimitBytes);
        try
        {
            var stream = await content.ReadAsStreamAsync(cancellation);
            var length = await stream.ReadAtLeastAsync(
                buffer.AsMemory(0, Attempt.AnswerLimitBytes), Attempt.AnswerLimitBytes, throwOnEndOfStream: false,
                cancellation);
            return buffer.AsSpan(0, length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    SinkOutcome OutcomeOf(HttpResponseMessage response, byte[] answer)
    {
        var status = (int)response.StatusCode;
        var failure = status switch
        {
            >= 200 and < 300 => FailureClass.None,
            >= 300 and < 400 => FailureClass.Redirect,
            410 => FailureClass.Gone,
            413 => FailureClass.TooLarge,
            _ => FailureClass.Status,
        };
        return new(failure, status, "", answer, failure == FailureClass.None ? null : RetryAfter(response.Headers));
    }

    /// <summary>In seconds or as a date; nobody is left alone for longer than a day.</summary>
    TimeSpan? RetryAfter(HttpResponseHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues("Retry-After", out var values) || values.Count != 1) return null;
        var text = values.ToString().AsSpan().Trim();
        if (!text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9'))
        {
            var isLong = !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
            return isLong || seconds > RetryAfterLimit.TotalSeconds ? RetryAfterLimit : TimeSpan.FromSeconds(seconds);
        }
        if (!RetryConditionHeaderValue.TryParse(text.ToString(), out var read) || read.Date is not { } date) return null;
        var wait = date - _time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > RetryAfterLimit ? RetryAfterLimit : wait;
    }
}
