using System.Text.Json;

namespace Payhook.Access;

/// <summary>How a key and an act look in an answer. The key itself is shown once, to who made it.</summary>
static class KeyJson
{
    public static void Write(Utf8JsonWriter json, ApiKey key, DateTimeOffset now, string? text = null)
    {
        json.WriteStartObject();
        json.WriteNumber("id", key.Id);
        if (text is not null) json.WriteString("key", text);
        json.WriteString("prefix", key.Prefix);
        json.WriteString("name", key.Name);
        json.WriteStartArray("scopes");
        foreach (var word in ScopeWords.Of(key.Scopes)) json.WriteStringValue(word);
        json.WriteEndArray();
        json.WriteString("state", key.StateAt(now));
        json.WriteString("created_at", JsonText.Moment(key.CreatedAt));
        json.WriteString("created_by", key.CreatedBy);
        WriteMoment(json, "expires_at", key.ExpiresAt);
        WriteMoment(json, "last_used_at", key.LastUsedAt);
        WriteMoment(json, "revoked_at", key.RevokedAt);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, AuditEntry entry)
    {
        json.WriteStartObject();
        json.WriteNumber("sequence", entry.Sequence);
        json.WriteString("at", JsonText.Moment(entry.At));
        json.WriteString("actor", entry.Actor);
        json.WriteString("act", entry.Act);
        json.WriteString("target", entry.Target);
        json.WriteString("detail", entry.Detail);
        json.WriteEndObject();
    }

    static void WriteMoment(Utf8JsonWriter json, string name, DateTimeOffset? moment)
    {
        if (moment is { } at) json.WriteString(name, JsonText.Moment(at));
        else json.WriteNull(name);
    }
}
