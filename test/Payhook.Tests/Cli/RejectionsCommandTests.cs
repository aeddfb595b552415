using System.Text;
using System.Text.Json;
using Payhook.Cli;
using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests.Cli;

/// <summary>A wrong secret refuses genuine events; once it is mended, none of them may be lost.</summary>
[Collection(WholeProcess.Name)]
public sealed class RejectionsCommandTests : IDisposable
{
    const string Mended = "the secret of the provider";

    readonly Dictionary<string, string?> _environmentBefore =
        Settings.All.ToDictionary(s => s.Name, s => Environment.GetEnvironmentVariable(s.Name));

    public RejectionsCommandTests()
    {
        foreach (var name in _environmentBefore.Keys) Environment.SetEnvironmentVariable(name, null);
    }

    public void Dispose()
    {
        foreach (var (name, value) in _environmentBefore) Environment.SetEnvironmentVariable(name, value);
    }

    [Theory, EveryStore]
    public async Task Events_refused_for_a_wrong_secret_are_stored_once_it_is_mended(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await RefuseAsync(store, Bodies.Mocked("evt_1"), Bodies.Mocked("evt_2"), Bodies.Real());
        var forged = Encoding.UTF8.GetBytes(Bodies.Mocked("evt_forged"));
        await using (var listener = await TestListener.StartAsync(store))
        {
            await listener.PostAsync(forged, ("X-Razorpay-Signature", new string('0', 64)));
            await listener.Store.Rejections.WaitForAsync(4);
        }
        Use(store, Mended);

        var dry = await RunAsync("rejections", "reverify", "--json");
        Assert.Equal((0, ""), (dry.Code, dry.Errors));
        Assert.Equal(["would-promote evt_1", "would-promote evt_2", "would-promote evt_real", "refused "],
            Lines(dry.Output).Select(ResultOf));
        Assert.Empty(store.EventIds());

        var table = await RunAsync("rejections", "reverify");
        Assert.Contains("3 would-promote\n1 refused\n", table.Output, StringComparison.Ordinal);

        var before = TimeProvider.System.GetUtcNow();
        var done = await RunAsync("rejections", "reverify", "--yes", "--json");
        Assert.Equal((0, ""), (done.Code, done.Errors));
        Assert.Equal(["promoted evt_1", "promoted evt_2", "promoted evt_real", "refused "],
            Lines(done.Output).Select(ResultOf));
        Assert.Equal(["evt_1", "evt_2", "evt_real"], store.EventIds().Order());

        await using var opened = store.Open();
        var cancellation = TestContext.Current.CancellationToken;
        var stored = await opened.EventsWithId("evt_1", true, cancellation).SingleAsync(cancellation);
        var rejection = (await opened.Rejections.KeptAsync()).Single(r => r.PromotedSequence == stored.Sequence);
        Assert.Equal(rejection.ReceivedAt, stored.ReceivedAt);
        Assert.True(stored.ReceivedAt < before);
        Assert.Equal(Bodies.Mocked("evt_1"), Encoding.UTF8.GetString(stored.Body!));
        Assert.NotNull(rejection.PromotedAt);
    }

    [Theory, EveryStore]
    public async Task Promoting_twice_or_what_was_received_since_duplicates_nothing(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await RefuseAsync(store, Bodies.Mocked("evt_1"), Bodies.Mocked("evt_2"));
        await using (var listener = await TestListener.StartAsync(store, ("WEBHOOK_SECRET", Mended)))
        {
            var body = Bodies.Mocked("evt_2");
            Assert.Equal(200, (await listener.PostAsync(body, Signed(body))).Status);
        }
        Use(store, Mended);

        var dry = await RunAsync("rejections", "reverify", "--json");
        Assert.Equal(["would-promote evt_1", "already-stored evt_2"], Lines(dry.Output).Select(ResultOf));
        var first = await RunAsync("rejections", "reverify", "--yes", "--json");
        Assert.Equal(["promoted evt_1", "already-stored evt_2"], Lines(first.Output).Select(ResultOf));
        Assert.Equal((0, "", ""), await RunAsync("rejections", "reverify", "--yes", "--json"));
        store.Scalar("update payhook_rejections set promoted_at = null"); // as if it had been stopped before the mark
        var third = await RunAsync("rejections", "reverify", "--yes", "--json");
        Assert.Equal(["already-stored evt_1", "already-stored evt_2"], Lines(third.Output).Select(ResultOf));
        Assert.Equal(["evt_1", "evt_2"], store.EventIds().Order());
    }

