using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Payhook.Outside;

/// <summary>One answer of a server. <see langword="default"/> (status 0) is none.</summary>
readonly record struct HttpAnswer(int Status, byte[] Body);

/// <summary>
/// Calls servers without letting an answer, or a name, lead it astray: no redirect, no proxy, no cookie, no address
/// that is not public, no body without end, no wait without end. Never throws.
/// </summary>
sealed class BoundedFetch : IDisposable
{
    const int AddressesLimit = 8, ResponseHeadersLimitKilobytes = 16;

    readonly HttpClient _client;
    readonly OutsideAddresses _addresses;
    readonly OutsideLimits _limits;
    readonly TimeProvider _time;

    public BoundedFetch(OutsideAddresses addresses, OutsideLimits limits, TimeProvider time)
    {
        (_addresses, _limits, _time) = (addresses, limits, time);
        var trust = new X509ChainPolicy
        {
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        if (addresses.ServerRoots is { } roots)
        {
            trust.TrustMode = X509ChainTrustMode.CustomRootTrust;
            trust.CustomTrustStore.AddRange(roots);
        }
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = ResponseHeadersLimitKilobytes,
            MaxConnectionsPerServer = Math.Max(limits.DownloadsAtOnce, limits.CallsAtOnce),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // names move
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust },
            ConnectCallback = ConnectAsync,
        };
        _client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("payhook");
    }

    public Task<HttpAnswer> GetAsync(Uri address, CancellationToken cancellation) =>
        SendAsync(() => new(HttpMethod.Get, address), cancellation);

    /// <summary>
    /// The answer, whatever its status; none where it did not come whole, in time and below the limit.
    /// </summary>
    public async Task<HttpAnswer> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(_limits.CallDeadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            using var request = make();
            using var response = await _client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.Content.Headers.ContentLength > _limits.AnswerLimitBytes) return default;
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
            return await ReadAsync(stream, either.Token) is { } body ? new((int)response.StatusCode, body) : default;
        }
        catch (Exception) // a server's doing, a name's or the network's: to the caller it is all no answer
        {
            return default;
        }
    }

    public void Dispose() => _client.Dispose();

    async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        var buffer = new byte[8192];
        while (await stream.ReadAsync(buffer, cancellation) is > 0 and var count)
        {
            if (body.Length + count > _limits.AnswerLimitBytes) return null;
            body.Write(buffer, 0, count);
        }
        return body.ToArray();
    }

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var target = context.DnsEndPoint;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (_addresses.ConnectTo(target) is { } given)
            {
                await socket.ConnectAsync(given, cancellation);
            }
            else
            {
                // What was checked is what is connected to: a second look-up of the name could say something else.
                var found = await Dns.GetHostAddressesAsync(target.Host, cancellation);
                IPAddress[] open = [.. found.Where(PublicAddress.IsPublic).Take(AddressesLimit)];
                if (open.Length == 0) throw new IOException("The name leads to no public address");
                await socket.ConnectAsync(open, target.Port, cancellation);
            }
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
