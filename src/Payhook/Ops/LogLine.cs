using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Payhook.Ops;

/// <summary>
/// Builds one line of the log, as JSON or for a person: time, level, message, then named values. Built in a buffer of
/// the thread, so that a line allocates nothing.
/// </summary>
readonly ref struct LogLine
{
    [ThreadStatic] static ArrayBufferWriter<byte>? t_buffer;
    [ThreadStatic] static Utf8JsonWriter? t_json;

    static readonly SearchValues<char> LineBreaking = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Select(c => (char)c), '\u2028', '\u2029']);

    readonly LogOutput _output;
    readonly ArrayBufferWriter<byte> _buffer;
    readonly Utf8JsonWriter? _json;

    public LogLine(LogOutput output, DateTimeOffset time, LogLevel level, string message)
    {
        _output = output;
        _buffer = t_buffer ??= new ArrayBufferWriter<byte>(1024);
        _buffer.ResetWrittenCount();
        if (output.IsJson)
        {
            _json = t_json ??= new Utf8JsonWriter(_buffer, new() { SkipValidation = true });
            _json.Reset(_buffer);
            _json.WriteStartObject();
            Span<byte> moment = stackalloc byte[24];
            time.UtcDateTime.TryFormat(
                moment, out var length, "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
            _json.WriteString("time"u8, moment[..length]);
            _json.WriteString("level"u8, Word(level));
            _json.WriteString("message"u8, message);
        }
        else
        {
            _json = null;
            var moment = _buffer.GetSpan(12);
            time.ToLocalTime().TryFormat(moment, out var length, "HH:mm:ss.fff", CultureInfo.InvariantCulture);
            _buffer.Advance(length);
            _buffer.Write(" "u8);
            _buffer.Write(Word(level));
            _buffer.Write("        "u8[Word(level).Length..]); // messages start in one column
            WriteText(message);
        }
    }

    public LogLine Add(string name, string? value)
    {
        if (value is null) return this;
        if (_json is null)
        {
            WriteName(name);
            WriteText(value);
        }
        else
        {
            _json.WriteString(name, value);
        }
        return this;
    }

    public LogLine Add(string name, double value)
    {
        if (_json is not null)
        {
            _json.WriteNumber(name, value);
            return this;
        }
        WriteName(name);
        var span = _buffer.GetSpan(32);
        value.TryFormat(span, out var length, default, CultureInfo.InvariantCulture);
        _buffer.Advance(length);
        return this;
    }

    public void Write()
    {
        if (_json is not null)
        {
            _json.WriteEndObject();
            _json.Flush();
        }
        _buffer.Write("\n"u8);
        _output.Write(_buffer.WrittenSpan);
    }

    static ReadOnlySpan<byte> Word(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug"u8,
        LogLevel.Information => "info"u8,
        LogLevel.Warning => "warning"u8,
        _ => "error"u8,
    };

    void WriteName(string name)
    {
        _buffer.Write(" "u8);
        WriteText(name);
        _buffer.Write("="u8);
    }

    /// <summary>Control characters and line separators would let a value forge a line of its own.</summary>
    void WriteText(string text)
    {
        if (text.AsSpan().IndexOfAny(LineBreaking) >= 0)
            text = string.Create(text.Length, text, static (line, from) =>
            {
                for (var i = 0; i < line.Length; i++) line[i] = LineBreaking.Contains(from[i]) ? '?' : from[i];
            });
        Encoding.UTF8.GetBytes(text, _buffer);
    }
}
