using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Payhook.Ops;
using Payhook.Providers;
using Payhook.Store;

namespace Payhook.Tests.Support;

/// <summary>The real listener, on a real socket, in the process of the tests.</summary>
public sealed class TestListener : IAsyncDisposable
{
    public const string Secret = "a secret of the tests";

    static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    readonly WebApplication _app;
    readonly IEventStore _store;
    readonly LogOutput _lines;
    readonly MemoryStream _log;
    bool _isStopped;

    TestListener(WebApplication app, IEventStore store, LogOutput lines, MemoryStream log)
    {
        (_app, _store, _lines, _log) = (app, store, lines, log);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }
    public IServiceProvider Services => _app.Services;
    internal IEventStore Store => _store;

    public static Task<TestListener> StartAsync(TestStore store, params (string Name, string Value)[] settings) =>
        StartAsync(store, TimeProvider.System, settings);

    public static async Task<TestListener> StartAsync(
        TestStore store, TimeProvider time, params (string Name, string Value)[] settings)
    {
        var variables = settings.ToDictionary(s => s.Name, s => s.Value);
        variables.TryAdd("WEBHOOK_SECRET", Secret);
        variables.TryAdd("DATABASE_URL", store.Url);
        variables.TryAdd("HOST", "127.0.0.1");
        variables.TryAdd("PORT", "0");
        variables.TryAdd("SHUTDOWN_DEADLINE_SECONDS", "4");
        var (read, faults) = Settings.Read(variables.GetValueOrDefault);
        Assert.Empty(faults);

        var log = new MemoryStream();
        var lines = new LogOutput(log, isJson: true);
        var opened = read!.Database.CreateStore(read.CommitDeadline, TimeProvider.System);
        opened.Open();
        var app = PayhookApp.Build(read, opened, lines, time);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, opened, lines, log);
    }

    public static string Sign(ReadOnlySpan<byte> body, string secret = Secret) =>
        ProviderCatalog.Find("razorpay")!.Sign(body, new Secret(secret));

    public Task<Answer> PostAsync(string body, params (string Name, string Value)[] headers) =>
        PostAsync(Encoding.UTF8.GetBytes(body), headers);

    /// <summary>
    /// Posts a body rightly signed, unless the headers say otherwise; an empty value leaves a header out.
    /// </summary>
    public Task<Answer> PostAsync(byte[] body, params (string Name, string Value)[] headers) =>
        PostToAsync("/webhook/payments", body, headers.Any(h => h.Name == "X-Razorpay-Signature")
            ? headers
            : [("X-Razorpay-Signature", Sign(body)), .. headers]);

    /// <summary>Posts a body as a provider signs it.</summary>
    internal Task<Answer> PostSignedAsync(
        string path, string providerName, string secret, string body, DateTimeOffset? at = null,
        string? parameter = null)
    {
        var provider = ProviderCatalog.Find(providerName)!;
        Assert.True(provider.TryReadKey(secret, out var key));
        var signed = provider.Sign(
            Encoding.UTF8.GetBytes(body), new(key!) { Parameter = parameter }, at ?? TimeProvider.System.GetUtcNow())!;
        return PostToAsync(path, signed.Body, [.. signed.Headers.Select(h => (h.Key, h.Value))]);
    }

    public async Task<Answer> PostToAsync(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in headers.Where(h => h.Value.Length > 0))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        }
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(response);
    }

    public async Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Stops the listener and gives back all that it logged.</summary>
    public async Task<string> StopAsync()
    {
        _isStopped = true;
        await _app.StopAsync(TestContext.Current.CancellationToken);
        _lines.Dispose();
        return Encoding.UTF8.GetString(_log.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_isStopped)
        {
            // Disposing alone stops no thread of a hosted service; a store that hangs must not hold the test.
            using var soon = new CancellationTokenSource(StopTime);
            await _app.StopAsync(soon.Token);
        }
        await _app.DisposeAsync();
        await _store.DisposeAsync();
        _lines.Dispose();
    }
}

/// <summary>A status and a JSON body.</summary>
public sealed record Answer(int Status, string? ContentType, string Text, string? RetryAfter, string? Allow)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? Member(string name) => Json.GetProperty(name).GetString();

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        response.Content.Headers.ContentType?.MediaType,
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
        response.Headers.RetryAfter?.ToString(),
        string.Join(',', response.Content.Headers.Allow));
}
