using Payhook.Tests.Support;

namespace Payhook.Tests.Contract;

/// <summary>Every row of the wire contract of POST /webhook/payments, over a real socket and on both stores.</summary>
public sealed class ReceiveContractTests
{
    [Theory, EveryStore]
    public async Task Accepts_a_signed_event_and_stores_it_before_the_200(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);

        var answer = await listener.PostAsync(Bodies.Mocked("evt_auth_014", "pay_014"));

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal("""{"status":"success","event_id":"evt_auth_014","payment_id":"pay_014"}""", answer.Text);
        Assert.Equal(["evt_auth_014"], store.EventIds());
    }

    [Theory, EveryStore]
    public async Task Answers_duplicate_to_an_event_seen_before_also_after_a_restart(StoreKind kind)
    {
        using var store = new TestStore(kind);
        const string duplicate = """{"status":"duplicate","message":"Event already processed","event_id":"evt_1"}""";
        await using (var listener = await TestListener.StartAsync(store))
        {
            Assert.Equal("success", (await listener.PostAsync(Bodies.Mocked("evt_1"))).Member("status"));
            Assert.Equal(duplicate, (await listener.PostAsync(Bodies.Mocked("evt_1"))).Text);
        }
        await using var restarted = await TestListener.StartAsync(store);
        Assert.Equal(duplicate, (await restarted.PostAsync(Bodies.Mocked("evt_1"))).Text);
        Assert.Single(store.EventIds());
    }

    [Theory]
    [InlineData("")] // left out
    [InlineData(" ")]
    public async Task Refuses_a_request_without_a_signature_before_it_looks_at_the_body(string signature)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);

        var answer = await listener.PostAsync("{ not json", ("X-Razorpay-Signature", signature));

        AssertProblem(answer, 403, "Missing signature header");
    }

    [Fact]
    public async Task Refuses_a_wrong_signature()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        var otherSecret = TestListener.Sign(
            System.Text.Encoding.UTF8.GetBytes(Bodies.Mocked("evt_1")), "another secret");

        foreach (var signature in new[] { "invalid_signature", otherSecret, new string('0', 64), otherSecret + "00" })
            AssertProblem(
                await listener.PostAsync(Bodies.Mocked("evt_1"), ("X-Razorpay-Signature", signature)),
                403, "Invalid signature");

        Assert.Empty(store.EventIds());
    }

    [Fact]
    public async Task Refuses_a_body_changed_after_signing()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        var signature = TestListener.Sign(System.Text.Encoding.UTF8.GetBytes(Bodies.Mocked("evt_1", amount: 5000)));

        var answer = await listener.PostAsync(
            Bodies.Mocked("evt_1", amount: 9000), ("X-Razorpay-Signature", signature));

        AssertProblem(answer, 403, "Invalid signature");
        Assert.Empty(store.EventIds());
    }

    [Fact]
    public async Task Refuses_a_signature_header_that_comes_twice()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        var body = Bodies.Mocked("evt_1");
        var right = TestListener.Sign(System.Text.Encoding.UTF8.GetBytes(body));

        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(
            "127.0.0.1", listener.Client.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
            "POST /webhook/payments HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + $"Content-Length: {body.Length}\r\n"
            + $"X-Razorpay-Signature: {right}\r\nX-Razorpay-Signature: {right}\r\n\r\n{body}"),
            TestContext.Current.CancellationToken);
        var answer = await new StreamReader(stream).ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 403", answer);
        Assert.Empty(store.EventIds());
    }

    [Fact]
    public async Task A_malformed_body_is_400_whether_or_not_its_signature_is_right()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        foreach (var body in new[] { """{"invalid": json}""", "", "{", "nonsense", """{"id":"evt_1"} trailing""" })
        {
            AssertProblem(await listener.PostAsync(body), 400, "Invalid JSON format");
            AssertProblem(
                await listener.PostAsync(body, ("X-Razorpay-Signature", "test_signature")), 400, "Invalid JSON format");
        }
    }

    [Theory]
    [InlineData("""{"id":"evt_1","payload":{"payment":{"entity":{"id":"pay_1"}}}}""")] // no event
    [InlineData("""{"event":"payment.captured","payload":{"payment":{"entity":{"id":"pay_1"}}}}""")] // no id at all
    [InlineData("""{"id":"evt_1","event":"payment.captured"}""")]
    [InlineData("""{"id":"evt_1","event":"payment.authorized","payload":{}}""")]
    [InlineData("""{"id":"evt_1","event":"payment.failed","payload":{"payment":{}}}""")]
    [InlineData("""{"id":"evt_1","event":"payment.pending","payload":{"payment":{"entity":{}}}}""")]
    [InlineData("""{"id":"evt_1","event":"payment.captured","payload":{"payment":{"entity":{"id":7}}}}""")]
    [InlineData("""{"id":"evt_1","event":"payment.captured","payload":"text"}""")]
    [InlineData("""{"id":"evt_1","event":"subscription.charged","payload":[]}""")]
    [InlineData("""{"id":7,"event":"payment.captured","payload":{"payment":{"entity":{"id":"pay_1"}}}}""")]
    [InlineData("""{"id":"evt_1","event":{},"payload":{"payment":{"entity":{"id":"pay_1"}}}}""")]
    [InlineData("""["evt_1"]""")]
    [InlineData("null")]
    public async Task A_signed_body_without_its_required_fields_is_400(string body)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);

        AssertProblem(await listener.PostAsync(body), 400, "Invalid payload structure: Missing required fields");
        Assert.Empty(store.EventIds());
    }

    [Theory]
    [InlineData("subscription.charged", """{"subscription":{"entity":{"id":"sub_1"}}}""", null)]
    [InlineData("settlement.processed", """{"settlement":{"entity":{"id":"setl_1"}}}""", null)]
    [InlineData("payment.downtime.started", """{"payment.downtime":{"entity":{"id":"down_1"}}}""", null)]
    [InlineData("invoice.paid",
        """{"payment":{"entity":{"id":"pay_7"}},"invoice":{"entity":{"id":"inv_1"}}}""", "pay_7")]
    [InlineData("refund.processed", """{"refund":{"entity":{"id":"rfnd_1","payment_id":"pay_8"}}}""", "pay_8")]
    [InlineData("payment.dispute.created", """{"dispute":{"entity":{"id":"disp_1","payment_id":"pay_9"}}}""", "pay_9")]
    public async Task Accepts_real_events_without_a_payment_or_with_it_elsewhere(
        string type, string payload, string? paymentId)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);

        var answer = await listener.PostAsync(
            $$"""{"entity":"event","event":"{{type}}","payload":{{payload}}}""", ("X-Razorpay-Event-Id", "evt_header"));

        Assert.Equal(200, answer.Status);
        Assert.Equal("success", answer.Member("status"));
        Assert.Equal("evt_header", answer.Member("event_id"));
        Assert.Equal(paymentId, answer.Member("payment_id"));
    }

    [Fact]
    public async Task The_signed_id_in_the_body_wins_over_the_header()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);

        var answer = await listener.PostAsync(Bodies.Mocked("evt_body"), ("X-Razorpay-Event-Id", "evt_header"));

        Assert.Equal("evt_body", answer.Member("event_id"));
    }

    [Fact]
    public async Task Other_methods_and_paths_are_problems_too()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);

        var method = await listener.GetAsync("/webhook/payments");
        AssertProblem(method, 405, "Method not allowed");
        Assert.Equal("POST", method.Allow);
        AssertProblem(await listener.GetAsync("/webhook"), 404, "Not found");
    }

    [Fact]
    public async Task Refuses_a_body_over_the_limit_by_its_claim_and_by_its_bytes()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("BODY_LIMIT_BYTES", "2048"));
        var large = new byte[4096];
        AssertProblem(await listener.PostAsync(large), 413, "Request body too large");

        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/webhook/payments");
        chunked.Content = new StreamContent(new MemoryStream(large));
        chunked.Headers.TransferEncodingChunked = true;
        chunked.Headers.Add("X-Razorpay-Signature", TestListener.Sign(large));
        using var response = await listener.Client.SendAsync(chunked, TestContext.Current.CancellationToken);
        AssertProblem(await Answer.ReadAsync(response), 413, "Request body too large");
    }

    [Fact]
    public async Task Takes_a_chunked_body_of_exactly_the_limit()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("BODY_LIMIT_BYTES", "2048"));
        var text = Bodies.Mocked("evt_1");
        var body = System.Text.Encoding.UTF8.GetBytes(text + new string(' ', 2048 - text.Length));

        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/webhook/payments");
        chunked.Content = new StreamContent(new MemoryStream(body));
        chunked.Headers.TransferEncodingChunked = true;
        chunked.Headers.Add("X-Razorpay-Signature", TestListener.Sign(body));
        using var response = await listener.Client.SendAsync(chunked, TestContext.Current.CancellationToken);

        Assert.Equal("success", (await Answer.ReadAsync(response)).Member("status"));
    }

    [Fact]
    public async Task Refuses_an_encoded_body_and_takes_identity()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);

        AssertProblem(
            await listener.PostAsync(Bodies.Mocked("evt_1"), ("Content-Encoding", "gzip")),
            415, "Content-Encoding is not supported");
        Assert.Equal(200, (await listener.PostAsync(Bodies.Mocked("evt_1"), ("Content-Encoding", "identity"))).Status);
    }

    [Fact]
    public async Task Every_one_of_several_secrets_verifies_and_so_does_the_whole_value()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("WEBHOOK_SECRET", "new secret,old secret"));
        foreach (var (secret, number) in new[] { ("new secret", 1), ("old secret", 2), ("new secret,old secret", 3) })
        {
            var body = Bodies.Mocked($"evt_{number}");
            var signature = TestListener.Sign(System.Text.Encoding.UTF8.GetBytes(body), secret);
            Assert.Equal(200, (await listener.PostAsync(body, ("X-Razorpay-Signature", signature))).Status);
            var stored = await listener.GetAsync($"/events/evt_{number}?include=payload");
            Assert.Equal(number, stored.Json.GetProperty("verification").GetProperty("secret_number").GetInt32());
        }
    }

    [Theory, EveryStore]
    public async Task A_bug_is_a_500_that_says_nothing_of_the_inside(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        store.Scalar("alter table payhook_events rename to elsewhere");

        var answer = await listener.GetAsync("/events/evt_1");

        AssertProblem(answer, 500, "Internal server error");
        Assert.DoesNotContain("payhook_events", answer.Text);
        Assert.DoesNotContain("Exception", answer.Text);
        Assert.Contains("payhook_events", await listener.StopAsync());
    }

    internal static void AssertProblem(Answer answer, int status, string error)
    {
        Assert.Equal(status, answer.Status);
        Assert.Equal("application/problem+json", answer.ContentType);
        Assert.Equal(error, answer.Member("error"));
        Assert.Equal(status, answer.Json.GetProperty("status").GetInt32());
        Assert.StartsWith("urn:payhook:problem:", answer.Member("type"));
        Assert.NotEqual("", answer.Member("title"));
        Assert.NotEqual("", answer.Member("detail"));
        if (status == 503) Assert.NotNull(answer.RetryAfter);
    }
}
