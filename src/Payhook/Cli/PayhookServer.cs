using System.Net;
using System.Text.Json;
using Payhook.Query;

namespace Payhook.Cli;

/// <summary>A running Payhook by its interface: what listening needs of it, and what its refusals mean.</summary>
sealed class PayhookServer : IDisposable
{
    const int AnswerLimitBytes = 256 << 20;

    static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    /// <summary>Three heartbeats of the stream.</summary>
    static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(45);

    readonly ListenOptions _options;
    readonly HttpClient _client;

    public PayhookServer(ListenOptions options)
    {
        _options = options;
        // Redirects are not followed: the key is for this server.
        _client = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = AnswerLimitBytes,
        };
        if (options.ApiKey is { } key) _client.DefaultRequestHeaders.Authorization = new("Bearer", key);
    }

    /// <summary>Asks for any event, to learn now and not at the first one what is not allowed.</summary>
    /// <exception cref="ServerRefusedException">It cannot be listened to.</exception>
    /// <exception cref="IOException">It is away.</exception>
    public Task TryAsync(CancellationToken cancellation) => FindAsync("-", 1, cancellation);

    /// <summary>Opens the stream behind a place.</summary>
    /// <exception cref="ServerRefusedException">It cannot be listened to.</exception>
    /// <exception cref="IOException">It is away.</exception>
    public async Task<(IDisposable Connection, EventBlocks Blocks)> FollowAsync(
        string place, CancellationToken cancellation)
    {
        var query = $"after={Uri.EscapeDataString(place)}"
            + string.Concat(_options.Only.Select(type => $"&type={Uri.EscapeDataString(type)}"))
            + (_options.Source is { } source ? $"&source={Uri.EscapeDataString(source)}" : "");
        using var request = new HttpRequestMessage(HttpMethod.Get, Address($"/events/stream?{query}"));
        request.Headers.Accept.Add(new("text/event-stream"));
        var response = await SendAsync(request, cancellation);
        try
        {
            if (response.StatusCode != HttpStatusCode.OK) throw await RefusalAsync(response, cancellation);
            if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
                throw new ServerRefusedException($"{_options.Server} is no Payhook: it has no stream of events.");
            return (response, new(await response.Content.ReadAsStreamAsync(cancellation), SilenceLimit));
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>An event as it was received; null where it is not there any more.</summary>
    /// <exception cref="ServerRefusedException">It must not be seen.</exception>
    /// <exception cref="IOException">The server is away.</exception>
    public async Task<ReceivedEvent?> FindAsync(string eventId, long sequence, CancellationToken cancellation)
    {
        var path = $"/events/{Uri.EscapeDataString(eventId)}/raw?delivery=true&sequence={sequence}";
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(path));
        request.Headers.Accept.Add(new(RawApi.WithHeaders));
        using var response = await SendAsync(request, cancellation);
        if (response.StatusCode == HttpStatusCode.NotFound && IsProblem(response)) return null;
        if (response.StatusCode != HttpStatusCode.OK) throw await RefusalAsync(response, cancellation);
        if (response.Content.Headers.ContentType?.MediaType != RawApi.WithHeaders)
        {
            throw new ServerRefusedException($"{_options.Server} is no Payhook, or an older one, which does not give "
                + "the headers of an event.");
        }
        return ReceivedEvent.Read(await ReadAsync(response, cancellation))
            ?? throw new IOException("an event came that cannot be read");
    }

    public void Dispose() => _client.Dispose();

    Uri Address(string pathAndQuery) => new(_options.Server.AbsoluteUri.TrimEnd('/') + pathAndQuery);

    async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ended.CancelAfter(AnswerWithin);
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ended.Token);
        }
        catch (HttpRequestException e)
        {
            throw new IOException(e.Message, e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"no answer within {AnswerWithin.TotalSeconds:0} seconds", e);
        }
    }

    static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ended.CancelAfter(AnswerWithin);
        try
        {
            return await response.Content.ReadAsByteArrayAsync(ended.Token);
        }
        catch (HttpRequestException e)
        {
            throw new IOException(e.Message, e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"no whole answer within {AnswerWithin.TotalSeconds:0} seconds", e);
        }
    }

    /// <summary>What an answer means that is none of those wished for: an end, or a reason to try again.</summary>
    async Task<Exception> RefusalAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        var detail = IsProblem(response) ? Detail(await ReadAsync(response, cancellation)) : null;
        return status switch
        {
            401 => new ServerRefusedException(_options.ApiKey is null
                ? $"{_options.Server} asks for a key. Give one with --api-key or PAYHOOK_API_KEY; to make one, there: "
                    + "payhook keys create NAME --scope read --scope pii"
                : $"{_options.Server} does not know this key: it is mistyped, revoked or expired. To make one, there: "
                    + "payhook keys create NAME --scope read --scope pii"),
            403 => new ServerRefusedException($"{_options.Server} does not let this key do that. {detail} Listening "
                + "needs the scopes read and pii: payhook keys create NAME --scope read --scope pii"),
            404 => new ServerRefusedException($"{_options.Server} is no Payhook, or an older one: it answers 404."),
            >= 300 and < 400 => new ServerRefusedException(
                $"{_options.Server} leads elsewhere (status {status}). Name the address that it leads to."),
            >= 400 and < 500 and not 408 and not 429 =>
                new ServerRefusedException($"{_options.Server} refuses: {detail ?? $"status {status}"}"),
            _ => new IOException($"it answers {status}{(detail is null ? "" : $": {detail}")}"),
        };
    }

    static bool IsProblem(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType == "application/problem+json";

    static string? Detail(byte[] problem)
    {
        try
        {
            using var json = JsonDocument.Parse(problem);
            return json.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

/// <summary>The server will not be listened to, and trying again does not help; says what to do.</summary>
sealed class ServerRefusedException(string message) : Exception(message);

/// <summary>An event as it was received: what is handed on.</summary>
sealed record ReceivedEvent(IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    public static ReceivedEvent? Read(byte[] answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            var headers = json.RootElement.GetProperty("headers").EnumerateObject()
                .Select(h => KeyValuePair.Create(h.Name, h.Value.GetString()!)).ToArray();
            return new(headers, json.RootElement.GetProperty("body_base64").GetBytesFromBase64());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            return null;
        }
    }
}
