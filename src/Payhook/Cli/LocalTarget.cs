using System.Diagnostics;
using System.Text;

namespace Payhook.Cli;

/// <summary>
/// The application that a developer works on: gets events as the provider sent them, and nothing goes anywhere else,
/// neither along a redirect nor through a proxy.
/// </summary>
sealed class LocalTarget(Uri url, TimeProvider time) : IDisposable
{
    static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        // What is beyond ASCII in a header goes out as it came in.
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        // Else the header that this process traces itself by would be sent too.
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public async Task<ForwardResult> PostAsync(ReceivedEvent received, CancellationToken cancellation)
    {
        var startedAt = time.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(received.Body),
        };
        foreach (var (name, value) in received.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        }
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ended.CancelAfter(AnswerWithin);
        try
        {
            using var response = await _client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, ended.Token);
            return new((int)response.StatusCode, FailureClass.None, time.GetElapsedTime(startedAt));
        }
        catch (HttpRequestException e)
        {
            return new(0, ClassOf(e.HttpRequestError), time.GetElapsedTime(startedAt));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(0, FailureClass.Timeout, time.GetElapsedTime(startedAt));
        }
    }

    public void Dispose() => _client.Dispose();

    static FailureClass ClassOf(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => FailureClass.Dns,
        HttpRequestError.ConnectionError => FailureClass.Refused,
        HttpRequestError.SecureConnectionError => FailureClass.Tls,
        _ => FailureClass.Connection,
    };
}

/// <summary>What the application said to an event.</summary>
/// <param name="Status">The status of its answer; 0 where there was none.</param>
/// <param name="Failure">Why there was none.</param>
/// <param name="Duration">Until then.</param>
readonly record struct ForwardResult(int Status, FailureClass Failure, TimeSpan Duration)
{
    public bool IsAnswer => Status > 0;
    public bool IsSuccess => Status is >= 200 and <= 299;
}
