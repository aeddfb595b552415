using NATS.Client.Core;
using NATS.Client.JetStream;
using Payhook.Forward;

namespace Payhook.Tests.Support;

/// <summary>
/// The other side of the NATS sink, for the suite that all sinks share: a real server, whose stream is taken away
/// where nobody shall confirm, and which is killed where it shall die.
/// </summary>
sealed class NatsMoodPeer : ITestPeer
{
    readonly List<byte[]> _bodies = [];
    PrivateNats? _server;
    NatsConnection? _connection;
    INatsJSStream? _stream;
    Task _reading = Task.CompletedTask;
    PeerMood _mood;

    public static async Task<NatsMoodPeer> StartAsync(PeerMood mood)
    {
        var peer = new NatsMoodPeer { _mood = mood };
        if (mood == PeerMood.IsAway) return peer;
        peer._server = new();
        await peer.ServeAsync();
        return peer;
    }

    public PeerMood Mood
    {
        get => _mood;
        set
        {
            _mood = value;
            ChangeAsync().GetAwaiter().GetResult();
        }
    }

    public IReadOnlyList<byte[]> Bodies
    {
        get
        {
            // What the stream has is with the reader a moment later.
            var stored = _stream is null ? 0 : StoredAsync().GetAwaiter().GetResult();
            SpinWait.SpinUntil(() => Count() >= stored, TimeSpan.FromSeconds(5));
            lock (_bodies) return [.. _bodies];
        }
    }

    public ISink Open(BodyForm form, TimeSpan timeout) => Outbound.Sink(new()
    {
        Name = "peer",
        Sink = SinkKind.Nats,
        Url = new(_server?.Url ?? $"nats://127.0.0.1:{Receiver.FreePort()}"),
        Body = form,
        Timeout = timeout,
    });

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        await _reading;
    }

    async Task ServeAsync()
    {
        _connection = _server!.Connect();
        var messages = await _connection.SubscribeCoreAsync<byte[]>("payhook.>",
            serializer: NatsRawSerializer<byte[]>.Default);
        await _connection.PingAsync();
        if (_mood == PeerMood.Takes)
        {
            _stream = await PrivateNats.CreateStreamAsync(_connection);
            // What came before is not in it.
            lock (_bodies) _bodies.Clear();
        }
        _reading = Task.Run(async () =>
        {
            await foreach (var message in messages.Msgs.ReadAllAsync())
            {
                lock (_bodies) _bodies.Add(message.Data ?? []);
                if (_mood == PeerMood.Dies) _server.Kill();
            }
        });
    }

    async Task ChangeAsync()
    {
        await _connection!.DisposeAsync();
        await _reading;
        _server!.Kill();
        _server.Start();
        await ServeAsync();
    }

    async Task<long> StoredAsync()
    {
        await _stream!.RefreshAsync();
        return _stream.Info.State.Messages;
    }

    int Count()
    {
        lock (_bodies) return _bodies.Count;
    }
}
