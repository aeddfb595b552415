using System.Text;
using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>Items that are signed one by one, in a body that nobody signed.</summary>
public sealed class AdyenTests
{
    static readonly Adyen Scheme = new();
    static readonly Credentials Sender = new(Key("44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"));
    static readonly Credentials Other = new(Key("00112233445566778899AABBCCDDEEFF"));

    [Fact]
    public void Signs_every_item_and_keeps_the_other_bytes()
    {
        var body = $$"""{ "live":"false" , "notificationItems":[ {{Item("1")}} ,{{Item("2", "\"x\":1")}}] }""";
        var signed = Sign(body);

        Assert.True(Verify(signed).IsVerified);
        var mark = "\"hmacSignature\":\"";
        var cut = signed;
        for (var i = cut.IndexOf(mark, StringComparison.Ordinal); i >= 0;
            i = cut.IndexOf(mark, StringComparison.Ordinal)) cut = cut.Remove(i, mark.Length + 45);
        Assert.Equal(body, cut.Replace("{,", "{", StringComparison.Ordinal));
    }

    [Fact]
    public void Replaces_a_signature_and_adds_what_is_missing()
    {
        var signed = Sign(Item("1", "\"hmacSignature\":\"old\""));
        Assert.True(Verify(signed).IsVerified);
        Assert.DoesNotContain("old", signed, StringComparison.Ordinal);
        Assert.Equal(signed, Sign(signed));
        Assert.True(Verify(Sign("""{"NotificationRequestItem":{"eventCode":"A","pspReference":"1"}}""")).IsVerified);
        Assert.True(Verify(Sign("""{"NotificationRequestItem":{}}""")).IsVerified);
        Assert.Null(Scheme.Sign("""{"notificationItems":[]}"""u8, Sender, default));
        Assert.Null(Scheme.Sign("x"u8, Sender, default));
    }

    [Fact]
    public void Takes_an_item_out_of_its_batch_for_the_same_event()
    {
        var body = Sign($$"""{"notificationItems":[{{Item("1")}},{{Item("2")}}]}""");
        var batch = Read(body, out _);
        foreach (var read in batch)
        {
            var alone = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(body)[read.Place]);
            Assert.True(Verify(alone).IsVerified);
            Assert.Equal(read with { Place = default }, Assert.Single(Read(alone, out _)));
        }
    }

    [Theory]
    [InlineData("[]", Verdict.MissingSignature)]
    [InlineData("null", Verdict.MissingSignature)]
    [InlineData("\"\"", Verdict.MissingSignature)]
    [InlineData("\"AAAA\"", Verdict.MalformedSignature)]
    [InlineData("1", Verdict.MalformedSignature)]
    [InlineData("\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"", Verdict.WrongSignature)]
    public void Tells_what_is_wrong_with_a_signature(string signature, Verdict verdict)
    {
        var additional = signature == "[]" ? "" : $"\"hmacSignature\":{signature}";
        Assert.Equal(verdict, Verify($$"""{"notificationItems":[{{Item("1", additional)}}]}""").Verdict);
    }

    [Theory]
    [InlineData("""{"notificationItems":[]}""")]
    [InlineData("""{"notificationItems":{}}""")]
    [InlineData("""{"notificationItems":[1]}""")]
    [InlineData("""{"notificationItems":[{"NotificationRequestItem":[]}]}""")]
    [InlineData("""{"NotificationRequestItem":{"pspReference":{}}}""")]
    [InlineData("""{"NotificationRequestItem":{"pspReference":"\ud800"}}""")]
    [InlineData("""{"NotificationRequestItem":{"pspReference":"a:b"}}""")]
    [InlineData("""{"NotificationRequestItem":{"merchantAccountCode":":"}}""")]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("")]
    public void Refuses_a_body_without_items_of_the_form(string body) =>
        Assert.Equal(Verdict.MalformedBody, Verify(body).Verdict);

    [Fact]
    public void Refuses_more_items_than_a_batch_may_hold()
    {
        var item = Sign(Item("1"));
        string Batch(int count) => $$"""{"notificationItems":[{{string.Join(',', Enumerable.Repeat(item, count))}}]}""";

        Assert.True(Verify(Batch(PaymentEvent.BatchLimitEvents)).IsVerified);
        Assert.Equal(Verdict.MalformedBody, Verify(Batch(PaymentEvent.BatchLimitEvents + 1)).Verdict);
        Assert.Empty(Read(Batch(PaymentEvent.BatchLimitEvents + 1), out var reading));
        Assert.Equal(Reading.TooManyEvents, reading);
    }

    [Fact]
    public void Adds_no_event_where_one_item_cannot_be_read()
    {
        var body = $$"""{"notificationItems":[{{Item("1")}},{"NotificationRequestItem":1}]}""";
        Assert.Empty(Read(body, out var reading));
        Assert.Equal(Reading.MissingFields, reading);
    }

    [Fact]
    public void Reads_only_hexadecimal_keys_and_refuses_without_one()
    {
        Assert.False(Scheme.TryReadKey("xyz", out _));
        Assert.False(Scheme.TryReadKey("abc", out _));
        Assert.False(Scheme.TryReadKey("", out _));
        var signed = Sign(Item("1"));
        Assert.Equal(Verdict.MissingSecret, Scheme.Verify(Request(signed), new()).Verdict);
        Assert.Equal(2, Scheme.Verify(Request(signed), new([.. Other.Secrets, .. Sender.Secrets])).SecretNumber);
    }

    [Fact]
    public void Is_recognised_by_its_body()
    {
        Assert.True(Scheme.Recognises(Request(Item("1"))));
        Assert.False(Scheme.Recognises(Request("")));
        Assert.False(Scheme.Recognises(Request("""{"event":"payment.captured"}""")));
    }

    static string Item(string psp, string additional = "") =>
        "{\"NotificationRequestItem\":{\"additionalData\":{" + additional + "},\"amount\":{\"value\":1},\"eventCode\":"
        + "\"AUTHORISATION\",\"merchantReference\":\"a:b\\/c\",\"pspReference\":\"" + psp + "\",\"success\":\"true\"}}";

    static Secret Key(string text) => Scheme.TryReadKey(text, out var key) ? key! : throw new FormatException(text);

    static WebhookRequest Request(string body) => new(new DictionaryHeaders([]), Encoding.UTF8.GetBytes(body));

    static Verification Verify(string body) => Scheme.Verify(Request(body), Sender);

    static string Sign(string body) =>
        Encoding.UTF8.GetString(Scheme.Sign(Encoding.UTF8.GetBytes(body), Sender, default)!.Body);

    static List<PaymentEvent> Read(string body, out Reading reading)
    {
        var events = new List<PaymentEvent>();
        reading = Scheme.Read(Request(body), events);
        return events;
    }
}
