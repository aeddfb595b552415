using System.Net;
using System.Net.Sockets;

namespace Payhook.Forward;

/// <summary>Finds the addresses of a name; tests put their own in its place.</summary>
delegate Task<IPAddress[]> ResolveName(string host, CancellationToken cancellation);

/// <summary>Why a destination is not connected to.</summary>
/// <param name="Failure">The class of it.</param>
/// <param name="Detail">The reason in words, without secrets.</param>
readonly record struct OutboundRefusal(FailureClass Failure, string Detail);

/// <summary>A connection that was not made, on its way up through a client.</summary>
sealed class OutboundException(OutboundRefusal refusal, Exception? cause = null)
    : IOException(refusal.Detail, cause)
{
    public OutboundRefusal Refusal => refusal;
}

/// <summary>
/// No way in through the way out: deliveries go to public addresses through TLS, or to what the operator named. It is
/// the address that counts, at the moment of connecting, since a name may lead elsewhere a moment later.
/// </summary>
sealed class OutboundGuard(PrivateDestinations allowed, ResolveName? resolve = null)
{
    const int AddressesLimit = 8;

    readonly ResolveName _resolve = resolve ?? Dns.GetHostAddressesAsync;

    /// <summary>
    /// What can be told before the name is looked up; null where nothing speaks against it. To be asked where a
    /// destination is set up, too.
    /// </summary>
    public OutboundRefusal? Refuses(Uri url)
    {
        if (!url.IsAbsoluteUri || url.IdnHost.Length == 0 || (url.Scheme != "https" && url.Scheme != "http"))
            return new(FailureClass.Setup, "The URL must begin with https:// and a host");
        if (url.UserInfo.Length > 0)
            return new(FailureClass.Setup, "The URL must hold no user and password; headers can");
        if (url.Port is <= 0 or > 65535) return new(FailureClass.Setup, "The URL has no port that can be connected to");
        var isTls = url.Scheme == "https";
        if (IPAddress.TryParse(url.IdnHost, out var address))
            return IsOpen(url.IdnHost, url.Port, address, isTls) ? null : Closed(PublicAddress.IsPublic(address));
        return isTls || allowed.MayAllow(url.IdnHost, url.Port) ? null : Closed(isPublic: true);
    }

    /// <summary>Connects to an address that was found, checked, and is the one that is connected to.</summary>
    /// <param name="target">A name or an address, and a port.</param>
    /// <param name="isTls">Whether TLS is spoken there.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OutboundException">There is no such address, it is not open, or nobody is there.</exception>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint target, bool isTls, CancellationToken cancellation)
    {
        var found = await ResolveAsync(target.Host, cancellation);
        IPAddress[] open = [.. found.Where(a => IsOpen(target.Host, target.Port, a, isTls)).Take(AddressesLimit)];
        if (open.Length == 0) throw new OutboundException(Closed(found.Any(PublicAddress.IsPublic)));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(open, target.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new OutboundException(e.SocketErrorCode == SocketError.TimedOut
                ? new(FailureClass.Timeout, "The connection was not made in time")
                : new(FailureClass.Refused, "Nobody listens there, or it cannot be reached"), e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var literal)) return [literal];
        try
        {
            var found = await _resolve(host, cancellation);
            if (found.Length > 0) return found;
        }
        catch (Exception e) when (e is SocketException or ArgumentException) // no such name, or none that could be
        {
            throw new OutboundException(new(FailureClass.Dns, "The name cannot be resolved"), e);
        }
        throw new OutboundException(new(FailureClass.Dns, "The name has no address"));
    }

    bool IsOpen(string host, int port, IPAddress address, bool isTls) =>
        (isTls && PublicAddress.IsPublic(address)) || allowed.Allow(host, port, address);

    static OutboundRefusal Closed(bool isPublic) => isPublic
        ? new(FailureClass.Setup, "Without TLS only what ALLOW_PRIVATE_DESTINATIONS names is sent to: use https")
        : new(FailureClass.PrivateAddress,
            "The address is not on the internet, and ALLOW_PRIVATE_DESTINATIONS does not name it");
}
