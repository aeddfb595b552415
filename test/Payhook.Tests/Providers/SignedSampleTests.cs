using System.Text;
using System.Text.Json;
using System.Web;
using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>
/// What is sent as a test event must pass: a signature put into the wrong place of a body, or over the wrong bytes,
/// would send the operator after a fault that is not theirs.
/// </summary>
public sealed class SignedSampleTests
{
    static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    public static TheoryData<string, string> Samples() => SampleTests.Samples();

    [Theory, MemberData(nameof(Samples))]
    public void Accepts_a_sample_that_it_signed_itself_and_reads_it_as_before(string providerName, string sampleName)
    {
        var provider = ProviderCatalog.Find(providerName)!;
        var sample = SampleTests.Load(providerName).Single(s => s.GetProperty("name").GetString() == sampleName);
        var body = SampleTests.Body(sample);
        var credentials = new Credentials(new Secret("user:password")) { Parameter = ParameterFor(provider, sample) };
        if (provider.Sign(body, credentials, Now) is not { } signed) return;

        var request = new WebhookRequest(new DictionaryHeaders(signed.Headers), signed.Body)
        {
            Query = signed.Query, ReceivedAt = Now,
        };
        Assert.Equal(new Verification(Verdict.Verified, 1), provider.Verify(request, credentials));
        Assert.True(provider.Recognises(request));
        var (before, after) = (new List<PaymentEvent>(), new List<PaymentEvent>());
        provider.Read(SampleTests.Request(sample, body), before);
        provider.Read(SampleTests.Request(sample, signed.Body), after);
        Assert.Equal(before.Select(e => e.EventType), after.Select(e => e.EventType));
    }

    /// <summary>A merchant's key stands in the body as well, and the two must agree.</summary>
    static string ParameterFor(Provider provider, JsonElement sample) =>
        provider.Parameter?.Name == "merchant_key" && SampleTests.Body(sample) is var body
        && HttpUtility.ParseQueryString(Encoding.UTF8.GetString(body))["key"] is { } key
            ? key
            : "https://shop.example/hook";
}
