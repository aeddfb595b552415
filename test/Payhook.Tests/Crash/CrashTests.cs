using System.Diagnostics;
using Payhook.Tests.Support;

namespace Payhook.Tests.Crash;

/// <summary>What a 200 promises, held while the process is killed, stopped, and its store taken away.</summary>
public sealed class CrashTests
{
    /// <summary>Rounds of kill -9 on each store; more by the environment, for a longer look.</summary>
    static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("PAYHOOK_CRASH_ROUNDS") ?? "20");

    [Theory, EveryStore]
    public async Task Every_event_answered_200_survives_kill_9_under_load_and_none_is_there_twice(StoreKind kind)
    {
        using var store = new TestStore(kind);
        var port = PrivatePostgres.FreePort();
        var acknowledged = new List<string>();
        for (var round = 1; round <= Rounds; round++)
        {
            using var process = await PayhookProcess.ListenAsync(store, port);
            await using var load = new Load(port, $"evt_{round}");
            await load.WaitForMoreAsync(50 + Random.Shared.Next(200));
            process.Kill();
            await load.StopAsync();
            acknowledged.AddRange(load.Acknowledged);
        }

        using (var process = await PayhookProcess.ListenAsync(store, port))
            Assert.Equal(0, await process.TerminateAsync());
        var stored = store.EventIds();
        Assert.Empty(acknowledged.Except(stored));
        Assert.Equal(stored.Distinct().Count(), stored.Count);
        Assert.True(acknowledged.Count >= Rounds * 50);
    }

    [Theory, EveryStore]
    public async Task On_SIGTERM_it_finishes_what_it_accepted_and_exits_0(StoreKind kind)
    {
        using var store = new TestStore(kind);
        var port = PrivatePostgres.FreePort();
        using var process = await PayhookProcess.ListenAsync(store, port);
        await using var load = new Load(port, "evt");
        await load.WaitForMoreAsync(500);

        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await process.TerminateAsync());
        await load.StopAsync();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"stopping took {watch.Elapsed}");
        Assert.Empty(load.Acknowledged.Except(store.EventIds()));
        Assert.DoesNotContain(500, load.Refused);
        Assert.Equal("", process.Errors);
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("immediate")]
    public async Task A_database_stopped_under_load_costs_503s_and_nothing_else(string mode)
    {
        using var postgres = new PrivatePostgres();
        using var store = new TestStore(postgres);
        var port = PrivatePostgres.FreePort();
        using var process = await PayhookProcess.ListenAsync(store, port);
        await using var load = new Load(port, "evt");
        await load.WaitForMoreAsync(300);

        postgres.Stop(mode);
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        postgres.Start();
        await load.WaitForMoreAsync(300);
        await load.StopAsync();

        Assert.Contains(503, load.Refused);
        Assert.All(load.Refused, status => Assert.Equal(503, status));
        Assert.Empty(load.Acknowledged.Except(store.EventIds()));
    }

    [Fact]
    public async Task A_full_disk_gives_503_and_the_listener_recovers_when_there_is_space_again()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root may mount a small file system");
        using var disk = new SmallDisk(megabytes: 3);
        using var store = new TestStore(disk.Path);
        await using var listener = await TestListener.StartAsync(store);
        var acknowledged = new List<string>();
        var pad = new string('x', 100_000);
        string Body(int i) => $$"""{"id":"evt_{{i}}","event":"x.y","pad":"{{pad}}"}""";

        var answer = default(Answer);
        var next = 0;
        for (; next < 200; next++)
        {
            answer = await listener.PostAsync(Body(next));
            if (answer.Status != 200) break;
            acknowledged.Add($"evt_{next}");
        }
        Contract.ReceiveContractTests.AssertProblem(answer!, 503, "The store is not available now");

        disk.Grow(megabytes: 40);
        for (var end = next + 20; next < end; next++)
        {
            Assert.Equal("success", (await listener.PostAsync(Body(next))).Member("status"));
            acknowledged.Add($"evt_{next}");
        }
        Assert.Empty(acknowledged.Except(store.EventIds()));
        Assert.Equal(200, (await listener.GetAsync("/health")).Status);
        Assert.Equal("ok", store.Scalar("pragma integrity_check"));
    }

    [Fact]
    public async Task A_database_file_that_was_deleted_gives_503_and_never_a_200_into_nothing()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        Assert.Equal(200, (await listener.PostAsync(Bodies.Mocked("evt_1"))).Status);

        File.Delete(store.SqlitePath);

        Assert.Equal(503, (await listener.PostAsync(Bodies.Mocked("evt_2"))).Status);
        Assert.Equal(503, (await listener.GetAsync("/health")).Status);
    }

    /// <summary>A file system in memory that is full when a test says so.</summary>
    sealed class SmallDisk : IDisposable
    {
        public SmallDisk(int megabytes)
        {
            Path = Directory.CreateTempSubdirectory("payhook-disk-").FullName;
            Mount("-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", Path);
        }

        public string Path { get; }

        public void Grow(int megabytes) => Mount("-o", $"remount,size={megabytes}m", Path);

        public void Dispose()
        {
            using var umount = Process.Start("umount", ["-l", Path])!;
            umount.WaitForExit();
            Directory.Delete(Path);
        }

        static void Mount(params string[] arguments)
        {
            using var mount = Process.Start("mount", arguments)!;
            mount.WaitForExit();
            Assert.Equal(0, mount.ExitCode);
        }
    }
}