    [Fact]
    public async Task An_event_that_was_refused_twice_would_be_stored_once()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await RefuseAsync(store, Bodies.Mocked("evt_1"), Bodies.Mocked("evt_1"));
        Use(store, Mended);
        var dry = await RunAsync("rejections", "reverify", "--json");
        Assert.Equal(["would-promote evt_1", "already-stored evt_1"], Lines(dry.Output).Select(ResultOf));
        var done = await RunAsync("rejections", "reverify", "--yes", "--json");
        Assert.Equal(["promoted evt_1", "already-stored evt_1"], Lines(done.Output).Select(ResultOf));
    }

    [Fact]
    public async Task Tells_how_to_take_what_its_signed_time_alone_keeps_out()
    {
        using var test = new TestStore(StoreKind.Sqlite);
        const string secret = "whsec_mended", body = """{"id":"evt_1","type":"x","data":{"object":{}}}""";
        var stripe = ProviderCatalog.Find("stripe")!;
        var signed = stripe.Sign(
            Encoding.UTF8.GetBytes(body), new(new Secret(secret)), TimeProvider.System.GetUtcNow().AddDays(-1))!;
        await using (var store = test.Open())
        {
            store.Rejections.Append(
                [Rejections.Of(body, source: "stripe", headers: [.. signed.Headers.Select(h => (h.Key, h.Value))])],
                [], new(10, 1 << 20));
        }
        Use(test, Mended);
        Environment.SetEnvironmentVariable("STRIPE_WEBHOOK_SECRET", secret);
        var refused = await RunAsync("rejections", "reverify");
        Assert.Contains("STRIPE_TOLERANCE_SECONDS=off", refused.Output, StringComparison.Ordinal);
        Environment.SetEnvironmentVariable("STRIPE_TOLERANCE_SECONDS", "off");
        Assert.Equal(["promoted evt_1"],
            Lines((await RunAsync("rejections", "reverify", "--yes", "--json")).Output).Select(ResultOf));
    }

    [Fact]
    public async Task Lists_what_each_cause_means_and_which_event_a_rejection_became()
    {
        using var test = new TestStore(StoreKind.Sqlite);
        await using (var store = test.Open())
        {
            var caused = Rejections.Of("{}") with { Cause = "clock", Explanation = "Its time is 600 seconds off." };
            store.Rejections.Append([caused, caused, Rejections.Of("{}")], [], new(10, 1 << 20));
            store.Rejections.MarkPromoted(2, 4711, Rejections.Moment);
        }
        Use(test, Mended);
        var lines = Lines((await RunAsync("rejections", "list")).Output);
        Assert.Single(lines, "clock: Its time is 600 seconds off.");
        var promoted = Assert.Single(lines, l => l.TrimEnd().EndsWith(" 4711", StringComparison.Ordinal));
        Assert.StartsWith("2 ", promoted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_without_rejections_is_named()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await RefuseAsync(store, Bodies.Mocked("evt_1"));
        Use(store, Mended);
        Assert.Equal("No rejection of the source nobody is kept that has not become an event.\n",
            (await RunAsync("rejections", "reverify", "--source", "nobody")).Output);
    }

    [Fact]
    public async Task A_stale_signed_time_stays_refused_and_the_window_is_told()
    {
        using var test = new TestStore(StoreKind.Sqlite);
        await using var store = test.Open();
        var stripe = new Source("stripe", ProviderCatalog.Find("stripe")!, new Credentials(new Secret("whsec_test")));
        var body = """{"id":"evt_1","object":"event","type":"charge.succeeded","data":{"object":{"id":"ch_1"}}}""";
        var signed = stripe.Provider.Sign(Encoding.UTF8.GetBytes(body), stripe.Credentials, Rejections.Moment)!;
        store.Rejections.Append(
            [Rejections.Of(body, source: "stripe", headers: [.. signed.Headers.Select(h => (h.Key, h.Value))])],
            [], new(10, 1 << 20));
        var sequence = Assert.Single(await store.Rejections.KeptAsync()).Sequence;

        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Rejections.Moment.AddMinutes(4));
        var reverifier = new Reverifier(store, [stripe], time);
        var result = await reverifier.ReverifyAsync(sequence, null, TestContext.Current.CancellationToken);
        Assert.Equal(ReverifyResult.WouldPromote, result!.Result);
        time.Advance(TimeSpan.FromHours(1));
        result = await reverifier.ReverifyAsync(sequence, null, TestContext.Current.CancellationToken);
        Assert.Equal((ReverifyResult.Refused, "outside-tolerance: signed 3840 s ago, clock window: 300 s"),
            (result!.Result, result.Told));
    }

    [Fact]
    public async Task What_another_secret_cannot_change_stays_refused()
    {
        using var test = new TestStore(StoreKind.Sqlite);
        await using var store = test.Open();
        var body = Bodies.Mocked("evt_1");
        var (name, value) = Signed(body);
        store.Rejections.Append(
        [
            Rejections.Of(body, "body-too-large", headers: [(name, value)]),
            Rejections.Of(body, headers: [(name, value)]) with { Body = [] },
            Rejections.Of(body, source: "gone", headers: [(name, value)]),
            Rejections.Of(body, headers: [(name, value), (name, value)]),
        ], [], new(10, 1 << 20));
        Use(test, Mended);
        var ran = await RunAsync("rejections", "reverify", "--yes", "--json");
        Assert.Equal(4, Lines(ran.Output).Count(l => l.Contains("\"refused\"", StringComparison.Ordinal)));
        Assert.Empty(test.EventIds());
    }

    [Fact]
    public async Task The_public_default_secret_stores_nothing()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await RefuseAsync(store, Bodies.Mocked("evt_1"));
        Environment.SetEnvironmentVariable("DATABASE_URL", store.Url);
        var ran = await RunAsync("rejections", "reverify", "--yes");
        Assert.Equal((78, ""), (ran.Code, ran.Output));
        Assert.Contains("public default", ran.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_what_was_refused_and_how_often()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await RefuseAsync(store, Bodies.Mocked("evt_1"), Bodies.Mocked("evt_2"));
        Use(store, Mended);
        var ran = await RunAsync("rejections", "list", "--source", "razorpay", "--reason", "wrong-signature");
        Assert.Equal((0, ""), (ran.Code, ran.Errors));
        Assert.Equal(3, Lines(ran.Output).Count(l => l.Contains("wrong-signature", StringComparison.Ordinal)));
        var json = Lines((await RunAsync("rejections", "list", "--json")).Output);
        Assert.Equal(2, JsonDocument.Parse(json[2]).RootElement.GetProperty("count").GetInt32());
        Assert.All(json[..2], l => Assert.Contains("***", l, StringComparison.Ordinal));
        Assert.Equal("No request was refused.\n",
            (await RunAsync("rejections", "list", "--reason", "invalid-json")).Output);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_told_and_not_made()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        Use(store, Mended);
        var ran = await RunAsync("rejections", "list");
        Assert.Equal((78, ""), (ran.Code, ran.Output));
        Assert.StartsWith("payhook: DATABASE_URL: ", ran.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(store.SqlitePath));
    }

    static void Use(TestStore store, string secret)
    {
        Environment.SetEnvironmentVariable("DATABASE_URL", store.Url);
        Environment.SetEnvironmentVariable("WEBHOOK_SECRET", secret);
    }

    /// <summary>Sends events signed with the provider's secret to a listener that has another one.</summary>
    static async Task RefuseAsync(TestStore store, params string[] bodies)
    {
        await using var listener = await TestListener.StartAsync(store);
        foreach (var body in bodies)
        {
            var answer = await listener.PostAsync(body, Signed(body), ("X-Razorpay-Event-Id", "evt_real"));
            Assert.Equal(403, answer.Status);
        }
        await listener.Store.Rejections.WaitForAsync(bodies.Length);
    }

    static (string Name, string Value) Signed(string body) =>
        ("X-Razorpay-Signature", TestListener.Sign(Encoding.UTF8.GetBytes(body), Mended));

    static string ResultOf(string line)
    {
        var json = JsonDocument.Parse(line).RootElement;
        return $"{json.GetProperty("result")} {string.Join(' ', json.GetProperty("event_ids").EnumerateArray())}";
    }

    static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, errors = new() { NewLine = "\n" };
        var code = await CommandLine.RunAsync(arguments, output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
