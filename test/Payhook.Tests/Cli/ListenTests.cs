using System.Net;
using System.Text;
using System.Text.Json;
using Payhook.Cli;
using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests.Cli;

/// <summary>An application on a developer's machine gets what it would get from the provider itself.</summary>
public sealed class ListenTests
{
    const string StripeSecret = "whsec_abcdefgh";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Hands_on_bytes_and_headers_so_that_the_providers_own_verification_passes(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("STRIPE_WEBHOOK_SECRET", StripeSecret));
        using var application = new Receiver((200, "ok"));
        var razorpay = Encoding.UTF8.GetBytes("\uFEFF " + Bodies.Real(paymentId: "pay_ü") + "\r\n");
        await listener.PostAsync(razorpay,
            ("X-Razorpay-Event-Id", "evt_real"), ("Content-Type", "application/json;charset=UTF-8"));
        const string stripe = """{"id":"evt_s","type":"charge.succeeded","data":{"object":{"id":"ch_1"}}}""";
        await listener.PostSignedAsync("/webhook/stripe", "stripe", StripeSecret, stripe);
        await listener.Store.SettledAsync();

        using var heard = new Listening(listener, application.Url + "hooks?a=b", o => o with { LimitEvents = 2 });
        await heard.Run.RunAsync(Cancellation);

        var (first, second) = (application.Requests[0], application.Requests[1]);
        Assert.Equal(razorpay, first.Body);
        Assert.Equal(("POST", "/hooks?a=b"), (first.Method, first.Target));
        Assert.Equal("application/json;charset=UTF-8", first.Headers["Content-Type"]);
        Assert.Equal("evt_real", first.Headers["X-Razorpay-Event-Id"]);
        Assert.Equal(Verdict.Verified, Verify("razorpay", TestListener.Secret, first));
        Assert.Equal(stripe, Encoding.UTF8.GetString(second.Body));
        Assert.Equal(Verdict.Verified, Verify("stripe", StripeSecret, second));
        Assert.DoesNotContain(first.Headers.Keys.Concat(second.Headers.Keys),
            name => name is "Authorization" or "X-API-Key" or "traceparent");
        Assert.Matches(@"^\d\d:\d\d:\d\d  payment\.captured +pay_ü +200 +\d+ ms$", heard.Lines[0]);
        Assert.Matches(@"^\d\d:\d\d:\d\d  charge\.succeeded +\S+ +200 +\d+ ms$", heard.Lines[1]);
        Assert.Equal(heard.Lines[0].IndexOf("200", StringComparison.Ordinal),
            heard.Lines[1].IndexOf("200", StringComparison.Ordinal));

