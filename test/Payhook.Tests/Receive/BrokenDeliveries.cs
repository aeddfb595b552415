using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests.Receive;

/// <summary>One refused request, and the sources there are; the first one is the one it came to.</summary>
sealed record Broken(
    byte[] Body, IReadOnlyList<KeyValuePair<string, string>> Headers, params IReadOnlyList<Source> Sources)
{
    public string Query { get; init; } = "";

    public DateTimeOffset ReceivedAt { get; init; } = BrokenDeliveries.Now;

    public Found? Found { get; init; }

    public WebhookRequest Request => new(new DictionaryHeaders(Headers), Body)
    {
        Query = Query, ReceivedAt = ReceivedAt, Found = Found,
    };
}

/// <summary>
/// Ways in which a good delivery is broken, each with the cause that is to be found. Whoever is given signs in the
/// place of the one that makes it good: a stranger, to see that no cause is found for a forgery.
/// </summary>
static class BrokenDeliveries
{
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    public static readonly Secret Key = new("whsec_k3y-0f-the-shop-that-n0body-knows");

    static readonly Secret OtherKey = new("an0ther-secret-of-the-shop");

    static readonly byte[] HexKey = SHA256.HashData("hex"u8);

    const string Url = "https://shop.example/hooks/square?shop=1";

    public const string Json =
        """{"event":"payment.captured","id":"evt_1","amount":1.00,"url":"a/b","notes":[],"to":{"name":"Zoë €"}}""";

    const string Pretty = """
        {
          "event": "payment.captured",
          "amount": 1.00,
          "notes": [],
          "to": {
            "name": "Zoë"
          }
        }
        """;

    static readonly Provider Razorpay = ProviderCatalog.Find("razorpay")!, Stripe = ProviderCatalog.Find("stripe")!;

    static readonly HmacProvider Base64 = new("base64") { IsBase64 = true };
    static readonly HmacProvider Prefixed = new("prefixed") { Prefix = "sha256=" };
    static readonly HmacProvider Hex = new("hex") { IsBase64 = true, Form = KeyForm.Hex };
    static readonly HmacProvider Timed = new("timed") { SignsTime = true };
    static readonly HmacProvider Certified = new("certified") { NamesKey = true, Form = KeyForm.WebhookId };

    static readonly HmacProvider Addressed = new("addressed")
    {
        IsBase64 = true, Bound = new("notification_url", "MADE_URL", "The address.", IsRequired: true),
    };

