using System.Reflection;
using System.Text;
using System.Text.Json;
using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>
/// What each provider sends, and what is read of it: an id from the wrong place files an event under another payment,
/// and an amount in the wrong unit is money lost. Expectations stand beside the samples and were written by hand.
/// </summary>
public sealed class SampleTests
{
    public static TheoryData<string, string> Samples()
    {
        var rows = new TheoryData<string, string>();
        foreach (var provider in ProviderCatalog.All)
        {
            foreach (var sample in Load(provider.Name)) rows.Add(provider.Name, Text(sample, "name"));
        }
        return rows;
    }

    [Theory, MemberData(nameof(Samples))]
    public void Reads_what_the_provider_sends(string providerName, string sampleName)
    {
        var sample = Load(providerName).Single(s => Text(s, "name") == sampleName);
        var events = new List<PaymentEvent>();
        var body = Body(sample);

        var reading = ProviderCatalog.Find(providerName)!.Read(Request(sample, body), events);

        Assert.Equal(Reading.Read, reading);
        Assert.Equal(sample.GetProperty("events").EnumerateArray().Select(Expected), events.Select(e => Told(e, body)));
    }

    [Fact]
    public void Has_a_sample_with_a_payment_for_every_provider()
    {
        foreach (var provider in ProviderCatalog.All)
        {
            var samples = Load(provider.Name);
            Assert.NotEmpty(samples);
            Assert.Contains(samples.SelectMany(s => s.GetProperty("events").EnumerateArray()),
                e => e.TryGetProperty("payment_id", out _));
        }
    }

    internal static byte[] Body(JsonElement sample) => Encoding.UTF8.GetBytes(Text(sample, "body"));

    internal static WebhookRequest Request(JsonElement sample, byte[] body)
    {
        var headers = sample.TryGetProperty("headers", out var given)
            ? given.EnumerateObject().Select(h => KeyValuePair.Create(h.Name, h.Value.GetString()!))
            : [];
        return new(new DictionaryHeaders(headers), body)
        {
            Query = sample.TryGetProperty("query", out var query) ? query.GetString()! : "",
            Found = sample.TryGetProperty("document", out var document)
                ? new() { Document = Encoding.UTF8.GetBytes(document.GetString()!) }
                : null,
        };
    }

    internal static IReadOnlyList<JsonElement> Load(string providerName)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"samples/{providerName}.json")
            ?? throw new InvalidOperationException($"Providers/samples/{providerName}.json is missing");
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.EnumerateArray().Select(s => s.Clone())];
    }

    /// <summary>Members in a fixed order; one that is absent is expected to be absent.</summary>
    static readonly string[] Members =
    [
        "event_id", "is_event_id_signed", "event_type", "payment_id", "account_id", "order_id", "refund_id",
        "dispute_id", "merchant_reference", "amount_minor", "currency", "created_at", "place",
    ];

    static string Expected(JsonElement json)
    {
        Assert.Empty(json.EnumerateObject().Select(m => m.Name).Except(Members));
        return string.Join(
            '\n', Members.Select(m => $"{m}: {(json.TryGetProperty(m, out var value) ? value.ToString() : "")}"));
    }

    static string Told(PaymentEvent e, byte[] body)
    {
        var place = e.Place.Equals(default) ? "" : Encoding.UTF8.GetString(body[e.Place]);
        object?[] values =
        [
            e.EventId, e.IsEventIdSigned, e.EventType, e.PaymentId, e.AccountId, e.OrderId, e.RefundId, e.DisputeId,
            e.MerchantReference, e.AmountMinor, e.Currency,
            e.CreatedAt?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'"), place,
        ];
        return string.Join('\n', Members.Zip(values, (name, value) => $"{name}: {value}"));
    }

    static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;
}
