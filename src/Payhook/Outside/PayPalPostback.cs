using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Payhook.Providers;

namespace Payhook.Outside;

/// <summary>
/// Asks PayPal whether it sent a request. The received body goes into the question byte for byte: PayPal sums it, and
/// a body written anew has another sum.
/// </summary>
sealed class PayPalPostback(
    OutsideAddresses addresses, BoundedFetch fetch, OutsideLimits limits, TimeProvider time)
{
    /// <summary>The most webhook ids that are asked about; each costs a call.</summary>
    const int IdsLimit = 4;

    /// <summary>The longest signature that PayPal takes here.</summary>
    const int SignatureLimitChars = 500;

    static readonly TimeSpan TokenMargin = TimeSpan.FromSeconds(60);

    readonly KeptAnswers<string> _tokens = new(limits, time);
    readonly CallBound _bound = new(limits.CallsAtOnce, limits.CallsPerMinute, time);

    public async ValueTask<Found> FindAsync(
        Source source, IHeaders headers, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        if (source.Api is not { } api) return new() { Failure = Verdict.KeyUnavailable };
        if (headers.Find(PayPal.SignatureHeader, out _) is not { Length: <= SignatureLimitChars })
            return new() { Failure = Verdict.WrongSignature };
        if (!_bound.TryEnter()) return new() { Failure = Verdict.KeyUnavailable };
        try
        {
            var ids = source.Credentials.Secrets;
            for (var i = 0; i < Math.Min(ids.Count, IdsLimit); i++)
            {
                var verdict = await AskAsync(source, api, Question(headers, ids[i], body.Span), cancellation);
                if (verdict == Verdict.Verified) return new() { IsConfirmed = true, SecretNumber = i + 1 };
                if (verdict != Verdict.WrongSignature) return new() { Failure = verdict };
            }
            return new() { Failure = Verdict.WrongSignature };
        }
        finally
        {
            _bound.Leave();
        }
    }

    /// <summary>One question; a token that PayPal takes no longer is renewed once.</summary>
    async Task<Verdict> AskAsync(Source source, ApiAccess api, byte[] question, CancellationToken cancellation)
    {
        var server = source.Credentials.IsSandbox ? addresses.PayPalSandbox : addresses.PayPal;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var token = await _tokens.FindAsync(source.Name, () => SignInAsync(server, api), cancellation);
            if (token.Value is null) return Verdict.KeyUnavailable;
            var answer = await fetch.SendAsync(() => Post(
                new(server, "/v1/notifications/verify-webhook-signature"), "application/json", question,
                new("Bearer", token.Value)), cancellation);
            if (answer.Status == 200)
            {
                return JsonAnswer.Text(answer.Body, "verification_status") switch
                {
                    "SUCCESS" => Verdict.Verified,
                    "FAILURE" => Verdict.WrongSignature,
                    _ => Verdict.KeyUnavailable,
                };
            }
            if (answer.Status != 401) break;
            _tokens.Forget(source.Name);
        }
        return Verdict.KeyUnavailable;
    }

    async Task<Answer<string>> SignInAsync(Uri server, ApiAccess api)
    {
        var user = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{api.Id}:{api.Secret}"));
        var answer = await fetch.SendAsync(() => Post(
            new(server, "/v1/oauth2/token"), "application/x-www-form-urlencoded",
            "grant_type=client_credentials"u8.ToArray(), new("Basic", user)), CancellationToken.None);
        if (answer.Status != 200 || JsonAnswer.Text(answer.Body, "access_token") is not { Length: > 0 } token
            || JsonAnswer.Seconds(answer.Body, "expires_in") is not { } lifetime) return Answer<string>.Unavailable;
        return new(token, Verdict.Refused, time.GetUtcNow() + lifetime - TokenMargin);
    }

    static HttpRequestMessage Post(Uri address, string type, byte[] body, AuthenticationHeaderValue authorization)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new(type);
        return new(HttpMethod.Post, address)
        {
            Content = content,
            Headers = { Authorization = authorization },
        };
    }

    /// <summary>PayPal's scheme has held the headers against their limits and the body against JSON before.</summary>
    static byte[] Question(IHeaders headers, Secret webhookId, ReadOnlySpan<byte> body)
    {
        using var bytes = new MemoryStream(body.Length + 2048);
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("auth_algo", headers.Find(PayPal.AlgorithmHeader, out _));
            json.WriteString("cert_url", headers.Find(PayPal.AddressHeader, out _));
            json.WriteString("transmission_id", headers.Find(PayPal.IdHeader, out _));
            json.WriteString("transmission_sig", headers.Find(PayPal.SignatureHeader, out _));
            json.WriteString("transmission_time", headers.Find(PayPal.TimeHeader, out _));
            json.WriteString("webhook_id", webhookId.Bytes);
            json.WritePropertyName("webhook_event");
            json.WriteRawValue(body, skipInputValidation: true);
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }
}

/// <summary>Single members of an answer in JSON, which a server that is having a bad day may not have sent.</summary>
static class JsonAnswer
{
    public static string? Text(byte[] body, string member) =>
        Find(body, member, json => json.ValueKind == JsonValueKind.String ? json.GetString() : null);

    /// <summary>The member as it lies in the answer.</summary>
    public static string? Raw(byte[] body, string member) => Find(body, member, json => json.GetRawText());

    /// <summary>A span of time in whole seconds, of at most a week.</summary>
    public static TimeSpan? Seconds(byte[] body, string member) =>
        Raw(body, member) is { Length: < 7 } text && int.TryParse(text, out var seconds)
        && seconds is > 0 and <= 7 * 86_400
            ? TimeSpan.FromSeconds(seconds)
            : null;

    static string? Find(byte[] body, string member, Func<JsonElement, string?> read)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(member, out var value) ? read(value) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
