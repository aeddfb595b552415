using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Payhook.Tests.Support;

/// <summary>A request that a <see cref="Receiver"/> took.</summary>
public sealed record Received(string Method, IReadOnlyDictionary<string, string> Headers, byte[] Body, string Target);

/// <summary>
/// Takes requests and answers them in turn with what it was given; the last answer is for all that follow.
/// </summary>
public sealed class Receiver : IDisposable
{
    readonly HttpListener _listener = new();
    readonly List<Received> _requests = [];

    public Receiver(params (int Status, string Text)[] answers)
    {
        Url = $"http://localhost:{FreePort()}/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _ = Task.Run(async () =>
        {
            for (var i = 0; ; i++) await AnswerAsync(answers[Math.Min(i, answers.Length - 1)]);
        });
    }

    public string Url { get; }

    public IReadOnlyList<Received> Requests => _requests;

    public void Dispose() => _listener.Close();

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    async Task AnswerAsync((int Status, string Text) answer)
    {
        var context = await _listener.GetContextAsync();
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        var headers = context.Request.Headers;
        _requests.Add(new(context.Request.HttpMethod, headers.AllKeys.ToDictionary(k => k!, k => headers[k]!),
            body.ToArray(), context.Request.RawUrl!));
        context.Response.StatusCode = answer.Status;
        context.Response.Close(Encoding.UTF8.GetBytes(answer.Text), willBlock: true);
    }
}
