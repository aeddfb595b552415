using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using Payhook.Forward;
using Payhook.Tests.Support;

namespace Payhook.Tests.Forward;

/// <summary>Which events a destination gets.</summary>
public sealed partial class EventFilterTests
{
    [Theory]
    [InlineData("payment.captured", "payment.captured", true)]
    [InlineData("payment.captured", "payment.captured.", false)]
    [InlineData("payment.*", "payment.captured", true)]
    [InlineData("payment.*", "payment.", true)]
    [InlineData("payment.*", "payment", false)]
    [InlineData("*", "", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("*.captured", "payment.captured", true)]
    [InlineData("*a*b*", "xxaxxbxx", true)]
    [InlineData("*a*b*", "xxbxxaxx", false)]
    [InlineData("*ab", "aab", true)]
    [InlineData("**", "abc", true)]
    [InlineData("A*", "abc", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("[a]?", "[a]?", true)]
    public void Matches_types(string pattern, string type, bool isMatch) =>
        Assert.Equal(isMatch, EventFilter.Matches(pattern, type));

    [Fact]
    public void Matches_as_a_regular_expression_would() =>
        Gen.Select(Gen.OneOf<char>('a', 'b', '*').Array[0, 8], Gen.OneOf<char>('a', 'b').Array[0, 12]).Sample((p, t) =>
        {
            var regex = "^" + new string(p).Replace("*", ".*", StringComparison.Ordinal) + "\\z";
            return Regex.IsMatch(new(t), regex) == EventFilter.Matches(p, t);
        });

    [Fact]
    public void Takes_no_long_time_for_any_pattern() =>
        Assert.False(EventFilter.Matches(string.Concat(Enumerable.Repeat("*a", 200)) + "b", new string('a', 5000)));

    [Fact]
    public void Lets_everything_pass_that_no_list_is_about()
    {
        Assert.True(Passes(new()));
        Assert.True(Passes(new() { Sources = ["razorpay"], Providers = ["razorpay"], Types = ["x", "payment.*"] }));
        Assert.False(Passes(new() { Sources = ["stripe"] }));
        Assert.False(Passes(new() { Sources = ["Razorpay"] }));
        Assert.False(Passes(new() { Providers = ["stripe"] }));
        Assert.False(Passes(new() { Types = ["refund.*"] }));
    }

    [Fact]
    public void Tells_a_source_from_its_provider()
    {
        var message = Outbound.Message("{}"u8.ToArray(), source: "stripe-eu").Event;
        Assert.True(new EventFilter(new() { Providers = ["stripe"] }, Outbound.Sources).Passes(message));
        Assert.False(new EventFilter(new() { Sources = ["stripe"] }, Outbound.Sources).Passes(message));
        // Of a source that is configured no more, nobody knows the provider.
        var gone = Outbound.Message("{}"u8.ToArray(), source: "gone").Event;
        Assert.False(new EventFilter(new() { Providers = ["stripe"] }, Outbound.Sources).Passes(gone));
        Assert.True(new EventFilter(new() { Sources = ["gone"] }, Outbound.Sources).Passes(gone));
    }

    [Theory]
    [InlineData("authorized", "authorized")]
    [InlineData("captured", "captured")]
    [InlineData("failed", "failed")]
    [InlineData("partially-refunded", "partially_refunded")]
    [InlineData("refunded", "refunded")]
    [InlineData("disputed", "disputed")]
    public void Goes_by_what_an_event_says_of_its_payment(string mock, string status)
    {
        foreach (var provider in new[] { "razorpay", "stripe" })
        {
            var stored = Outbound.Mock(provider, mock).Event;
            Assert.Equal(status, PaymentWord.Of(stored, Outbound.Sources.Find(provider)!.Provider)?.Status);
            var others = PaymentWord.StatusNames.Except([status]).ToArray();
            Assert.True(new EventFilter(new() { Statuses = [status] }, Outbound.Sources).Passes(stored));
            Assert.False(new EventFilter(new() { Statuses = others }, Outbound.Sources).Passes(stored));
        }
    }

    [Fact]
    public void Lets_no_status_pass_an_event_that_tells_none()
    {
        var every = new EventFilter(new() { Statuses = PaymentWord.StatusNames }, Outbound.Sources);
        Assert.False(every.Passes(Outbound.Message("{}").Event));
        Assert.False(every.Passes(Outbound.Message("no JSON").Event));
        Assert.False(every.Passes(Outbound.Mock("stripe", "captured").Event with { SourceName = "gone" }));
    }

    [Fact]
    public void Gives_the_store_what_the_store_can_decide()
    {
        var part = EventFilter.FeedPart(new() { Sources = ["a"], Types = ["b.*"], Providers = ["c"] });
        Assert.Equal(["a"], part.SourceNames!);
        Assert.Equal(["b.*"], part.Types);
        Assert.Null(EventFilter.FeedPart(new()).SourceNames);
    }

    [Fact]
    public void Tells_what_is_wrong_with_a_filter()
    {
        Assert.Null(EventFilter.Fault(new() { Statuses = ["captured", "partially_refunded", "dispute_lost"] }));
        Assert.Contains("partially_captured", EventFilter.Fault(new() { Statuses = ["paid"] }));
        Assert.NotNull(EventFilter.Fault(new() { Where = new("a..b", "=", "1") }));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("a.b-c.d_e", true)]
    [InlineData("a[0].b[1][2]", true)]
    [InlineData("[3].a", true)]
    [InlineData("", false)]
    [InlineData(".a", false)]
    [InlineData("a.", false)]
    [InlineData("a..b", false)]
    [InlineData("a[", false)]
    [InlineData("a[]", false)]
    [InlineData("a[-1]", false)]
    [InlineData("a[x]", false)]
    [InlineData("a[0]b", false)]
    [InlineData("a]", false)]
    [InlineData("a.[0]", false)]
    [InlineData("a[99999999999]", false)]
    [InlineData("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q", false)]
    public void Knows_a_path(string path, bool isPath) =>
        Assert.Equal(isPath, PathTest.Fault(new(path, "=", "1")) is null);

    [Theory]
    [InlineData("""{"a":5}""", "a", "=", "5", true)]
    [InlineData("""{"a":5.0}""", "a", "=", "5", true)]
    [InlineData("""{"a":"5.00"}""", "a", "=", "5", true)]
    [InlineData("""{"a":"05"}""", "a", "=", "5", false)]
    [InlineData("""{"a":99}""", "a", "<", "100", true)]
    [InlineData("""{"a":"99.00"}""", "a", "<", "100", true)]
    [InlineData("""{"a":"b"}""", "a", ">", "a", true)]
    [InlineData("""{"a":"b"}""", "a", ">=", "b", true)]
    [InlineData("""{"a":"\u0062"}""", "a", "=", "b", true)]
    [InlineData("""{"\u0061":1}""", "a", "=", "1", true)]
    [InlineData("""{"a":true}""", "a", "=", "true", true)]
    [InlineData("""{"a":null}""", "a", "=", "null", true)]
    [InlineData("""{"a":null}""", "a", "exists", "", true)]
    [InlineData("""{"a":{}}""", "a", "exists", "", true)]
    [InlineData("""{"a":{}}""", "a", "=", "{}", false)]
    [InlineData("""{"a":[]}""", "a", "!=", "[]", true)]
    [InlineData("""{"b":1}""", "a", "exists", "", false)]
    [InlineData("""{"b":1}""", "a", "=", "", false)]
    [InlineData("""{"b":1}""", "a", "!=", "1", true)]
    [InlineData("""{"b":1}""", "a", "<", "1", false)]
    [InlineData("""{"a":1,"a":2}""", "a", "=", "2", true)]
    [InlineData("""{"a":{"b":1},"a":{}}""", "a.b", "exists", "", false)]
    [InlineData("""{"a":[{"b":1},{"b":2}]}""", "a[1].b", "=", "2", true)]
    [InlineData("""[[1,2],[3]]""", "[0][1]", "=", "2", true)]
    [InlineData("""{"a":"\ud800"}""", "a", "=", "x", false)]
    [InlineData("""{"a":"\ud800"}""", "a", "!=", "x", true)]
    [InlineData("""{"a":1} x""", "a", "=", "1", false)]
    [InlineData("a=1", "a", "=", "1", false)]
    [InlineData("a=1", "a", "!=", "2", true)]
    [InlineData("", "a", "exists", "", false)]
    [InlineData("""{"a":123456789012345678901234567890123}""", "a", "=", "123456789012345678901234567890123", true)]
    public void Compares_one_place(string body, string path, string comparison, string value, bool holds)
    {
        var filter = new DestinationFilter { Where = new(path, comparison, value) };
        var stored = Outbound.Message(body).Event;
        Assert.Equal(holds, new EventFilter(filter, Outbound.Sources).Passes(stored));
    }

    [Fact]
    public void Finds_and_compares_what_a_document_would() => Gen.Select(Json(4), Path, Comparison, Value).Sample(
        (json, path, comparison, value) =>
        {
            var where = new PathComparison(string.Concat(path).TrimStart('.'), comparison, value);
            if (PathTest.Fault(where) is not null) return true;
            using var document = JsonDocument.Parse(json);
            return Reference(document.RootElement, path, comparison, value)
                == new PathTest(where).Holds(Encoding.UTF8.GetBytes(json));
        }, iter: 50_000);

    static bool Passes(DestinationFilter filter) =>
        new EventFilter(filter, Outbound.Sources).Passes(Outbound.Message().Event);

    static readonly Gen<string> Name = Gen.OneOf<string>("a", "b", "c", "0", "1", "\\u0061");
    static readonly Gen<string[]> Path = Gen.OneOf<string>(".a", ".b", ".c", ".0", "[0]", "[1]", "[2]").Array[1, 3];
    static readonly Gen<string> Comparison = Gen.OneOf<string>([.. PathComparison.Operators]);

    static readonly Gen<string> Value = Gen.OneOf<string>(
        "1", "1.0", "-2", "10", "1e1", "a", "b", "true", "false", "null", "", "é", "\U0001F600", "{}", "99");

    static readonly Gen<string> Scalar = Gen.OneOf<string>(
        "1", "1.00", "-2", "10", "1e1", "99", "1e-400", "1e400", "true", "false", "null", "\"\"", "\"a\"", "\"b\"",
        "\"\\u0062\"", "\"10.0\"", "\"é\"", "\"\\ud83d\\ude00\"", "\"\\ud800\"", "\"\\n\"", "\"010\"", "\"null\"");

    static Gen<string> Json(int depth)
    {
        if (depth == 0) return Scalar;
        var inner = Json(depth - 1);
        return Gen.OneOf(
            Scalar,
            Gen.Select(Name, inner).Array[0, 4].Select(members =>
                $"{{ {string.Join(" , ", members.Select(m => $"\"{m.Item1}\" : {m.Item2}"))} }}"),
            inner.Array[0, 4].Select(items => $"[{string.Join(',', items)}]"));
    }

    static bool Reference(JsonElement at, string[] path, string comparison, string value)
    {
        foreach (var step in path)
        {
            var name = step.Trim('.', '[', ']');
            if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var member)) at = member;
            else if (at.ValueKind == JsonValueKind.Array && int.TryParse(name, out var i) && i < at.GetArrayLength())
                at = at[i];
            else return comparison == "!=";
        }
        if (comparison == "exists") return true;
        if (at.ValueKind is JsonValueKind.Object or JsonValueKind.Array) return comparison == "!=";
        string text;
        try
        {
            text = at.ValueKind == JsonValueKind.String ? at.GetString()! : at.GetRawText();
        }
        catch (InvalidOperationException)
        {
            return comparison == "!=";
        }
        var order = Number(text) is { } x && Number(value) is { } y
            ? x.CompareTo(y)
            : Encoding.UTF8.GetBytes(text).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(value));
        return comparison switch
        {
            "=" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    static decimal? Number(string text) =>
        JsonNumber().IsMatch(text)
        && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    [GeneratedRegex(@"^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?\z")]
    private static partial Regex JsonNumber();
}
