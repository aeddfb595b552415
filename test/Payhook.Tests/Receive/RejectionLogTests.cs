using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Payhook.Providers;
using Payhook.Receive;
using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests.Receive;

/// <summary>
/// Whoever wants to harm the listener sends what it refuses, so refusing may cost neither memory nor disk without
/// bound, and never hold up an event.
/// </summary>
public sealed class RejectionLogTests
{
    static readonly RejectionBounds Bounds = new(100, 16 << 20);
    static readonly Source Razorpay = new("razorpay", ProviderCatalog.Find("razorpay")!, new Credentials());

    [Theory, EveryStore]
    public async Task A_hundred_thousand_forgeries_are_counted_exactly_and_few_are_kept(StoreKind kind)
    {
        const int forgeries = 100_000, senders = 4;
        using var test = new TestStore(kind);
        await using var store = test.Open();
        using var log = Log(store.Rejections, TimeProvider.System);
        await log.StartAsync(TestContext.Current.CancellationToken);
        var (mostWaiting, allocatedBytes) = (0, 0L);

        await Task.WhenAll(Enumerable.Range(0, senders).Select(_ => Task.Run(() =>
        {
            var request = Request();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < forgeries / senders; i++)
            {
                Add(log, request, body: "{\"amount\":5000}");
                mostWaiting = Math.Max(mostWaiting, log.WaitingCount);
            }
            Interlocked.Add(ref allocatedBytes, GC.GetAllocatedBytesForCurrentThread() - before);
        })));
        await log.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(forgeries, Assert.Single(await store.Rejections.CountedAsync()).Count);
        Assert.InRange(test.Count("payhook_rejections"), 50, Bounds.KeptPerReason);
        // One more for each sender, which is counted before it is turned away.
        Assert.InRange(mostWaiting, 1, RejectionLog.QueueLimitRejections + senders);
        Assert.InRange(allocatedBytes, 1, 10_000_000); // 100 bytes for each, of which 40 are the test's own
        Assert.Equal(0, log.WaitingCount);
    }

    [Fact]
    public async Task Many_of_one_kind_leave_room_for_the_others()
    {
        using var test = new TestStore(StoreKind.Sqlite);
        await using var store = test.Open();
        var time = new FakeTimeProvider(Rejections.Moment);
        using var log = Log(store.Rejections, time);
        var kept = Enumerable.Range(0, 150).Count(_ => Add(log));
        Assert.Equal(100, kept);
        Assert.True(Add(log, reason: "missing-signature"));

        time.Advance(TimeSpan.FromSeconds(6)); // a tenth of a minute is a tenth of the tokens
        Assert.Equal(10, Enumerable.Range(0, 50).Count(_ => Add(log)));
        log.Flush();
        Assert.Equal(
            [new("razorpay", "missing-signature", null, 1, Rejections.Moment),
                new RejectionCount("razorpay", "wrong-signature", null, 200, Rejections.Moment)],
            await store.Rejections.CountedAsync());
        Assert.Equal(101, test.Count("payhook_rejections"));
    }

    [Fact]
    public async Task A_full_queue_a_busy_intake_and_asked_again_are_only_counted()
    {
        using var test = new TestStore(StoreKind.Sqlite);
        await using var store = test.Open();
        var isBusy = false;
        using var log = Log(store.Rejections, new FakeTimeProvider(), isBusy: () => isBusy);
        Assert.False(Add(log, reason: "queue-full"));
        Assert.False(Add(log, reason: "store-unavailable"));
        isBusy = true;
        Assert.False(Add(log));
        isBusy = false;
        string[] reasons = ["wrong-signature", "missing-signature", "malformed-signature", "invalid-json"];
        Assert.Equal(RejectionLog.QueueLimitRejections, reasons.Sum(
            reason => Enumerable.Range(0, 90).Count(_ => Add(log, reason: reason))));
        log.Flush();
        Assert.True(Add(log, reason: "invalid-payload"));
        log.Flush();

        Assert.Equal(RejectionLog.QueueLimitRejections + 1, test.Count("payhook_rejections"));
        Assert.Equal(2 + 1 + 360 + 1, (await store.Rejections.CountedAsync()).Sum(c => c.Count));
    }

    [Fact]
    public async Task Large_bodies_share_a_budget_and_the_largest_are_left_out()
    {
        using var test = new TestStore(StoreKind.Sqlite);
        await using var store = test.Open();
        using var log = Log(store.Rejections, new FakeTimeProvider());
        var large = new string('x', RejectionLog.KeptBodyLimitBytes - 1024);
        Assert.Equal(8, Enumerable.Range(0, 20).Count(_ => Add(log, body: large)));
        log.Flush();
        Assert.True(Add(log, body: new string('x', RejectionLog.KeptBodyLimitBytes + 1)));
        log.Flush();

        var newest = (await store.Rejections.KeptAsync())[0];
        Assert.Equal(RejectionLog.KeptBodyLimitBytes + 1, newest.BodyBytes);
        Assert.Empty((await store.Rejections.FindAsync(newest.Sequence, TestContext.Current.CancellationToken))!.Body);
    }

    [Fact]
    public async Task Names_that_nobody_knows_are_other()
    {
        using var test = new TestStore(StoreKind.Sqlite);
        await using var store = test.Open();
        using var log = Log(store.Rejections, new FakeTimeProvider());
        for (var i = 0; i < 500; i++) Add(log, source: $"stranger{i}", reason: $"reason{i}");
        log.Flush();

        var count = Assert.Single(await store.Rejections.CountedAsync());
        Assert.Equal(("other", "other", 500), (count.SourceName, count.Reason, count.Count));
        Assert.All(await store.Rejections.KeptAsync(), r => Assert.Equal(("other", "other"), (r.SourceName, r.Reason)));
    }

    [Fact]
    public async Task Finds_the_cause_keeps_all_of_the_request_and_survives_what_it_cannot_explain()
    {
        using var test = new TestStore(StoreKind.Sqlite);
        await using var store = test.Open();
        Verification? seen = null;
        using var log = Log(store.Rejections, new FakeTimeProvider(), findCause: (rejection, verification, _) =>
        {
            if (rejection.Body.Length == 0) throw new InvalidOperationException("a bug");
            seen = verification;
            return ("retired-secret", "Signed with a secret that was retired.");
        });
        var request = Request();
        request.Headers.Append("X-Twice", "1");
        request.Headers.Append("X-Twice", "2");
        request.QueryString = new("?id=5");
        Add(log, request, body: "{}");
        Add(log, body: "");
        log.Flush();

        var kept = await store.Rejections.KeptAsync();
        Assert.Equal([null, "retired-secret"], kept.Select(r => r.Cause));
        Assert.Equal(Verdict.WrongSignature, seen!.Value.Verdict);
        Assert.Equal("?id=5", kept[1].Query);
        Assert.Equal([new("X-Razorpay-Signature", "00"), new("X-Twice", "1"), new("X-Twice", "2")],
            kept[1].ReadHeaders());
        Assert.Equal([null, "retired-secret"], (await store.Rejections.CountedAsync()).Select(c => c.Cause));
    }

    [Fact]
    public async Task A_store_that_is_away_is_told_once_tried_later_and_loses_no_count()
    {
        using var test = new TestStore(StoreKind.Sqlite);
        await using var store = test.Open();
        var lines = new Lines();
        var time = new FakeTimeProvider();
        using var log = Log(store.Rejections, time, lines: lines);
        File.Move(test.SqlitePath, test.SqlitePath + ".away");
        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j < 1000; j++) Add(log, reason: j % 2 == 0 ? "wrong-signature" : "invalid-json");
            log.Flush();
            time.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Equal(RejectionLog.QueueLimitRejections, log.WaitingCount);
        Assert.Single(lines.Told, l => l.Contains("takes no rejections", StringComparison.Ordinal));

        File.Move(test.SqlitePath + ".away", test.SqlitePath);
        log.Flush();
        Assert.Equal(0, log.WaitingCount);
        Assert.Equal(3000, (await store.Rejections.CountedAsync()).Sum(c => c.Count));
        Assert.Single(lines.Told, l => l.Contains("again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_cannot_be_stored_is_let_go_and_still_counted()
    {
        using var test = new TestStore(StoreKind.Sqlite);
        await using var store = test.Open();
        test.Scalar("create trigger refuse before insert on payhook_rejections begin select raise(abort, 'no'); end");
        using var log = Log(store.Rejections, new FakeTimeProvider());
        for (var i = 0; i < 50; i++) Add(log);
        log.Flush();
        Assert.Equal(0, log.WaitingCount);
        Assert.Equal(50, Assert.Single(await store.Rejections.CountedAsync()).Count);
    }

    [Fact]
    public async Task Stops_in_time_although_the_store_is_held()
    {
        using var test = new TestStore(StoreKind.Sqlite);
        await using var store = test.Open();
        using var log = Log(store.Rejections, TimeProvider.System);
        await log.StartAsync(TestContext.Current.CancellationToken);
        using (test.HoldWrites())
        {
            Add(log);
            using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            var stop = log.StopAsync(deadline.Token);
            await stop.WaitAsync(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        }
        await log.StopAsync(TestContext.Current.CancellationToken); // it ends by itself once the store is free
        Assert.Single(await store.Rejections.CountedAsync());
    }

    [Fact]
    public void Explains_in_the_log_what_it_found_and_not_endlessly()
    {
        var lines = new Lines();
        using var test = new TestStore(StoreKind.Sqlite);
        using var log = Log(test.Open().Rejections, new FakeTimeProvider(), lines: lines,
            findCause: (_, _, _) => ("wrong-secret", "Another secret."));
        for (var i = 0; i < 80; i++) Add(log);
        log.Flush();
        Assert.Equal(17, lines.Told.Count);
        Assert.Equal("Refused: source razorpay, reason wrong-signature, cause wrong-secret: Another secret. Request 7",
            lines.Told[0]);
    }

    [Fact]
    public async Task Explains_with_what_was_looked_up_to_verify_the_request()
    {
        using var test = new TestStore(StoreKind.Sqlite);
        await using var store = test.Open();
        var lookedUp = new Found { IsConfirmed = true };
        var given = default(Found);
        using var log = Log(store.Rejections, new FakeTimeProvider(), findCause: (_, _, found) =>
        {
            given = found;
            return null;
        });
        Add(log, found: lookedUp);
        log.Flush();
        Assert.Same(lookedUp, given);
    }

    static RejectionLog Log(
        IRejectionStore store, TimeProvider time, Func<bool>? isBusy = null, FindCause? findCause = null,
        ILogger<RejectionLog>? lines = null) =>
        new(store, Bounds, [Razorpay], findCause ?? ((_, _, _) => null), isBusy ?? (() => false), time,
            lines ?? NullLogger<RejectionLog>.Instance);

    static HttpRequest Request()
    {
        var request = new DefaultHttpContext().Request;
        request.Headers["X-Razorpay-Signature"] = "00";
        return request;
    }

    static bool Add(
        RejectionLog log, HttpRequest? request = null, string body = "{}", string reason = "wrong-signature",
        string source = "razorpay", Found? found = null) => log.TryAdd(new()
        {
            SourceName = source,
            Reason = reason,
            Verification = new(Verdict.WrongSignature),
            Found = found,
            ReceivedAt = Rejections.Moment,
            Request = request ?? Request(),
            RequestId = "7",
            Body = Encoding.UTF8.GetBytes(body),
        });

    /// <summary>Keeps what was logged.</summary>
    sealed class Lines : ILogger<RejectionLog>
    {
        public List<string> Told { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Told.Add(formatter(state, exception));
    }
}
