extern alias StandardWebhooksPackage;
extern alias StripePackage;

using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Payhook.Forward;
using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests.Forward;

/// <summary>In which forms an event leaves, and that whoever gets it can verify it.</summary>
public sealed class OutboundBodyTests
{
    const string Secret = "a secret of the tests";

    readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Tells_an_event_of_any_provider_in_one_form()
    {
        using var json = Envelope(Outbound.Mock("razorpay", "captured") with { ReplayId = 3 });
        var root = json.RootElement;

        Assert.Equal(
            [
                "id", "event_type", "source", "provider", "event_id", "payment_id", "received_at", "received_at_ms",
                "sequence", "payment", "payload",
            ],
            root.EnumerateObject().Select(m => m.Name));
        Assert.Equal("msg_7", root.GetProperty("id").GetString());
        Assert.Equal("payment.captured", root.GetProperty("event_type").GetString());
        Assert.Equal("2026-01-31T09:00:00Z", root.GetProperty("received_at").GetString());
        Assert.Equal(
            """{"status":"captured","change":"captured","amount":5000,"currency":"INR","currency_exponent":2,"""
            + "\"mode\":\"unknown\"}",
            root.GetProperty("payment").GetRawText());
        Assert.Equal("event", root.GetProperty("payload").GetProperty("entity").GetString());
    }

