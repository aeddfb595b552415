using System.Text;
using System.Text.Json;
using Payhook.Cli;
using Payhook.Mock;
using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests.Cli;

/// <summary>A scenario that passes proves something only if it fails where the listener answers wrongly.</summary>
[Collection(WholeProcess.Name)]
public sealed class ScenarioTests : IDisposable
{
    const string Success = """{"status":"success"}""", Duplicate = """{"status":"duplicate"}""";

    readonly OwnSurroundings _surroundings = new("STRIPE_WEBHOOK_SECRET");

    public void Dispose() => _surroundings.Dispose();

    [Theory]
    [InlineData("lifecycle", "payment.authorized", "payment.captured", "refund.processed", "refund.processed")]
    [InlineData("duplicate", "payment.captured")]
    [InlineData("out-of-order", "payment.captured", "payment.authorized")]
    [InlineData("tampered")]
    public async Task Passes_against_the_listener_which_then_has_the_events(string scenario, params string[] types)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        for (var run = 0; run < 2; run++) // the second time with other ids
        {
            var ran = await PlayAsync(scenario, listener, "--json");
            Assert.Equal((0, ""), (ran.Code, ran.Errors));
            Assert.All(ran.Json, j => Assert.True(j.GetProperty("as_expected").GetBoolean()));

            var first = JsonDocument.Parse(ran.Json[0].GetProperty("answer").GetString()!).RootElement;
            if (types.Length == 0)
            {
                Assert.Equal(403, ran.Json[0].GetProperty("status").GetInt32());
                Assert.Empty(store.EventIds());
                continue;
            }
            var answer = await listener.GetAsync($"/payments/{first.GetProperty("payment_id").GetString()}/events");
            Assert.Equal(types, answer.Json.EnumerateArray().Select(e => e.GetProperty("event_type").GetString()!));
        }
    }

    [Fact]
    public async Task Shows_the_steps_in_a_table()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        var ran = await PlayAsync("duplicate", listener);
        Assert.Equal((0, 3), (ran.Code, ran.Lines.Length));
        Assert.Matches("^step +event id +status +answer +expected +as expected", ran.Lines[0]);
        Assert.Matches("^captured +evt_cap_[0-9A-Z]{12} +200 +success +accepted +yes", ran.Lines[1]);
        Assert.Matches("^captured again +evt_cap_[0-9A-Z]{12} +200 +duplicate +duplicate +yes", ran.Lines[2]);
    }

    [Theory]
    [InlineData("lifecycle", 1, Success, Success, Duplicate)]
    [InlineData("duplicate", 1, Success, Success)]
    [InlineData("duplicate", 0, Success, Duplicate)]
    [InlineData("tampered", 1, Success)]
    [InlineData("out-of-order", 1, Success, "")]
    [InlineData("out-of-order", 0, Success, "thank you")]
    public async Task Fails_where_an_answer_is_not_the_expected_one(string scenario, int code, params string[] answers)
    {
        using var receiver = new Receiver([.. answers.Select(a => (a.Length == 0 ? 500 : 200, a))]);
        var ran = await CliRun.OfAsync("send", "--scenario", scenario, "--url", receiver.Url);
        Assert.Equal((code, code == 1), (ran.Code, ran.Output.Contains(" NO", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Signs_for_stripe_an_hour_ago_and_expects_a_refusal()
    {
        using var receiver = new Receiver((403, "no"));
        var ran = await CliRun.OfAsync(
            "send", "--provider", "stripe", "--scenario", "stale", "--secret", "s", "--url", receiver.Url);
        Assert.Equal(0, ran.Code);
        var request = Assert.Single(receiver.Requests);
        Assert.False(SendProviderTests.IsVerified("stripe", request, "s"));
        Assert.True(SendProviderTests.IsVerified("stripe", request, "s", TimeProvider.System.GetUtcNow().AddHours(-1)));
    }

    [Fact]
    public async Task Sends_a_burst_of_different_events_and_measures_it()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        var ran = await PlayAsync("burst", listener, "--count", "150", "--json");
        Assert.Equal((0, ""), (ran.Code, ran.Errors));
        var told = Assert.Single(ran.Json);
        Assert.Equal((150, 150, 0, 0), (Number(told, "events"), Number(told, "accepted"),
            Number(told, "answered_otherwise"), Number(told, "not_answered")));
        Assert.InRange(told.GetProperty("p50_milliseconds").GetDouble(), 0.001,
            told.GetProperty("p99_milliseconds").GetDouble());
        Assert.Equal(150, store.EventIds().Distinct().Count());
    }

    [Fact]
    public async Task Fails_where_not_every_event_of_a_burst_is_accepted()
    {
        using var receiver = new Receiver((200, Success), (503, "later"));
        var ran = await CliRun.OfAsync("send", "--scenario", "burst", "--count", "5", "--url", receiver.Url);
        Assert.Equal(1, ran.Code);
        Assert.Matches("accepted +1 ", ran.Output);
        Assert.Matches("answered otherwise +4 ", ran.Output);
        Assert.Matches("rate +[0-9]+ events/s", ran.Output);
        Assert.Matches(@"latency +p50 [0-9.]+ ms, p99 [0-9.]+ ms", ran.Output);
    }

    [Theory]
    [InlineData("lifecycle")]
    [InlineData("burst")]
    public async Task Tells_in_one_line_that_nobody_listens(string scenario)
    {
        var ran = await CliRun.OfAsync(
            "send", "--scenario", scenario, "--url", $"http://localhost:{Receiver.FreePort()}/");
        Assert.Equal((1, ""), (ran.Code, ran.Output));
        Assert.StartsWith("payhook: ", Assert.Single(ran.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Accepted", 200, Success, true)]
    [InlineData("Accepted", 202, "", true)]
    [InlineData("Accepted", 200, Duplicate, false)]
    [InlineData("Accepted", 403, Success, false)]
    [InlineData("Accepted", 302, "", false)]
    [InlineData("Duplicate", 200, Duplicate, true)]
    [InlineData("Duplicate", 200, Success, false)]
    [InlineData("Duplicate", 200, "ok", false)]
    [InlineData("Duplicate", 409, Duplicate, false)]
    [InlineData("Refused", 403, "", true)]
    [InlineData("Refused", 401, "", true)]
    [InlineData("Refused", 404, "", false)]
    [InlineData("Refused", 500, "", false)]
    [InlineData("Refused", 200, Success, false)]
    public void Judges_an_answer(string expected, int status, string answer, bool isAsExpected) => Assert.Equal(
        isAsExpected, Scenarios.IsAsExpected(
            Enum.Parse<Expectation>(expected), ProviderCatalog.Find("razorpay")!, status, answer));

    [Theory]
    [InlineData("""{"id":"a1","n":9}""", 17, """{"id":"a1","n":8}""")]
    [InlineData("""{"id":"a1","n":9}""", 10, """{"id":"a2","n":9}""")]
    [InlineData("""{"id":"a"}""", 99, """{"id":"a"} """)]
    [InlineData("""{"id":"a1"}""", 0, null)]
    public void Changes_what_the_signature_covers(string body, int coveredBytes, string? changed)
    {
        var signer = new Signer(new Covering(coveredBytes), new(new Secret("s")));
        var signed = signer.Sign(Encoding.UTF8.GetBytes(body), DateTimeOffset.UnixEpoch)!;
        var tampered = Tampering.Change(signer, signed, DateTimeOffset.UnixEpoch);
        Assert.Equal(changed, tampered is null ? null : Encoding.UTF8.GetString(tampered.Body));
    }

    static Task<CliRun> PlayAsync(string scenario, TestListener listener, params string[] more) => CliRun.OfAsync(
    [
        "send", "--scenario", scenario, "--secret", TestListener.Secret,
        "--url", new Uri(listener.Client.BaseAddress!, "/webhook/payments").ToString(), .. more,
    ]);

    static int Number(JsonElement json, string member) => json.GetProperty(member).GetInt32();

    /// <summary>Signs so many bytes at the start of a body.</summary>
    sealed class Covering(int lengthBytes) : Provider
    {
        const string Header = "Signature";

        public override string Name => "covering";
        public override string DisplayName => "Covering";
        public override IReadOnlyList<string> SignatureHeaders => [Header];
        public override IReadOnlyList<string> KeptHeaders => [Header];
        public override string SecretVariable => "COVERING_SECRET";

        public override Verification Verify(in WebhookRequest request, Credentials credentials) =>
            new(request.Headers.Find(Header, out _) == Part(request.Body) ? Verdict.Verified : Verdict.WrongSignature);

        public override SignedRequest? Sign(
            ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now) =>
            new(body.ToArray(), [new(Header, Part(body))]);

        public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events) => Reading.Malformed;

        string Part(ReadOnlySpan<byte> body) =>
            Convert.ToHexString(body[..Math.Min(lengthBytes, body.Length)]);
    }
}
