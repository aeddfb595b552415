using System.Text.Json;

namespace Payhook.Query;

/// <summary>How a refused request looks in an answer: without anything that could be sent again.</summary>
static class RejectionJson
{
    public static void Write(Utf8JsonWriter json, RejectionCount count)
    {
        json.WriteStartObject();
        WriteMembers(json, count);
        json.WriteEndObject();
    }

    public static void WriteMembers(Utf8JsonWriter json, RejectionCount count)
    {
        json.WriteString("source", count.SourceName);
        json.WriteString("reason", count.Reason);
        json.WriteString("cause", count.Cause);
        json.WriteNumber("count", count.Count);
        json.WriteString("last_at", JsonText.Moment(count.LastAt));
    }

    public static void Write(Utf8JsonWriter json, Rejection rejection, IReadOnlyList<Source> sources)
    {
        json.WriteStartObject();
        WriteMembers(json, rejection, sources);
        json.WriteEndObject();
    }

    public static void WriteMembers(Utf8JsonWriter json, Rejection rejection, IReadOnlyList<Source> sources)
    {
        json.WriteNumber("sequence", rejection.Sequence);
        json.WriteString("received_at", JsonText.Moment(rejection.ReceivedAt));
        json.WriteString("source", rejection.SourceName);
        json.WriteString("reason", rejection.Reason);
        json.WriteString("cause", rejection.Cause);
        json.WriteString("explanation", rejection.Explanation);
        json.WriteNumber("body_bytes", rejection.BodyBytes);
        WriteHeaders(json, rejection, sources);
        if (rejection.PromotedAt is { } promotedAt) json.WriteString("promoted_at", JsonText.Moment(promotedAt));
        else json.WriteNull("promoted_at");
        if (rejection.PromotedSequence is { } promoted) json.WriteNumber("promoted_sequence", promoted);
        else json.WriteNull("promoted_sequence");
    }

    /// <summary>The body as a text; null where it is not kept.</summary>
    public static void WriteBody(Utf8JsonWriter json, Rejection rejection, bool isSignedInHeader) =>
        json.WriteString("body", rejection.Body.Length == rejection.BodyBytes
            ? MaskedText.Body(rejection.Body, isSignedInHeader)
            : null);

    /// <summary>Pairs and no object, because a repeated header is one of the reasons for a refusal.</summary>
    static void WriteHeaders(Utf8JsonWriter json, Rejection rejection, IReadOnlyList<Source> sources)
    {
        json.WriteStartArray("headers");
        foreach (var (name, value) in rejection.ReadHeaders())
        {
            json.WriteStartArray();
            json.WriteStringValue(name);
            json.WriteStringValue(MaskedText.Header(name, value, sources));
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }
}
