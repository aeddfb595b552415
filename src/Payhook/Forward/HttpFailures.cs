using System.Net.Sockets;
using System.Security.Authentication;

namespace Payhook.Forward;

/// <summary>
/// What went wrong on the way to an endpoint, in the closed list. The texts are Payhook's own: those of exceptions may
/// repeat what was sent.
/// </summary>
static class HttpFailures
{
    public static SinkOutcome OutcomeOf(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case OutboundException e:
                    return SinkOutcome.Failed(e.Refusal.Failure, e.Refusal.Detail);
                case AuthenticationException e:
                    return SinkOutcome.Failed(FailureClass.Tls, Bounded("No TLS that can be trusted: " + e.Message));
                case HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
                    when cause.InnerException is not AuthenticationException:
                    return SinkOutcome.Failed(FailureClass.Tls, "The connection ended while TLS was being set up");
                case OperationCanceledException or TimeoutException:
                    return SinkOutcome.Failed(FailureClass.Timeout, "No answer in time");
            }
        }
        return failure switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } or SocketException
                or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } =>
                SinkOutcome.Failed(FailureClass.Connection, "The connection ended before the answer did"),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
                SinkOutcome.Failed(FailureClass.Connection, "The answer has more headers than are read"),
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } =>
                SinkOutcome.Failed(FailureClass.Connection, "What came was no answer of HTTP"),
            HttpRequestException or IOException =>
                SinkOutcome.Failed(FailureClass.Connection, "The connection ended before the answer did"),
            _ => SinkOutcome.Failed(FailureClass.Internal, failure.GetType().Name),
        };
    }

    static string Bounded(string text) =>
        text.Length <= Attempt.DetailLimitChars ? text : text[..Attempt.DetailLimitChars];
}
