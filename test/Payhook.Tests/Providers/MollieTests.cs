using System.Text;
using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>Mollie's two kinds: many signatures of the one, and what is looked up for the other.</summary>
public sealed class MollieTests
{
    const string Id = "tr_5B8cwPMGnU6qLbRvo7qEZo";

    static readonly byte[] Body = Encoding.UTF8.GetBytes("id=" + Id);
    static readonly Mollie NextGen = new();
    static readonly MollieClassic Classic = new();
    static readonly Credentials WithKey = new(new Secret("test_dHar4XY7LxsDOtmnkVtjNVWXLSlXsM"));

    [Theory]
    [InlineData(7, true)]
    [InlineData(8, false)]
    public void Looks_at_no_more_headers_than_a_sender_needs(int wrongOnes, bool isVerified)
    {
        var signed = NextGen.Sign(Body, WithKey, default)!.Headers.Single();
        var wrong = KeyValuePair.Create(signed.Key, "sha256=" + new string('0', 64));
        var request = new WebhookRequest(
            new DictionaryHeaders(Enumerable.Repeat(wrong, wrongOnes).Append(signed)), Body);

        Assert.Equal(isVerified, NextGen.Verify(request, WithKey).IsVerified);
    }

    [Fact]
    public void Asks_for_the_payment_that_was_posted()
    {
        Assert.Equal(new(LookupKind.MolliePayment, Id), Classic.FindLookup(Request(Body), WithKey));
        Assert.Null(Classic.FindLookup(Request(Body), new Credentials()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("id=")]
    [InlineData("id=tr_")]
    [InlineData("id=tr_a.b")]
    [InlineData("id=tr_a%2Fb")]
    [InlineData("id=tr_a%00")]
    [InlineData("id=tr_%D0%B0")] // a letter, and not of ASCII
    [InlineData("id=TR_abc")]
    [InlineData("id=pl_abc")]
    [InlineData("id=tr_a&id=tr_a")]
    [InlineData("{\"id\":\"tr_abc\"}")]
    public void Asks_for_nothing_that_is_no_id_of_a_payment(string body)
    {
        var request = Request(Encoding.UTF8.GetBytes(body));
        Assert.Null(Classic.FindLookup(request, WithKey));
        Assert.False(Classic.Recognises(request));
        Assert.Equal(new(Verdict.MalformedBody), Classic.Verify(request, WithKey));
    }

    [Fact]
    public void Asks_for_no_endless_id()
    {
        Assert.NotNull(Classic.FindLookup(Request("id=tr_"u8, new string('a', 61)), WithKey));
        Assert.Null(Classic.FindLookup(Request("id=tr_"u8, new string('a', 62)), WithKey));
        Assert.Null(Classic.FindLookup(Request("id=tr_a&x="u8, new string('a', 1024)), WithKey));
    }

    [Theory]
    [InlineData(Verdict.KeyUnavailable, Verdict.KeyUnavailable)]
    [InlineData(Verdict.UntrustedKey, Verdict.UntrustedKey)]
    [InlineData(Verdict.Refused, Verdict.KeyUnavailable)]
    [InlineData(Verdict.Verified, Verdict.KeyUnavailable)]
    public void Passes_on_why_the_payment_could_not_be_had(Verdict failure, Verdict verdict) =>
        Assert.Equal(new(verdict), Classic.Verify(Request(Body, new Found { Failure = failure }), WithKey));

    [Fact]
    public void Believes_no_document_beside_a_failure()
    {
        var found = new Found
        {
            Document = Encoding.UTF8.GetBytes($$"""{"id":"{{Id}}"}"""), Failure = Verdict.UntrustedKey,
        };
        Assert.Equal(new(Verdict.UntrustedKey), Classic.Verify(Request(Body, found), WithKey));
    }

    [Fact]
    public void Refuses_without_an_API_key_before_anything_else() =>
        Assert.Equal(new(Verdict.MissingSecret), Classic.Verify(Request(Body), new Credentials()));

    [Fact]
    public void Tells_a_stranger_who_posts_an_id_nothing_about_the_payment() => Assert.Equal("", Classic.AcceptedText);

    static WebhookRequest Request(ReadOnlySpan<byte> body, Found? found = null) =>
        new(new DictionaryHeaders([]), body) { Found = found };

    static WebhookRequest Request(ReadOnlySpan<byte> start, string rest) =>
        Request((byte[])[.. start, .. Encoding.ASCII.GetBytes(rest)]);
}
