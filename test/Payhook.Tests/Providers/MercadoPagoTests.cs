using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>A header that others have too, and a body that is not signed beside a query that is.</summary>
public sealed class MercadoPagoTests
{
    [Theory]
    [InlineData("ts=1742505638,v1=00", true)]
    [InlineData("633f91233312dd391ec75fa0bea539cfc2d6c4918873305b84a96cc1c58db71c", false)]
    [InlineData("", false)]
    public void Recognises_its_own_among_others_with_the_same_header(string signature, bool isRecognised) =>
        Assert.Equal(isRecognised, new MercadoPago().Recognises(
            new(new DictionaryHeaders([KeyValuePair.Create("X-Signature", signature)]), [])));

    [Fact]
    public void Signs_the_id_that_it_puts_into_the_query()
    {
        var credentials = new Credentials(new Secret("k"));
        var body = """{"type":"payment","action":"payment.updated","id":1,"data":{"id":"12 3"}}"""u8;
        var signed = new MercadoPago().Sign(body, credentials, DateTimeOffset.UnixEpoch)!;

        Assert.Equal("data.id=12+3&type=payment", signed.Query);
        Assert.Equal(Verdict.Verified, Verify(signed.Query));
        Assert.Equal(Verdict.WrongSignature, Verify("data.id=124&type=payment"));
        Assert.Null(new MercadoPago().Sign("{}"u8, credentials, DateTimeOffset.UnixEpoch));

        Verdict Verify(string query) => new MercadoPago().Verify(
            new(new DictionaryHeaders(signed.Headers), signed.Body) { Query = query }, credentials).Verdict;
    }
}
