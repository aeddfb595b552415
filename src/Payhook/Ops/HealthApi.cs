using System.Text.Json;

namespace Payhook.Ops;

/// <summary>Health for load balancers and orchestrators: can events be stored, and is the process alive.</summary>
/// <param name="isWritable">Writes to the store as a request would.</param>
/// <param name="time">The clock.</param>
sealed class HealthApi(Func<Task<bool>> isWritable, TimeProvider time)
{
    /// <summary>GET /health</summary>
    public async Task HealthAsync(HttpContext context)
    {
        var isHealthy = await isWritable();
        context.Response.StatusCode = isHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        if (!isHealthy) context.Response.Headers.RetryAfter = "5";
        await WriteAsync(context, isHealthy ? "healthy" : "unhealthy");
    }

    /// <summary>GET /health/live</summary>
    public Task LiveAsync(HttpContext context) => WriteAsync(context, "alive");

    async Task WriteAsync(HttpContext context, string status)
    {
        context.Response.ContentType = "application/json";
        if (HttpMethods.IsHead(context.Request.Method)) return;
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", status);
        json.WriteString("timestamp", JsonText.Moment(time.GetUtcNow()));
        json.WriteEndObject();
    }
}
