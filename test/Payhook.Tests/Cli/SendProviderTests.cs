using System.Text;
using Payhook.Mock;
using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests.Cli;

/// <summary>What is sent for a provider must be what it would send, or a test with it proves nothing.</summary>
[Collection(WholeProcess.Name)]
public sealed class SendProviderTests : IDisposable
{
    const string Key = "whsec_a secret of the tests";

    readonly OwnSurroundings _surroundings = new("STRIPE_WEBHOOK_SECRET");

    public void Dispose() => _surroundings.Dispose();

    [Fact]
    public async Task Sends_what_stripe_would_send_to_the_address_of_stripe()
    {
        using var receiver = new Receiver((200, "ok"));
        Environment.SetEnvironmentVariable("PORT", $"{new Uri(receiver.Url).Port}");
        Environment.SetEnvironmentVariable("STRIPE_WEBHOOK_SECRET", Key);
        var ran = await CliRun.OfAsync("send", "--provider", "stripe", "--mock", "refunded");

        Assert.Equal((0, "200 ok\n", ""), (ran.Code, ran.Output, ran.Errors));
        var request = Assert.Single(receiver.Requests);
        Assert.Equal(("/webhook/stripe", "application/json"), (request.Target, request.Headers["Content-Type"]));
        Assert.Equal(MockPayloads.Find("stripe", "refunded"), request.Body);
        Assert.True(IsVerified("stripe", request, Key));
    }

    [Theory]
    [InlineData("/webhook/shop-eu", "--provider", "stripe", "--source", "shop-eu")]
    [InlineData("/webhook/shop-eu", "--source", "shop-eu")]
    [InlineData("/webhook/payments", "--provider", "razorpay")]
    [InlineData("/webhook/payments")]
    [InlineData("/webhook/a%2Fb", "--source", "a/b")]
    public async Task Sends_to_the_address_of_the_source(string target, params string[] options)
    {
        using var receiver = new Receiver((200, "ok"));
        Environment.SetEnvironmentVariable("PORT", $"{new Uri(receiver.Url).Port}");
        var ran = await CliRun.OfAsync(["send", "--mock", "captured", "--secret", Key, .. options]);
        Assert.Equal(0, ran.Code);
        Assert.Equal(target, Assert.Single(receiver.Requests).Target);
    }

    [Fact]
    public async Task Gives_a_mock_event_ids_of_its_own_where_asked()
    {
        using var receiver = new Receiver((200, "ok"));
        string[] send = ["send", "--mock", "captured", "--unique", "--url", receiver.Url];
        await CliRun.OfAsync(send);
        await CliRun.OfAsync([.. send, "--times", "2"]);
        var bodies = receiver.Requests.Select(r => Encoding.UTF8.GetString(r.Body)).ToArray();
        Assert.Equal(3, bodies.Length);
        Assert.NotEqual(bodies[0], bodies[1]);
        Assert.Equal(bodies[1], bodies[2]);
        Assert.All(bodies, b => Assert.DoesNotContain("evt_cap_014", b, StringComparison.Ordinal));
        Assert.All(receiver.Requests, r => Assert.True(IsVerified("razorpay", r, Settings.DefaultSecret)));
    }

    [Fact]
    public async Task Puts_a_signed_query_behind_the_address_and_takes_the_type_that_was_signed()
    {
        using var receiver = new Receiver((200, "ok"));
        var signed = new SignedRequest(
            "id=1"u8.ToArray(), [new("content-type", "application/x-www-form-urlencoded")], "data.id=1&type=payment");
        foreach (var address in new[] { "hook", "hook?a=b" })
        {
            using var poster = new Poster(new(receiver.Url + address), [new("X-More", "1")]);
            await poster.PostAsync(signed, TestContext.Current.CancellationToken);
        }
        using var another = new Poster(new(receiver.Url), [new("Content-Type", "text/plain")]);
        await another.PostAsync(signed, TestContext.Current.CancellationToken);

        Assert.Equal(["/hook?data.id=1&type=payment", "/hook?a=b&data.id=1&type=payment", "/?data.id=1&type=payment"],
            receiver.Requests.Select(r => r.Target));
        Assert.Equal(["application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "text/plain"],
            receiver.Requests.Select(r => r.Headers["Content-Type"]));
        Assert.Equal("1", receiver.Requests[0].Headers["X-More"]);
    }

    [Fact]
    public async Task Lists_the_mock_events_without_asking_for_a_secret()
    {
        Environment.SetEnvironmentVariable("WEBHOOK_SECRET", "");
        var ran = await CliRun.OfAsync("send", "--list");
        Assert.Equal((0, ""), (ran.Code, ran.Errors));
        Assert.Matches("razorpay +authorized, captured, failed, partially-refunded, refunded, disputed", ran.Output);
        Assert.Matches("stripe +authorized", ran.Output);
    }

    [Fact]
    public async Task Tells_which_variable_holds_the_key_that_is_missing()
    {
        var ran = await CliRun.OfAsync("send", "--provider", "stripe", "--mock", "captured");
        Assert.Equal((78, ""), (ran.Code, ran.Output));
        Assert.Contains("STRIPE_WEBHOOK_SECRET", Assert.Single(ran.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("send", "--provider", "stripe", "--mock", "nonsense")]
    [InlineData("send", "--provider", "nobody", "--mock", "captured")]
    [InlineData("send", "--mock", "captured", "--source", "a", "--url", "http://localhost/")]
    [InlineData("send", "event.json", "--unique")]
    [InlineData("send", "--mock")]
    [InlineData("send", "--scenario")]
    [InlineData("send", "--mock", "captured", "--url")]
    [InlineData("send", "--mock", "captured", "--count")]
    [InlineData("send", "--mock", "captured", "--header")]
    [InlineData("send", "--mock", "captured", "--scenario", "lifecycle")]
    [InlineData("send", "event.json", "--scenario", "lifecycle")]
    [InlineData("send", "--scenario", "nonsense")]
    [InlineData("send", "--scenario", "lifecycle", "--times", "2")]
    [InlineData("send", "--scenario", "lifecycle", "--tamper")]
    [InlineData("send", "--scenario", "burst", "--count", "0")]
    [InlineData("send", "--scenario", "burst", "--count", "100001")]
    [InlineData("send", "--scenario", "stale")] // razorpay signs no time
    public async Task Ends_with_2_where_it_was_called_wrongly(params string[] arguments)
    {
        var ran = await CliRun.OfAsync(arguments);
        Assert.Equal((2, ""), (ran.Code, ran.Output));
        Assert.StartsWith("payhook: ", ran.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal("Try: payhook --help", ran.ErrorLines[^1]);
    }

    internal static bool IsVerified(string provider, Received request, string secret, DateTimeOffset? at = null) =>
        ProviderCatalog.Find(provider)!.Verify(
            new(new DictionaryHeaders(request.Headers), request.Body)
            {
                ReceivedAt = at ?? TimeProvider.System.GetUtcNow(),
            },
            new Credentials(new Secret(secret))).IsVerified;
}
