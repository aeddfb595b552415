using System.Text.Json;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>How a consumer looks in an answer and on the command line.</summary>
static class ConsumerJson
{
    public static void Write(Utf8JsonWriter json, Consumer consumer)
    {
        json.WriteStartObject();
        WriteMembers(json, consumer);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ConsumerLag lag)
    {
        json.WriteStartObject();
        WriteMembers(json, lag.Consumer);
        json.WriteNumber("behind", lag.Behind);
        json.WriteString("behind_since", lag.BehindSince is { } since ? JsonText.Moment(since) : null);
        json.WriteEndObject();
    }

    static void WriteMembers(Utf8JsonWriter json, Consumer consumer)
    {
        json.WriteString("name", consumer.Name);
        json.WriteString("cursor", consumer.Cursor.ToString());
        json.WriteString("created_at", JsonText.Moment(consumer.CreatedAt));
        json.WriteString("acknowledged_at", consumer.AcknowledgedAt is { } at ? JsonText.Moment(at) : null);
    }
}
