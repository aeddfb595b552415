using System.Text.Json;
using Payhook.Mock;

namespace Payhook.Query;

/// <summary>Who may send, how each is verified, and how each does. Secrets are counted and never shown.</summary>
sealed class SourcesApi(Sources sources, SourceActivity activity, Settings settings, TimeProvider time)
{
    /// <summary>GET /sources</summary>
    public async Task SourcesAsync(HttpContext context)
    {
        var query = new QueryReader(context.Request.Query);
        query.AllowOnly();
        if (query.Fault is { } fault)
        {
            await fault.WriteAsync(context);
            return;
        }
        var traffic = await activity.GetAsync(context.RequestAborted);
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = JsonText.Encoder });
        json.WriteStartArray();
        foreach (var source in sources.All)
        {
            json.WriteStartObject();
            WriteSettings(json, source);
            WriteTraffic(json, traffic[source.Name]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        await json.FlushAsync(context.RequestAborted);
    }

    void WriteSettings(Utf8JsonWriter json, Source source)
    {
        json.WriteString("name", source.Name);
        json.WriteString("provider", source.Provider.Name);
        json.WriteString("provider_name", source.Provider.DisplayName);
        json.WriteString("address", source.Path);
        json.WriteBoolean("common_address", Sources.IsAtCommonAddress(source));
        json.WriteNumber("secret_count", source.SecretCount);
        json.WriteNumber("retired_secret_count", source.RetiredSecrets.Count);
        json.WriteBoolean("uses_default_secret",
            settings.UsesDefaultSecret && source.Name == SourceVariables.DefaultSource);
        json.WriteString("parameter", SourceText.Parameter(source));
        if (SourceText.ToleranceSeconds(source) is { } seconds) json.WriteNumber("tolerance_seconds", seconds);
        else json.WriteNull("tolerance_seconds");
        json.WriteBoolean("sandbox", source.Credentials.IsSandbox);
        json.WriteStartArray("allowed_ips");
        foreach (var network in source.AllowedNetworks) json.WriteStringValue(network.ToString());
        json.WriteEndArray();
        if (source.BodyLimitBytes is { } bytes) json.WriteNumber("body_limit_bytes", bytes);
        else json.WriteNull("body_limit_bytes");
        json.WriteBoolean("by_body", source.IsRecognisedByBody);
        json.WriteString("origin", source.Origin);
        json.WriteStartArray("mocks");
        foreach (var name in SignedMocks.NamesOf(source, time.GetUtcNow())) json.WriteStringValue(name);
        json.WriteEndArray();
    }

    static void WriteTraffic(Utf8JsonWriter json, SourceTraffic traffic)
    {
        json.WriteString("last_event_at", traffic.LastEventAt is { } at ? JsonText.Moment(at) : null);
        json.WriteNumber("count_24h", traffic.CountOfDay);
        json.WriteNumber("count_1h", traffic.CountOfHour);
        if (traffic.UsualOfHour is { } usual) json.WriteNumber("usual_1h", Math.Round(usual, 2));
        else json.WriteNull("usual_1h");
        json.WriteNumber("rejected_24h", traffic.RejectedOfDay);
        var all = traffic.CountOfDay + traffic.RejectedOfDay;
        if (all == 0) json.WriteNull("rejected_share_24h");
        else json.WriteNumber("rejected_share_24h", Math.Round((double)traffic.RejectedOfDay / all, 4));
        json.WriteString("state", JsonText.Word(traffic.State));
    }
}
