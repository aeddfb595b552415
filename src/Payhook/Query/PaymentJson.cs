using System.Text.Json;
using Payhook.Payments;

namespace Payhook.Query;

/// <summary>How a payment looks in an answer. Amounts are integers of the currency's minor unit.</summary>
static class PaymentJson
{
    /// <summary>A status as answers and filters spell it, such as <c>partially_refunded</c>.</summary>
    public static string Word<T>(T value) where T : struct, Enum =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>A text that a merchant chose, without what is personal in it.</summary>
    public static string? Masked(string? text, PiiMask? mask) =>
        text is not null && mask is not null && PiiMask.IsPersonal(text) ? "***" : text;

    /// <summary>The buyer's address, for whoever may see it.</summary>
    public static string? Email(PaymentFacts facts, PiiMask? mask) =>
        mask is null || facts.Email.Value is null ? facts.Email.Value : "***";

    public static void Write(Utf8JsonWriter json, PaymentRow row, PiiMask? mask)
    {
        json.WriteStartObject();
        WriteMembers(json, row, mask);
        json.WriteEndObject();
    }

    /// <param name="mask">Takes personal data out; null for who may see it.</param>
    public static void WriteMembers(Utf8JsonWriter json, PaymentRow row, PiiMask? mask)
    {
        var facts = row.Facts;
        var state = PaymentState.Of(facts);
        json.WriteString("payment_id", facts.Id);
        json.WriteString("provider", row.Provider);
        json.WriteString("source", row.Source);
        json.WriteString("account", row.Account.Length > 0 ? row.Account : null);
        json.WriteString("status", Word(state.Status));
        json.WriteString("mode", Word(PaymentModes.Of(facts)));
        json.WriteString("currency", facts.Currency);
        if (facts.Currency is { } currency)
            json.WriteNumber("currency_exponent", CurrencyExponent.Of(row.Provider, currency));
        else json.WriteNull("currency_exponent");
        if (state.Amount is { } amount) json.WriteNumber("amount", amount);
        else json.WriteNull("amount");
        json.WriteNumber("authorized", state.Authorized);
        json.WriteNumber("captured", state.Captured);
        json.WriteNumber("refunded", state.Refunded);
        json.WriteNumber("refund_pending", state.RefundPending);
        json.WriteNumber("disputed_open", state.DisputedOpen);
        json.WriteNumber("dispute_lost", state.DisputeLost);
        json.WriteString("order_id", Masked(facts.OrderId.Value, mask));
        json.WriteString("merchant_reference", Masked(facts.MerchantReference.Value, mask));
        json.WriteString("email", Email(facts, mask));
        json.WriteString("first_event_at", JsonText.Moment(row.FirstEventAt));
        json.WriteString("last_event_at", JsonText.Moment(row.LastEventAt));
        json.WriteNumber("event_count", row.EventCount);
    }

    /// <summary>What belongs to the payment, why it failed, and what must have happened unheard.</summary>
    public static void WriteChildren(Utf8JsonWriter json, PaymentRow row, PiiMask? mask)
    {
        var facts = row.Facts;
        json.WriteString("failure_reason", Masked(facts.FailureReason.Value, mask));
        json.WriteStartArray("gaps");
        foreach (var gap in PaymentGaps.Of(row.Provider, facts, PaymentState.Of(facts))) json.WriteStringValue(gap);
        json.WriteEndArray();
        json.WriteStartArray("names");
        foreach (var name in facts.Names)
        {
            json.WriteStartObject();
            json.WriteString("kind", Word(name.Kind));
            json.WriteString("id", name.Id);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Write(json, "captures", facts.Captures, mask);
        Write(json, "refunds", facts.Refunds, mask);
        Write(json, "disputes", facts.Disputes, mask);
    }

    public static void WriteTimeline(Utf8JsonWriter json, IReadOnlyList<HistoryEntry> entries, PiiMask? mask)
    {
        json.WriteStartArray("timeline");
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("at", JsonText.Moment(entry.Change.At ?? entry.Event.ReceivedAt));
            json.WriteString("change", Word(entry.Change.Kind));
            if (entry.Change.Amount is { } amount) json.WriteNumber("amount", amount);
            if (entry.Change.ChildId is { Length: > 0 } child) json.WriteString("id", child);
            if (Masked(entry.Change.Reason, mask) is { } reason) json.WriteString("reason", reason);
            json.WriteString("status", Word(entry.Status));
            json.WriteString("event_id", entry.Event.EventId);
            json.WriteString("event_type", entry.Event.EventType);
            json.WriteNumber("sequence", entry.Event.Sequence);
            json.WriteString("received_at", JsonText.Moment(entry.Event.ReceivedAt));
            if (entry.IsLate) json.WriteBoolean("late", true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>The events in the order of their receipt, also those that say nothing of its state.</summary>
    public static void WriteEvents(
        Utf8JsonWriter json, IReadOnlyList<(StoredEvent Event, bool IsChange)> events, bool isCut)
    {
        json.WriteStartArray("events");
        foreach (var (stored, isChange) in events)
        {
            json.WriteStartObject();
            json.WriteString("event_id", stored.EventId);
            json.WriteString("event_type", stored.EventType);
            json.WriteString("source", stored.SourceName);
            json.WriteNumber("sequence", stored.Sequence);
            json.WriteString("received_at", JsonText.Moment(stored.ReceivedAt));
            json.WriteBoolean("in_timeline", isChange);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (isCut) json.WriteBoolean("events_cut", true);
    }

    /// <summary>The other payments that go by the id that was asked for, and what tells them apart.</summary>
    public static void WriteOthers(Utf8JsonWriter json, IReadOnlyList<PaymentRow> others)
    {
        if (others.Count == 0) return;
        json.WriteStartArray("others");
        foreach (var other in others)
        {
            json.WriteStartObject();
            json.WriteString("payment_id", other.Facts.Id);
            json.WriteString("provider", other.Provider);
            json.WriteString("account", other.Account);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void Write(
        Utf8JsonWriter json, string name, SortedDictionary<string, Child> children, PiiMask? mask)
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
            if (Masked(child.LatestReason.Value, mask) is { } reason) json.WriteString("reason", reason);
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