        static Verdict Verify(string provider, string secret, Received request)
        {
            var found = ProviderCatalog.Find(provider)!;
            Assert.True(found.TryReadKey(secret, out var key));
            var headers = new DictionaryHeaders(request.Headers);
            return found.Verify(new(headers, request.Body) { ReceivedAt = TimeProvider.System.GetUtcNow() },
                new Credentials(key!)).Verdict;
        }
    }

    [Theory, EveryStore]
    public async Task Comes_back_to_a_listener_that_was_away_and_neither_loses_nor_doubles_an_event(StoreKind kind)
    {
        using var store = new TestStore(kind);
        var port = $"{Receiver.FreePort()}";
        var listener = await TestListener.StartAsync(store, ("PORT", port));
        using var application = new Receiver((200, "ok"));
        using var heard = new Listening(listener, application.Url, o => o with { LimitEvents = 9, From = "now" });
        await listener.PostAsync(Bodies.Mocked("before"));
        await listener.Store.SettledAsync();
        var running = heard.Run.RunAsync(Cancellation);
        await heard.WaitForAsync("listening to");

        var expected = new List<string>();
        for (var round = 0; round < 3; round++)
        {
            await PostAsync(listener, $"up-{round}");
            await UntilAsync(() => application.Requests.Count == expected.Count);
            await listener.StopAsync();
            await listener.DisposeAsync();
            // What another listener takes meanwhile is told when this one is back.
            await using (var other = await TestListener.StartAsync(store))
            {
                await PostAsync(other, $"away-{round}");
                await PostAsync(other, $"late-{round}");
            }
            listener = await TestListener.StartAsync(store, ("PORT", port));
        }
        await running;
        await listener.DisposeAsync();
        await Task.Delay(100, Cancellation);
        Assert.Equal(expected, application.Requests.Select(r => IdOf(r.Body)));
        Assert.Contains("nothing is lost", heard.Errors.ToString());
        Assert.StartsWith("handed on 9: 9 with success, 0 refused, 0 without", heard.Run.Summary);

        async Task PostAsync(TestListener to, string id)
        {
            expected.Add(id);
            Assert.Equal(200, (await to.PostAsync(Bodies.Mocked(id))).Status);
        }
    }

    [Fact]
    public async Task Goes_on_where_the_application_is_down_and_tells_so()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        foreach (var id in new[] { "a", "b" }) await listener.PostAsync(Bodies.Mocked(id));
        var nobody = $"http://localhost:{Receiver.FreePort()}/";
        using var heard = new Listening(listener, nobody, o => o with { LimitEvents = 2 }, isJson: true);
        await heard.Run.RunAsync(Cancellation);
        Assert.Equal(["a", "b"], heard.Json.Select(j => j.GetProperty("event_id").GetString()));
        Assert.All(heard.Json, j => Assert.Equal((JsonValueKind.Null, "refused"),
            (j.GetProperty("status").ValueKind, j.GetProperty("failure").GetString())));
        Assert.Equal("handed on 2: 0 with success, 0 refused, 2 without an answer. "
            + $"To go on from here: --from {heard.Json[1].GetProperty("cursor").GetString()}", heard.Run.Summary);
    }

    [Fact]
    public async Task Waits_for_an_application_that_is_down_where_it_is_told_to()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        foreach (var id in new[] { "a", "b" }) await listener.PostAsync(Bodies.Mocked(id));
        var url = $"http://localhost:{Receiver.FreePort()}/";
        using var heard = new Listening(listener, url, o => o with { LimitEvents = 2, Retries = true });
        var running = heard.Run.RunAsync(Cancellation);
        await UntilAsync(() => heard.Lines.Length == 1);
        await Task.Delay(100, Cancellation);
        Assert.Contains("refused", Assert.Single(heard.Lines));

        using var late = new HttpListener { Prefixes = { url } };
        late.Start();
        var bodies = new List<string>();
        foreach (var status in new[] { 500, 200 })
        {
            var context = await late.GetContextAsync();
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body, Cancellation);
            bodies.Add(IdOf(body.ToArray()));
            context.Response.StatusCode = status;
            context.Response.Close();
        }
        await running;
        Assert.Equal(["a", "b"], bodies);
        Assert.Matches("500 .* again$", heard.Lines[1]);
        Assert.Matches("200 .* ms$", heard.Lines[2]);
        Assert.StartsWith("handed on 2: 1 with success, 1 refused, 0 without", heard.Run.Summary);
    }

    [Theory, EveryStore]
    public async Task Hands_a_delivery_with_several_events_on_once_and_whole(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        using var application = new Receiver((200, "ok"));
        var bytes = new PooledBytes(64);
        System.Buffers.BuffersExtensions.Write(bytes, "[one,two]"u8);
        var first = Receipts.Of(new Source("many", ProviderCatalog.All[0], new Credentials()),
            new DictionaryHeaders([]), [Event("one", 1, 4), Event("two", 5, 8)], 1, Receipted.Moment, bytes);
        using (var writer = listener.Store.OpenWriter()) writer.Append(first.Batch!.Receipts.AsSpan());
        await listener.PostAsync(Bodies.Mocked("evt_1"));
        await listener.Store.SettledAsync();
        using var heard = new Listening(listener, application.Url, o => o with { LimitEvents = 2 });
        await heard.Run.RunAsync(Cancellation);
        Assert.Equal(["[one,two]", Bodies.Mocked("evt_1")],
            application.Requests.Select(r => Encoding.UTF8.GetString(r.Body)));

        static PaymentEvent Event(string id, int start, int end) =>
            new() { EventId = id, IsEventIdSigned = true, EventType = "x", Place = new(start, end) };
    }

    [Theory, EveryStore]
    public async Task Tells_events_apart_that_carry_one_id(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        using var application = new Receiver((200, "ok"));
        foreach (var amount in new[] { 1, 2 })
            await listener.PostAsync(Bodies.Real(amount: amount), ("X-Razorpay-Event-Id", "same"));
        await listener.Store.SettledAsync();
        using var heard = new Listening(listener, application.Url, o => o with { LimitEvents = 2 });
        await heard.Run.RunAsync(Cancellation);
        Assert.Equal([Bodies.Real(amount: 1), Bodies.Real(amount: 2)],
            application.Requests.Select(r => Encoding.UTF8.GetString(r.Body)));
    }

    [Fact]
    public async Task Sends_the_last_event_again_when_it_is_asked_to()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        using var application = new Receiver((500, "no"), (200, "ok"));
        using var heard = new Listening(listener, application.Url, o => o with { From = "start" });
        await heard.Run.ResendAsync(Cancellation);
        Assert.Contains("no event yet", heard.Errors.ToString());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = heard.Run.RunAsync(stop.Token);
        await listener.PostAsync(Bodies.Mocked("a"));
        await UntilAsync(() => heard.Lines.Length == 1);
        await heard.Run.ResendAsync(Cancellation);
        await stop.CancelAsync();
        await running;
        Assert.Equal(["a", "a"], application.Requests.Select(r => IdOf(r.Body)));
        Assert.Equal(application.Requests[0].Headers["X-Razorpay-Signature"],
            application.Requests[1].Headers["X-Razorpay-Signature"]);
        Assert.Matches("200 .* again$", heard.Lines[1]);
        Assert.StartsWith("handed on 1: 0 with success, 1 refused", heard.Run.Summary);
    }

    [Fact]
    public async Task Follows_no_redirect_of_the_application()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        using var application = new Receiver((307, ""));
        await listener.PostAsync(Bodies.Mocked("a"));
        using var heard = new Listening(listener, application.Url, o => o with { LimitEvents = 1 });
        await heard.Run.RunAsync(Cancellation);
        Assert.Single(application.Requests);
        Assert.Contains(" 307 ", Assert.Single(heard.Lines));
    }

    [Fact]
    public async Task A_word_of_a_sender_moves_no_terminal()
    {
        using var heard = new Listening(null, "http://localhost:1/", o => o);
        heard.Output.Write(new("0-1", "e", "a\e[2Jb", new('x', 200), "s", 1, null), new(200, default, default), false);
        Assert.DoesNotContain('\e', heard.Lines[0]);
        Assert.Contains("a?[2Jb", heard.Lines[0]);
        Assert.True(heard.Lines[0].Length < 120);
        await Task.CompletedTask;
    }

    static string IdOf(byte[] body) => JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!;

    static async Task UntilAsync(Func<bool> isSo)
    {
        for (var i = 0; !isSo(); i++)
        {
            Assert.True(i < 600, "It did not happen");
            await Task.Delay(50, Cancellation);
        }
    }

    /// <summary>One run of the command's inside, which a test can stop.</summary>
    sealed class Listening : IDisposable
    {
        readonly StringWriter _lines = new() { NewLine = "\n" };
        readonly PayhookServer _server;
        readonly LocalTarget _target;

        public Listening(
            TestListener? listener, string forwardTo, Func<ListenOptions, ListenOptions> change, bool isJson = false)
        {
            var options = change(new()
            {
                Server = listener?.Client.BaseAddress! ?? new("http://localhost:1"),
                ForwardTo = new(forwardTo),
                From = "start",
                FirstPause = TimeSpan.FromMilliseconds(20),
            });
            (_server, _target) = (new(options), new(options.ForwardTo, TimeProvider.System));
            Output = new(TextWriter.Synchronized(_lines), TextWriter.Synchronized(Errors), isJson, TimeProvider.System);
            Run = new(options, _server, _target, Output, TimeProvider.System);
        }

        public ListenRun Run { get; }
        public ListenOutput Output { get; }
        public StringWriter Errors { get; } = new() { NewLine = "\n" };
        public string[] Lines => _lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        public JsonElement[] Json => [.. Lines.Select(line => JsonDocument.Parse(line).RootElement)];

        public Task WaitForAsync(string told) => UntilAsync(() => Errors.ToString().Contains(told));

        public void Dispose()
        {
            Run.Dispose();
            _target.Dispose();
            _server.Dispose();
            _lines.Dispose();
            Errors.Dispose();
        }
    }
}