    public static readonly IReadOnlyList<(string Name, string Code, Func<Secret?, Broken> Break)> All =
    [
        // The body's white space
        ("newline behind Razorpay's", "final-newline-added", s => Body(Razorpay, s, Json, Json + "\n")),
        ("newline behind Stripe's", "final-newline-added", s => Body(Stripe, s, Json, Json + "\r\n")),
        ("newlines behind", "final-newline-added", s => Body(Razorpay, s, Json, Json + "\n\n")),
        ("file sent with curl -d", "newlines-stripped", s => Body(Razorpay, s, Json + "\n", Json)),
        ("Windows file sent with curl -d", "newlines-stripped", s => Body(Stripe, s, Json + "\r\n", Json)),
        ("indented file sent with curl -d", "newlines-stripped", s => Body(Razorpay, s, Pretty, Strip(Pretty))),
        ("indented file with a last newline sent with curl -d", "newlines-stripped",
            s => Body(Stripe, s, Pretty + "\n", Strip(Pretty))),
        ("indented Windows file sent with curl -d", "newlines-stripped",
            s => Body(Razorpay, s, Pretty.ReplaceLineEndings("\r\n"), Strip(Pretty))),
        ("indented Windows file with a last newline sent with curl -d", "newlines-stripped",
            s => Body(Stripe, s, Pretty.ReplaceLineEndings("\r\n") + "\r\n", Strip(Pretty))),
        ("text broken into lines", "newlines-added", s => Body(Razorpay, s, "a=1&b=2", "a=1\n&b=\r\n2")),
        ("CR LF for LF", "line-endings", s => Body(Razorpay, s, Pretty, Pretty.ReplaceLineEndings("\r\n"))),
        ("LF for CR LF", "line-endings", s => Body(Stripe, s, Pretty.ReplaceLineEndings("\r\n"), Pretty)),
        ("spaces around", "white-space-added", s => Body(Razorpay, s, Json, " \t" + Json + " ")),

        // JSON that was written again
        ("minified, was indented by 2", "body-reserialised", s => Body(Stripe, s, Pretty, Minify(Pretty))),
        ("indented, was minified", "body-reserialised", s => Body(Razorpay, s, Minify(Pretty), Pretty)),
        ("minified, was Python's spaces", "body-reserialised",
            s => Body(Razorpay, s, """{"a": [1, 2.50], "b": "x: y,z"}""", """{"a":[1,2.50],"b":"x: y,z"}""")),
        ("minified, was indented by 4", "body-reserialised",
            s => Body(Razorpay, s, "{\n    \"a\": [\n        1\n    ],\n    \"b\": {}\n}", """{"a":[1],"b":{}}""")),
        ("PHP's escapes undone", "body-reserialised",
            s => Body(Razorpay, s, """{"u":"a\/b","n":"Zo\u00eb \ud83d\ude00"}""", """{"u": "a/b", "n": "Zoë 😀"}""")),
        ("PHP's escapes put in", "body-reserialised",
            s => Body(Razorpay, s, """{"u":"a/b","n":"Zoë 😀"}""", """{"u":"a\/b","n":"Zo\u00eb \ud83d\ude00"}""")),
        ("Python's escapes undone", "body-reserialised",
            s => Body(Stripe, s, """{"n": "Zo\u00eb", "q": "\"\\\t"}""", """{"n":"Zoë","q":"\"\\\t"}""")),
        ("Go's escapes put in", "body-reserialised",
            s => Body(Stripe, s, """{"n":"a<b>&c"}""", """{"n":"a\u003cb\u003e\u0026c"}""")),
        ("Go's escapes undone", "body-reserialised",
            s => Body(Stripe, s, """{"n":"a\u003cb\u003e\u0026c"}""", """{"n":"a<b>&c"}""")),
        ("escapes in capitals undone", "body-reserialised",
            s => Body(Razorpay, s, """{"n":"Zo\u00EB"}""", """{"n":"Zoë"}""")),

        ("JSON put into a JSON text", "body-reserialised",
            s => Body(Stripe, s, Json, JsonSerializer.Serialize(Json))),

        // The body's encoding
        ("byte order mark put before", "charset-changed", s => Body(Razorpay, s, Json, "\uFEFF" + Json)),
        ("byte order mark lost", "charset-changed", s => Body(Razorpay, s, "\uFEFF" + Json, Json)),
        ("UTF-8 turned into Latin-1", "charset-changed",
            s => Bytes(Razorpay, s, Utf8("{\"n\":\"Zoë\"}"), Encoding.Latin1.GetBytes("{\"n\":\"Zoë\"}"))),
        ("UTF-8 encoded twice", "charset-changed",
            s => Body(Razorpay, s, "{\"n\":\"Zoë €\"}", "{\"n\":\"ZoÃ« â‚¬\"}")),
        ("form with %20 for +", "form-reencoded", s => Body(Razorpay, s, "a=b+c&d=%2F", "a=b%20c&d=%2F")),
        ("form in small letters", "form-reencoded", s => Body(Razorpay, s, "a=b+c&d=%2F%3A", "a=b+c&d=%2f%3a")),
        ("gzip", "body-compressed", s => Bytes(Razorpay, s, Utf8(Json),
            Compress(Json, m => new GZipStream(m, CompressionLevel.Fastest)))),
        ("zlib", "body-compressed", s => Bytes(Stripe, s, Utf8(Json),
            Compress(Json, m => new ZLibStream(m, CompressionLevel.Optimal)))),
        ("Brotli", "body-compressed", s => Bytes(Razorpay, s, Utf8(Json),
            Compress(Json, m => new BrotliStream(m, CompressionLevel.Fastest)), ("content-encoding", "br"))),
        ("empty", "body-empty", s => Body(Razorpay, s, Json, "")),
        ("cut off", "body-truncated",
            s => Bytes(Stripe, s, Utf8(Json), Utf8(Json[..50]), ("Content-Length", Utf8(Json).Length.ToString()))),

        // How the signature is written
        ("hexadecimal for Base64", "hex-instead-of-base64",
            s => Signature(Base64, s, v => Convert.ToHexString(Convert.FromBase64String(v)))),
        ("Base64 for hexadecimal", "base64-instead-of-hex",
            s => Signature(Razorpay, s, v => Convert.ToBase64String(Convert.FromHexString(v)))),
        ("Base64 for hexadecimal in Stripe's list", "base64-instead-of-hex", s => Signature(Stripe, s,
            v => v.Split("v1=")[0] + "v1=" + Convert.ToBase64String(Convert.FromHexString(v.Split("v1=")[1])))),
        ("Base64 of the hexadecimal text", "base64-instead-of-hex",
            s => Signature(Razorpay, s, v => Convert.ToBase64String(Utf8(v)))),
        ("a prefix too much", "signature-prefix", s => Signature(Razorpay, s, v => "sha256=" + v)),
        ("a prefix too few", "signature-prefix", s => Signature(Prefixed, s, v => v["sha256=".Length..])),
        ("quotes", "signature-quotes", s => Signature(Razorpay, s, v => $"\"{v}\"")),
        ("a line break", "signature-white-space", s => Signature(Base64, s, v => v[..20] + "\n " + v[20..] + "\n")),
        ("Base64 for URLs", "signature-url-encoded", s => Signature(Base64, s, v =>
            v.Replace('+', '-').Replace('/', '_').TrimEnd('='))),
        ("percent-encoded", "signature-url-encoded", s => Signature(Base64, s, Uri.EscapeDataString)),

        // Its header
        ("a header joined with itself", "repeated-header", s => Signature(Razorpay, s, v => v + ", " + v)),
        ("the same header twice", "repeated-header", s => Twice(Signature(Razorpay, s, v => v), v => v)),
        ("another header beside it", "repeated-header", s => Twice(Signature(Stripe, s, v => v), v => "t=1,v1=00")),
        ("an empty header", "signature-empty", s => Signature(Razorpay, s, v => "")),
        ("no header", "unsigned", s => Signature(Stripe, s, v => v) with { Headers = [] }),
        ("a header of GitHub's kind", "wrong-header", s => Renamed(Signature(Prefixed, s, v => v), "X-Hub-Signature")),
        ("underscores in the header", "wrong-header",
            s => Renamed(Signature(Stripe, s, v => v), "stripe_signature")),
        ("a signed time that is lost", "missing-header", s =>
            Signature(Timed, s, v => v) is var b ? b with { Headers = [.. b.Headers.Take(1)] } : null!),
        ("another provider's request", "other-provider", s => Signature(Razorpay, s, v => v) with
        {
            Sources = [new("shop", Stripe, new(OtherKey))],
        }),
        ("the request of another source of another provider", "other-provider", s =>
            Signature(Razorpay, s, v => v) with
            {
                Sources = [new("shop", Stripe, new(OtherKey)), new("rzp", Razorpay, new(Key))],
            }),

        // The secret
        ("secret signed with a newline", "secret-white-space", s => Keyed(Razorpay, Key, s ?? Altered("{0}\n"))),
        ("secret signed with a space", "secret-white-space", s => Keyed(Stripe, Key, s ?? Altered("{0} "))),
        ("secret signed with a space before it", "secret-white-space",
            s => Keyed(Razorpay, Key, s ?? Altered(" {0}"))),
        ("secret signed with quotes", "secret-quotes", s => Keyed(Razorpay, Key, s ?? Altered("\"{0}\""))),
        ("secret signed with a shell's quotes", "secret-quotes", s => Keyed(Stripe, Key, s ?? Altered("'{0}'"))),
        ("secret set with a space", "secret-white-space", s => Keyed(Stripe, Altered(" {0}"), s ?? Key)),
        ("secret set with quotes", "secret-quotes", s => Keyed(Razorpay, Altered("\"{0}\""), s ?? Key)),
        ("secret set without its prefix", "secret-encoding",
            s => Keyed(Stripe, new(Key.Bytes["whsec_".Length..]), s ?? Key)),
        ("secret signed without its prefix", "secret-encoding",
            s => Keyed(Stripe, Key, s ?? new(Key.Bytes["whsec_".Length..]))),
        ("text secret decoded from hexadecimal", "secret-encoding",
            s => Keyed(Razorpay, new(Convert.ToHexString(HexKey)), s ?? new(HexKey))),
        ("text secret decoded from Base64", "secret-encoding",
            s => Keyed(Stripe, new("whsec_" + Convert.ToBase64String(HexKey)), s ?? new(HexKey))),
        ("hexadecimal secret not decoded", "secret-encoding",
            s => Keyed(Hex, new(HexKey), s ?? new(Convert.ToHexString(HexKey)))),
        ("hexadecimal secret not decoded, in small letters", "secret-encoding",
            s => Keyed(Hex, new(HexKey), s ?? new(Convert.ToHexStringLower(HexKey)))),
        ("a retired secret", "retired-secret", s => Signature(Razorpay, s, v => v) with
        {
            Sources = [new("shop", Razorpay, new(OtherKey)) { RetiredSecrets = [new("older"), Key] }],
        }),
        ("the default secret", "default-secret", s => Keyed(Razorpay, Key, s ?? new("test_secret"))),
        ("no secret", "missing-secret", s => Signature(Stripe, s, v => v) with
        {
            Sources = [new("shop", Stripe, new([]))],
        }),

        // Other sources
        ("another source's", "other-source", s => Signature(Stripe, s, v => v) with
        {
            Sources = [new("shop", Stripe, new(OtherKey)), new("other", Stripe, new(new("x"), Key))],
        }),
        ("the secret of another provider's source", "other-source", s => Signature(Razorpay, s, v => v) with
        {
            Sources = [new("shop", Razorpay, new(OtherKey)), new("other", Stripe, new(Key))],
        }),
        ("test for live", "other-mode", s => Signature(Stripe, s, v => v) with
        {
            Sources = [new("shop", Stripe, new(OtherKey)),
                new("shop-test", Stripe, new(Key) { IsSandbox = true })],
        }),
        ("another webhook id", "other-webhook-id", s => Signature(Certified, s, v => v, "live") with
        {
            Sources = [new("shop", Certified, new(OtherKey)), new("other", Certified, new(Key))],
        }),
        ("a sandbox request", "environment", s => Signature(Certified, s, v => v, "sandbox")),
        ("a sandbox request of another webhook id", "environment", s => Signature(Certified, s, v => v, "sandbox") with
        {
            Sources = [new("shop", Certified, new(OtherKey))],
        }),
        ("a certificate of last year", "key-expired", s => Signature(Certified, s, v => v, "live") with
        {
            Found = new() { Key = PublicKey.FromRsa(RSA.Create(), validUntil: Now.AddDays(-1)) },
        }),

        // The signed address
        ("slash added", "notification-url", s => Address(s, "https://shop.example/hooks/square/?shop=1")),
        ("http for https", "notification-url", s => Address(s, "http://shop.example/hooks/square?shop=1")),
        ("query left out", "notification-url", s => Address(s, "https://shop.example/hooks/square")),
        ("host behind a proxy", "notification-url", s => Address(s, "https://pay.example/hooks/square?shop=1")),
        ("host and slash", "notification-url", s => Address(s, "https://pay.example/hooks/square/?shop=1")),
        ("query that came", "notification-url", s => Address(s, "https://shop.example/hooks/square?shop=2")),
        ("no address", "missing-parameter", s => Signature(Addressed, s, v => v)),

        // The clock
        ("too late", "clock", s => Signature(Stripe, s, v => v) with { ReceivedAt = Now.AddSeconds(4711) }),
        ("too early", "clock", s => Signature(Stripe, s, v => v) with { ReceivedAt = Now.AddHours(-2) }),
    ];

