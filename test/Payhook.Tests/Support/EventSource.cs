using System.Net.Http.Headers;

namespace Payhook.Tests.Support;

/// <summary>A client of a stream that reads block by block and does as browsers do with ids.</summary>
sealed class EventSource : IDisposable
{
    readonly HttpResponseMessage _response;
    readonly StreamReader _reader;

    EventSource(HttpResponseMessage response, StreamReader reader) => (_response, _reader) = (response, reader);

    public string? LastId { get; private set; }
    public List<string> Comments { get; } = [];
    public MediaTypeHeaderValue? ContentType => _response.Content.Headers.ContentType;

    public static async Task<EventSource> OpenAsync(TestListener listener, string path, string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastId is not null) request.Headers.Add("Last-Event-ID", lastId);
        var response = await listener.Client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)response.StatusCode);
        var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var source = new EventSource(response, new(stream)) { LastId = lastId };
        await source.ReadBlockAsync(); // where it begins
        return source;
    }

    /// <summary>The next event with data; null at the end.</summary>
    public async Task<(string Type, string Data)?> ReadAsync()
    {
        while (await ReadBlockAsync() is { } block)
        {
            if (block.Data.Length > 0) return block;
        }
        return null;
    }

    /// <summary>The next block, whether or not it has data; null at the end.</summary>
    public async Task<(string Type, string Data)?> ReadBlockAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        var (type, data, isEmpty) = ("", new List<string>(), true);
        while (await _reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Length == 0 && isEmpty) continue;
            if (line.Length == 0) return (type, string.Join('\n', data));
            isEmpty = false;
            var colon = line.IndexOf(':');
            var value = line[(colon + 1)..].TrimStart();
            switch (line[..colon])
            {
                case "id": LastId = value; break;
                case "event": type = value; break;
                case "data": data.Add(value); break;
                case "": Comments.Add(value); break;
            }
        }
        return null;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }
}
