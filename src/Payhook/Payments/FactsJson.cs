using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Payhook.Payments;

/// <summary>
/// The one text of a payment's facts, as the store keeps them: equal facts give equal bytes. What is not known is left
/// out; times are counted in units of 100 nanoseconds since 1970, and a value's own time stands beside it only where
/// it is not that of its child's state.
/// </summary>
static class FactsJson
{
    static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic] static Utf8JsonWriter? t_json;
    [ThreadStatic] static ArrayBufferWriter<byte>? t_buffer;

    public static byte[] Write(PaymentFacts facts) => WriteShared(facts).ToArray();

    /// <summary>The same in memory that this thread's next call writes over.</summary>
    public static ReadOnlySpan<byte> WriteShared(PaymentFacts facts)
    {
        var buffer = t_buffer ??= new(1024);
        buffer.ResetWrittenCount();
        var json = t_json ??= new(buffer, Compact);
        json.Reset(buffer);
        Write(facts, json);
        json.Flush();
        return buffer.WrittenSpan;
    }

    static void Write(PaymentFacts facts, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        WriteNames(json, facts.Names);
        WriteList(json, "currencies"u8, facts.Currencies, (j, currency) => j.WriteStringValue(currency));
        WriteList(json, "amounts"u8, facts.Amounts, (j, amount) => j.WriteNumberValue(amount));
        WriteNumber(json, "flags"u8, (long)facts.Flags);
        WriteNumber(json, "authorized"u8, facts.AuthorizedMaximum);
        WriteNumber(json, "captured"u8, facts.CapturedMaximum);
        WriteNumber(json, "refunded"u8, facts.RefundedMaximum);
        if (facts.AuthorizedAnew is { IsKnown: true } anew)
        {
            StartLatest(json, "authorized_anew"u8, anew.At);
            json.WriteNumberValue(anew.Value);
            json.WriteEndArray();
        }
        WriteTime(json, "created_at"u8, facts.CreatedAt);
        WriteTime(json, "pending_at"u8, facts.PendingAt);
        WriteTime(json, "failed_at"u8, facts.FailedAt);
        WriteTime(json, "authorized_at"u8, facts.AuthorizedAt);
        WriteTime(json, "captured_at"u8, facts.CapturedAt);
        WriteTime(json, "voided_at"u8, facts.VoidedAt);
        WriteTime(json, "expired_at"u8, facts.ExpiredAt);
        WriteText(json, "order"u8, facts.OrderId);
        WriteText(json, "reference"u8, facts.MerchantReference);
        WriteText(json, "email"u8, facts.Email);
        WriteText(json, "failure"u8, facts.FailureReason);
        WriteChildren(json, "captures"u8, facts.Captures);
        WriteChildren(json, "refunds"u8, facts.Refunds);
        WriteChildren(json, "disputes"u8, facts.Disputes);
        json.WriteEndObject();
    }

    /// <summary>Reads what was written here; members that it does not know are passed over.</summary>
    /// <exception cref="JsonException">The text is damaged.</exception>
    public static PaymentFacts Read(ReadOnlySpan<byte> text)
    {
        var facts = new PaymentFacts();
        var json = new Utf8JsonReader(text);
        try
        {
            Enter(ref json, JsonTokenType.StartObject);
            while (NextMember(ref json)) ReadMember(ref json, facts);
            return facts;
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException)
        {
            throw new JsonException("the facts of a payment are damaged", e);
        }
    }

    static void ReadMember(ref Utf8JsonReader json, PaymentFacts facts)
    {
        if (Is(ref json, "names"u8)) ReadNames(ref json, facts.Names);
        else if (Is(ref json, "currencies"u8))
        {
            while (NextItem(ref json)) facts.Currencies.Add(json.GetString()!);
        }
        else if (Is(ref json, "amounts"u8))
        {
            while (NextItem(ref json)) facts.Amounts.Add(json.GetInt64());
        }
        else if (Is(ref json, "flags"u8)) facts.Flags = (PaymentFlags)json.GetInt32();
        else if (Is(ref json, "authorized"u8)) facts.AuthorizedMaximum = json.GetInt64();
        else if (Is(ref json, "captured"u8)) facts.CapturedMaximum = json.GetInt64();
        else if (Is(ref json, "refunded"u8)) facts.RefundedMaximum = json.GetInt64();
        else if (Is(ref json, "authorized_anew"u8)) facts.AuthorizedAnew = ReadNumberOf(ref json, default);
        else if (Is(ref json, "created_at"u8)) facts.CreatedAt = ReadTime(ref json);
        else if (Is(ref json, "pending_at"u8)) facts.PendingAt = ReadTime(ref json);
        else if (Is(ref json, "failed_at"u8)) facts.FailedAt = ReadTime(ref json);
        else if (Is(ref json, "authorized_at"u8)) facts.AuthorizedAt = ReadTime(ref json);
        else if (Is(ref json, "captured_at"u8)) facts.CapturedAt = ReadTime(ref json);
        else if (Is(ref json, "voided_at"u8)) facts.VoidedAt = ReadTime(ref json);
        else if (Is(ref json, "expired_at"u8)) facts.ExpiredAt = ReadTime(ref json);
        else if (Is(ref json, "order"u8)) facts.OrderId = ReadTextOf(ref json, default);
        else if (Is(ref json, "reference"u8)) facts.MerchantReference = ReadTextOf(ref json, default);
        else if (Is(ref json, "email"u8)) facts.Email = ReadTextOf(ref json, default);
        else if (Is(ref json, "failure"u8)) facts.FailureReason = ReadTextOf(ref json, default);
        else if (Is(ref json, "captures"u8)) ReadChildren(ref json, facts.Captures);
        else if (Is(ref json, "refunds"u8)) ReadChildren(ref json, facts.Refunds);
        else if (Is(ref json, "disputes"u8)) ReadChildren(ref json, facts.Disputes);
        else json.Skip();
    }

    /// <summary>A name is its kind's digit and then its id.</summary>
    static void WriteNames(Utf8JsonWriter json, SortedSet<PaymentName> names) =>
        WriteList(json, "names"u8, names, (j, name) => j.WriteStringValue((char)('0' + (int)name.Kind) + name.Id));

    static void ReadNames(ref Utf8JsonReader json, SortedSet<PaymentName> names)
    {
        while (NextItem(ref json))
        {
            var name = json.GetString()!;
            if (name.Length == 0) throw new FormatException("a name is empty");
            names.Add(new((NameKind)(name[0] - '0'), name[1..]));
        }
    }

    static void WriteChildren(
        Utf8JsonWriter json, ReadOnlySpan<byte> member, SortedDictionary<string, Child> children)
    {
        if (children.Count == 0) return;
        json.WriteStartObject(member);
        foreach (var (id, child) in children)
        {
            json.WriteStartObject(id);
            json.WriteNumber("state"u8, (int)child.State);
            json.WriteNumber("at"u8, Ticks(child.StateAt));
            if (child.LatestAmount is { IsKnown: true } amount)
            {
                var isApart = StartOfChild(json, "amount"u8, amount.At, child.StateAt);
                json.WriteNumberValue(amount.Value);
                if (isApart) json.WriteEndArray();
            }
            if (child.LatestRespondBy is { IsKnown: true } by)
            {
                var isApart = StartOfChild(json, "by"u8, by.At, child.StateAt);
                json.WriteNumberValue(Ticks(by.Value));
                if (isApart) json.WriteEndArray();
            }
            if (child.LatestReason is { IsKnown: true } reason)
            {
                var isApart = StartOfChild(json, "reason"u8, reason.At, child.StateAt);
                json.WriteStringValue(reason.Value);
                if (isApart) json.WriteEndArray();
            }
            if (child.IsReversal) json.WriteBoolean("reversal"u8, true);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    static void ReadChildren(ref Utf8JsonReader json, SortedDictionary<string, Child> children)
    {
        Expect(ref json, JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var id = json.GetString()!;
            Enter(ref json, JsonTokenType.StartObject);
            var child = new Child();
            while (NextMember(ref json))
            {
                if (Is(ref json, "state"u8)) child = child with { State = (ChildState)json.GetInt32() };
                else if (Is(ref json, "at"u8)) child = child with { StateAt = ReadTime(ref json) };
                else if (Is(ref json, "amount"u8))
                    child = child with { LatestAmount = ReadNumberOf(ref json, child.StateAt) };
                else if (Is(ref json, "by"u8))
                {
                    var by = ReadNumberOf(ref json, child.StateAt);
                    child = child with { LatestRespondBy = new(by.At, Time(by.Value)) };
                }
                else if (Is(ref json, "reason"u8))
                    child = child with { LatestReason = ReadTextOf(ref json, child.StateAt) };
                else if (Is(ref json, "reversal"u8)) child = child with { IsReversal = json.GetBoolean() };
                else json.Skip();
            }
            children[id] = child;
        }
    }

    static void WriteList<T>(
        Utf8JsonWriter json, ReadOnlySpan<byte> member, SortedSet<T> values, Action<Utf8JsonWriter, T> write)
    {
        if (values.Count == 0) return;
        json.WriteStartArray(member);
        foreach (var value in values) write(json, value);
        json.WriteEndArray();
    }

    static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> member, long value)
    {
        if (value != 0) json.WriteNumber(member, value);
    }

    static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> member, DateTimeOffset? at)
    {
        if (at is { } known) json.WriteNumber(member, Ticks(known));
    }

    static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> member, Latest<string> text)
    {
        if (!text.IsKnown) return;
        StartLatest(json, member, text.At);
        json.WriteStringValue(text.Value);
        json.WriteEndArray();
    }

    static bool StartOfChild(
        Utf8JsonWriter json, ReadOnlySpan<byte> member, DateTimeOffset at, DateTimeOffset stateAt)
    {
        if (at == stateAt) json.WritePropertyName(member);
        else StartLatest(json, member, at);
        return at != stateAt;
    }

    static void StartLatest(Utf8JsonWriter json, ReadOnlySpan<byte> member, DateTimeOffset at)
    {
        json.WriteStartArray(member);
        json.WriteNumberValue(Ticks(at));
    }

    static Latest<long> ReadNumberOf(ref Utf8JsonReader json, DateTimeOffset stateAt)
    {
        if (json.TokenType == JsonTokenType.Number) return new(stateAt, json.GetInt64());
        var at = ReadLatestTime(ref json);
        var value = json.GetInt64();
        Enter(ref json, JsonTokenType.EndArray);
        return new(at, value);
    }

    static Latest<string> ReadTextOf(ref Utf8JsonReader json, DateTimeOffset stateAt)
    {
        if (json.TokenType == JsonTokenType.String) return new(stateAt, json.GetString());
        var at = ReadLatestTime(ref json);
        var value = json.GetString();
        Enter(ref json, JsonTokenType.EndArray);
        return new(at, value);
    }

    static DateTimeOffset ReadLatestTime(ref Utf8JsonReader json)
    {
        Expect(ref json, JsonTokenType.StartArray);
        Enter(ref json, JsonTokenType.Number);
        var at = ReadTime(ref json);
        json.Read();
        return at;
    }

    static DateTimeOffset ReadTime(ref Utf8JsonReader json) => Time(json.GetInt64());
    static DateTimeOffset Time(long ticks) => DateTimeOffset.UnixEpoch.AddTicks(ticks);
    static long Ticks(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks;

    /// <summary>Stands on the member's value after a true answer.</summary>
    static bool Is(ref Utf8JsonReader json, ReadOnlySpan<byte> member)
    {
        if (json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals(member)) return false;
        json.Read();
        return true;
    }

    static bool NextMember(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.PropertyName;
    static bool NextItem(ref Utf8JsonReader json) => json.Read() && json.TokenType != JsonTokenType.EndArray;

    static void Enter(ref Utf8JsonReader json, JsonTokenType kind)
    {
        json.Read();
        Expect(ref json, kind);
    }

    static void Expect(ref Utf8JsonReader json, JsonTokenType kind)
    {
        if (json.TokenType != kind) throw new FormatException($"expected {kind}");
    }
}
