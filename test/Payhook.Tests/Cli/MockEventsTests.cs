using System.Text;
using System.Text.Json;
using Payhook.Mock;
using Payhook.Providers;

namespace Payhook.Tests.Cli;

/// <summary>The mock events of a provider tell of one payment from its authorization to its dispute.</summary>
public sealed class MockEventsTests
{
    static readonly string[] All =
        ["authorized", "captured", "failed", "partially-refunded", "refunded", "disputed"];

    public static TheoryData<string> Names() => [.. MockPayloads.Providers().Select(p => p.Name)];

    [Fact]
    public void Has_all_of_them_for_the_providers_that_have_any()
    {
        var folders = Directory.GetDirectories(Path.Combine(Repository.Root, "mock_payloads"));
        Assert.Equal(["adyen", "paypal", "razorpay", "square", "stripe"], folders.Select(Path.GetFileName).Order());
        foreach (var name in folders.Select(Path.GetFileName)) Assert.Equal(All, MockPayloads.NamesOf(name!));
        Assert.Empty(MockPayloads.NamesOf("nobody"));
        Assert.Equal(MockPayloads.Find("captured"), MockPayloads.Find("razorpay", "payment_captured"));
        Assert.Null(MockPayloads.Find("stripe", "../razorpay/refunded"));
    }

    [Fact]
    public void Is_one_line_without_a_newline_so_that_one_signature_fits_every_way_to_post_it()
    {
        var files = Directory.GetFiles(
            Path.Combine(Repository.Root, "mock_payloads"), "*.json", SearchOption.AllDirectories);
        Assert.Equal(30, files.Length);
        foreach (var file in files)
        {
            var body = File.ReadAllBytes(file);
            Assert.DoesNotContain(body, b => b is < 0x20 or > 0x7e);
            using var json = JsonDocument.Parse(body);
            Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Tells_of_one_payment_in_events_of_their_own(string providerName)
    {
        var events = All.Select(name => Read(providerName, MockPayloads.Find(providerName, name)!)).ToArray();
        Assert.Equal(events.Length, events.Select(e => e.EventId).Distinct().Count());
        Assert.All(events, e => Assert.Contains("014", e.PaymentId, StringComparison.Ordinal));
        // PayPal's authorization has an id of its own, which the capture names.
        var ofOnePayment = providerName == "paypal" ? events[1..] : events;
        Assert.Single(ofOnePayment.Select(e => e.PaymentId).Distinct());
        Assert.Single(events.Select(e => e.Currency).Distinct());
        Assert.Equal(5000, events[0].AmountMinor);
        Assert.Equal(5000, events[1].AmountMinor);
    }

    [Theory, MemberData(nameof(Names))]
    public void Gets_other_ids_that_still_name_one_payment(string providerName)
    {
        var end = MockPayloads.FreshEnd();
        Assert.NotEqual(end, MockPayloads.FreshEnd());
        foreach (var name in All)
        {
            var template = MockPayloads.Find(providerName, name)!;
            var (old, fresh) = (Read(providerName, template), Read(providerName, MockPayloads.WithIds(template, end)));
            Assert.NotEqual(old.EventId, fresh.EventId);
            Assert.NotEqual(old.PaymentId, fresh.PaymentId);
            Assert.Contains(end, fresh.EventId, StringComparison.Ordinal);
            Assert.Contains(end, fresh.PaymentId, StringComparison.Ordinal);
            Assert.Equal((old.EventType, old.AmountMinor), (fresh.EventType, fresh.AmountMinor));
            var text = Encoding.UTF8.GetString(MockPayloads.WithIds(template, end));
            Assert.DoesNotContain("014\"", text, StringComparison.Ordinal);
        }
    }

    static PaymentEvent Read(string providerName, byte[] body)
    {
        var events = new List<PaymentEvent>();
        var provider = ProviderCatalog.Find(providerName)!;
        Assert.Equal(Reading.Read, provider.Read(new(new DictionaryHeaders([]), body), events));
        return Assert.Single(events);
    }
}
