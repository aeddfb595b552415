namespace Payhook.Ops;

/// <summary>
/// One line for each request: who, what, how it ended and how long it took. Never a body or a signature.
/// </summary>
sealed class RequestLog(LogOutput output, TimeProvider time, LogLevel minimum)
{
    public void Received(in ReceivedLine line)
    {
        var level = line.Level;
        if (level < minimum) return;
        new LogLine(output, time.GetUtcNow(), level, "received")
            .Add("request_id", line.RequestId)
            .Add("source", line.SourceName)
            .Add("event_id", line.EventId)
            .Add("payment_id", line.PaymentId)
            .Add("outcome", line.Outcome)
            .Add("reason", line.Reason)
            .Add("status", line.Status)
            .Add("duration_ms", Milliseconds(line.StartedAt))
            .Write();
    }

    public void Answered(HttpContext context, long startedAt)
    {
        var level = IsReadByPage(context) ? LogLevel.Debug : LogLevel.Information;
        if (level < minimum) return;
        new LogLine(output, time.GetUtcNow(), level, "answered")
            .Add("request_id", context.TraceIdentifier)
            .Add("method", context.Request.Method)
            .Add("path", context.Request.Path.Value)
            .Add("status", context.Response.StatusCode)
            .Add("duration_ms", Milliseconds(startedAt))
            .Write();
    }

    /// <summary>
    /// An open dashboard reads again and again, and its lines would hide all others. Browsers say that a page of this
    /// address asks; whoever pretends to hides the line of a reading that was allowed, and of nothing else.
    /// </summary>
    static bool IsReadByPage(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && context.Response.StatusCode < 400
        && context.Request.Headers["Sec-Fetch-Site"] == "same-origin";

    double Milliseconds(long startedAt) => Math.Round(time.GetElapsedTime(startedAt).TotalMilliseconds, 2);
}

/// <summary>What the line of a received delivery says.</summary>
readonly record struct ReceivedLine(
    string RequestId,
    string SourceName,
    string? EventId,
    string? PaymentId,
    string Outcome,
    string? Reason,
    int Status,
    long StartedAt,
    LogLevel Level);

/// <summary>
/// Marks a route that writes a line of its own for each request, which says more than the common one.
/// </summary>
sealed class LogsItself
{
    public static readonly LogsItself Mark = new();
}
