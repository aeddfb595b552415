using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Crash;

/// <summary>How the real process starts, and how it refuses to: one clear line and a documented exit code.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("WEBHOOK_SECRET", "", 78)]
    [InlineData("WEBHOOK_SECRET", " padded ", 78)]
    [InlineData("WEBHOOK_SECRET_FILE", "/nowhere/secret", 78)]
    [InlineData("DATABASE_URL", "mysql://root@localhost/x", 78)]
    [InlineData("DATABASE_URL", "nonsense", 78)]
    [InlineData("DATABASE_URL", "sqlite:////nowhere/at/all/events.db", 78)]
    [InlineData("DATABASE_URL", "sqlite:////proc/events.db", 78)]
    [InlineData("PORT", "70000", 78)]
    [InlineData("PORT", "eight", 78)]
    [InlineData("HOST", "example.com", 78)]
    [InlineData("BODY_LIMIT_BYTES", "1", 78)]
    [InlineData("LOG_FORMAT", "xml", 78)]
    [InlineData("HOST", "0.0.0.0", 78, "WEBHOOK_SECRET")] // with the public default secret
    public async Task A_wrong_setting_ends_the_start_with_one_line_that_names_it(
        string name, string value, int exitCode, string? named = null)
    {
        var directory = Directory.CreateTempSubdirectory("payhook-start-");
        using var process = PayhookProcess.Start(directory.FullName, [(name, value)]);

        Assert.Equal(exitCode, await process.WaitAsync());
        var line = Assert.Single(process.Errors.Trim().Split('\n'));
        Assert.StartsWith($"payhook: {named ?? name}", line);
        Assert.Contains("Example: ", line);
        Assert.DoesNotContain("   at ", line);
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_port_in_use_ends_the_start_with_69()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        using var process = PayhookProcess.Start(
            Path.GetTempPath(),
            [("DATABASE_URL", store.Url), ("PORT", $"{listener.Client.BaseAddress!.Port}"), ("HOST", "127.0.0.1")]);

        Assert.Equal(69, await process.WaitAsync());
        Assert.StartsWith("payhook: PORT", process.Errors);
        Assert.DoesNotContain("Exception", process.Output);
    }

    [Fact]
    public async Task A_database_that_is_away_is_waited_for_and_then_ends_the_start_with_69()
    {
        using var process = PayhookProcess.Start(Path.GetTempPath(),
            [
                ("DATABASE_URL", "postgresql://u:very-secret@127.0.0.1:1/db"),
                ("DATABASE_WAIT_SECONDS", "1"),
                ("PORT", "0"),
            ]);

        Assert.Equal(69, await process.WaitAsync());
        Assert.StartsWith("payhook: DATABASE_URL", process.Errors);
        Assert.DoesNotContain("very-secret", process.Errors + process.Output);
        Assert.Contains("waiting for the database", process.Output);
    }

    [Fact]
    public async Task The_default_start_needs_no_setting_warns_and_answers()
    {
        var directory = Directory.CreateTempSubdirectory("payhook-start-");
        var port = PrivatePostgres.FreePort();
        using var process = PayhookProcess.Start(directory.FullName, [("PORT", $"{port}")]);
        using var client = new HttpClient();
        for (var i = 0; i < 200 && !process.Output.Contains("public default"); i++)
            await Task.Delay(25, TestContext.Current.CancellationToken);

        using var health = await client.GetAsync(
            $"http://localhost:{port}/health", TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)health.StatusCode);
        Assert.True(File.Exists(Path.Combine(directory.FullName, "webhooks.db")));
        if (!OperatingSystem.IsWindows())
        {
            var mode = File.GetUnixFileMode(Path.Combine(directory.FullName, "webhooks.db"));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode);
        }
        Assert.Contains("WEBHOOK_SECRET is the public default", process.Output);
        Assert.Equal(0, await process.TerminateAsync());
        directory.Delete(recursive: true);
    }

    [Theory, EveryStore]
    public async Task Several_processes_may_start_at_once_on_a_new_store(StoreKind kind)
    {
        using var store = new TestStore(kind);
        var ports = Enumerable.Range(0, 4).Select(_ => PrivatePostgres.FreePort()).ToList();
        var processes = await Task.WhenAll(ports.Select(port => PayhookProcess.ListenAsync(store, port)));
        using var client = new HttpClient();
        foreach (var port in ports)
        {
            using var health = await client.GetAsync(
                $"http://127.0.0.1:{port}/health", TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)health.StatusCode);
        }
        foreach (var process in processes)
        {
            Assert.Equal(0, await process.TerminateAsync());
            process.Dispose();
        }
        Assert.Equal(SchemaScript.Of("sqlite").Count, store.Count("payhook_schema"));
    }

    [Theory, EveryStore]
    public async Task A_newer_schema_is_refused_with_a_clear_message(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await store.Open().DisposeAsync();
        store.Scalar("insert into payhook_schema values (999, 'future', '2030-01-01 00:00:00Z')");
        using var process = PayhookProcess.Start(
            Path.GetTempPath(), [("DATABASE_URL", store.Url), ("PORT", "0"), ("HOST", "127.0.0.1")]);

        Assert.Equal(78, await process.WaitAsync());
        Assert.Contains("schema version 999", process.Errors);
        Assert.Single(process.Errors.Trim().Split('\n'));
    }

    [Fact]
    public async Task The_log_holds_a_line_for_each_request_and_no_secret_signature_key_or_body()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        var port = PrivatePostgres.FreePort();
        const string key = "a-key-for-reading-0123456789";
        var log = "";
        using (var process = await PayhookProcess.ListenAsync(
            store, port, ("API_KEYS", key), ("LOG_FORMAT", "json"), ("LOG_LEVEL", "debug")))
        {
            await using (var load = new Load(port, "evt", senders: 1)) await load.WaitForMoreAsync(3);
            using var client = new HttpClient();
            client.DefaultRequestHeaders.Add("X-API-Key", key);
            await client.GetAsync(
                $"http://127.0.0.1:{port}/payments/pay_1/events", TestContext.Current.CancellationToken);
            await process.TerminateAsync();
            log = process.Output;
        }

        var line = log.Split('\n').First(l => l.Contains("\"evt_1\""));
        foreach (var member in new[]
        {
            "request_id", "source", "event_id", "payment_id", "outcome", "duration_ms", "time", "level",
        })
            Assert.Contains($"\"{member}\":", line);
        var body = System.Text.Encoding.UTF8.GetBytes(Bodies.Mocked("evt_1"));
        Assert.DoesNotContain(TestListener.Sign(body), log);
        Assert.DoesNotContain(TestListener.Secret, log);
        Assert.DoesNotContain(key, log);
        Assert.DoesNotContain("\"amount\"", log);
        Assert.DoesNotContain("amount\\\"", log);
    }
}
