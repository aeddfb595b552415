using System.Text.Json;
using Payhook.Payments;

namespace Payhook.Query;

/// <summary>How a payment looks in an answer. Amounts are integers of the currency's minor unit.</summary>
static class PaymentJson
{
    /// <summary>A status as answers and filters spell it, such as <c>partially_refunded</c>.</summary>
    public static string Word<T>(T value) where T : struct, Enum =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static void Write(Utf8JsonWriter json, PaymentRow row)
    {
        json.WriteStartObject();
        WriteMembers(json, row, row.Facts);
        json.WriteEndObject();
    }

    public static void WriteMembers(Utf8JsonWriter json, PaymentRow row, PaymentFacts facts)
    {
        var state = PaymentState.Of(facts);
        json.WriteString("payment_id", facts.Names.Count > 0 ? facts.Id : row.Facts.Id);
        json.WriteString("provider", row.Provider);
        json.WriteString("source", row.Source);
        if (row.Account.Length > 0) json.WriteString("account", row.Account);
        json.WriteString("status", Word(state.Status));
        json.WriteString("mode", Word(PaymentModes.Of(facts)));
        json.WriteString("currency", facts.Currency);
        if (state.Amount is { } amount) json.WriteNumber("amount", amount);
        else json.WriteNull("amount");
        json.WriteNumber("authorized", state.Authorized);
        json.WriteNumber("captured", state.Captured);
        json.WriteNumber("refunded", state.Refunded);
        json.WriteNumber("refund_pending", state.RefundPending);
        json.WriteNumber("disputed_open", state.DisputedOpen);
        json.WriteNumber("dispute_lost", state.DisputeLost);
        json.WriteString("order_id", facts.OrderId.Value);
        json.WriteString("merchant_reference", facts.MerchantReference.Value);
        json.WriteString("first_event_at", JsonText.Moment(row.FirstEventAt));
        json.WriteString("last_event_at", JsonText.Moment(row.LastEventAt));
        json.WriteNumber("event_count", row.EventCount);
    }

    public static void WriteChildren(Utf8JsonWriter json, PaymentFacts facts)
    {
        json.WriteStartArray("names");
        foreach (var name in facts.Names)
        {
            json.WriteStartObject();
            json.WriteString("kind", Word(name.Kind));
            json.WriteString("id", name.Id);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Write(json, "captures", facts.Captures);
        Write(json, "refunds", facts.Refunds);
        Write(json, "disputes", facts.Disputes);
    }

    public static void WriteTimeline(Utf8JsonWriter json, IReadOnlyList<HistoryEntry> entries)
    {
        json.WriteStartArray("timeline");
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("at", JsonText.Moment(entry.Change.At ?? entry.Event.ReceivedAt));
            json.WriteString("change", Word(entry.Change.Kind));
            if (entry.Change.Amount is { } amount) json.WriteNumber("amount", amount);
            if (entry.Change.ChildId is { Length: > 0 } child) json.WriteString("id", child);
            json.WriteString("status", Word(entry.Status));
            json.WriteString("event_id", entry.Event.EventId);
            json.WriteString("event_type", entry.Event.EventType);
            json.WriteString("received_at", JsonText.Moment(entry.Event.ReceivedAt));
            if (entry.IsLate) json.WriteBoolean("late", true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void Write(Utf8JsonWriter json, string name, SortedDictionary<string, Child> children)
    {
        json.WriteStartArray(name);
        foreach (var (id, child) in children)
        {
            json.WriteStartObject();
            json.WriteString("id", id.Length == 0 ? null : id);
            json.WriteString("status", Status(child.State));
            if (child.LatestAmount.IsKnown) json.WriteNumber("amount", child.Amount);
            else json.WriteNull("amount");
            if (child.StateAt > DateTimeOffset.UnixEpoch) json.WriteString("at", JsonText.Moment(child.StateAt));
            if (child.LatestReason.Value is { } reason) json.WriteString("reason", reason);
            if (child.LatestRespondBy.IsKnown)
                json.WriteString("respond_by", JsonText.Moment(child.LatestRespondBy.Value));
            if (child.IsReversal) json.WriteBoolean("reversal", true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>The state without the kind of child, which the list's name tells.</summary>
    static string Status(ChildState state)
    {
        var word = Word(state);
        return word[(word.IndexOf('_', StringComparison.Ordinal) + 1)..];
    }
}
