using System.Text;
using Payhook.Providers;

namespace Payhook.Tests.Providers;

/// <summary>
/// What Razorpay sends is read by shape: a shape refused by mistake is retried for a day and then disables the webhook,
/// and an id read from the wrong place files the event under another payment.
/// </summary>
public sealed class RazorpayReadingTests
{
    const string Payment = """{"payment":{"entity":{"id":"pay_1"}}}""";
    static readonly Razorpay Scheme = new();

    [Theory]
    [InlineData("payment.authorized", Payment, "pay_1")]
    [InlineData("payment.captured", Payment, "pay_1")]
    [InlineData("payment.failed", Payment, "pay_1")]
    [InlineData("payment.pending", Payment, "pay_1")]
    [InlineData("order.paid", """{"payment":{"entity":{"id":"pay_1"}},"order":{"entity":{"id":"order_1"}}}""", "pay_1")]
    [InlineData("refund.created", """{"refund":{"entity":{"id":"rfnd_1","payment_id":"pay_2"}}}""", "pay_2")]
    [InlineData("refund.processed", """
        {"refund":{"entity":{"payment_id":"pay_2"}},"payment":{"entity":{"id":"pay_1"}}}
        """, "pay_1")]
    [InlineData("refund.failed", """
        {"payment":{"entity":{"amount":1}},"refund":{"entity":{"payment_id":"pay_2"}}}
        """, "pay_2")]
    [InlineData("payment.dispute.created", """{"dispute":{"entity":{"id":"disp_1","payment_id":"pay_3"}}}""", "pay_3")]
    [InlineData("payment.dispute.lost", """
        {"dispute":{"entity":{"payment_id":"pay_3"}},"payment":{"entity":{"id":"pay_1"}}}
        """, "pay_1")]
    [InlineData("subscription.activated", """{"subscription":{"entity":{"id":"sub_1"}}}""", null)]
    [InlineData("subscription.charged", """
        {"subscription":{"entity":{"id":"sub_1"}},"payment":{"entity":{"id":"pay_1"}}}
        """, "pay_1")]
    [InlineData("settlement.processed", """{"settlement":{"entity":{"id":"setl_1"}}}""", null)]
    [InlineData("invoice.expired", """{"invoice":{"entity":{"id":"inv_1"}}}""", null)]
    [InlineData("payment.downtime.started", """{"payment.downtime":{"entity":{"id":"down_1"}}}""", null)]
    [InlineData("an.event.of.tomorrow", "{}", null)]
    [InlineData("an.event.of.tomorrow", "null", null)]
    [InlineData("an.event.of.tomorrow", """{"payment":null,"refund":null,"dispute":{"entity":null}}""", null)]
    [InlineData("an.event.of.tomorrow", """{"payment":{"entity":{"id":null}}}""", null)]
    public void Reads_the_payment_wherever_the_event_carries_it(string type, string payload, string? paymentId)
    {
        var body = $$"""{"entity":"event","event":"{{type}}","contains":["x"],"payload":{{payload}},"id":"evt_1"}""";
        Assert.Equal(new(Reading.Read, new("evt_1", true, type, paymentId)), Read(body));
    }

    [Fact]
    public void Reads_an_event_without_a_payload() => Assert.Equal(
        new(Reading.Read, new("evt_1", true, "account.updated", null)),
        Read("""{"event":"account.updated","id":"evt_1"}"""));