    [Fact]
    public void Leaves_JSON_in_an_envelope_as_it_was_received()
    {
        const string body = "{ \"a\" : 1.00, \"a\": \"\\u00fc/\" ,\n\"n\":123456789012345678901234567890 }";
        using var json = Envelope(Outbound.Message([.. "\uFEFF"u8, .. Encoding.UTF8.GetBytes(body)]));
        Assert.Equal(body, json.RootElement.GetProperty("payload").GetRawText());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("payment").ValueKind);
        Assert.False(json.RootElement.TryGetProperty("body", out _));
    }

    [Fact]
    public void Puts_what_is_no_JSON_in_an_envelope_as_text_or_as_Base64()
    {
        using var form = Envelope(Outbound.Message("status=success&a=\"ü\""));
        Assert.Equal(JsonValueKind.Null, form.RootElement.GetProperty("payload").ValueKind);
        Assert.Equal("status=success&a=\"ü\"", form.RootElement.GetProperty("body").GetString());
        using var bytes = Envelope(Outbound.Message([1, 255]));
        Assert.Equal([1, 255], bytes.RootElement.GetProperty("body_base64").GetBytesFromBase64());
        Assert.False(bytes.RootElement.TryGetProperty("body", out _));
    }

    [Fact]
    public void Tells_what_is_special_about_an_event()
    {
        var message = Outbound.Message();
        using var json = Envelope(message with
        {
            Event = message.Event with { IsUnderKnownId = true, BatchSequence = 5, Origin = EventOrigin.Reverified },
        });
        Assert.True(json.RootElement.GetProperty("reused_event_id").GetBoolean());
        Assert.Equal(5, json.RootElement.GetProperty("batch").GetInt64());
        Assert.Equal("reverified", json.RootElement.GetProperty("origin").GetString());
    }

    [Fact]
    public void Writes_a_CloudEvent_as_one_object()
    {
        var body = Of(BodyForm.CloudEvents, Outbound.Mock("stripe", "captured"));
        Assert.Equal("application/cloudevents+json; charset=utf-8", body.ContentType);
        using var json = JsonDocument.Parse(body.Bytes);
        var root = json.RootElement;
        Assert.Equal("1.0", root.GetProperty("specversion").GetString());
        Assert.Equal("msg_7", root.GetProperty("id").GetString());
        Assert.Equal("/webhook/stripe", root.GetProperty("source").GetString());
        Assert.Equal("2026-01-31T09:00:00.123Z", root.GetProperty("time").GetString());
        Assert.Equal("application/json", root.GetProperty("datacontenttype").GetString());
        Assert.Equal("event", root.GetProperty("data").GetProperty("object").GetString());
        Assert.Equal("captured", root.GetProperty("paymentstatus").GetString());
        Assert.Equal(root.GetProperty("type").GetString(), root.GetProperty("data").GetProperty("type").GetString());
        // Names of attributes are small letters and digits, and no attribute is empty.
        Assert.All(root.EnumerateObject().Where(m => m.Name != "data"), m =>
        {
            Assert.Matches("^[a-z0-9]{1,20}$", m.Name);
            Assert.NotEqual("", m.Value.GetString());
        });
    }

    [Theory]
    [InlineData("{\"a\":1}", "application/vnd.api+json; charset=utf-8", "application/vnd.api+json; charset=utf-8", "data")]
    [InlineData("{\"a\":1}", "text/plain", "application/json", "data")]
    [InlineData("a=1", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "data")]
    [InlineData("a=1", "application/json", "application/octet-stream", "data")]
    [InlineData("a=1", null, "application/octet-stream", "data")]
    [InlineData(null, "image/png", "image/png", "data_base64")]
    public void Tells_the_type_of_the_data_of_a_CloudEvent(string? text, string? type, string told, string member)
    {
        var headers = type is null ? "{}" : $"{{\"Content-Type\":\"{type}\"}}";
        byte[] body = text is null ? [0xFF] : Encoding.UTF8.GetBytes(text);
        using var json = JsonDocument.Parse(
            Of(BodyForm.CloudEvents, Outbound.Message(body, headers: headers)).Bytes);
        Assert.Equal(told, json.RootElement.GetProperty("datacontenttype").GetString());
        Assert.True(json.RootElement.TryGetProperty(member, out _));
    }

    [Fact]
    public async Task Writes_a_CloudEvent_into_headers()
    {
        byte[] bytes = [0, 255, .. "anything"u8];
        var request = await SentAsync(BodyForm.CloudEventsBinary, Outbound.Message(
            bytes, type: "a type \"ü\" 100%", id: "€~!", payment: "pay 1",
            headers: "{\"Content-Type\":\"text/x; a=1\",\"X-Razorpay-Signature\":\"abc\"}"));

        Assert.Equal(bytes, request.Body);
        Assert.Equal("text/x; a=1", request["Content-Type"]);
        Assert.Equal("1.0", request["ce-specversion"]);
        Assert.Equal("a%20type%20%22%C3%BC%22%20100%25", request["ce-type"]);
        Assert.Equal("%E2%82%AC~!", request["ce-eventid"]);
        Assert.Equal("pay%201", request["ce-subject"]);
        Assert.Equal("/webhook/razorpay", request["ce-source"]);
        Assert.Equal("2026-01-31T09:00:00.123Z", request["ce-time"]);
        Assert.Null(request["X-Razorpay-Signature"]);
        Assert.Null(request["ce-datacontenttype"]);
    }

    [Fact]
    public async Task Sends_on_what_Stripe_signed_so_that_its_own_library_takes_it()
    {
        var message = Signed("stripe", Outbound.Mock("stripe", "captured"));
        var request = await SentAsync(BodyForm.Raw, message);

        var read = StripePackage::Stripe.EventUtility.ConstructEvent(
            Encoding.UTF8.GetString(request.Body), request["Stripe-Signature"], Secret,
            throwOnApiVersionMismatch: false);
        Assert.Equal(message.Event.EventId, read.Id);
        Assert.Throws<StripePackage::Stripe.StripeException>(() => StripePackage::Stripe.EventUtility.ConstructEvent(
            Encoding.UTF8.GetString(request.Body) + " ", request["Stripe-Signature"], Secret,
            throwOnApiVersionMismatch: false));
    }

    [Fact]
    public async Task Sends_on_what_a_provider_signed_in_the_body_and_its_own_headers()
    {
        foreach (var source in new[] { "razorpay", "stripe", "standard-webhooks" })
        {
            var provider = ProviderCatalog.Find(source)!;
            var message = Signed(source, Outbound.Message("{ \"type\":\"x\", \"a\" : \"\\u00fc\" }\n"u8.ToArray(), source: source));
            foreach (Secret[] secrets in new Secret[][] { [], [new("another secret, Payhook's")] })
            {
                var request = await SentAsync(BodyForm.Raw, message, secrets);
                var verified = provider.Verify(
                    new(new DictionaryHeaders(request.ToDictionary()), request.Body) { ReceivedAt = _time.GetUtcNow() },
                    new(new Secret(Secret)));
                Assert.Equal(Verdict.Verified, verified.Verdict);
                if (secrets.Length > 0)
                {
                    var prefix = source == "standard-webhooks" ? "payhook-" : "";
                    Assert.Equal("msg_7", request[prefix + "webhook-id"]);
                    Assert.NotNull(request[prefix + "webhook-signature"]);
                }
            }
        }
    }

    [Fact]
    public async Task Sends_on_no_header_that_is_about_a_connection_or_about_Payhook()
    {
        var request = await SentAsync(BodyForm.Raw, Outbound.Message("{}"u8.ToArray(), headers: """
            {"Host":"evil","Connection":"close","Content-Length":"0","Transfer-Encoding":"chunked","Upgrade":"h2c",
             "TE":"trailers","Keep-Alive":"1","Proxy-Authorization":"x","Expect":"100-continue","User-Agent":"theirs",
             "Payhook-Attempt":"9","X-Kept":"yes","Content-Language":"de","X-Ü":"no","X-Line":"a\nb"}
            """));

        Assert.Equal(
            ["Content-Language", "Content-Length", "Host", "User-Agent", "X-Kept", "payhook-attempt", "payhook-event-id",
                "payhook-source"],
            request.Headers.Select(h => h.Name).Order(StringComparer.Ordinal));
        Assert.Equal(("1", "2"), (request["payhook-attempt"], request["Content-Length"]));
    }

    [Theory]
    [InlineData(BodyForm.Raw)]
    [InlineData(BodyForm.Envelope)]
    [InlineData(BodyForm.CloudEvents)]
    [InlineData(BodyForm.CloudEventsBinary)]
    internal async Task Signs_every_form_as_Standard_Webhooks_says(BodyForm form)
    {
        var (first, second) = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
        var provider = ProviderCatalog.Find("standard-webhooks")!;
        Assert.True(provider.TryReadKey(first, out var one));
        Assert.True(provider.TryReadKey(second, out var two));
        var request = await SentAsync(form, Outbound.Mock("stripe", "captured"), one!, two!);

        var signatures = request["webhook-signature"]!.Split(' ');
        Assert.Equal(2, signatures.Length);
        var headers = new Microsoft.AspNetCore.Http.HeaderDictionary();
        foreach (var (name, value) in request.Headers) headers[name] = value;
        var text = Encoding.UTF8.GetString(request.Body);
        foreach (var (secret, signature) in new[] { first, second }.Zip(signatures))
        {
            headers["webhook-signature"] = signature; // this library looks at the first one only
            new StandardWebhooksPackage::StandardWebhooks.StandardWebhook(secret).Verify(text, headers);
            Assert.ThrowsAny<Exception>(
                () => new StandardWebhooksPackage::StandardWebhooks.StandardWebhook(secret).Verify(text + " ", headers));
        }
        Assert.ThrowsAny<Exception>(() => new StandardWebhooksPackage::StandardWebhooks.StandardWebhook(
            "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").Verify(text, headers));
        foreach (var key in new[] { one!, two! })
        {
            Assert.Equal(Verdict.Verified, provider.Verify(
                new(new DictionaryHeaders(request.ToDictionary()), request.Body) { ReceivedAt = _time.GetUtcNow() },
                new(key)).Verdict);
        }
    }

    [Fact]
    public void Signs_as_the_published_example_says()
    {
        Assert.True(ProviderCatalog.Find("standard-webhooks")!.TryReadKey(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", out var key));
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", StandardWebhooksSignature.Of(
            [key!], "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}"u8));
    }

    static OutboundBody Of(BodyForm form, OutboundMessage message) =>
        OutboundBody.Of(form, message, Outbound.Sources.Find(message.Event.SourceName)?.Provider);

    static JsonDocument Envelope(OutboundMessage message)
    {
        var body = Of(BodyForm.Envelope, message);
        Assert.Equal("application/json", body.ContentType);
        return JsonDocument.Parse(body.Bytes);
    }

    /// <summary>The message as its provider signs it, with the headers that are kept.</summary>
    OutboundMessage Signed(string source, OutboundMessage message)
    {
        var provider = ProviderCatalog.Find(source)!;
        var signed = provider.Sign(message.Event.Body!, new(new Secret(Secret)), _time.GetUtcNow())!;
        Assert.Equal(message.Event.Body, signed.Body);
        var kept = signed.Headers.Where(h => provider.KeptHeaders.Contains(h.Key, StringComparer.OrdinalIgnoreCase))
            .Select(h => $"\"{h.Key}\":\"{h.Value}\"");
        return message with
        {
            Event = message.Event with { HeadersJson = Encoding.UTF8.GetBytes($"{{{string.Join(',', kept)}}}") },
        };
    }

    async Task<PeerRequest> SentAsync(BodyForm form, OutboundMessage message, params IReadOnlyList<Secret> secrets)
    {
        await using var peer = new HttpPeer();
        await using var sink = Outbound.Sink(
            HttpSinkTests.To(peer.Url) with { Body = form, SigningSecrets = secrets }, _time);
        Assert.Equal(FailureClass.None, (await sink.SendAsync(message, Cancellation)).Failure);
        return Assert.Single(peer.Requests);
    }
}
