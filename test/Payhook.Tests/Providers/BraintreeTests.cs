using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>A form around base64 around XML: each layer is written by strangers.</summary>
public sealed class BraintreeTests
{
    static readonly Braintree Scheme = new();
    static readonly Credentials Sender =
        new(Key("integration_private_key")) { Parameter = "integration_public_key" };

    [Theory] // the first from Braintree's own test suite
    [InlineData("?bt_challenge=20f9f8ed05f77439fe955c977e4c8a53",
        "integration_public_key|d9b899556c966b3f06945ec21311865d35df3ce4")]
    [InlineData("a=1&bt_challenge=20f9f8ed05f77439fe955c977e4c8a53",
        "integration_public_key|d9b899556c966b3f06945ec21311865d35df3ce4")]
    [InlineData("?bt_challenge=20f9f8ed05f77439fe955c977e4c8a530", null)]
    [InlineData("?bt_challenge=20f9f8ed05f77439fe9", null)]
    [InlineData("?bt_challenge=20F9F8ED05F77439FE955C977E4C8A53", null)]
    [InlineData("?bt_challenge=PG5vdGlmaWNhdGlvbj4KPC9ub3Q", null)]
    [InlineData("?bt_challenge=20f9f8ed05f77439fe955c97&bt_challenge=20f9f8ed05f77439fe955c97", null)]
    [InlineData("?bt_challenge=", null)]
    [InlineData("", null)]
    public void Answers_a_challenge_of_its_form_alone(string query, string? answer)
    {
        Assert.Equal(answer, Scheme.AnswerChallenge(query, Sender));
        Assert.Null(Scheme.AnswerChallenge(query, new() { Parameter = "integration_public_key" }));
        Assert.Null(Scheme.AnswerChallenge(query, new(Sender.Secrets)));
    }

    [Fact] // from Braintree's own test suite
    [SuppressMessage("Security", "CA5350", Justification = "The provider's scheme")]
    public void Keys_with_the_sha1_of_the_private_key()
    {
        var mac = new byte[20];
        HMACSHA1.HashData(Key("secretKey").Bytes, "hello world"u8, mac);
        Assert.Equal("d503d7a1a6adba1e6474e9ff2c4167f9dfdf4247", Convert.ToHexStringLower(mac));
    }

    [Theory]
    [InlineData("bt_payload=PGE%2BPC9hPg%3D%3D%0A")]
    [InlineData("x=1&bt_signature=old&bt_payload=PGE%2BPC9hPg%3D%3D&y=2")]
    [InlineData("<notification><kind>check</kind></notification>")]
    public void Accepts_what_it_signed(string body)
    {
        var signed = Scheme.Sign(Encoding.UTF8.GetBytes(body), Sender, default)!;
        Assert.Equal("application/x-www-form-urlencoded", Assert.Single(signed.Headers).Value);
        Assert.Equal(new(Verdict.Verified, 1), Scheme.Verify(Request(signed.Body), Sender));
        Assert.True(Scheme.Recognises(Request(signed.Body)));
        Assert.True(Scheme.IsWellFormed(signed.Body));
        Assert.Equal(new(Verdict.Verified, 2),
            Scheme.Verify(Request(signed.Body), new(Key("new"), Sender.Secrets[0]) { Parameter = Sender.Parameter }));
        Assert.Equal(Verdict.MissingSecret, Scheme.Verify(Request(signed.Body), new(Sender.Secrets)).Verdict);
    }

    [Fact]
    public void Refuses_a_challenges_answer_in_the_place_of_a_signature()
    {
        const string challenge = "20f9f8ed05f77439fe955c977e4c8a53";
        var answer = Scheme.AnswerChallenge("bt_challenge=" + challenge, Sender)!;
        var body = $"bt_signature={Uri.EscapeDataString(answer)}&bt_payload={challenge}";
        Assert.Equal(Verdict.MalformedBody, Scheme.Verify(Request(Encoding.UTF8.GetBytes(body)), Sender).Verdict);
    }

