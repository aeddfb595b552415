using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Payhook.Tests.Support;

/// <summary>
/// A NATS server with JetStream of a test's own, from the system's package, on a free port and in a temporary
/// directory.
/// </summary>
sealed class PrivateNats : IAsyncDisposable
{
    static readonly string[] Places = ["/usr/sbin/nats-server", "/usr/bin/nats-server", "/usr/local/bin/nats-server"];

    readonly string _directory = Directory.CreateTempSubdirectory("payhook-nats-").FullName;
    readonly string _more;
    Process? _process;

    /// <param name="more">More lines of its configuration.</param>
    public PrivateNats(string more = "")
    {
        _more = more;
        Start();
    }

    public int Port { get; } = Receiver.FreePort();

    public string Url => $"nats://127.0.0.1:{Port}";

    public void Start()
    {
        var config = Path.Combine(_directory, "server.conf");
        File.WriteAllText(config, $$"""
            listen: "127.0.0.1:{{Port}}"
            jetstream { store_dir: "{{_directory}}" }
            {{_more}}
            """);
        var binary = Array.Find(Places, File.Exists) ?? throw new InvalidOperationException(
            "There is no nats-server; ./test.sh installs it (apt-get install nats-server)");
        _process = Process.Start(new ProcessStartInfo(binary, ["-c", config, "-l", Path.Combine(_directory, "log")])
        {
            UseShellExecute = false,
        })!;
        SpinWait.SpinUntil(() => _process.HasExited || IsListening(), TimeSpan.FromSeconds(10));
        if (!IsListening()) throw new InvalidOperationException($"nats-server does not start: {Log()}");
    }

    /// <summary>Ends it as a power cut ends it.</summary>
    public void Kill()
    {
        if (_process is not { } process) return;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        _process = null;
    }

    /// <summary>A client of the test's own.</summary>
    public NatsConnection Connect(string? user = null, string? password = null) => new(new NatsOpts
    {
        Url = Url, AuthOpts = new() { Username = user, Password = password }, SubPendingChannelCapacity = 10_000,
    });

    /// <summary>Makes a stream that takes a subject.</summary>
    public static async Task<INatsJSStream> CreateStreamAsync(
        NatsConnection connection, string subject = "payhook.>", Action<StreamConfig>? change = null)
    {
        var config = new StreamConfig("EVENTS", [subject]);
        change?.Invoke(config);
        return await new NatsJSContext(connection).CreateStreamAsync(config, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        Directory.Delete(_directory, recursive: true);
        return default;
    }

    bool IsListening()
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    string Log()
    {
        var path = Path.Combine(_directory, "log");
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }
}
