using System.Text;
using System.Text.Json;
using Payhook.Query;
using Payhook.Tests.Support;

namespace Payhook.Tests.Query;

/// <summary>Whoever may not see personal data gets none of it, however a provider spells it.</summary>
public sealed class PiiMaskTests
{
    static readonly PiiMask Mask = new(PiiPaths.Parse(PiiPaths.Default).Paths!);

    static readonly string[] PersonalNames =
    [
        "email", "customer_email", "emailAddress", "contact", "phone", "phone_number", "mobile", "card", "cardNumber",
        "vpa", "name", "first_name", "lastName", "cardHolderName", "billing_details", "shipping_address", "address1",
        "payer", "payer_info", "holder", "shopperEmail", "buyer_email_address", "iban", "account_number", "postal_code",
        "bank_account_number", "date_of_birth", "customer_ip_address", "upi_id", "last4", "note_attributes",
    ];

    static readonly string[] OpenNames =
        ["id", "event", "amount", "currency", "status", "created_at", "entity", "items", "order_id", "method"];

    [Theory]
    [InlineData("""{"email":"a"}""", """{"email":"***"}""")]
    [InlineData("""{"EMAIL":1.50,"id":1.50}""", """{"EMAIL":"***","id":1.50}""")]
    [InlineData("""{"card":{"last4":"1","x":[{"y":2}]},"id":1}""", """{"card":"***","id":1}""")]
    [InlineData("""{"contact":null,"phone":["1",["2"]]}""", """{"contact":null,"phone":"***"}""")]
    [InlineData("""{"\u0065mail":"a"}""", """{"email":"***"}""")]
    [InlineData("""{"email":"a","email":"b"}""", """{"email":"***","email":"***"}""")]
    [InlineData("""{"billingAddress.city":"a","order.id":"b"}""", """{"billingAddress.city":"***","order.id":"b"}""")]
    [InlineData("""[{"name":"a"},{"id":"b"}]""", """[{"name":"***"},{"id":"b"}]""")]
    [InlineData("""{"notes":{"x":"mail me at a@b.example"}}""", """{"notes":{"x":"***"}}""")]
    [InlineData("""{"x":"a\u0040b"}""", """{"x":"***"}""")]
    [InlineData("""{"x":"q=a%40b"}""", """{"x":"***"}""")]
    [InlineData("""{"a@b.example":1}""", """{"***":1}""")]
    [InlineData("""{"x":"+91 99999-99999","y":"+5"}""", """{"x":"***","y":"+5"}""")]
    [InlineData("""{"x":"{\"email\":\"a\"}","y":" <p>a</p>"}""", """{"x":"***","y":"***"}""")]
    [InlineData("""{"response":"eyJlbWFpbCI6ImEifQ==","x":"abcdefghijklmnop"}""",
        """{"response":"***","x":"abcdefghijklmnop"}""")]
    [InlineData("""{"true":true,"null":null,"e":1e5,"s":"ü@ x"}""", """{"true":true,"null":null,"e":1e5,"s":"ü@ x"}""")]
    public void Masks_what_is_personal_and_nothing_else(string json, string masked) =>
        Assert.Equal(masked, Encoding.UTF8.GetString(Mask.Json(Encoding.UTF8.GetBytes(json))!));

