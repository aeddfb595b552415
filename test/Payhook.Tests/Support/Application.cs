using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Payhook.Tests.Support;

/// <summary>A delivery that an <see cref="Application"/> took or refused.</summary>
public sealed record Arrival(
    string EventId, string MessageId, int Attempt, int Status, IHeaderDictionary Headers, byte[] Body);

/// <summary>
/// A merchant's application on a real socket: takes many deliveries at once and answers as a test says.
/// </summary>
public sealed class Application : IAsyncDisposable
{
    readonly ConcurrentQueue<Arrival> _arrivals = new();
    readonly Func<HttpRequest, Task<int>> _answer;
    WebApplication _app;

    Application(WebApplication app, Func<HttpRequest, Task<int>> answer, int port) =>
        (_app, _answer, Port) = (app, answer, port);

    public int Port { get; }
    public string Url => $"http://127.0.0.1:{Port}/hooks";

    /// <summary>In the order of their arrival, those refused among them.</summary>
    public IReadOnlyList<Arrival> Arrivals => [.. _arrivals];

    /// <summary>The ids of the events that were answered 2xx, as often as they were.</summary>
    public IReadOnlyList<string> Taken => [.. _arrivals.Where(a => a.Status / 100 == 2).Select(a => a.EventId)];

    public static Task<Application> StartAsync(params int[] answers)
    {
        var count = -1;
        return StartAsync(_ => Task.FromResult(
            answers.Length == 0 ? 204 : answers[Math.Min(Interlocked.Increment(ref count), answers.Length - 1)]));
    }

    public static async Task<Application> StartAsync(Func<HttpRequest, Task<int>> answer)
    {
        var application = new Application(null!, answer, Receiver.FreePort());
        await application.StartAgainAsync();
        return application;
    }

    /// <summary>Breaks all connections and takes none.</summary>
    public async Task StopAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    public async Task StartAgainAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(Port));
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(TakeAsync);
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until so many events were taken, each counted once.</summary>
    public async Task WaitForAsync(int events, int seconds = 30)
    {
        for (var i = 0; i < seconds * 50; i++)
        {
            if (Taken.Distinct().Count() >= events) return;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
        Assert.Fail($"{Taken.Distinct().Count()} of {events} events arrived in {seconds} s");
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var status = await _answer(context.Request);
        var headers = new HeaderDictionary(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value));
        _ = int.TryParse(headers["payhook-attempt"], out var attempt);
        context.Response.StatusCode = status;
        _arrivals.Enqueue(new(headers["payhook-event-id"].ToString(), headers["webhook-id"].ToString(), attempt, status,
            headers, body.ToArray()));
    }
}
