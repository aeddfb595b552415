using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Payhook.Tests.Support;

[assembly: AssemblyFixture(typeof(PrivatePostgres.End))]

namespace Payhook.Tests.Support;

/// <summary>
/// A PostgreSQL of the tests' own, from the system's package, in a temporary directory; never a shared one.
/// </summary>
public sealed class PrivatePostgres : IDisposable
{
    static readonly Lazy<PrivatePostgres> Shared = new(static () => new());

    readonly string _directory = Path.Combine(Path.GetTempPath(), $"payhook-postgres-{Guid.NewGuid():N}");
    readonly string _binaries = FindBinaries();
    int _databases;
    bool _isRunning;

    public PrivatePostgres()
    {
        Directory.CreateDirectory(_directory);
        if (IsRoot) Run("chown", "postgres", _directory);
        Port = FreePort();
        RunAsServer("initdb", "-D", Data, "-A", "trust", "-U", "postgres", "--no-sync");
        Start();
    }

    /// <summary>The one that most tests share, each with a database of its own.</summary>
    public static PrivatePostgres Instance => Shared.Value;

    public int Port { get; }

    string Data => Path.Combine(_directory, "data");

    static bool IsRoot => Environment.UserName == "root";

    /// <summary>A new, empty database.</summary>
    public string CreateDatabase()
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        using var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres;Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand($"create database {name}", connection);
        command.ExecuteNonQuery();
        return $"postgresql://postgres@127.0.0.1:{Port}/{name}";
    }

    public void Start()
    {
        RunAsServer(
            "pg_ctl", "-D", Data, "-w", "-t", "60", "-l", Path.Combine(_directory, "log"),
            "-o", $"-p {Port} -k {_directory} -c listen_addresses=127.0.0.1 -c max_connections=200", "start");
        _isRunning = true;
    }

    public void Stop(string mode)
    {
        _isRunning = false;
        RunAsServer("pg_ctl", "-D", Data, "-w", "-m", mode, "stop");
    }

    public void Dispose()
    {
        try
        {
            if (_isRunning) Stop("immediate");
            Directory.Delete(_directory, recursive: true);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            // the directory is temporary
        }
    }

    /// <summary>
    /// Ends the shared one after the last test: hundreds of databases take seconds, more than a process's exit may.
    /// </summary>
    public sealed class End : IDisposable
    {
        public void Dispose()
        {
            if (Shared.IsValueCreated) Shared.Value.Dispose();
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static string FindBinaries()
    {
        const string root = "/usr/lib/postgresql";
        var newest = Directory.Exists(root)
            ? Directory.GetDirectories(root).OrderBy(d => int.Parse(Path.GetFileName(d))).LastOrDefault()
            : null;
        return newest is null
            ? throw new InvalidOperationException(
                $"No PostgreSQL in {root}; ./test.sh installs it (apt-get install postgresql)")
            : Path.Combine(newest, "bin");
    }

    /// <summary>PostgreSQL refuses to run as root, so root becomes the package's user.</summary>
    void RunAsServer(string program, params string[] arguments)
    {
        var path = Path.Combine(_binaries, program);
        if (IsRoot) Run("runuser", ["-u", "postgres", "--", path, .. arguments]);
        else Run(path, arguments);
    }

    static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = "/", // one that the server's user may enter
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        // Not to the end of its output: the server it starts keeps that open.
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed");
    }
}
