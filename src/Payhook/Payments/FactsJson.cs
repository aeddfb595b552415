using System.Buffers;
using System.Text.Json;

namespace Payhook.Payments;

/// <summary>
/// Facts as they are stored: compact JSON in one canonical form, so that equal facts are equal bytes. What is not
/// known is left out.
/// </summary>
static class FactsJson
{
    [ThreadStatic] static ArrayBufferWriter<byte>? t_buffer;
    [ThreadStatic] static Utf8JsonWriter? t_json;

    /// <summary>The facts as bytes that hold until this thread writes others.</summary>
    public static ReadOnlySpan<byte> Write(PaymentFacts facts)
    {
        var buffer = t_buffer ??= new ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        var json = t_json ??= new Utf8JsonWriter(buffer, new() { Encoder = JsonText.Encoder, SkipValidation = true });
        json.Reset(buffer);
        json.WriteStartObject();
        WriteValues(json, facts);
        WriteChildren(json, "c"u8, facts.Captures);
        WriteChildren(json, "r"u8, facts.Refunds);
        WriteChildren(json, "d"u8, facts.Disputes);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan;
    }

    public static PaymentFacts Read(ReadOnlySpan<byte> stored)
    {
        var facts = new PaymentFacts();
        var json = new Utf8JsonReader(stored);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.ValueSpan.Length == 1 ? json.ValueSpan[0] : json.ValueSpan[1];
            var isDoubled = json.ValueSpan.Length == 2;
            json.Read();
            if (isDoubled) ReadMoment(ref json, name, facts);
            else ReadValue(ref json, name, facts);
        }
        return facts;
    }

    static void WriteValues(Utf8JsonWriter json, PaymentFacts facts)
    {
        json.WriteStartArray("n"u8);
        foreach (var name in facts.Names)
        {
            json.WriteNumberValue((int)name.Kind);
            json.WriteStringValue(name.Id);
        }
        json.WriteEndArray();
        if (facts.Currencies.Count > 0)
        {
            json.WriteStartArray("u"u8);
            foreach (var currency in facts.Currencies) json.WriteStringValue(currency);
            json.WriteEndArray();
        }
        if (facts.Amounts.Count > 0)
        {
            json.WriteStartArray("a"u8);
            foreach (var amount in facts.Amounts) json.WriteNumberValue(amount);
            json.WriteEndArray();
        }
        if (facts.Flags != PaymentFlags.None) json.WriteNumber("f"u8, (int)facts.Flags);
        if (facts.AuthorizedMaximum != 0) json.WriteNumber("m"u8, facts.AuthorizedMaximum);
        if (facts.CapturedMaximum != 0) json.WriteNumber("t"u8, facts.CapturedMaximum);
        if (facts.RefundedMaximum != 0) json.WriteNumber("x"u8, facts.RefundedMaximum);
        Write(json, "b"u8, facts.AuthorizedAnew);
        Write(json, "o"u8, facts.OrderId);
        Write(json, "k"u8, facts.MerchantReference);
        Write(json, "e"u8, facts.Email);
        Write(json, "w"u8, facts.FailureReason);
        Write(json, "@c"u8, facts.CreatedAt);
        Write(json, "@p"u8, facts.PendingAt);
        Write(json, "@f"u8, facts.FailedAt);
        Write(json, "@a"u8, facts.AuthorizedAt);
        Write(json, "@k"u8, facts.CapturedAt);
        Write(json, "@v"u8, facts.VoidedAt);
        Write(json, "@x"u8, facts.ExpiredAt);
    }

    static void WriteChildren(Utf8JsonWriter json, ReadOnlySpan<byte> name, SortedDictionary<string, Child> children)
    {
        if (children.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var (id, child) in children)
        {
            json.WriteStartArray();
            json.WriteStringValue(id);
            json.WriteNumberValue((int)child.State);
            json.WriteNumberValue(child.StateAt.UtcTicks);
            json.WriteBooleanValue(child.IsReversal);
            Write(json, child.LatestAmount);
            Write(json, new Latest<long>(child.LatestRespondBy.At, child.LatestRespondBy.Value.UtcTicks));
            Write(json, child.LatestReason);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    static void Write<T>(Utf8JsonWriter json, ReadOnlySpan<byte> name, Latest<T> latest) where T : IComparable<T>
    {
        if (!latest.IsKnown) return;
        json.WritePropertyName(name);
        Write(json, latest);
    }

    /// <summary>Two values: when, and what; a 0 and a null where nothing is known.</summary>
    static void Write<T>(Utf8JsonWriter json, Latest<T> latest) where T : IComparable<T>
    {
        json.WriteStartArray();
        if (latest.IsKnown)
        {
            json.WriteNumberValue(latest.At.UtcTicks);
            if (latest.Value is string text) json.WriteStringValue(text);
            else json.WriteNumberValue((long)(object)latest.Value!);
        }
        json.WriteEndArray();
    }

    static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? moment)
    {
        if (moment is { } known) json.WriteNumber(name, known.UtcTicks);
    }

    static void ReadMoment(ref Utf8JsonReader json, byte name, PaymentFacts facts)
    {
        var moment = Moment(json.GetInt64());
        switch (name)
        {
            case (byte)'c': facts.CreatedAt = moment; break;
            case (byte)'p': facts.PendingAt = moment; break;
            case (byte)'f': facts.FailedAt = moment; break;
            case (byte)'a': facts.AuthorizedAt = moment; break;
            case (byte)'k': facts.CapturedAt = moment; break;
            case (byte)'v': facts.VoidedAt = moment; break;
            default: facts.ExpiredAt = moment; break;
        }
    }

    static void ReadValue(ref Utf8JsonReader json, byte name, PaymentFacts facts)
    {
        switch (name)
        {
            case (byte)'n':
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    var kind = (NameKind)json.GetInt32();
                    json.Read();
                    facts.Names.Add(new(kind, json.GetString()!));
                }
                break;
            case (byte)'u':
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                    facts.Currencies.Add(json.GetString()!);
                break;
            case (byte)'a':
                while (json.Read() && json.TokenType != JsonTokenType.EndArray) facts.Amounts.Add(json.GetInt64());
                break;
            case (byte)'f': facts.Flags = (PaymentFlags)json.GetInt32(); break;
            case (byte)'m': facts.AuthorizedMaximum = json.GetInt64(); break;
            case (byte)'t': facts.CapturedMaximum = json.GetInt64(); break;
            case (byte)'x': facts.RefundedMaximum = json.GetInt64(); break;
            case (byte)'b': facts.AuthorizedAnew = ReadNumber(ref json); break;
            case (byte)'o': facts.OrderId = ReadText(ref json); break;
            case (byte)'k': facts.MerchantReference = ReadText(ref json); break;
            case (byte)'e': facts.Email = ReadText(ref json); break;
            case (byte)'w': facts.FailureReason = ReadText(ref json); break;
            case (byte)'c': ReadChildren(ref json, facts.Captures); break;
            case (byte)'r': ReadChildren(ref json, facts.Refunds); break;
            case (byte)'d': ReadChildren(ref json, facts.Disputes); break;
            default: json.Skip(); break; // written by a newer version
        }
    }

    static void ReadChildren(ref Utf8JsonReader json, SortedDictionary<string, Child> children)
    {
        while (json.Read() && json.TokenType == JsonTokenType.StartArray)
        {
            json.Read();
            var id = json.GetString()!;
            json.Read();
            var state = (ChildState)json.GetInt32();
            json.Read();
            var stateAt = Moment(json.GetInt64());
            json.Read();
            var isReversal = json.GetBoolean();
            json.Read();
            var amount = ReadNumber(ref json);
            json.Read();
            var respondBy = ReadNumber(ref json);
            json.Read();
            children[id] = new()
            {
                State = state,
                StateAt = stateAt,
                IsReversal = isReversal,
                LatestAmount = amount,
                LatestRespondBy = respondBy.IsKnown ? new(respondBy.At, Moment(respondBy.Value)) : default,
                LatestReason = ReadText(ref json),
            };
            json.Read(); // the end of the child
        }
    }

    static Latest<long> ReadNumber(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType == JsonTokenType.EndArray) return default;
        var at = Moment(json.GetInt64());
        json.Read();
        var value = json.GetInt64();
        json.Read();
        return new(at, value);
    }

    static Latest<string> ReadText(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType == JsonTokenType.EndArray) return default;
        var at = Moment(json.GetInt64());
        json.Read();
        var value = json.GetString()!;
        json.Read();
        return new(at, value);
    }

    static DateTimeOffset Moment(long utcTicks) => new(utcTicks, TimeSpan.Zero);
}
