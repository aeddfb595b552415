using Payhook.Tests.Support;

namespace Payhook.Tests.Cli;

/// <summary>What the interface does about destinations, the command line does as well.</summary>
[Collection(WholeProcess.Name)]
public sealed class DestinationsCommandTests : IDisposable
{
    readonly OwnSurroundings _surroundings = new();

    public void Dispose() => _surroundings.Dispose();

    [Theory, EveryStore]
    public async Task Adds_lists_stops_and_removes_them_and_tells_who_did(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await store.Open().DisposeAsync();
        Environment.SetEnvironmentVariable("DATABASE_URL", store.Url);
        Assert.Equal("There is no destination.\n", (await CliRun.OfAsync("destinations")).Output);
        var added = await CliRun.OfAsync("destinations", "add", "orders", "https://orders.example.com/hooks",
            "--body", "raw", "--type", "payment.*", "--type", "refund.*", "--header", "Authorization: Bearer hunter2");
        Assert.Equal(0, added.Code);
        Assert.NotNull(SigningSecret.Read(added.Output.Trim()));
        var nats = await CliRun.OfAsync("destinations", "add", "bus", "tls://nats.example.com", "--json");
        Assert.Equal("nats", nats.Json[0].GetProperty("sink").GetString());

        var shown = await CliRun.OfAsync("destinations", "show", "orders");
        Assert.DoesNotContain("hunter2", shown.Output, StringComparison.Ordinal);
        Assert.Equal(["payment.*", "refund.*"], shown.Json[0].GetProperty("filter").GetProperty("types")
            .EnumerateArray().Select(t => t.GetString()));
        Assert.Equal("orders is paused.\n", (await CliRun.OfAsync("destinations", "pause", "orders")).Output);
        var list = await CliRun.OfAsync("destinations");
        Assert.Equal(3, list.Lines.Length);
        Assert.Matches("orders +http +paused +0 +0 +https://orders.example.com/hooks", list.Output);
        Assert.Matches("bus +nats +active +0 +0 +tls://nats.example.com", list.Output);
        Assert.Equal("orders is active.\n", (await CliRun.OfAsync("destinations", "resume", "orders")).Output);

        var rotated = await CliRun.OfAsync("destinations", "rotate-secret", "orders");
        Assert.NotEqual(added.Output, rotated.Output);
        Assert.NotNull(SigningSecret.Read(rotated.Output.Trim()));
        Assert.Equal("orders has one secret.\n",
            (await CliRun.OfAsync("destinations", "rotate-secret", "orders", "--finish")).Output);
        Assert.Equal("orders is removed.\n", (await CliRun.OfAsync("destinations", "remove", "orders")).Output);
        Assert.Equal(["bus"], (await CliRun.OfAsync("destinations", "--json")).Json
            .Select(d => d.GetProperty("name").GetString()));
        var audit = (await CliRun.OfAsync("audit", "--json")).Json;
        Assert.Equal(7, audit.Length);
        Assert.All(audit, e => Assert.StartsWith("cli:", e.GetProperty("actor").GetString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, "destinations", "show", "other")]
    [InlineData(1, "destinations", "pause", "other")]
    [InlineData(1, "destinations", "remove", "other")]
    [InlineData(1, "destinations", "rotate-secret", "other")]
    [InlineData(1, "destinations", "add", "orders", "http://127.0.0.1:9")]
    [InlineData(1, "destinations", "add", "Orders", "https://a.example")]
    [InlineData(1, "destinations", "add", "orders", "https://a.example", "--source", "other")]
    [InlineData(1, "destinations", "add", "orders", "https://a.example", "--from", "then")]
    [InlineData(2, "destinations", "add", "orders")]
    [InlineData(2, "destinations", "add", "orders", "https://a.example", "--body", "xml")]
    [InlineData(2, "destinations", "add", "orders", "https://a.example", "--header", "hunter2")]
    [InlineData(2, "destinations", "destroy", "orders")]
    public async Task What_cannot_be_done_is_told_and_makes_nothing(int code, params string[] arguments)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await store.Open().DisposeAsync();
        Environment.SetEnvironmentVariable("DATABASE_URL", store.Url);
        var run = await CliRun.OfAsync(arguments);
        Assert.Equal(code, run.Code);
        Assert.StartsWith("payhook: ", run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, store.Count("payhook_destinations"));
    }

    [Fact]
    public async Task The_doctor_shows_those_of_the_file()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        Environment.SetEnvironmentVariable("DATABASE_URL", store.Url);
        File.WriteAllText("payhook.json", """{ "destinations": { "orders": { "url": "https://o.example" } } }""");
        var run = await CliRun.OfAsync("doctor");
        Assert.Contains("orders: http at https://o.example, envelope, not signed", run.Output,
            StringComparison.Ordinal);
    }
}
