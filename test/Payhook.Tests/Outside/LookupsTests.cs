using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Payhook.Outside;
using Payhook.Providers;
using Payhook.Tests.Support;

namespace Payhook.Tests.Outside;

/// <summary>What providers are asked besides certificates, and what becomes of answers that are no help.</summary>
public sealed class LookupsTests
{
    const string TokenAnswer = "{\"access_token\":\"T1\",\"expires_in\":3600}";

    /// <summary>Spaces, an escape, a trailing newline: a body written anew would look otherwise.</summary>
    const string Body = "{ \"id\" : \"WH-1\",\"sum\":1.00,\"name\":\"\\u00dc\" }\n";

    readonly FakeTimeProvider _time = new(new(2025, 6, 1, 12, 0, 0, TimeSpan.Zero));
    readonly ConcurrentQueue<string> _bodies = [], _authorizations = [];

    [Fact]
    public async Task Asks_PayPal_with_the_body_byte_for_byte_and_signs_in_once()
    {
        await using var server = await ServeAsync(context => "{\"verification_status\":\"SUCCESS\"}");
        using var lookups = new Lookups(_time, null, server.Addresses);

        for (var i = 0; i < 3; i++)
        {
            var found = await AskAsync(lookups);
            Assert.Equal((true, 1, Verdict.Refused), (found.IsConfirmed, found.SecretNumber, found.Failure));
        }

        Assert.Equal(3, server.Requests.Count(r => r ==
            "POST api-m.sandbox.paypal.com/v1/notifications/verify-webhook-signature"));
        Assert.Single(server.Requests, "POST api-m.sandbox.paypal.com/v1/oauth2/token");
        Assert.Contains("Basic " + Convert.ToBase64String("id:hidden"u8), _authorizations);
        Assert.Contains("Bearer T1", _authorizations);
        var question = _bodies.First(b => b.StartsWith('{'));
        Assert.EndsWith($",\"webhook_id\":\"TEST-ID\",\"webhook_event\":{Body}}}", question, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(question);
        Assert.Equal("a+b/c==", json.RootElement.GetProperty("transmission_sig").GetString());
        _time.Advance(TimeSpan.FromHours(1));
        await AskAsync(lookups);
        Assert.Equal(2, server.Requests.Count(r => r.EndsWith("token", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("{\"verification_status\":\"FAILURE\"}", 200, Verdict.WrongSignature)]
    [InlineData("{\"verification_status\":\"success\"}", 200, Verdict.KeyUnavailable)]
    [InlineData("{\"verification_status\":true}", 200, Verdict.KeyUnavailable)]
    [InlineData("{}", 200, Verdict.KeyUnavailable)]
    [InlineData("[]", 200, Verdict.KeyUnavailable)]
    [InlineData("<html>", 200, Verdict.KeyUnavailable)]
    [InlineData("", 200, Verdict.KeyUnavailable)]
    [InlineData("{\"verification_status\":\"SUCCESS\"}", 201, Verdict.KeyUnavailable)]
    [InlineData("{\"verification_status\":\"SUCCESS\"}", 302, Verdict.KeyUnavailable)]
    [InlineData("{\"name\":\"VALIDATION_ERROR\"}", 400, Verdict.KeyUnavailable)]
    [InlineData("", 401, Verdict.KeyUnavailable)]
    [InlineData("", 503, Verdict.KeyUnavailable)]
    public async Task Takes_only_PayPals_plain_yes_for_a_yes(string answer, int status, Verdict failure)
    {
        await using var server = await ServeAsync(context =>
        {
            context.Response.StatusCode = status;
            return answer;
        });
        using var lookups = new Lookups(_time, null, server.Addresses);

        var found = await AskAsync(lookups);

        Assert.Equal((false, failure), (found.IsConfirmed, found.Failure));
        Assert.InRange(server.Requests.Count, 2, 4);
    }

    [Fact]
    public async Task Renews_a_token_that_PayPal_takes_no_longer()
    {
        var tokens = 0;
        await using var server = await OutsideServer.StartAsync(async context =>
        {
            if (context.Request.Path.Value!.EndsWith("token", StringComparison.Ordinal))
                await context.Response.WriteAsync($"{{\"access_token\":\"T{++tokens}\",\"expires_in\":3600}}");
            else if (context.Request.Headers.Authorization == "Bearer T1") context.Response.StatusCode = 401;
            else await context.Response.WriteAsync("{\"verification_status\":\"SUCCESS\"}");
        });
        using var lookups = new Lookups(_time, null, server.Addresses);

        Assert.True((await AskAsync(lookups)).IsConfirmed);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task Does_not_sign_in_again_and_again_where_that_fails()
    {
        await using var server = await OutsideServer.StartAsync(context =>
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        using var lookups = new Lookups(_time, null, server.Addresses);

        for (var i = 0; i < 20; i++) Assert.Equal(Verdict.KeyUnavailable, (await AskAsync(lookups)).Failure);

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Refuses_further_questions_at_once_while_all_places_are_taken()
    {
        var gate = new TaskCompletionSource();
        await using var server = await OutsideServer.StartAsync(_ => gate.Task);
        using var lookups = new Lookups(
            _time, null, server.Addresses, new() { CallsAtOnce = 3, CallsPerMinute = 5 });

        var waiting = Enumerable.Range(0, 3).Select(_ => FindPaymentAsync(lookups, "tr_1")).ToList();
        Assert.Equal(Verdict.KeyUnavailable, (await FindPaymentAsync(lookups, "tr_1")).Failure);
        gate.SetResult();
        await Task.WhenAll(waiting);
        for (var i = 0; i < 4; i++) await FindPaymentAsync(lookups, "tr_1");

        Assert.Equal(5, server.Requests.Count);
    }

    [Theory]
    [InlineData(200, Verdict.Refused)]
    [InlineData(404, Verdict.WrongSignature)]
    [InlineData(401, Verdict.KeyUnavailable)]
    [InlineData(500, Verdict.KeyUnavailable)]
    public async Task Fetches_a_payment_of_Mollie(int status, Verdict failure)
    {
        await using var server = await ServeAsync(context =>
        {
            context.Response.StatusCode = status;
            return "{\"id\":\"tr_7UhSN1zuXS\"}";
        });
        using var lookups = new Lookups(_time, null, server.Addresses);

        var found = await FindPaymentAsync(lookups, "tr_7UhSN1zuXS");

        Assert.Equal(failure, found.Failure);
        Assert.Equal(status == 200, found.Document is not null);
        Assert.Equal("GET api.mollie.com/v2/payments/tr_7UhSN1zuXS", Assert.Single(server.Requests));
        Assert.Equal("Bearer hidden", Assert.Single(_authorizations));
    }

    [Theory]
    [InlineData("../refunds")]
    [InlineData("tr_1?x=1")]
    [InlineData("")]
    public async Task Asks_Mollie_about_nothing_that_is_no_id(string id)
    {
        await using var server = await ServeAsync(_ => "{}");
        using var lookups = new Lookups(_time, null, server.Addresses);

        Assert.Equal(Verdict.WrongSignature, (await FindPaymentAsync(lookups, id)).Failure);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Keeps_a_key_of_Plaid_for_an_hour_and_asks_about_made_up_ones_in_bounds()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var q = ecdsa.ExportParameters(false).Q;
        var (x, y) = (Base64Url.EncodeToString(q.X), Base64Url.EncodeToString(q.Y));
        await using var server = await OutsideServer.StartAsync(async context =>
        {
            using var json = await JsonDocument.ParseAsync(context.Request.Body);
            Assert.Equal("hidden", json.RootElement.GetProperty("secret").GetString());
            if (json.RootElement.GetProperty("key_id").GetString() != "K1") context.Response.StatusCode = 400;
            await context.Response.WriteAsync(context.Response.StatusCode == 400
                ? "{\"error_code\":\"INVALID_WEBHOOK_VERIFICATION_KEY_ID\"}"
                : $$$"""{"key":{"kty":"EC","crv":"P-256","kid":"K1","x":"{{{x}}}","y":"{{{y}}}","expired_at":null}}""");
        });
        using var lookups = new Lookups(_time, null, server.Addresses);

        for (var i = 0; i < 5; i++) Assert.NotNull((await FindKeyAsync(lookups, "K1")).Key);
        Assert.Equal("POST sandbox.plaid.com/webhook_verification_key/get", Assert.Single(server.Requests));
        Assert.Equal(Verdict.UntrustedKey, (await FindKeyAsync(lookups, "made up")).Failure);
        for (var i = 0; i < 100; i++) Assert.Null((await FindKeyAsync(lookups, $"made up {i}")).Key);
        Assert.Equal(30, server.Requests.Count);

        Assert.NotNull((await FindKeyAsync(lookups, "K1")).Key);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.NotNull((await FindKeyAsync(lookups, "K1")).Key);
        Assert.Equal(31, server.Requests.Count);
    }

    [Fact]
    public async Task Asks_nobody_without_access()
    {
        await using var server = await ServeAsync(_ => "{}");
        using var lookups = new Lookups(_time, null, server.Addresses);
        foreach (var kind in new[] { LookupKind.PayPalPostback, LookupKind.PlaidKey, LookupKind.None })
        {
            var found = await lookups.FindAsync(
                PayPalCertificatesTests.Sandbox(), new(kind, "x"), Headers(), default, Cancellation);
            Assert.Equal(Verdict.KeyUnavailable, found.Failure);
        }
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("100.100.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("2002:a00:1::", false)]
    [InlineData("2001:db8::1", false)]
    public void Knows_addresses_of_the_internet(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicAddress.IsPublic(IPAddress.Parse(address)));

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static Task<Found> AskAsync(Lookups lookups) =>
        FindAsync(lookups, new(LookupKind.PayPalPostback, "t-1"), PayPalCertificatesTests.Sandbox(usesPostback: true));

    static Task<Found> FindPaymentAsync(Lookups lookups, string id) =>
        FindAsync(lookups, new(LookupKind.MolliePayment, id), PayPalCertificatesTests.Sandbox());

    static Task<Found> FindKeyAsync(Lookups lookups, string id) =>
        FindAsync(lookups, new(LookupKind.PlaidKey, id), PayPalCertificatesTests.Sandbox());

    static Task<Found> FindAsync(Lookups lookups, Lookup lookup, Source source) => lookups.FindAsync(
        source with { Api = new("id", "hidden") }, lookup, Headers(), Encoding.UTF8.GetBytes(Body), Cancellation)
        .AsTask();

    static DictionaryHeaders Headers() => new(
    [
        new(PayPal.IdHeader, "t-1"), new(PayPal.TimeHeader, "2025-06-01T12:00:00Z"),
        new(PayPal.SignatureHeader, "a+b/c=="), new(PayPal.AlgorithmHeader, PayPal.Algorithm),
        new(PayPal.AddressHeader, "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1"),
    ]);

    Task<OutsideServer> ServeAsync(Func<HttpContext, string> answer) => OutsideServer.StartAsync(async context =>
    {
        _authorizations.Enqueue(context.Request.Headers.Authorization.ToString());
        using var reader = new StreamReader(context.Request.Body);
        _bodies.Enqueue(await reader.ReadToEndAsync());
        var isToken = context.Request.Path.Value!.EndsWith("token", StringComparison.Ordinal);
        await context.Response.WriteAsync(isToken ? TokenAnswer : answer(context));
    });
}
