using System.Text.Json;
using Payhook.Attention;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>How an item looks in an answer. Evidence is ids, amounts and times; never a body.</summary>
static class AttentionJson
{
    public static void Write(Utf8JsonWriter json, AttentionItem item)
    {
        json.WriteStartObject();
        WriteMembers(json, item);
        json.WriteEndObject();
    }

    public static void WriteMembers(Utf8JsonWriter json, AttentionItem item)
    {
        var finding = item.Finding;
        json.WriteString("id", item.Id);
        json.WriteString("kind", finding.Kind.Word());
        json.WriteString("at", JsonText.Moment(item.At));
        json.WriteString("source", item.Source);
        json.WriteString("provider", item.Provider);
        if (item.Destination is not null) json.WriteString("destination", item.Destination);
        if (item.Account is not null) json.WriteString("account", item.Account);
        json.WriteString("payment_id", item.PaymentId);
        json.WriteString("explanation", finding.Explanation);
        json.WriteString("action", finding.Action);
        if (finding.Deadline is { } deadline) json.WriteString("deadline", JsonText.Moment(deadline));
        else json.WriteNull("deadline");
        json.WriteStartObject("evidence");
        foreach (var (name, value) in finding.Evidence) Write(json, name, value);
        json.WriteEndObject();
        if (item.Acknowledged is { } acknowledged) Write(json, acknowledged);
        else json.WriteNull("acknowledged");
    }

    static void Write(Utf8JsonWriter json, Acknowledgement acknowledged)
    {
        json.WriteStartObject("acknowledged");
        json.WriteString("by", acknowledged.Actor);
        json.WriteString("at", JsonText.Moment(acknowledged.At));
        json.WriteString("note", acknowledged.Note);
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case long number:
                json.WriteNumber(name, number);
                break;
            case DateTimeOffset moment:
                json.WriteString(name, JsonText.Moment(moment));
                break;
            case IReadOnlyList<string> texts:
                json.WriteStartArray(name);
                foreach (var text in texts) json.WriteStringValue(text);
                json.WriteEndArray();
                break;
            default:
                json.WriteString(name, value.ToString());
                break;
        }
    }
}
