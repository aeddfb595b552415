using System.Net;
using System.Text;
using System.Text.Json;
using Payhook.Reference;
using Payhook.Tests.Support;

namespace Payhook.Tests.Reference;

/// <summary>Real answers hold what their schemas say, and nothing that the schemas do not tell of.</summary>
public sealed class ApiAnswerTests
{
    static readonly JsonElement Document = JsonDocument.Parse(ApiDocument.Write()).RootElement;

    [Theory, EveryStore]
    public async Task Answers_are_as_they_are_described(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        Check("POST", "/webhook/payments", await listener.PostAsync(Bodies.Mocked("evt_1")));
        Check("POST", "/webhook/payments", await listener.PostAsync(Bodies.Mocked("evt_1")));
        Check("POST", "/webhook/{source}", await listener.PostToAsync("/webhook/razorpay", [], []));
        Check("PUT", "/consumers/{name}", await PutAsync(listener, "/consumers/orders"));
        Check("PUT", "/consumers/{name}", await PutAsync(listener, "/consumers/orders"));
        Check("PUT", "/consumers/{name}", await PutAsync(listener, "/consumers/Orders"));
        Check("POST", "/consumers/{name}/acknowledge",
            await listener.PostToAsync("/consumers/orders/acknowledge", """{"cursor":"now"}"""u8.ToArray()));
        Check("POST", "/consumers/{name}/acknowledge",
            await listener.PostToAsync("/consumers/orders/acknowledge", """{"cursor":"x"}"""u8.ToArray()));
        await listener.PostAsync(Bodies.Mocked("evt_1", amount: 1));
        await listener.PostAsync(Bodies.Real(amount: 7), ("X-Razorpay-Event-Id", "evt_real"));
        await listener.PostAsync(Bodies.Real(amount: 8), ("X-Razorpay-Event-Id", "evt_real"));
        await listener.PostAsync(Bodies.Mocked("evt_2"), ("X-Razorpay-Signature", new('0', 64)));
        await listener.PostToAsync("/keys", """{"name":"a","scopes":["read"],"expires_in_days":1}"""u8.ToArray());
        Check("GET", "/events/{event_id}/raw", await listener.GetAsync(
            "/events/evt_1/raw", ("Accept", "application/vnd.payhook.raw+json")));
        foreach (var (path, url) in new[]
        {
            ("/payments", "/payments"), ("/payments", "/payments?limit=0"),
            ("/payments/{payment_id}", "/payments/pay_1"),
            ("/payments/{payment_id}", "/payments/pay_none"),
            ("/payments/{payment_id}/events", "/payments/pay_1/events?include=payload"),
            ("/events", "/events"), ("/events", "/events?include=payload"), ("/events", "/events?limit=0"),
            ("/consumers", "/consumers"), ("/events", "/events?consumer=none"),
            ("/events/{event_id}", "/events/evt_1?include=payload"), ("/events/{event_id}", "/events/evt_real"),
            ("/events/{event_id}", "/events/none"), ("/rejections", "/rejections"),
            ("/rejections/{sequence}", "/rejections/1"), ("/rejections/{sequence}", "/rejections/99"),
            ("/stats", "/stats"), ("/stats", "/stats?group_by=source,type,outcome&bucket=minute"),
            ("/stats", "/stats?bucket=none"), ("/keys", "/keys"), ("/audit", "/audit"), ("/audit", "/audit?limit=0"),
            ("/health", "/health"), ("/health/live", "/health/live"), ("/webhook/{source}", "/webhook/razorpay"),
        })
        {
            await WaitForRejectionAsync(listener);
            Check("GET", path, await listener.GetAsync(url, ("X-API-Key", "")));
        }
    }