    [Theory]
    [InlineData("{\"email\":\"a\"")]
    [InlineData("email: a")]
    [InlineData("<email>a</email>")]
    [InlineData("")]
    [InlineData("{\"id\":\"\\ud800\"}")]
    [InlineData("a=1\r\nemail=2")]
    [InlineData("--boundary\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na")]
    public void Gives_nothing_of_what_it_cannot_read(string body) =>
        Assert.Null(Mask.Text(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Gives_nothing_of_what_is_no_UTF_8()
    {
        Assert.Null(Mask.Text("{\"id\":\"\xff\"}"u8[..^2].ToArray().Append((byte)0xff).ToArray()));
        Assert.Null(Mask.Text([.. "a=b"u8, 0xff]));
    }

    [Theory]
    [InlineData("id=1&email=a&amount=5", "id=1&email=***&amount=5")]
    [InlineData("%65mail=a", "%65mail=***")]
    [InlineData("customer%5Bphone%5D=1&customer[id]=2", "customer%5Bphone%5D=***&customer[id]=2")]
    [InlineData("note=a%40b.example", "note=***")]
    [InlineData("First+Name=a&x=1", "First+Name=***&x=1")]
    [InlineData("data=%7B%22email%22%3A1%7D&status=success", "data=***&status=success")]
    [InlineData("email=a=b", "email=***")]
    [InlineData("hash=***&email=a", "hash=***&email=***")]
    public void Masks_forms(string form, string masked) =>
        Assert.Equal(masked, Mask.Text(Encoding.UTF8.GetBytes(form)));

    [Theory]
    [InlineData("X-Customer-Email", "a", "***")]
    [InlineData("X-Note", "a@b.example", "***")]
    [InlineData("Content-Type", "application/json", "application/json")]
    [InlineData("X-Data", "{\"a\":1}", "***")]
    public void Masks_headers(string name, string value, string shown) => Assert.Equal(shown, Mask.Header(name, value));

    [Theory]
    [InlineData("notes.*", """{"notes":{"a":1},"a":1}""", """{"notes":{"a":"***"},"a":1}""")]
    [InlineData("customer.id", """{"id":1,"customer":[{"id":2}]}""", """{"id":1,"customer":[{"id":"***"}]}""")]
    [InlineData("Foo_B", """{"foob":1,"foo-b":2,"foobs":3}""", """{"foob":"***","foo-b":"***","foobs":3}""")]
    [InlineData("foo", """{"email":"x"}""", """{"email":"x"}""")]
    [InlineData("+foo", """{"email":"x","foo":"y"}""", """{"email":"***","foo":"***"}""")]
    public void Goes_by_the_paths_that_are_set(string setting, string json, string masked) => Assert.Equal(masked,
        new PiiMask(PiiPaths.Parse(setting).Paths!).Text(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData(",")]
    [InlineData("a..b")]
    [InlineData("a*b")]
    [InlineData("a b?")]
    [InlineData("**")]
    public void Refuses_a_path_that_means_nothing(string setting) => Assert.NotNull(PiiPaths.Parse(setting).Fault);

    [Fact]
    public void Tells_a_fault_in_the_setting()
    {
        Assert.Equal("PII_PATHS", Assert.Single(TestSettings.Read(("PII_PATHS", "a*b")).Faults).Name);
        Assert.True(TestSettings.Read().Settings!.PiiPaths.Match(["data", "email"]));
        Assert.False(TestSettings.Read(("PII_PATHS", "notes")).Settings!.PiiPaths.Match(["data", "email"]));
    }

    /// <summary>Thousands of bodies made at random, each value marked, in every spelling that JSON has.</summary>
    [Fact]
    public void No_value_under_a_masked_name_survives_and_every_other_does()
    {
        var random = new Random(20260301);
        var maskedCount = 0;
        for (var i = 0; i < 3000; i++)
        {
            List<string> personal = [], open = [];
            var body = new StringBuilder();
            Write(body, random, 0, false, personal, open);
            var bytes = Encoding.UTF8.GetBytes(body.ToString());
            using (JsonDocument.Parse(bytes)) { }

            var answer = Encoding.UTF8.GetString(Mask.Json(bytes)!);
            using var json = JsonDocument.Parse(answer);
            var texts = string.Join('\n', Texts(json.RootElement)) + answer;
            Assert.All(personal, value => Assert.DoesNotContain(value, texts, StringComparison.OrdinalIgnoreCase));
            Assert.All(open, value => Assert.Contains(value, texts, StringComparison.Ordinal));
            maskedCount += personal.Count;
        }
        Assert.True(maskedCount > 3000, $"only {maskedCount} values were masked");
    }

    static void Write(
        StringBuilder body, Random random, int depth, bool isPersonal, List<string> personal, List<string> open)
    {
        var kind = depth == 0 ? 0 : depth > 5 ? 3 : random.Next(6);
        switch (kind)
        {
            case 0 or 1:
                body.Append('{');
                for (var i = random.Next(5) + 1; i > 0; i--)
                {
                    var isPersonalName = random.Next(3) == 0;
                    var names = isPersonalName ? PersonalNames : OpenNames;
                    body.Append(Quoted(Spelt(names[random.Next(names.Length)], random), random)).Append(" :\t");
                    Write(body, random, depth + 1, isPersonal || isPersonalName, personal, open);
                    body.Append(i > 1 ? " ,\n" : "");
                }
                body.Append('}');
                break;
            case 2:
                body.Append('[');
                for (var i = random.Next(4); i >= 0; i--)
                {
                    Write(body, random, depth + 1, isPersonal, personal, open);
                    body.Append(i > 0 ? "," : "");
                }
                body.Append(']');
                break;
            default:
                var number = $"7{random.NextInt64(100_000_000_000_000, 999_999_999_999_999)}";
                var value = kind == 4 ? number : $"zq{number}";
                (isPersonal ? personal : open).Add(value);
                body.Append(kind == 4 ? value : Quoted(value, random));
                break;
        }
    }

    /// <summary>Another case, and other joints between the words.</summary>
    static string Spelt(string name, Random random) => random.Next(4) switch
    {
        0 => name.ToUpperInvariant(),
        1 => name.Replace('_', '-'),
        2 => name.Replace("_", "", StringComparison.Ordinal),
        _ => name,
    };

    static string Quoted(string text, Random random) => string.Concat(["\"", .. text.Select(c => random.Next(4) switch
    {
        0 => $"\\u{(int)c:x4}",
        1 => $"\\u{(int)c:X4}",
        _ => $"{c}",
    }), "\""]);

    static IEnumerable<string> Texts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(m => Texts(m.Value).Prepend(m.Name)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Texts),
        JsonValueKind.String => [json.GetString()!],
        _ => [json.GetRawText()],
    };
}
