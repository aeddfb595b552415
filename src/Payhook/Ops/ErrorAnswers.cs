using Payhook.Store;

namespace Payhook.Ops;

/// <summary>The one place where an exception or a bare status becomes an answer, and where reading is logged.</summary>
sealed partial class ErrorAnswers(RequestDelegate next, RequestLog log, TimeProvider time, ILogger<ErrorAnswers> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var startedAt = time.GetTimestamp();
        try
        {
            await next(context);
            if (context.Response is { StatusCode: >= 400, HasStarted: false, ContentLength: null, ContentType: null })
                await Problem.OfStatus(context.Response.StatusCode).WriteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return; // nobody is left to answer
        }
        catch (Exception e)
        {
            var problem = e switch
            {
                BadHttpRequestException bad => Problem.OfStatus(bad.StatusCode),
                StoreUnavailableException => Problem.StoreUnavailable,
                _ => Problem.InternalError,
            };
            if (problem == Problem.InternalError) LogBug(e, context.TraceIdentifier);
            if (context.Response.HasStarted) context.Abort();
            else
            {
                context.Response.Clear();
                await problem.WriteAsync(context);
            }
        }
        if (context.GetEndpoint()?.Metadata.GetMetadata<LogsItself>() is null) log.Answered(context, startedAt);
    }

    [LoggerMessage(LogLevel.Error, "A bug: the request {RequestId} failed")]
    partial void LogBug(Exception e, string requestId);
}