    [Fact]
    public async Task The_page_and_the_document_are_for_everybody_and_ask_no_other_host()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("API_KEYS", "0123456789abcdef-master"));
        var document = await listener.GetAsync("/openapi.json");
        Assert.Equal((200, "application/json"), (document.Status, document.ContentType));
        Assert.Equal(Encoding.UTF8.GetString(ApiDocument.Write()), document.Text);

        using var response = await listener.Client.GetAsync("/reference", TestContext.Current.CancellationToken);
        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, "text/html"),
            (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.DoesNotContain("://", page);
        Assert.DoesNotContain("style=", page);
        var policy = string.Join(' ', response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; connect-src 'self'", policy, StringComparison.Ordinal);
        foreach (var element in new[] { "script", "style" })
        {
            var text = page.Split($"<{element}>")[1].Split($"</{element}>")[0];
            Assert.True(text.Length > 100);
            var hash = System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text));
            Assert.Contains($"{element}-src 'sha256-{Convert.ToBase64String(hash)}'", policy);
        }
    }

    [Fact]
    public void Sees_an_answer_that_is_not_described()
    {
        var schema = JsonDocument.Parse("""
            {"allOf":[{"type":"object","properties":{"a":{"type":["string","null"]}},"required":["a"]},
                      {"type":"object","properties":{"b":{"type":"array","items":{"enum":["x"],"type":"string"}}}}]}
            """).RootElement;
        Assert.Empty(Faults("""{"a":null,"b":["x"]}"""));
        Assert.Equal(["$.a is missing"], Faults("{}"));
        Assert.Equal(["$.a is Number"], Faults("""{"a":1}"""));
        Assert.Equal(["$.c is not described"], Faults("""{"a":"","c":1}"""));
        Assert.Equal(["$.b[0] is y"], Faults("""{"a":"","b":["y"]}"""));

        IEnumerable<string> Faults(string json) =>
            ApiAnswerTests.Faults(JsonDocument.Parse(json).RootElement, schema, "$");
    }

    static async Task<Answer> PutAsync(TestListener listener, string path)
    {
        using var response = await listener.Client.PutAsync(path, null, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(response);
    }

    static async Task WaitForRejectionAsync(TestListener listener)
    {
        for (var i = 0; (await listener.GetAsync("/rejections/1")).Status != 200; i++)
        {
            Assert.True(i < 200, "The rejection was not kept");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    internal static void Check(string method, string path, Answer answer)
    {
        var response = Document.GetProperty("paths").GetProperty(path).GetProperty(method.ToLowerInvariant())
            .GetProperty("responses").GetProperty($"{answer.Status}");
        var content = response.GetProperty("content").GetProperty(answer.ContentType!).GetProperty("schema");
        Assert.Empty(Faults(answer.Json, content, "$").Select(f => $"{method} {path} {answer.Status}: {f}"));
    }

    /// <summary>What an answer has and its schema has not, or the other way round.</summary>
    static IEnumerable<string> Faults(JsonElement value, JsonElement schema, string place)
    {
        var parts = Parts(schema).ToArray();
        foreach (var part in parts)
        {
            if (part.TryGetProperty("type", out var type) && !IsOf(value, type))
                yield return $"{place} is {value.ValueKind}";
            if (part.TryGetProperty("enum", out var words) && words.EnumerateArray().All(w => $"{w}" != $"{value}"))
                yield return $"{place} is {value}";
            if (value.ValueKind == JsonValueKind.Object && part.TryGetProperty("required", out var required))
            {
                foreach (var name in required.EnumerateArray().Where(n => !value.TryGetProperty(n.GetString()!, out _)))
                    yield return $"{place}.{name} is missing";
            }
        }
        foreach (var fault in FaultsInside(value, parts, place)) yield return fault;
    }

    static IEnumerable<string> FaultsInside(JsonElement value, JsonElement[] parts, string place)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            var items = parts.Single(p => p.TryGetProperty("items", out _)).GetProperty("items");
            return value.EnumerateArray().SelectMany((item, i) => Faults(item, items, $"{place}[{i}]"));
        }
        if (value.ValueKind != JsonValueKind.Object || !parts.Any(p => p.TryGetProperty("type", out _))) return [];
        return value.EnumerateObject().SelectMany(member =>
        {
            var schemas = parts.Where(p => p.TryGetProperty("properties", out var known)
                && known.TryGetProperty(member.Name, out _))
                .Select(p => p.GetProperty("properties").GetProperty(member.Name))
                .Concat(parts.Where(p => p.TryGetProperty("additionalProperties", out _))
                    .Select(p => p.GetProperty("additionalProperties"))).ToArray();
            return schemas.Length == 0
                ? [$"{place}.{member.Name} is not described"]
                : Faults(member.Value, schemas[0], $"{place}.{member.Name}");
        });
    }

    /// <summary>A schema and all that it refers to.</summary>
    static IEnumerable<JsonElement> Parts(JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var name))
        {
            return Parts(Document.GetProperty("components").GetProperty("schemas")
                .GetProperty(name.GetString()!["#/components/schemas/".Length..]));
        }
        return schema.TryGetProperty("allOf", out var all) ? all.EnumerateArray().SelectMany(Parts) : [schema];
    }

    static bool IsOf(JsonElement value, JsonElement type) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Any(t => IsOf(value, t.GetString()!))
        : IsOf(value, type.GetString()!);

    static bool IsOf(JsonElement value, string type) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => false,
    };
}
