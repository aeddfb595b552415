using System.Text;
using Payhook.Forward;
using Payhook.Tests.Support;

namespace Payhook.Tests.Forward;

/// <summary>What holds for every sink, whatever its protocol: so the dispatcher need not know which one it has.</summary>
public sealed class SinkContractTests
{
    static readonly TimeSpan Long = TimeSpan.FromSeconds(30), Short = TimeSpan.FromMilliseconds(300);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EverySink]
    public async Task Tells_success_once_the_peer_has_confirmed(SinkName name)
    {
        await using var peer = await TestPeers.StartAsync(name, PeerMood.Takes);
        await using var sink = peer.Open(BodyForm.Envelope, Long);

        var outcome = await sink.SendAsync(Outbound.Message(), Cancellation);

        Assert.Equal((FailureClass.None, true), (outcome.Failure, outcome.IsSuccess));
        Assert.Single(peer.Bodies);
    }

    [Theory, EverySink]
    public async Task Brings_the_providers_bytes_as_they_are(SinkName name)
    {
        await using var peer = await TestPeers.StartAsync(name, PeerMood.Takes);
        await using var sink = peer.Open(BodyForm.Raw, Long);
        byte[][] bodies =
        [
            [.. Enumerable.Range(0, 256).Select(i => (byte)i)], [], [.. "\uFEFF { \"a\" : 1 }\n"u8],
            [.. Enumerable.Repeat((byte)'x', 300_000)],
        ];

        foreach (var body in bodies)
            Assert.Equal(FailureClass.None, (await sink.SendAsync(Outbound.Message(body), Cancellation)).Failure);

        Assert.Equal(bodies, peer.Bodies);
    }

    [Theory, EverySink]
    public async Task Tells_that_nobody_listens(SinkName name)
    {
        await using var peer = await TestPeers.StartAsync(name, PeerMood.IsAway);
        await using var sink = peer.Open(BodyForm.Envelope, Long);

        await FailsAsync(sink, FailureClass.Refused);
    }

    [Theory, EverySink]
    public async Task Waits_for_a_silent_peer_as_long_as_its_timeout(SinkName name)
    {
        await using var peer = await TestPeers.StartAsync(name, PeerMood.IsSilent);
        await using var sink = peer.Open(BodyForm.Envelope, Short);
        var start = TimeProvider.System.GetTimestamp();

        await FailsAsync(sink, FailureClass.Timeout);

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), Short * 0.9, Long);
    }

    [Theory, EverySink]
    public async Task Tells_that_the_peer_died_before_it_confirmed(SinkName name)
    {
        await using var peer = await TestPeers.StartAsync(name, PeerMood.Dies);
        await using var sink = peer.Open(BodyForm.Envelope, Long);

        await FailsAsync(sink, FailureClass.Connection);
    }

    [Theory, EverySink]
    public async Task Goes_on_with_a_peer_that_came_back(SinkName name)
    {
        await using var peer = await TestPeers.StartAsync(name, PeerMood.Dies);
        await using var sink = peer.Open(BodyForm.Envelope, Long);
        await sink.SendAsync(Outbound.Message(), Cancellation);

        peer.Mood = PeerMood.Takes;
        var outcome = await sink.SendAsync(Outbound.Message(), Cancellation);
        // A client that is connecting anew may need a moment.
        for (var i = 0; i < 100 && !outcome.IsSuccess; i++)
        {
            await Task.Delay(50, Cancellation);
            outcome = await sink.SendAsync(Outbound.Message(), Cancellation);
        }

        Assert.Equal(FailureClass.None, outcome.Failure);
    }

    [Theory, EverySink]
    public async Task Ends_when_the_listener_stops_and_claims_nothing(SinkName name)
    {
        await using var peer = await TestPeers.StartAsync(name, PeerMood.IsSilent);
        await using var sink = peer.Open(BodyForm.Envelope, Long);
        using var stop = new CancellationTokenSource();

        var sending = sink.SendAsync(Outbound.Message(), stop.Token);
        while (peer.Bodies.Count == 0) await Task.Delay(10, Cancellation);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sink.SendAsync(Outbound.Message(), stop.Token));
    }

    [Theory, EverySink]
    public async Task Sends_many_at_once(SinkName name)
    {
        await using var peer = await TestPeers.StartAsync(name, PeerMood.Takes);
        await using var sink = peer.Open(BodyForm.Raw, Long);
        string[] bodies = [.. Enumerable.Range(0, 500).Select(i => $"{{\"n\":{i}}}")];

        var outcomes = await Task.WhenAll(bodies.Select(b => sink.SendAsync(Outbound.Message(b), Cancellation)));

        Assert.All(outcomes, o => Assert.Equal(FailureClass.None, o.Failure));
        Assert.Equal(bodies.Order(), peer.Bodies.Select(Encoding.UTF8.GetString).Order());
    }

    [Theory, EverySink]
    public async Task Takes_events_as_odd_as_they_come(SinkName name)
    {
        await using var peer = await TestPeers.StartAsync(name, PeerMood.Takes);
        await using var envelopes = peer.Open(BodyForm.Envelope, Long);
        await using var raw = peer.Open(BodyForm.Raw, Long);
        byte[] body = [0xFF, 0, (byte)'\n'];
        OutboundMessage[] messages =
        [
            Outbound.Message(body, source: "gone", payment: null, headers: "{}"),
            Outbound.Message(body, id: "evt \r\nX-Injected: 1 ü%\"", type: "ü *.> \r\n"),
            Outbound.Message(body, headers: "{\"Content-Type\":\"a\\r\\nb\",\"X-A\":\"1\\r\\nX-B: 2\",\"ü:\":\"ü\"}"),
        ];

        foreach (var message in messages)
        {
            Assert.Equal(FailureClass.None, (await envelopes.SendAsync(message, Cancellation)).Failure);
            Assert.Equal(FailureClass.None, (await raw.SendAsync(message, Cancellation)).Failure);
        }
    }

    static async Task FailsAsync(ISink sink, FailureClass failure)
    {
        var outcome = await sink.SendAsync(Outbound.Message(), Cancellation);
        Assert.Equal((failure, false), (outcome.Failure, outcome.IsSuccess));
        Assert.NotEmpty(outcome.Detail);
        Assert.True(outcome.Detail.Length <= Attempt.DetailLimitChars);
        Assert.DoesNotContain("hidden", outcome.Detail, StringComparison.Ordinal);
    }
}
