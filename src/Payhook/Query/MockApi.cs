using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Payhook.Mock;
using Payhook.Providers;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>
/// Sends this listener a mock event of a source, as its provider would: over HTTP and signed, so that what comes of it
/// is what came of a real one.
/// </summary>
sealed class MockApi(Sources sources, IServer server, IAuditStore audit, TimeProvider time) : IDisposable
{
    const int BodyLimitBytes = 1024;

    /// <summary>One at a time: it is for people, and each holds two connections of this listener.</summary>
    readonly SemaphoreSlim _turn = new(1);

    /// <summary>POST /sources/{name}/mock</summary>
    public async Task SendAsync(HttpContext context)
    {
        var now = time.GetUtcNow();
        var source = sources.Find((string)context.Request.RouteValues["name"]!);
        var mocks = source is null ? [] : SignedMocks.NamesOf(source, now);
        var (name, isRead) = await NameAsync(context.Request.Body, context.RequestAborted);
        name ??= mocks.Count > 0 ? mocks[0] : null;
        var problem = source is null ? Problem.UnknownSource
            : mocks.Count == 0 ? Problem.NoMock
            : !isRead || !mocks.Contains(name) ? Problem.InvalidMockRequest
            : null;
        if (problem is not null)
        {
            await problem.WriteAsync(context);
            return;
        }
        var signed = SignedMocks.Sign(source!, name!, now)!;
        if (await PostAsync(source!, signed, context.RequestAborted) is not { } answer)
        {
            await Problem.MockUnanswered.WriteAsync(context);
            return;
        }
        audit.Append(new(now, Caller.Of(context).Actor, AuditEntry.MockSent, source!.Name,
            $"{name}, answered {answer.Status}"));
        await WriteAsync(context, source, name!, signed, answer);
    }

    public void Dispose() => _turn.Dispose();

    /// <returns>Null where nobody answered.</returns>
    async Task<(int Status, string Text)?> PostAsync(
        Source source, SignedRequest signed, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            using var poster = new Poster(new(Address(), source.Path), [], new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
            });
            return await poster.PostAsync(signed, cancellation);
        }
        catch (Exception e) when (
            e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Where this listener listens; what stands for all addresses is reached at this machine's own.</summary>
    Uri Address()
    {
        var address = new Uri(server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        var isAny = IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip)
            && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));
        return isAny ? new UriBuilder(address) { Host = "localhost" }.Uri : address;
    }

    static async Task WriteAsync(
        HttpContext context, Source source, string name, SignedRequest signed, (int Status, string Text) answer)
    {
        var events = new List<PaymentEvent>();
        source.Provider.Read(new(new DictionaryHeaders(signed.Headers), signed.Body), events);
        var isJson = Payhook.JsonText.IsJson(Encoding.UTF8.GetBytes(answer.Text));
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        json.WriteStartObject();
        json.WriteNumber("status", answer.Status);
        json.WritePropertyName("answer");
        if (isJson) json.WriteRawValue(answer.Text, skipInputValidation: true);
        else json.WriteStringValue(answer.Text);
        json.WriteString("event_id", IdOf(isJson ? answer.Text : "{}") ?? events.FirstOrDefault()?.EventId);
        json.WriteString("payment_id", events.FirstOrDefault()?.PaymentId);
        json.WriteString("command", CommandOf(source, name));
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    /// <summary>The id that the listener gave the event, where the body has none.</summary>
    static string? IdOf(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.ValueKind == JsonValueKind.Object
            && json.RootElement.TryGetProperty("event_id", out var id) && id.ValueKind == JsonValueKind.String
            ? id.GetString()
            : null;
    }

    static string CommandOf(Source source, string name)
    {
        var provider = source.Provider.Name;
        var command = $"payhook send --mock {name} --unique";
        if (provider != SourceVariables.DefaultSource) command += $" --provider {provider}";
        return source.Name == provider ? command : $"{command} --source {source.Name}";
    }

    /// <returns>The name that a body asks for, null where it asks for none; and whether it could be read.</returns>
    static async Task<(string? Name, bool IsRead)> NameAsync(Stream body, CancellationToken cancellation)
    {
        var bytes = new byte[BodyLimitBytes + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        if (length == 0) return (null, true);
        if (length > BodyLimitBytes) return (null, false);
        try
        {
            using var json = JsonDocument.Parse(bytes.AsMemory(0, length), new() { MaxDepth = 2 });
            if (json.RootElement.ValueKind != JsonValueKind.Object) return (null, false);
            string? name = null;
            foreach (var member in json.RootElement.EnumerateObject())
            {
                if (member.Name != "mock" || member.Value.ValueKind != JsonValueKind.String) return (null, false);
                name = member.Value.GetString();
            }
            return (name, true);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // no JSON; half a character
        {
            return (null, false);
        }
    }
}
