using System.Text.Json;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>How a replay looks in an answer, and what one would do before it is started.</summary>
static class ReplayJson
{
    /// <param name="json">Takes it.</param>
    /// <param name="plan">What was planned.</param>
    /// <param name="ids">The replays that were started; empty where none was.</param>
    public static void Write(Utf8JsonWriter json, ReplayPlan plan, IReadOnlyList<long> ids)
    {
        json.WriteStartObject();
        json.WriteBoolean("dry_run", ids.Count == 0);
        json.WriteNumber("event_count", plan.EventCount);
        json.WriteStartArray("destinations");
        for (var i = 0; i < plan.Destinations.Count; i++)
        {
            var row = plan.Destinations[i];
            json.WriteStartObject();
            json.WriteString("name", row.Name);
            json.WriteString("state", JsonText.Word(row.State));
            if (ids.Count > 0) json.WriteNumber("replay", ids[i]);
            if (Note(row) is { } note) json.WriteString("note", note);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>What somebody must know of a destination before waiting for its replay.</summary>
    public static string? Note(DestinationRow row) => row.State == DestinationState.Active
        ? null
        : $"It is {JsonText.Word(row.State)}: the replay runs when it is resumed.";

    /// <param name="json">Takes it.</param>
    /// <param name="row">The replay.</param>
    /// <param name="destinationName">Null where the destination was removed.</param>
    /// <param name="passed">How many of its events need no more looking at; null where nobody asked.</param>
    public static void Write(Utf8JsonWriter json, ReplayRow row, string? destinationName, long? passed = null)
    {
        json.WriteStartObject();
        json.WriteNumber("id", row.Id);
        json.WriteString("destination", destinationName);
        json.WriteString("state", JsonText.Word(row.State));
        json.WritePropertyName("filter");
        json.WriteRawValue(row.FilterJson);
        json.WriteNumber("event_count", row.EventCount);
        json.WriteNumber("planned_count", row.PlannedCount);
        if (passed is { } count)
        {
            json.WriteNumber("passed_count", count);
            json.WriteNumber("done", Share(row, count));
        }
        if (row.RateLimitPerSecond > 0) json.WriteNumber("rate_limit_per_second", row.RateLimitPerSecond);
        json.WriteString("created_by", row.CreatedBy);
        json.WriteString("created_at", JsonText.Moment(row.CreatedAt));
        json.WriteEndObject();
    }

    /// <summary>From 0 to 1, and 1 only where it is done.</summary>
    static double Share(ReplayRow row, long passed) => row.State == ReplayState.Done ? 1
        : row.EventCount == 0 ? 0
        : Math.Min(0.9999, Math.Floor(10_000.0 * passed / row.EventCount) / 10_000);
}