    static Broken Body(Provider provider, Secret? signer, string signed, string sent) =>
        Bytes(provider, signer, Utf8(signed), Utf8(sent));

    static Broken Bytes(Provider provider, Secret? signer, byte[] signed, byte[] sent,
        params (string Name, string Value)[] headers) => new(
            sent, [.. provider.Sign(signed, new(signer ?? Key), Now)!.Headers,
                .. headers.Select(h => KeyValuePair.Create(h.Name, h.Value))],
            new Source("shop", provider, new(OtherKey, Key)));

    static Broken Signature(Provider provider, Secret? signer, Func<string, string> alter, string? key = null)
    {
        var signed = provider.Sign(Utf8(Json), new(signer ?? Key), Now)!;
        var headers = signed.Headers.Select(h => provider.SignatureHeaders.Contains(h.Key)
            ? new KeyValuePair<string, string>(h.Key, alter(h.Value)) : h);
        if (key is not null) headers = headers.Append(new(HmacProvider.KeyHeader, key));
        return new(signed.Body, [.. headers], new Source("shop", provider, new(Key)));
    }

    static Broken Keyed(Provider provider, Secret configured, Secret signer) =>
        Signature(provider, signer, v => v) with { Sources = [new("shop", provider, new(configured))] };

    static Broken Address(Secret? signer, string signed) => new(
        Utf8(Json),
        [
            .. Addressed.Sign(Utf8(Json), new(signer ?? Key) { Parameter = signed }, Now).Headers,
            new("Host", "10.0.0.7:8000"), new("X-Forwarded-Host", "pay.example"),
        ],
        new Source("shop", Addressed, new(Key) { Parameter = Url })) { Query = "?shop=2" };

    static Broken Twice(Broken broken, Func<string, string> other) => broken with
    {
        Headers = [.. broken.Headers, new(broken.Headers[0].Key, other(broken.Headers[0].Value))],
    };

    static Broken Renamed(Broken broken, string name) =>
        broken with { Headers = [new(name, broken.Headers[0].Value)] };

    static Secret Altered(string format) =>
        new(string.Format(format, Encoding.UTF8.GetString(Key.Bytes)));

    static byte[] Compress(string text, Func<Stream, Stream> open)
    {
        using var memory = new MemoryStream();
        using (var stream = open(memory)) stream.Write(Utf8(text));
        return memory.ToArray();
    }

    static string Strip(string text) => text.ReplaceLineEndings("");

    static string Minify(string text) => text.ReplaceLineEndings("").Replace("  ", "").Replace("\": ", "\":");

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
