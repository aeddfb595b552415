using System.Text.Json;
using Payhook.Providers;

namespace Payhook.Outside;

/// <summary>Plaid's public keys by their ids, which whoever writes a request can make up.</summary>
sealed class PlaidKeys(OutsideAddresses addresses, BoundedFetch fetch, OutsideLimits limits, TimeProvider time)
{
    const int IdLimitChars = 200;

    /// <summary>A key that Plaid retires gets its end only in a later answer, so none counts for ever.</summary>
    static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    readonly KeptAnswers<PublicKey> _keys = new(limits, time);

    public async ValueTask<Found> FindAsync(Source source, string keyId, CancellationToken cancellation)
    {
        if (source.Api is not { } api) return new() { Failure = Verdict.KeyUnavailable };
        if (keyId.Length is 0 or > IdLimitChars) return new() { Failure = Verdict.UntrustedKey };
        var server = source.Credentials.IsSandbox ? addresses.PlaidSandbox : addresses.Plaid;
        // The name keeps apart sources whose keys come from different servers.
        var answer = await _keys.FindAsync(
            $"{source.Name}\n{keyId}", () => AskAsync(server, api, keyId), cancellation);
        return new() { Key = answer.Value, Failure = answer.Failure };
    }

    async Task<Answer<PublicKey>> AskAsync(Uri server, ApiAccess api, string keyId)
    {
        var question = Question(api, keyId);
        var answer = await fetch.SendAsync(() => new(HttpMethod.Post, new Uri(server, "/webhook_verification_key/get"))
        {
            Content = new ByteArrayContent(question) { Headers = { ContentType = new("application/json") } },
        }, CancellationToken.None);
        if (answer.Status == 400 && JsonAnswer.Text(answer.Body, "error_code") is { } code
            && code.Contains("WEBHOOK_VERIFICATION_KEY", StringComparison.Ordinal)) return Answer<PublicKey>.Untrusted;
        if (answer.Status != 200) return Answer<PublicKey>.Unavailable;
        var key = JsonAnswer.Raw(answer.Body, "key") is { } json ? PublicKey.FromJsonWebKey(json) : null;
        return key?.KeyId == keyId
            ? new(key, Verdict.Refused, time.GetUtcNow() + KeptFor)
            : Answer<PublicKey>.Untrusted;
    }

    static byte[] Question(ApiAccess api, string keyId)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("client_id", api.Id);
            json.WriteString("secret", api.Secret);
            json.WriteString("key_id", keyId);
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }
}
