using System.Text.Json;
using System.Text.Json.Nodes;
using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests.Cli;

/// <summary>Whoever doubts a scheme runs published signatures through it: the outcome must be told as it is.</summary>
[Collection(WholeProcess.Name)]
public sealed class VectorFileTests : IDisposable
{
    static readonly string Vectors = Path.Combine(Repository.Root, "test", "Payhook.Tests");
    static readonly string Primitives = Path.Combine(Vectors, "Cli", "vectors", "primitives.json");

    readonly OwnSurroundings _surroundings = new();

    public void Dispose() => _surroundings.Dispose();

    [Fact]
    public async Task Agrees_with_every_primitive_in_the_order_of_the_file()
    {
        var vectors = JsonNode.Parse(File.ReadAllText(Primitives))!.AsArray();
        var ran = await CliRun.OfAsync("verify", "--vectors", Primitives);

        Assert.Equal(0, ran.Code);
        Assert.Equal(vectors.Select(v => (string)v!["name"]!), ran.Json.Select(j => Text(j, "name")));
        Assert.Equal(vectors.Select(v => (string)v!["provider"]!), ran.Json.Select(j => Text(j, "provider")));
        Assert.Equal(vectors.Select(v => (string)v!["expect"]! == "valid"), ran.Json.Select(j => IsTrue(j, "valid")));
        Assert.All(ran.Json, j => Assert.True(IsTrue(j, "as_expected")));
        Assert.Equal(["verified", "wrong-signature"], ran.Json.Select(j => Text(j, "reason")).Distinct());
        Assert.Contains($"{vectors.Count} vectors: {vectors.Count} as expected, 0 not", Assert.Single(ran.ErrorLines),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Has_a_right_and_a_wrong_signature_of_every_primitive()
    {
        string[] kinds =
        [
            "braintree-challenge", "braintree-digest", "crc32", "hmac-sha256-hex", "jws-es256", "payu-india-request",
            "razorpay-checkout",
        ];
        var vectors = JsonNode.Parse(File.ReadAllText(Primitives))!.AsArray();
        foreach (var expected in new[] { "valid", "invalid" })
        {
            Assert.Equal(kinds, vectors.Where(v => (string)v!["expect"]! == expected)
                .Select(v => (string)v!["provider"]!).Distinct().Order());
        }
    }

    [Fact]
    public async Task Agrees_with_the_vectors_of_every_provider()
    {
        // A file of another name holds schemes of senders that are no providers.
        var files = Directory.GetFiles(Path.Combine(Vectors, "Providers", "vectors"), "*.json")
            .Where(f => ProviderCatalog.Find(Path.GetFileNameWithoutExtension(f)) is not null).ToArray();
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var ran = await CliRun.OfAsync("verify", "--vectors", file);
            Assert.Equal((file, 0), (file, ran.Code));
            Assert.DoesNotContain(ran.Json, j => Text(j, "reason") == "unknown-provider");
        }
    }

    [Theory]
    [InlineData("razorpay", "invalid", "", 1, "verified", false)]
    [InlineData("razorpay", "valid", "", 0, "verified", true)]
    [InlineData("nobody", "valid", "", 1, "unknown-provider", false)]
    [InlineData("nobody", "invalid", "", 1, "unknown-provider", false)]
    [InlineData("nobody", "invalid", "optional", 1, "unknown-provider", false)]
    [InlineData("razorpay", "invalid", "optional", 0, "verified", false)]
    [InlineData("razorpay", "invalid", "low_confidence", 0, "verified", false)]
    public async Task Tells_honestly_what_was_not_expected(
        string provider, string expect, string mark, int code, string reason, bool isAsExpected)
    {
        var vector = new JsonObject
        {
            ["provider"] = provider,
            ["name"] = "say \"a\"",
            ["secret"] = "123456",
            ["headers"] = new JsonObject
            {
                ["x-razorpay-signature"] = "2fe04e22977002e6c7cb553adab8b460cb9e2a4970d5953cb27a8472752e3bbc",
            },
            ["body"] = """{"a":1,"b":2,"c":{"d":3}}""",
            ["expect"] = expect,
        };
        if (mark.Length > 0) vector[mark] = true;
        var file = Write(new JsonArray(vector).ToJsonString());

        var ran = await CliRun.OfAsync("verify", "--vectors", file);

        Assert.Equal(code, ran.Code);
        var line = Assert.Single(ran.Json);
        Assert.Equal(["name", "provider", "valid", "reason", "as_expected"],
            line.EnumerateObject().Select(m => m.Name));
        Assert.Equal(("say \"a\"", reason, reason == "verified", isAsExpected),
            (Text(line, "name"), Text(line, "reason"), IsTrue(line, "valid"), IsTrue(line, "as_expected")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{}")]
    public async Task Tells_a_file_that_is_none_in_one_line(string content)
    {
        var ran = await CliRun.OfAsync("verify", "--vectors", Write(content));
        Assert.Equal((1, ""), (ran.Code, ran.Output));
        Assert.Contains("is no file of vectors", Assert.Single(ran.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Survives_vectors_that_lack_what_they_need()
    {
        string[] providers =
            ["razorpay", "stripe", "crc32", "jws-es256", "braintree-digest", "payu-india-request", "hmac-sha256-hex"];
        var file = Write("[" + string.Join(',', providers.Select(p =>
            $$"""{"provider":"{{p}}","headers":{"jws":"."},"jwk":{"kty":1},"secret_base64":"!","expect":"invalid"}"""))
            + "]");
        var ran = await CliRun.OfAsync("verify", "--vectors", file);
        Assert.Equal((0, providers.Length), (ran.Code, ran.Json.Count(j => IsTrue(j, "as_expected"))));
    }

    string Write(string content) => _surroundings.Write("vectors.json", System.Text.Encoding.UTF8.GetBytes(content));

    static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;

    static bool IsTrue(JsonElement json, string member) => json.GetProperty(member).GetBoolean();
}
