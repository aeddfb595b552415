using System.Text.Json;
using Payhook.Mock;
using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests.Cli;

/// <summary>The mock events are what everybody tries first: one signature must fit each however it is posted.</summary>
public sealed class MockPayloadTests
{
    [Fact]
    public void Knows_the_mock_events_by_short_and_long_names()
    {
        Assert.Equal(["authorized", "captured", "failed"], MockPayloads.Names);
        foreach (var name in MockPayloads.Names)
            Assert.Equal(MockPayloads.Find(name), MockPayloads.Find("payment_" + name));
        foreach (var name in new[] { "", "payment_", "nonsense", "Captured", "../captured", "captured.json" })
            Assert.Null(MockPayloads.Find(name));
    }

    [Theory]
    [InlineData("authorized", "evt_auth_014", "payment.authorized")]
    [InlineData("captured", "evt_cap_014", "payment.captured")]
    [InlineData("failed", "evt_fail_014", "payment.failed")]
    public void Carries_the_events_of_one_payment(string name, string eventId, string eventType)
    {
        var body = File.ReadAllBytes(Path.Combine(Repository.Root, "mock_payloads", $"payment_{name}.json"));
        Assert.Equal(body, MockPayloads.Find(name));

        var provider = ProviderCatalog.Find("razorpay")!;
        var events = new List<PaymentEvent>();
        Assert.Equal(Reading.Read, provider.Read(new(new DictionaryHeaders([]), body), events));
        var read = Assert.Single(events);
        Assert.Equal((eventId, true, eventType, "pay_014"),
            (read.EventId, read.IsEventIdSigned, read.EventType, read.PaymentId));

        var json = JsonDocument.Parse(body).RootElement;
        var entity = json.GetProperty("payload").GetProperty("payment").GetProperty("entity");
        Assert.Equal(5000, entity.GetProperty("amount").GetInt32());
        Assert.Equal("INR", entity.GetProperty("currency").GetString());
        Assert.InRange(json.GetProperty("created_at").GetInt64(), 1751889865, 1751989865);
    }

    [Fact]
    public void Is_one_line_without_a_newline_so_that_one_signature_fits_every_way_to_post_it()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "mock_payloads"), "*.json");
        Assert.Equal(MockPayloads.Names.Count, files.Length);
        foreach (var body in files.Select(File.ReadAllBytes))
        {
            Assert.DoesNotContain(body, b => b is (byte)'\n' or (byte)'\r' or 0 or > 0x7e);
            Assert.Equal(((byte)'{', (byte)'}'), (body[0], body[^1]));

            var provider = ProviderCatalog.Find("razorpay")!;
            var secret = new Secret("test_secret");
            var headers = new DictionaryHeaders([new(provider.SignatureHeaders[0], provider.Sign(body, secret))]);
            Assert.True(provider.Verify(headers, body, [secret]).IsVerified);
        }
    }

    [Fact]
    public void Orders_the_events_as_they_happened() => Assert.Equal(
        ["authorized", "captured", "failed"], MockPayloads.Names.OrderBy(name =>
            JsonDocument.Parse(MockPayloads.Find(name)!).RootElement.GetProperty("created_at").GetInt64()));
}
