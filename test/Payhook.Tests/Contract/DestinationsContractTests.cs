using System.Text;
using Payhook.Tests.Forward;
using Payhook.Tests.Reference;
using Payhook.Tests.Support;

namespace Payhook.Tests.Contract;

/// <summary>Destinations are set up without a restart, and what is secret about them is shown once.</summary>
public sealed class DestinationsContractTests
{
    internal const string Master = "0123456789abcdef-master";
    const string Orders = """
        {"name":"orders","url":"https://orders.example.com/hooks?token=hunter2",
         "headers":{"Authorization":"Bearer hunter2"}}
        """;

    [Theory, EveryStore]
    public async Task One_is_added_changed_and_removed_and_all_of_it_is_written_down_without_secrets(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await StartAsync(store);
        Assert.Equal("[]", (await SendAsync(listener, "GET", "/destinations")).Text);
        var added = await SendAsync(listener, "POST", "/destinations", Orders);
        Assert.Equal((201, "orders", "active"), (added.Status, added.Member("name"), added.Member("state")));
        var secret = added.Member("secret")!;
        Assert.NotNull(SigningSecret.Read(secret));
        Assert.Equal("https://orders.example.com/hooks?***", added.Member("url"));
        Assert.Equal("***", added.Json.GetProperty("headers").GetProperty("Authorization").GetString());

        ApiAnswerTests.Check("POST", "/destinations", added);
        var changed = await SendAsync(listener, "PATCH", "/destinations/orders",
            """{"timeout_seconds":3,"filter":{"statuses":["captured"]},"retry":{"first_seconds":1}}""");
        Assert.Equal((200, 3), (changed.Status, changed.Json.GetProperty("timeout_seconds").GetInt32()));
        Assert.Equal((1, 28800), (changed.Json.GetProperty("retry").GetProperty("first_seconds").GetInt32(),
            changed.Json.GetProperty("retry").GetProperty("longest_seconds").GetInt32()));
        var back = await SendAsync(listener, "PATCH", "/destinations/orders",
            """{"timeout_seconds":null,"headers":{"X-Shop":"2"}}""");
        Assert.Equal(15, back.Json.GetProperty("timeout_seconds").GetInt32());
        Assert.Equal(["Authorization", "X-Shop"],
            back.Json.GetProperty("headers").EnumerateObject().Select(h => h.Name));
        Assert.Equal("captured", back.Json.GetProperty("filter").GetProperty("statuses")[0].GetString());

        var row = await listener.Store.Destinations.All(Stop).FirstAsync(Stop);
        var kept = DestinationText.Read(row).Destination!;
        Assert.Equal(("Bearer hunter2", "?token=hunter2"), (kept.Headers["Authorization"], kept.Url.Query));
        Assert.Equal(secret, SigningSecret.Text(kept.SigningSecrets[0]));
        foreach (var path in new[] { "/destinations", "/destinations/orders", "/audit" })
        {
            var shown = await SendAsync(listener, "GET", path);
            Assert.Equal(200, shown.Status);
            Assert.DoesNotContain("hunter2", shown.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(secret[6..], shown.Text, StringComparison.Ordinal);
        }
        Assert.Equal(204, (await SendAsync(listener, "DELETE", "/destinations/orders")).Status);
        Assert.Equal(404, (await SendAsync(listener, "GET", "/destinations/orders")).Status);
        Assert.Equal(404, (await SendAsync(listener, "DELETE", "/destinations/orders")).Status);
        Assert.Equal(
            [
                "destination-removed orders ", "destination-changed orders timeout_seconds, headers",
                "destination-changed orders timeout_seconds, filter, retry", "destination-added orders ",
            ],
            (await SendAsync(listener, "GET", "/audit")).Json.GetProperty("entries").EnumerateArray().Select(e =>
                $"{e.GetProperty("act")} {e.GetProperty("target")} {e.GetProperty("detail")}"));
        Assert.Equal(201, (await SendAsync(listener, "POST", "/destinations", Orders)).Status); // its name is free
        Assert.DoesNotContain("hunter2", await listener.StopAsync(), StringComparison.Ordinal);
    }

    [Theory, EveryStore]
    public async Task A_secret_is_rotated_with_both_holding_until_the_older_is_let_go(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await StartAsync(store);
        var first = (await SendAsync(listener, "POST", "/destinations", Orders)).Member("secret")!;
        var second = (await SendAsync(listener, "POST", "/destinations/orders/rotate-secret")).Member("secret")!;
        Assert.Equal([second, first], await SecretsAsync());
        var third = (await SendAsync(listener, "POST", "/destinations/orders/rotate-secret")).Member("secret")!;
        Assert.Equal([third, second], await SecretsAsync());
        var done = await SendAsync(listener, "POST", "/destinations/orders/rotate-secret?finish=true");
        Assert.False(done.Json.TryGetProperty("secret", out _));
        Assert.Equal([third], await SecretsAsync());
        Assert.Equal(1, done.Json.GetProperty("secrets").GetArrayLength());
        Assert.Equal(400, (await SendAsync(listener, "POST", "/destinations/orders/rotate-secret?finish=1")).Status);

        await SendAsync(listener, "PATCH", "/destinations/orders", $$"""{"secret":"{{first}}"}""");
        Assert.Equal([first], await SecretsAsync());
        await SendAsync(listener, "PATCH", "/destinations/orders", """{"secret":null}""");
        Assert.Empty(await SecretsAsync());
        var unsigned = await SendAsync(listener, "POST", "/destinations",
            """{"name":"b","url":"https://b.example","secret":null}""");
        Assert.False(unsigned.Json.TryGetProperty("secret", out _));

        async Task<IEnumerable<string>> SecretsAsync() =>
            DestinationText.Read(await listener.Store.Destinations.All(Stop).FirstAsync(r => r.Name == "orders", Stop))
                .Destination!.SigningSecrets.Select(SigningSecret.Text);
    }

    [Theory, EveryStore]
    public async Task One_is_paused_resumed_and_disabled_and_says_by_whom(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await StartAsync(store);
        await SendAsync(listener, "POST", "/destinations", Orders);
        var paused = await SendAsync(listener, "POST", "/destinations/orders/pause");
        Assert.Equal(("paused", "paused by API_KEYS:1"), (paused.Member("state"), paused.Member("state_reason")));
        Assert.Equal("disabled", (await SendAsync(listener, "POST", "/destinations/orders/disable")).Member("state"));
        var resumed = await SendAsync(listener, "POST", "/destinations/orders/resume");
        Assert.Equal(("active", null), (resumed.Member("state"), resumed.Member("state_reason")));
        // Whether it is served yet is not for the one who resumes it to know.
        var again = await SendAsync(listener, "POST", "/destinations/orders/resume");
        Assert.Equal(resumed.Text.Replace("\"breaker\":null", "\"breaker\":\"closed\"", StringComparison.Ordinal),
            again.Text.Replace("\"breaker\":null", "\"breaker\":\"closed\"", StringComparison.Ordinal));
        Assert.Equal(404, (await SendAsync(listener, "POST", "/destinations/other/pause")).Status);
    }

    [Theory, EveryStore]
    public async Task A_change_of_what_somebody_has_changed_since_is_412(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await StartAsync(store);
        var revision = (await SendAsync(listener, "POST", "/destinations", Orders)).Json.GetProperty("revision");
        var tag = ("If-Match", $"\"{revision}\"");
        Assert.Equal(200, (await SendAsync(listener, "PATCH", "/destinations/orders", "{}", tag)).Status);
        ReceiveContractTests.AssertProblem(
            await SendAsync(listener, "PATCH", "/destinations/orders", "{}", tag), 412,
            "The destination is not as it was");
        Assert.Equal(412, (await SendAsync(listener, "DELETE", "/destinations/orders", "", tag)).Status);
        Assert.Equal(412, (await SendAsync(listener, "DELETE", "/destinations/orders", "", ("If-Match", "x"))).Status);
        Assert.Equal(204, (await SendAsync(listener, "DELETE", "/destinations/orders", "", ("If-Match", "*"))).Status);
    }

    [Theory, EveryStore]
    public async Task A_name_is_taken_once_and_a_new_one_begins_with_what_comes_from_now_on(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await StartAsync(store);
        await listener.PostAsync(PaymentBodies.Razorpay("payment.captured", "pay_1"));
        await DestinationSyncTests.WaitForHeadAsync(listener.Store);
        var cursor = (await SendAsync(listener, "POST", "/destinations", Orders)).Member("cursor");
        Assert.Empty((await SendAsync(listener, "GET", $"/events?after={cursor}")).Json.GetProperty("events")
            .EnumerateArray());
        ReceiveContractTests.AssertProblem(await SendAsync(listener, "POST", "/destinations", Orders), 409,
            "The destination cannot be added");
        var all = await SendAsync(listener, "POST", "/destinations",
            """{"name":"ledger","url":"https://l.example","from":"start"}""");
        Assert.Equal("0-0", all.Member("cursor"));
        Assert.Equal(["ledger", "orders"], (await SendAsync(listener, "GET", "/destinations")).Json.EnumerateArray()
            .Select(d => d.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("", "JSON object")]
    [InlineData("[]", "JSON object")]
    [InlineData("""{"name":"a","name":"b","url":"https://a.example"}""", "JSON object")]
    [InlineData("""{"name":"a","url":"https://a.example","body":"\u0000"}""", "JSON object")]
    [InlineData("""{"name":"a","url":"https://a.example","x":[[[[[[[[1]]]]]]]]}""", "JSON object")]
    [InlineData("""{"url":"https://a.example"}""", "name is missing")]
    [InlineData("""{"name":"A","url":"https://a.example"}""", "has a name that is not")]
    [InlineData("""{"name":"all","url":"https://a.example"}""", "called all, which stands for every")]
    [InlineData("""{"name":"a","url":"http://127.0.0.1:9"}""", "url is not https")]
    [InlineData("""{"name":"a","url":"https://127.0.0.1:9"}""", "not on the internet")]
    [InlineData("""{"name":"a","url":"https://a.example","timeout":1}""", "timeout is not known here")]
    [InlineData("""{"name":"a","url":"https://a.example","secret_file":"/etc/passwd"}""", "not known here")]
    [InlineData("""{"name":"a","url":"https://a.example","secret":"hunter2"}""", "secret is not whsec_")]
    [InlineData("""{"name":"a","url":"https://a.example","filter":{"sources":["rzorpay"]}}""", "razorpay is probably")]
    public async Task What_makes_no_destination_is_400_says_why_and_makes_none(string body, string told)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await StartAsync(store);
        var answer = await SendAsync(listener, "POST", "/destinations", body);
        ReceiveContractTests.AssertProblem(answer, 400, "Not a destination that can be made");
        Assert.Contains(told, answer.Member("detail"), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", answer.Text, StringComparison.Ordinal);
        await SendAsync(listener, "POST", "/destinations", Orders);
        if (body.StartsWith('{') && !told.Contains("name", StringComparison.Ordinal))
            Assert.Equal(400, (await SendAsync(listener, "PATCH", "/destinations/orders", body)).Status);
        Assert.Single(await listener.Store.Destinations.All(Stop).ToListAsync(Stop));
        var large = $$"""{"name":"a","url":"https://a.example"{{new string(' ', 70_000)}}}""";
        Assert.Equal(400, (await SendAsync(listener, "POST", "/destinations", large)).Status);
    }

    [Theory, EveryStore]
    public async Task Every_route_asks_for_its_scope(StoreKind kind)
    {
        (string Method, string Path, string Scope)[] guarded =
        [
            ("GET", "/destinations", "read"), ("GET", "/destinations/x", "read"), ("POST", "/destinations", "admin"),
            ("PATCH", "/destinations/x", "admin"), ("DELETE", "/destinations/x", "admin"),
            ("POST", "/destinations/x/pause", "operate"), ("POST", "/destinations/x/resume", "operate"),
            ("POST", "/destinations/x/disable", "admin"), ("POST", "/destinations/x/rotate-secret", "admin"),
            ("POST", "/destinations/x/retry-dead", "replay"), ("GET", "/deliveries", "read"),
            ("GET", "/deliveries/1", "read"), ("POST", "/deliveries/1/retry", "replay"),
            ("POST", "/destinations/x/test", "operate"), ("GET", "/replays", "read"), ("POST", "/replays", "replay"),
            ("GET", "/replays/1", "read"), ("POST", "/replays/1/cancel", "replay"),
        ];
        using var store = new TestStore(kind);
        await using var listener = await StartAsync(store);
        foreach (var scope in new[] { "read", "pii", "replay", "operate", "admin" })
        {
            var key = (await SendAsync(listener, "POST", "/keys", $$"""{"name":"k","scopes":["{{scope}}"]}"""))
                .Member("key")!;
            foreach (var (method, path, needed) in guarded)
            {
                var status = (await SendAsync(listener, method, path, "", ("X-API-Key", key))).Status;
                var isAllowed = needed == scope || (needed, scope) == ("operate", "admin");
                if (isAllowed) Assert.True(status is 200 or 400 or 404, $"{method} {path} is {status}");
                else Assert.Equal(403, status);
            }
        }
    }

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal static Task<TestListener> StartAsync(TestStore store) =>
        TestListener.StartAsync(store, ("API_KEYS", Master));

    internal static async Task<Answer> SendAsync(
        TestListener listener, string method, string path, string body = "",
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (body.Length > 0) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (headers.All(h => h.Name != "X-API-Key")) request.Headers.Add("X-API-Key", Master);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await listener.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(response);
    }
}
