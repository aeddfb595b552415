using System.Text.Json;
using Payhook.Tests.Support;

namespace Payhook.Tests.Contract;

/// <summary>Why a delivery was refused is told, without what would let a reader send it again.</summary>
public sealed class RejectionContractTests
{
    [Theory, EveryStore]
    public async Task Tells_why_requests_were_refused_the_newest_first(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        var body = Bodies.Mocked("evt_1");
        await listener.PostAsync(body, ("X-Razorpay-Signature", TestListener.Sign("x"u8)), ("X-Shop", "7"));
        await listener.PostAsync(body, ("X-Razorpay-Signature", ""));
        await listener.PostAsync("""{"event":"payment.captured"}""");
        await listener.Store.Rejections.WaitForAsync(3);

        var answer = await listener.GetAsync("/rejections");
        Assert.Equal((200, "application/json"), (answer.Status, answer.ContentType));
        var rejections = answer.Json.GetProperty("rejections").EnumerateArray().ToList();
        Assert.Equal(["invalid-payload", "missing-signature", "wrong-signature"], rejections.Select(Reason));
        Assert.Equal(JsonValueKind.Null, answer.Json.GetProperty("next").ValueKind);
        Assert.Equal(["invalid-payload 1", "missing-signature 1", "wrong-signature 1"],
            answer.Json.GetProperty("counts").EnumerateArray().Select(c => $"{Reason(c)} {c.GetProperty("count")}"));
        Assert.Equal(body.Length, rejections[2].GetProperty("body_bytes").GetInt32());
        Assert.Equal(body.Length, rejections[1].GetProperty("body_bytes").GetInt32()); // not read, and claimed

        var one = await listener.GetAsync($"/rejections/{rejections[2].GetProperty("sequence")}");
        Assert.Equal(body, one.Member("body"));
        var headers = one.Json.GetProperty("headers").EnumerateArray()
            .ToDictionary(h => h[0].GetString()!, h => h[1].GetString());
        Assert.Equal(("***", "7"), (headers["X-Razorpay-Signature"], headers["X-Shop"]));
        Assert.DoesNotContain(TestListener.Sign("x"u8), answer.Text + one.Text, StringComparison.Ordinal);
        Assert.Null((await listener.GetAsync($"/rejections/{rejections[1].GetProperty("sequence")}")).Member("body"));
    }

    [Theory, EveryStore]
    public async Task Filters_and_pages(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        listener.Store.Rejections.Append(
            [.. Enumerable.Range(0, 5).Select(i => Rejections.Of(reason: i == 2 ? "b" : "a", cause: "c"))],
            [new("razorpay", "a", "c", 4, Rejections.Moment), new("razorpay", "b", "c", 1, Rejections.Moment)],
            new(100, 1 << 20));

        var first = (await listener.GetAsync("/rejections?reason=a&source=razorpay&cause=c&limit=3")).Json;
        Assert.Single(first.GetProperty("counts").EnumerateArray());
        var second = (await listener.GetAsync($"/rejections?reason=a&limit=3&before={first.GetProperty("next")}")).Json;
        var seen = first.GetProperty("rejections").EnumerateArray()
            .Concat(second.GetProperty("rejections").EnumerateArray()).ToList();
        Assert.Equal(["a", "a", "a", "a"], seen.Select(Reason));
        Assert.Equal(4, seen.Select(r => r.GetProperty("sequence").GetInt64()).Distinct().Count());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
        Assert.Empty((await listener.GetAsync("/rejections?source=nobody")).Json.GetProperty("rejections")
            .EnumerateArray());
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=501")]
    [InlineData("before=x")]
    public async Task A_query_that_cannot_be_understood_is_400(string query)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        ReceiveContractTests.AssertProblem(await listener.GetAsync($"/rejections?{query}"), 400, "Bad request");
    }

    [Theory]
    [InlineData("99")]
    [InlineData("x")]
    public async Task An_unknown_number_is_404(string sequence)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        ReceiveContractTests.AssertProblem(
            await listener.GetAsync($"/rejections/{sequence}"), 404, "No such rejection");
    }

    [Theory]
    [InlineData("/rejections")]
    [InlineData("/rejections/1")]
    public async Task Is_read_by_those_who_may_read(string path)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("API_KEYS", "0123456789abcdef"));
        Assert.Equal(401, (await listener.GetAsync(path)).Status);
        Assert.NotEqual(401, (await listener.GetAsync(path, ("X-API-Key", "0123456789abcdef"))).Status);
    }

    static string Reason(JsonElement of) => of.GetProperty("reason").GetString()!;
}
