using Payhook.Tests.Support;

namespace Payhook.Tests.Cli;

/// <summary>An operator on the machine sees what needs attention, and says that it was seen.</summary>
[Collection(WholeProcess.Name)]
public sealed class AttentionCommandTests : IDisposable
{
    readonly OwnSurroundings _surroundings = new();

    public void Dispose() => _surroundings.Dispose();

    [Theory, EveryStore]
    public async Task Lists_and_acknowledges(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using (var listener = await TestListener.StartAsync(store))
        {
            await listener.PostAsync(Bodies.Mocked("evt_1", amount: 1));
            await listener.PostAsync(Bodies.Mocked("evt_1", amount: 2));
        }
        Environment.SetEnvironmentVariable("DATABASE_URL", store.Url);
        var listed = await CliRun.OfAsync("attention");
        Assert.Equal((0, ""), (listed.Code, listed.Errors));
        Assert.Contains("event-1-other_body", listed.Output, StringComparison.Ordinal);
        Assert.Contains("do not agree", listed.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        var line = Assert.Single((await CliRun.OfAsync("attention", "--json", "--kind", "other_body")).Json);
        Assert.Equal("pay_1", line.GetProperty("payment_id").GetString());

        var done = await CliRun.OfAsync("attention", "acknowledge", "event-1-other_body", "--note", "a test of ours");
        Assert.Equal(0, done.Code);
        Assert.Equal("Nothing needs attention.\n", (await CliRun.OfAsync("attention")).Output);
        var seen = Assert.Single((await CliRun.OfAsync("attention", "--all", "--json")).Json);
        Assert.Equal("a test of ours", seen.GetProperty("acknowledged").GetProperty("note").GetString());
        var audited = Assert.Single((await CliRun.OfAsync("audit", "--json")).Json);
        Assert.Equal("attention-acknowledged", audited.GetProperty("act").GetString());
        Assert.Equal(1, (await CliRun.OfAsync("attention", "acknowledge", "event-2-other_body")).Code);
        Assert.Equal(2, (await CliRun.OfAsync("attention", "--kind", "nothing")).Code);
        Assert.Equal(2, (await CliRun.OfAsync(
            "attention", "acknowledge", "event-1-other_body", "--note", new string('a', 501))).Code);
    }
}
