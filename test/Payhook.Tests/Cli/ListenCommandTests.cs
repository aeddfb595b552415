using System.Text;
using Payhook.Cli;
using Payhook.Tests.Support;

namespace Payhook.Tests.Cli;

/// <summary>The command line of listening: what it takes, and what it says where it cannot listen.</summary>
[Collection(WholeProcess.Name)]
public sealed class ListenCommandTests
{
    const string Master = "0123456789abcdef-master";

    [Theory, EveryStore]
    public async Task Takes_only_what_was_asked_for_and_tells_it_in_JSON(StoreKind kind)
    {
        using var surroundings = new OwnSurroundings("PAYHOOK_API_KEY");
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("API_KEYS", Master));
        using var application = new Receiver((200, "ok"), (404, ""));
        await listener.PostAsync(Bodies.Mocked("a", type: "payment.captured"));
        await listener.PostAsync(Bodies.Mocked("b", type: "order.paid"));
        await listener.PostAsync(Bodies.Mocked("c", type: "refund.created"));
        await listener.Store.SettledAsync();
        Environment.SetEnvironmentVariable("PAYHOOK_API_KEY", Master);

        var run = await CliRun.OfAsync("listen", "--server", Url(listener), "--forward-to", application.Url,
            "--only", "payment.*", "--only", "refund.*", "--source", "razorpay", "--from", "start", "--limit", "2",
            "--json");

        Assert.Equal(0, run.Code);
        Assert.Equal([("a", 200), ("c", 404)], run.Json.Select(j =>
            (j.GetProperty("event_id").GetString()!, j.GetProperty("status").GetInt32())));
        var first = run.Json[0];
        Assert.Equal(("payment.captured", "pay_1", "razorpay", false), (first.GetProperty("event_type").GetString(),
            first.GetProperty("payment_id").GetString(), first.GetProperty("source").GetString(),
            first.GetProperty("again").GetBoolean()));
        Assert.True(first.GetProperty("duration_ms").GetDouble() > 0);
        Assert.Equal(2, application.Requests.Count);
        Assert.Contains($"listening to {Url(listener)}", run.ErrorLines[0]);
        Assert.Contains("handed on 2: 1 with success, 1 refused", run.ErrorLines[^1]);
        Assert.DoesNotContain(Master, run.Output + run.Errors);
    }

    [Fact]
    public async Task Finds_the_listener_of_its_settings_without_a_key_and_goes_on_from_a_cursor()
    {
        using var surroundings = new OwnSurroundings("PAYHOOK_API_KEY");
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        using var application = new Receiver((200, "ok"));
        foreach (var id in new[] { "a", "b" }) await listener.PostAsync(Bodies.Mocked(id));
        surroundings.Write(".env", Encoding.UTF8.GetBytes($"PORT={listener.Client.BaseAddress!.Port}\nHOST=127.0.0.1"));
        var run = await CliRun.OfAsync("listen", "--forward-to", application.Url, "--from", "0-1", "--limit", "1");
        Assert.Equal(0, run.Code);
        Assert.Equal(Bodies.Mocked("b"), Encoding.UTF8.GetString(Assert.Single(application.Requests).Body));
        Assert.Contains("--from 0-2", run.ErrorLines[^1]);
    }

    [Fact]
    public async Task Tells_who_may_not_listen_what_is_missing_and_sends_nothing()
    {
        using var surroundings = new OwnSurroundings("PAYHOOK_API_KEY");
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("API_KEYS", Master));
        using var application = new Receiver((200, "ok"));
        await listener.PostAsync(Bodies.Mocked("a"));
        var (readOnly, text) = ApiKey.Create("r", Scopes.Read, null, "cli:me", TimeProvider.System.GetUtcNow());
        listener.Store.Keys.Add(readOnly, AuditEntry.Created(readOnly));
        foreach (var (key, told) in new[]
        {
            ("", "asks for a key. Give one with --api-key or PAYHOOK_API_KEY"),
            ("phk_wrong", "does not know this key"),
            (text, "scope 'pii'"),
        })
        {
            string[] given = key.Length > 0 ? ["--api-key", key] : [];
            var run = await CliRun.OfAsync(
                ["listen", "--server", Url(listener), "--forward-to", application.Url, "--from", "start", .. given]);
            Assert.Equal((1, ""), (run.Code, run.Output));
            Assert.Contains(told, Assert.Single(run.ErrorLines));
            Assert.Contains("--scope read --scope pii", run.Errors);
            Assert.True(key.Length == 0 || !run.Errors.Contains(key));
        }
        Assert.Empty(application.Requests);
    }

    [Fact]
    public async Task Tells_a_server_that_is_not_there_or_is_none_and_a_cursor_of_elsewhere()
    {
        using var surroundings = new OwnSurroundings("PAYHOOK_API_KEY");
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        await listener.PostAsync(Bodies.Mocked("a"));
        using var other = new Receiver((200, "hello"));
        using var leading = new Receiver((302, ""));
        foreach (var (server, from, told) in new[]
        {
            ($"http://localhost:{Receiver.FreePort()}", "now", "cannot be reached"),
            (other.Url, "now", "is no Payhook"), (leading.Url, "now", "leads elsewhere"),
            (Url(listener), "0-ffff", "ahead of everything"),
        })
        {
            var run = await CliRun.OfAsync(
                "listen", "--server", server, "--forward-to", "http://localhost:1/", "--from", from);
            Assert.Equal(1, run.Code);
            Assert.Contains(told, Assert.Single(run.ErrorLines));
        }
    }

    [Theory]
    [InlineData("--forward-to")]
    [InlineData("--forward-to", "--forward-to", "localhost:3000")]
    [InlineData("--forward-to", "--forward-to", "file:///etc/passwd")]
    [InlineData("--forward-to", "--forward-to", "http://a:b@localhost")]
    [InlineData("--server", "--forward-to", "http://localhost", "--server", "x")]
    [InlineData("--from", "--forward-to", "http://localhost", "--from", "yesterday")]
    [InlineData("--limit", "--forward-to", "http://localhost", "--limit", "0")]
    [InlineData("--api-key", "--forward-to", "http://localhost", "--api-key", "a\nb")]
    public async Task Names_the_option_that_is_wrong(string option, params string[] arguments)
    {
        var run = await CliRun.OfAsync(["listen", .. arguments]);
        Assert.Equal(ExitCodes.Usage, run.Code);
        Assert.Contains(option, run.Errors);
    }

    static string Url(TestListener listener) => listener.Client.BaseAddress!.ToString();
}
