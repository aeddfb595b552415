using Payhook.Providers;

namespace Payhook.Mock;

/// <summary>Posts signed requests to one address, and gives back what is answered.</summary>
/// <param name="url">The address.</param>
/// <param name="moreHeaders">Headers beside the signed ones.</param>
/// <param name="handler">How to get there, where it is not as usual; is disposed.</param>
sealed class Poster(
    Uri url, IReadOnlyList<KeyValuePair<string, string>> moreHeaders, HttpMessageHandler? handler = null) : IDisposable
{
    const int AnswerLimitBytes = 1 << 20;
    const string ContentType = "Content-Type";

    readonly HttpClient _client = new(handler ?? new SocketsHttpHandler())
    {
        Timeout = TimeSpan.FromSeconds(30),
        MaxResponseContentBufferSize = AnswerLimitBytes,
    };

    /// <exception cref="HttpRequestException">Nobody answered.</exception>
    /// <exception cref="TaskCanceledException">Nobody answered in time.</exception>
    public async Task<(int Status, string Text)> PostAsync(SignedRequest signed, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, WithQuery(signed.Query))
        {
            Content = new ByteArrayContent(signed.Body),
        };
        var type = "application/json";
        foreach (var (name, value) in signed.Headers.Concat(moreHeaders))
        {
            if (name.Equals(ContentType, StringComparison.OrdinalIgnoreCase)) type = value;
            else if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        }
        request.Content.Headers.TryAddWithoutValidation(ContentType, type);
        using var response = await _client.SendAsync(request, cancellation);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Some schemes sign a part of the query, which then belongs to the address.</summary>
    Uri WithQuery(string query)
    {
        if (query.Length == 0) return url;
        var all = url.Query.Length > 1 ? $"{url.Query}&{query}" : query;
        return new UriBuilder(url) { Query = all }.Uri;
    }
}