    [Theory]
    [InlineData("bt_payload=PGE%2B", Verdict.MissingSignature)]
    [InlineData("bt_signature=&bt_payload=PGE%2B", Verdict.MissingSignature)]
    [InlineData("bt_signature=a%7Cb&bt_signature=a%7Cb&bt_payload=PGE%2B", Verdict.RepeatedSignature)]
    [InlineData("bt_signature=a%7Cb", Verdict.MalformedBody)]
    [InlineData("bt_signature=a%7Cb&bt_payload=PGE+", Verdict.MalformedBody)]
    [InlineData("bt_signature=nothing&bt_payload=PGE%2B", Verdict.MalformedSignature)]
    [InlineData("bt_signature=integration_public_key%7Cff&bt_payload=PGE%2B", Verdict.MalformedSignature)]
    [InlineData("bt_signature=other%7Cff&bt_payload=PGE%2B", Verdict.WrongSignature)]
    public void Tells_what_is_wrong(string body, Verdict verdict) =>
        Assert.Equal(verdict, Scheme.Verify(Request(Encoding.UTF8.GetBytes(body)), Sender).Verdict);

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY b \"c\">]><notification><kind>&b;</kind></notification>")]
    [InlineData("<!DOCTYPE a SYSTEM \"file:///etc/hostname\"><notification><kind>a</kind></notification>")]
    [InlineData("<notification><kind>a</notification>")]
    [InlineData("<notification><kind>&b;</kind></notification>")]
    [InlineData("no XML")]
    [InlineData("")]
    public void Reads_no_xml_that_is_broken_or_names_entities(string xml) =>
        Assert.Equal(Reading.Malformed, Read(xml, out _));

    [Fact]
    public void Reads_no_xml_that_is_endlessly_deep_or_long()
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat("<a>", depth))
            + string.Concat(Enumerable.Repeat("</a>", depth));
        string Long(int length) => $"<notification><kind>a</kind>{new string(' ', length)}</notification>";

        Assert.Equal(Reading.Read, Read($"<notification><kind>a</kind>{Nested(63)}</notification>", out _));
        Assert.Equal(Reading.Malformed, Read($"<notification><kind>a</kind>{Nested(64)}</notification>", out _));
        Assert.Equal(Reading.Read, Read(Long(100_000), out _));
        Assert.Equal(Reading.Malformed, Read(Long(300_000), out _));
    }

    [Fact]
    public void Reads_an_encoding_declaration_without_following_it()
    {
        const string xml = "<?xml version=\"1.0\" encoding=\"utf-7\"?><notification><kind>a</kind></notification>";
        Assert.Equal(Reading.Read, Read(xml, out var events));
        Assert.Equal("a", Assert.Single(events).EventType);
    }

    [Fact]
    public void Cannot_read_a_notification_without_its_kind() =>
        Assert.Equal(Reading.MissingFields, Read("<notification><subject/></notification>", out _));

    [Fact]
    public void Names_one_notification_alike_however_its_form_is_written()
    {
        var payload = Convert.ToBase64String("<notification><kind>check</kind></notification>"u8);
        string[] forms =
        [
            $"bt_payload={Uri.EscapeDataString(payload)}", $"bt_payload={Uri.EscapeDataString(payload + "\n")}",
            $"a=b&bt_pay%6Coad={Uri.EscapeDataString(payload)}&c=d",
        ];
        var id = Assert.Single(forms.Select(ReadForm).Distinct());
        Assert.True(id.IsSigned);
        Assert.StartsWith("check:", id.Id);
    }

    [Fact]
    public void Tells_two_notifications_of_one_second_apart()
    {
        string Changed(string status) => $"<notification><kind>subscription_went_active</kind><timestamp>"
            + $"2026-01-01T00:00:00Z</timestamp><subject><subscription><id>s1</id><status>{status}</status>"
            + "</subscription></subject></notification>";
        Assert.Equal(Reading.Read, Read(Changed("Active"), out var first));
        Assert.Equal(Reading.Read, Read(Changed("Past Due"), out var second));
        Assert.NotEqual(first[0].EventId, second[0].EventId);
        Assert.StartsWith("subscription_went_active:s1:2026-01-01T00:00:00Z:", first[0].EventId);
    }

    [Fact]
    public void Keeps_no_endless_number_of_texts()
    {
        long Costs(int texts)
        {
            var padding = new string(' ', (16_000 - texts) * "<a>x</a>".Length);
            var xml = $"<notification><kind>check</kind><b>{string.Concat(Enumerable.Repeat("<a>x</a>", texts))}</b>"
                + $"{padding}</notification>";
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(Reading.Read, Read(xml, out _));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Costs(1);
        Assert.InRange(Costs(16_000) - Costs(1_000), 0, 500_000);
    }

    static (string? Id, bool IsSigned) ReadForm(string form)
    {
        var events = new List<PaymentEvent>();
        Assert.Equal(Reading.Read, Scheme.Read(Request(Encoding.UTF8.GetBytes(form)), events));
        return (events[0].EventId, events[0].IsEventIdSigned);
    }

    static Secret Key(string text) => Scheme.TryReadKey(text, out var key) ? key! : throw new FormatException(text);

    static WebhookRequest Request(byte[] body) => new(new DictionaryHeaders([]), body);

    static Reading Read(string xml, out List<PaymentEvent> events)
    {
        var payload = Uri.EscapeDataString(Convert.ToBase64String(Encoding.UTF8.GetBytes(xml)));
        events = [];
        return Scheme.Read(Request(Encoding.UTF8.GetBytes("bt_payload=" + payload)), events);
    }
}
