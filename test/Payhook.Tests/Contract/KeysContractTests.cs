using System.Text;
using System.Text.Json;
using Payhook.Tests.Support;

namespace Payhook.Tests.Contract;

/// <summary>Each key may what its scopes say, everywhere, and a revoked one nothing.</summary>
public sealed class KeysContractTests
{
    const string Master = "0123456789abcdef-master";

    static readonly (string Method, string Path, string Scope)[] Guarded =
    [
        ("GET", "/payments/pay_1/events", "read"), ("GET", "/events/evt_1", "read"), ("GET", "/rejections", "read"),
        ("GET", "/rejections/1", "read"), ("GET", "/stats", "read"), ("GET", "/keys", "admin"),
        ("GET", "/consumers", "read"), ("PUT", "/consumers/None", "consume"), ("DELETE", "/consumers/none", "consume"),
        ("POST", "/consumers/none/acknowledge", "consume"), ("POST", "/attention/none/acknowledge", "operate"),
        ("POST", "/keys", "admin"), ("DELETE", "/keys/999", "admin"), ("GET", "/audit", "admin"),
    ];

    [Theory, EveryStore]
    public async Task Every_route_asks_for_its_scope(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("API_KEYS", Master));
        foreach (var scope in new[] { "read", "pii", "consume", "replay", "operate", "admin" })
        {
            var key = (await CreateAsync(listener, Master, $$"""{"name":"k","scopes":["{{scope}}"]}""")).Member("key")!;
            foreach (var (method, path, needed) in Guarded)
            {
                var answer = await SendAsync(listener, method, path, "x", ("X-API-Key", key));
                if (needed == scope || (needed, scope) == ("operate", "admin"))
                {
                    Assert.NotEqual((401, 403), (answer.Status, answer.Status));
                    Assert.True(answer.Status is 200 or 400 or 404, $"{method} {path} is {answer.Status}");
                }
                else
                {
                    ReceiveContractTests.AssertProblem(answer, 403, "Not allowed");
                    Assert.Contains($"'{needed}'", answer.Member("detail"), StringComparison.Ordinal);
                }
            }
        }
        foreach (var (method, path, _) in Guarded)
        {
            Assert.Equal(401, (await SendAsync(listener, method, path, "x")).Status);
            Assert.Equal(401, (await SendAsync(listener, method, path, "x", ("X-API-Key", $"{Master}x"))).Status);
        }
    }

    [Theory, EveryStore]
    public async Task A_key_is_made_used_listed_and_revoked_and_all_of_it_is_written_down(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("API_KEYS", Master));
        var made = await CreateAsync(
            listener, Master, """{"name":"boss","scopes":["admin","read"],"expires_in_days":30}""");
        Assert.Equal(201, made.Status);
        var (key, id) = (made.Member("key")!, made.Json.GetProperty("id").GetInt64());
        Assert.StartsWith("phk_", key, StringComparison.Ordinal);
        Assert.Equal(("API_KEYS:1", "valid"), (made.Member("created_by"), made.Member("state")));
        Assert.NotNull(made.Member("expires_at"));

        var list = await listener.GetAsync("/keys", ("Authorization", $"Bearer {key}"));
        var listed = Assert.Single(list.Json.EnumerateArray());
        Assert.Equal(key[..12], listed.GetProperty("prefix").GetString());
        Assert.DoesNotContain(key[12..], list.Text, StringComparison.Ordinal);

        var second = await CreateAsync(listener, key, """{"name":"other","scopes":["read"]}""");
        Assert.Equal($"key:{key[..12]}", second.Member("created_by"));

        var revoked = await SendAsync(listener, "DELETE", $"/keys/{id}", "", ("X-API-Key", key));
        Assert.Equal((200, "revoked"), (revoked.Status, revoked.Member("state")));
        Assert.Equal(401, (await listener.GetAsync("/keys", ("X-API-Key", key))).Status); // at once
        var again = await SendAsync(listener, "DELETE", $"/keys/{id}", "", ("X-API-Key", Master));
        Assert.Equal((200, revoked.Member("revoked_at")), (again.Status, again.Member("revoked_at")));

        var audit = (await listener.GetAsync("/audit?limit=2", ("X-API-Key", Master))).Json;
        Assert.Equal([$"key-revoked key:{key[..12]}", $"key-created key:{key[..12]}"], Acts(audit));
        var rest = (await listener.GetAsync($"/audit?before={audit.GetProperty("next")}", ("X-API-Key", Master))).Json;
        Assert.Equal(["key-created API_KEYS:1"], Acts(rest));
        Assert.Equal(JsonValueKind.Null, rest.GetProperty("next").ValueKind);
        var log = await listener.StopAsync();
        Assert.DoesNotContain(key[12..], log, StringComparison.Ordinal);
        Assert.NotNull(store.Scalar($"select last_used_at from payhook_keys where sequence = {id}")); // at the stop
    }

    [Theory, EveryStore]
    public async Task What_another_process_made_and_revoked_holds_within_five_seconds(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await using var other = store.Open();
        Assert.Equal(200, (await listener.GetAsync("/rejections")).Status); // this machine, while there is no key
        Assert.Equal(403, (await listener.GetAsync("/keys")).Status);

        var (key, text) = ApiKey.Create("a", Scopes.Read, null, "cli:me", TimeProvider.System.GetUtcNow());
        var id = other.Keys.Add(key, AuditEntry.Created(key))!.Value;
        await WaitForAsync(401);
        await WaitForAsync(200, ("X-API-Key", text));

        other.Keys.Revoke(id, AuditEntry.Revoked(key, "cli:me", TimeProvider.System.GetUtcNow()));
        await WaitForAsync(401, ("X-API-Key", text));
        Assert.Equal(401, (await listener.GetAsync("/rejections")).Status); // its end opens nothing

        async Task WaitForAsync(int status, params (string, string)[] headers)
        {
            var startedAt = TimeProvider.System.GetTimestamp();
            while ((await listener.GetAsync("/rejections", headers)).Status != status)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(startedAt) < TimeSpan.FromSeconds(5));
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"name":"a"}""")]
    [InlineData("""{"scopes":["read"]}""")]
    [InlineData("""{"name":"a","scopes":[]}""")]
    [InlineData("""{"name":"a","scopes":"read"}""")]
    [InlineData("""{"name":"a","scopes":["Read"]}""")]
    [InlineData("""{"name":"a","scopes":["read","root"]}""")]
    [InlineData("""{"name":"","scopes":["read"]}""")]
    [InlineData("""{"name":"\u0000","scopes":["read"]}""")]
    [InlineData("""{"name":"\ud800","scopes":["read"]}""")]
    [InlineData("""{"name":"a","scopes":["read"],"expires_in_days":0}""")]
    [InlineData("""{"name":"a","scopes":["read"],"expires_in_days":3651}""")]
    [InlineData("""{"name":"a","scopes":["read"],"expires_in_days":"1"}""")]
    [InlineData("""{"name":"a","scopes":["read"],"expires_in_day":1}""")]
    [InlineData("""{"name":"a","scopes":["read"],"scopes":["admin"]}""")]
    public async Task What_makes_no_key_is_400_and_makes_none(string body)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("API_KEYS", Master));
        ReceiveContractTests.AssertProblem(
            await CreateAsync(listener, Master, body), 400, "Not a key that can be made");
        var padded = $$"""{"name":"a","scopes":["read"]{{new string(' ', 5000)}}}""";
        Assert.Equal(400, (await CreateAsync(listener, Master, padded)).Status);
        Assert.Equal(0, store.Count("payhook_keys"));
        Assert.Equal(0, store.Count("payhook_audit"));
    }

    [Theory]
    [InlineData("99")]
    [InlineData("x")]
    [InlineData("99999999999999999999")]
    public async Task An_unknown_key_is_404(string id)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("API_KEYS", Master));
        ReceiveContractTests.AssertProblem(
            await SendAsync(listener, "DELETE", $"/keys/{id}", "", ("X-API-Key", Master)), 404, "No such key");
        Assert.Equal(400, (await listener.GetAsync("/audit?limit=501", ("X-API-Key", Master))).Status);
    }

    [Theory, EveryStore]
    public async Task Without_pii_no_answer_holds_personal_data_and_with_it_all_is_as_received(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("API_KEYS", Master));
        const string personal = "gaurav.k";
        var body = """
            {"id":"evt_1","event":"payment.captured","payload":{"payment":{"entity":{"id":"pay_1","amount":5000,
             "email":"gaurav.k@example.com","CONTACT":"gaurav.k","n\u0061me":"\u0067aurav.k","card":{"x":["gaurav.k"]},
             "notes":"call gaurav.k@example.com"}}}}
            """;
        Assert.Equal(200, (await listener.PostAsync(body, ("X-Razorpay-Event-Id", "e"))).Status);
        Assert.Equal(200, (await listener.PostAsync(body.Replace("5000", "5001"))).Status); // a conflict
        Assert.Equal(403, (await listener.PostAsync(
            body, ("X-Razorpay-Signature", TestListener.Sign("x"u8)), ("X-Customer-Name", personal))).Status);
        await listener.Store.Rejections.WaitForAsync(1);
        var number = (await listener.Store.Rejections.KeptAsync())[0].Sequence;
        var reader = (await CreateAsync(listener, Master, """{"name":"r","scopes":["read"]}""")).Member("key")!;

        string[] paths =
        [
            "/events/evt_1?include=payload", "/payments/pay_1/events?include=payload", $"/rejections/{number}",
            "/rejections",
        ];
        foreach (var path in paths)
        {
            var masked = await listener.GetAsync(path, ("X-API-Key", reader));
            Assert.Equal(200, masked.Status);
            Assert.DoesNotContain(personal, masked.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("aurav.k", masked.Text, StringComparison.OrdinalIgnoreCase);
            Assert.Contains(personal, (await listener.GetAsync(path, ("X-API-Key", Master))).Text,
                StringComparison.Ordinal);
        }
        var one = (await listener.GetAsync(paths[0], ("X-API-Key", reader))).Json;
        foreach (var shown in new[] { one, one.GetProperty("conflicts")[0] })
        {
            Assert.True(shown.GetProperty("masked").GetBoolean());
            Assert.Equal(JsonValueKind.Null, shown.GetProperty("body").ValueKind);
            var entity = shown.GetProperty("payload").GetProperty("payload").GetProperty("payment")
                .GetProperty("entity");
            Assert.Equal(("pay_1", "***"),
                (entity.GetProperty("id").GetString(), entity.GetProperty("card").GetString()));
        }
        var refused = await listener.GetAsync(paths[2], ("X-API-Key", reader));
        Assert.Contains("\"amount\":5000", refused.Member("body"), StringComparison.Ordinal);
        Assert.False((await listener.GetAsync(paths[0], ("X-API-Key", Master))).Json.TryGetProperty("masked", out _));
    }

    static IEnumerable<string> Acts(JsonElement audit) => audit.GetProperty("entries").EnumerateArray()
        .Select(e => $"{e.GetProperty("act").GetString()} {e.GetProperty("actor").GetString()}");

    static Task<Answer> CreateAsync(TestListener listener, string key, string body) =>
        SendAsync(listener, "POST", "/keys", body, ("X-API-Key", key));

    static async Task<Answer> SendAsync(
        TestListener listener, string method, string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (method == "POST") request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await listener.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(response);
    }
}
