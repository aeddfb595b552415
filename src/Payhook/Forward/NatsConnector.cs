using System.Net;
using System.Net.Sockets;
using NATS.Client.Core;

namespace Payhook.Forward;

/// <summary>
/// Connects to a NATS server, and to those of its cluster that it tells of, only where a delivery may go; and
/// remembers why it could not, which the client does not tell.
/// </summary>
sealed class NatsConnector(OutboundGuard guard, bool isTls) : INatsSocketConnectionFactory
{
    volatile OutboundException? _last;

    /// <summary>Why the last try failed before there was a connection; null where it did not.</summary>
    public OutboundRefusal? LastRefusal => _last?.Refusal;

    public async ValueTask<INatsSocketConnection> ConnectAsync(
        Uri uri, NatsOpts opts, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await guard.ConnectAsync(new DnsEndPoint(uri.IdnHost, uri.Port), isTls, cancellationToken);
            _last = null;
            return new Connection((NetworkStream)stream);
        }
        catch (OutboundException e)
        {
            _last = e;
            throw;
        }
    }

    /// <summary>One connection; the client sets TLS up on its socket.</summary>
    sealed class Connection(NetworkStream stream) : INatsTlsUpgradeableSocketConnection
    {
        public Socket Socket => stream.Socket;

        public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer) => Socket.SendAsync(buffer);

        public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => Socket.ReceiveAsync(buffer);

        public ValueTask DisposeAsync() => stream.DisposeAsync();
    }
}