    [Theory]
    [InlineData("payment.authorized")]
    [InlineData("payment.captured")]
    [InlineData("payment.failed")]
    [InlineData("payment.pending")]
    public void Refuses_an_event_of_a_payment_without_its_payment_id(string type)
    {
        string[] payloads =
        [
            "null", "{}", """{"payment":null}""", """{"payment":{}}""", """{"payment":{"entity":null}}""",
            """{"payment":{"entity":{}}}""", """{"payment":{"entity":{"id":null}}}""",
            """{"refund":{"entity":{"payment_id":"pay_2"}}}""", """{"entity":{"id":"pay_1"}}""", """{"id":"pay_1"}""",
        ];
        foreach (var payload in payloads)
            AssertRefused($$"""{"event":"{{type}}","payload":{{payload}},"id":"evt_1"}""");
        AssertRefused($$"""{"event":"{{type}}","id":"evt_1"}""");
        AssertRefused($$"""{"event":"{{type}}","id":"evt_1","payment":{"entity":{"id":"pay_1"} } }""");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"pay_1\"")]
    [InlineData("1")]
    [InlineData("true")]
    public void Refuses_a_payload_of_the_wrong_shape_in_every_event(string wrong)
    {
        AssertRefused($$"""{"event":"settlement.processed","payload":{{wrong}},"id":"evt_1"}""");
        foreach (var name in new[] { "payment", "refund", "dispute" })
        {
            AssertRefused($$$"""{"event":"refund.created","payload":{"{{{name}}}":{{{wrong}}}},"id":"evt_1"}""");
            AssertRefused($$$$"""{"event":"x","payload":{"{{{{name}}}}":{"entity":{{{{wrong}}}}}},"id":"e"}""");
        }
    }

    [Theory]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("""{"id":"evt_1"}""")]
    [InlineData("[\"evt_1\"]")]
    [InlineData("\"\"")]
    [InlineData("1e400")]
    public void Refuses_an_id_or_a_type_that_is_no_text(string wrong)
    {
        AssertRefused($$"""{"event":{{wrong}},"id":"evt_1"}""");
        AssertRefused($$"""{"event":"x","id":{{wrong}}}""", "evt_of_the_header");
        AssertRefused($$$$"""{"event":"x","payload":{"payment":{"entity":{"id":{{{{wrong}}}}}}},"id":"evt_1"}""");
        AssertRefused($$$$"""{"event":"x","payload":{"refund":{"entity":{"payment_id":{{{{wrong}}}}}}},"id":"e"}""");
        AssertRefused($$$$"""{"event":"x","payload":{"dispute":{"entity":{"payment_id":{{{{wrong}}}}}}},"id":"e"}""");
    }

    [Fact]
    public void Refuses_an_event_without_a_type_or_without_any_id()
    {
        AssertRefused("""{"id":"evt_1"}""");
        AssertRefused("""{"event":null,"id":"evt_1"}""");
        AssertRefused("""{"event":"x"}""");
        AssertRefused("""{"event":"x","id":null}""");
        AssertRefused("""{"event":"x"}""", "");
        AssertRefused("""{"data":{"event":"x","id":"evt_1"}}""");
    }

    [Fact]
    public void Takes_the_id_of_the_header_for_a_label_and_the_bodys_for_the_signed_one()
    {
        const string withId = """{"event":"x","id":"evt_body"}""";
        Assert.Equal(new(Reading.Read, new("evt_body", true, "x", null)), Read(withId, "evt_header"));
        Assert.Equal(new(Reading.Read, new("evt_header", false, "x", null)), Read("""{"event":"x"}""", "evt_header"));
        Assert.Equal(new(Reading.Read, new("evt_header", false, "x", null)),
            Read("""{"event":"x","id":null}""", "evt_header"));
    }

    [Fact]
    public void Refuses_a_header_that_cannot_be_an_id()
    {
        foreach (var id in new[] { new string('i', 256), "evt\n1", "evt\u0085", "\0", "\u007f" })
            AssertRefused("""{"event":"x"}""", id);
        Assert.Equal(Reading.Read, Read("""{"event":"x"}""", new string('i', 255)).Reading);
    }

    [Theory]
    [InlineData("i", "i")]
    [InlineData("\\u0065vt_1", "evt_1")]
    [InlineData("evt\\/1\\\\\\\"", "evt/1\\\"")]
    [InlineData("\\ud83d\\ude00", "😀")]
    [InlineData("पे_१ ₹", "पे_१ ₹")]
    [InlineData(" evt ", " evt ")]
    public void Reads_ids_with_their_escapes_resolved(string json, string id)
    {
        var (reading, read) = Read(Ids(json));
        Assert.Equal(Reading.Read, reading);
        Assert.Equal(new EventIds(id, true, id, id), read);
    }

    [Theory]
    [InlineData("i", 255)]
    [InlineData("\\u0041", 255)]
    [InlineData("\\n", 0)]
    [InlineData("₹", 255)]
    [InlineData("😀", 127)]
    public void Takes_ids_up_to_their_limit_and_none_beyond(string character, int limit)
    {
        var atLimit = string.Concat(Enumerable.Repeat(character, limit));
        if (limit > 0) Assert.Equal(Reading.Read, Read(Ids(atLimit)).Reading);
        foreach (var more in new[] { 1, 2, 1000, 100_000 })
        {
            var beyond = atLimit + string.Concat(Enumerable.Repeat(character, more));
            AssertRefused($$"""{"event":"x","id":"{{beyond}}"}""");
            AssertRefused($$"""{"event":"{{beyond}}","id":"evt_1"}""");
            AssertRefused($$$$"""{"event":"x","payload":{"payment":{"entity":{"id":"{{{{beyond}}}}"}}},"id":"e"}""");
        }
    }

    [Theory]
    [InlineData("evt\\u0000")]
    [InlineData("\\u001f")]
    [InlineData("evt\\n1")]
    [InlineData("\\u007f")]
    [InlineData("\u007f")]
    [InlineData("\\u0080")]
    [InlineData("\u0085")]
    [InlineData("\\u009f")]
    [InlineData("\\ud800")]
    [InlineData("evt\\udc00_1")]
    [InlineData("\\ude00\\ud83d")]
    public void Refuses_ids_with_control_characters_or_half_a_character(string json)
    {
        AssertRefused($$"""{"event":"x","id":"{{json}}"}""", "evt_of_the_header");
        AssertRefused($$"""{"event":"{{json}}","id":"evt_1"}""");
        AssertRefused($$$$"""{"event":"x","payload":{"refund":{"entity":{"payment_id":"{{{{json}}}}"}}},"id":"e"}""");
    }

    [Theory]
    [InlineData("""{"event":"x","id":"evt_0","event":"y","id":"evt_1"}""", "evt_1", "y", null)]
    [InlineData("""{"id":"evt_0","event":"x","id":null}""", "evt_header", "x", null)]
    [InlineData("""{"event":"x","id":"e","payload":{"payment":{"entity":{"id":"p"}}},"payload":{}}""", "e", "x", null)]
    [InlineData("""{"event":"x","id":"e","payload":{"refund":{"entity":{"payment_id":"p"}}},"payload":null}""",
        "e", "x", null)]
    [InlineData("""
        {"event":"x","id":"e","payload":{"payment":{"entity":{"id":"p"}},"payment":{"entity":{"id":"q"}}}}
        """, "e", "x", "q")]
    [InlineData("""{"event":"x","id":"e","payload":{"payment":{"entity":{"id":"p"}},"payment":{}}}""", "e", "x", null)]
    [InlineData("""
        {"event":"x","id":"e","payload":{"refund":{"entity":{"payment_id":"p"},"entity":{"payment_id":"q"}}}}
        """, "e", "x", "q")]
    [InlineData("""{"event":"x","id":"e","payload":{"payment":{"entity":{"id":"p","id":"q"}}}}""", "e", "x", "q")]
    [InlineData("""{"event":"x","id":1,"id":"e"}""", "e", "x", null)]
    [InlineData("""{"event":[],"event":"x","id":"e","payload":1,"payload":{}}""", "e", "x", null)]
    public void Counts_the_last_value_of_a_name_that_comes_twice(string body, string id, string type, string? paymentId)
    {
        var (reading, read) = Read(body, "evt_header");
        Assert.Equal(Reading.Read, reading);
        Assert.Equal((id, type, paymentId), (read.EventId, read.EventType, read.PaymentId));
    }

    [Fact]
    public void Refuses_where_the_last_value_of_a_name_that_comes_twice_is_wrong()
    {
        AssertRefused("""{"event":"x","id":"evt_1","id":1}""", "evt_header");
        AssertRefused("""{"event":"x","event":null,"id":"evt_1"}""");
        AssertRefused("""
            {"event":"payment.captured","id":"e","payload":{"payment":{"entity":{"id":"p"}}},"payload":null}
            """);
    }

    [Fact]
    public void Reads_names_written_with_escapes() => Assert.Equal(
        new(Reading.Read, new("evt_1", true, "x", "pay_1")),
        Read("""{"\u0065vent":"x","i\u0064":"evt_1","payl\u006fad":{"\u0070ayment":{"entity":{"id":"pay_1"}}}}"""));

    [Theory]
    [InlineData("""{"\ud800":1,"event":"x","id":"evt_1"}""")]
    [InlineData("""{"i\udc00":1,"event":"x","id":"evt_1"}""")]
    [InlineData("""{"event":"x","id":"evt_1","payload":{"\ud800":{}}}""")]
    [InlineData("""{"event":"x","id":"evt_1","payload":{"payment":{"\ud83d":1,"entity":{"\ude00":1}}}}""")]
    public void Passes_over_names_with_half_a_character(string body) => Assert.Equal(
        new(Reading.Read, new("evt_1", true, "x", null)), Read(body));

    [Fact]
    public void Reads_past_a_byte_order_mark_and_white_space()
    {
        Assert.Equal(Reading.Read, Read("\uFEFF" + """{"event":"x","id":"evt_1"}""").Reading);
        Assert.Equal(Reading.Read, Read("\r\n\t {\n \"event\" : \"x\",\r\"id\":\"evt_1\"} \r\n\t").Reading);
    }

    [Fact]
    public void Reads_nesting_up_to_the_limit_and_refuses_one_level_more()
    {
        Assert.Equal(Reading.Read, Read(Nested(64)).Reading);
        Assert.True(Scheme.IsWellFormed(Encoding.UTF8.GetBytes(Nested(64))));
        AssertMalformed(Nested(65));
        AssertMalformed(Nested(1_000_000));

        static string Nested(int depth) =>
            $$"""{"event":"x","id":"evt_1","notes":{{new string('[', depth - 1)}}{{new string(']', depth - 1)}}}""";
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("\uFEFF")]
    [InlineData("\uFEFF\uFEFF{}")]
    [InlineData("{")]
    [InlineData("{\"event\":\"x\",\"id\":\"evt_1\"")]
    [InlineData("{\"event\":\"x\",\"id\":\"evt_1\"}x")]
    [InlineData("{\"event\":\"x\",\"id\":\"evt_1\"}{}")]
    [InlineData("{\"event\":\"x\",\"id\":\"evt_1\"}\0")]
    [InlineData("{\"event\":\"x\",\"id\":\"evt_1\",}")]
    [InlineData("{\"event\":\"x\",\"id\":\"evt_1\",\"n\":01}")]
    [InlineData("{\"event\":\"x\",\"id\":\"evt_1\",\"n\":NaN}")]
    [InlineData("{\"event\":1} x")] // the wrong shape does not hide that it is no JSON
    [InlineData("[] []")]
    [InlineData("{invalid: json}")]
    [InlineData("{'event':'x','id':'evt_1'}")]
    [InlineData("{\"event\":\"x\",\"id\":\"evt\n1\"}")]
    [InlineData("{\"event\":\"x\",\"id\":\"\\x\"}")]
    [InlineData("{}//")]
    [InlineData("event=x&id=evt_1")]
    public void Refuses_what_is_not_one_json_value(string body) => AssertMalformed(body);

    [Fact]
    public void Refuses_what_is_not_utf8_wherever_it_stands()
    {
        byte[][] wrongs = [[0x80], [0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]];
        foreach (var wrong in wrongs)
        {
            AssertMalformed([.. """{"event":"x","id":"evt_1","n":" """u8, .. wrong, .. "\"}"u8]);
            AssertMalformed([.. """{"event":"x","id":"evt_1"""u8, .. wrong, .. "\"}"u8]);
            AssertMalformed([.. """{"event":"x","id":"evt_1"}"""u8, .. wrong]);
        }
        AssertMalformed(Encoding.Unicode.GetBytes("""{"event":"x","id":"evt_1"}"""));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""[{"event":"x","id":"evt_1"}]""")]
    [InlineData("\"event\"")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("{}")]
    public void Refuses_json_that_is_no_event_and_knows_it_for_json(string body)
    {
        AssertRefused(body, "evt_header");
        Assert.True(Scheme.IsWellFormed(Encoding.UTF8.GetBytes(body)));
    }

    static string Ids(string json) =>
        $$$$"""{"event":"{{{{json}}}}","payload":{"payment":{"entity":{"id":"{{{{json}}}}"}}},"id":"{{{{json}}}}"}""";

    /// <summary>Refused for its fields: it is JSON, and nothing of it is given back.</summary>
    static void AssertRefused(string body, string? headerId = null)
    {
        Assert.Equal(new(Reading.MissingFields, default), Read(body, headerId));
        Assert.True(Scheme.IsWellFormed(Encoding.UTF8.GetBytes(body)));
    }

    static void AssertMalformed(string body) => AssertMalformed(Encoding.UTF8.GetBytes(body));

    static void AssertMalformed(byte[] body)
    {
        var events = new List<PaymentEvent>();
        Assert.Equal(Reading.Malformed, Scheme.Read(new(Headers("evt_header"), body), events));
        Assert.Empty(events);
        Assert.False(Scheme.IsWellFormed(body));
    }

    static (Reading Reading, EventIds Event) Read(string body, string? headerId = null)
    {
        var events = new List<PaymentEvent>();
        var reading = Scheme.Read(new(Headers(headerId), Encoding.UTF8.GetBytes(body)), events);
        return (reading, events is [var read]
            ? new(read.EventId, read.IsEventIdSigned, read.EventType, read.PaymentId)
            : default);
    }

    readonly record struct EventIds(string? EventId, bool IsEventIdSigned, string? EventType, string? PaymentId);

    static DictionaryHeaders Headers(string? eventId) =>
        new(eventId is null ? [] : [KeyValuePair.Create("X-Razorpay-Event-Id", eventId)]);
}
