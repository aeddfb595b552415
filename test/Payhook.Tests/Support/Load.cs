using System.Collections.Concurrent;
using System.Text;

namespace Payhook.Tests.Support;

/// <summary>Many senders at once that remember which events were answered 200, until they are stopped.</summary>
public sealed class Load : IAsyncDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(20) };
    readonly Task[] _senders;
    readonly string _prefix;
    int _next;

    public Load(int port, string prefix, int senders = 16)
    {
        _prefix = prefix;
        var url = new Uri($"http://127.0.0.1:{port}/webhook/payments");
        _senders = [.. Enumerable.Range(0, senders).Select(_ => Task.Run(() => SendAsync(url)))];
    }

    /// <summary>Events that were answered 200: each of them must be in the store.</summary>
    public ConcurrentBag<string> Acknowledged { get; } = [];

    /// <summary>Statuses other than 200, and 0 for a connection that broke.</summary>
    public ConcurrentBag<int> Refused { get; } = [];

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_senders);
    }

    /// <summary>Waits until so many events were acknowledged since now.</summary>
    public async Task WaitForMoreAsync(int events)
    {
        var goal = Acknowledged.Count + events;
        for (var i = 0; Acknowledged.Count < goal; i++)
        {
            if (i > 3000) throw new TimeoutException($"{Acknowledged.Count} of {goal} events after 30 s");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        _stop.Dispose();
    }

    async Task SendAsync(Uri url)
    {
        while (!_stop.IsCancellationRequested)
        {
            var id = $"{_prefix}_{Interlocked.Increment(ref _next)}";
            var body = Encoding.UTF8.GetBytes(Bodies.Mocked(id));
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
            request.Headers.Add("X-Razorpay-Signature", TestListener.Sign(body));
            try
            {
                using var response = await _client.SendAsync(request, CancellationToken.None);
                if ((int)response.StatusCode == 200) Acknowledged.Add(id);
                else Refused.Add((int)response.StatusCode);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                Refused.Add(0);
                await Task.Delay(5, CancellationToken.None);
            }
        }
    }
}
