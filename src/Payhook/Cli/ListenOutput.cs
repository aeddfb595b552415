using System.Globalization;
using System.Text.Json;

namespace Payhook.Cli;

/// <summary>One line for each event that was handed on: for a person's eyes, or for a program.</summary>
sealed class ListenOutput(TextWriter output, TextWriter errors, bool isJson, TimeProvider time)
{
    const int WidthLimitChars = 40;
    const string Reset = "\e[0m", Green = "\e[32m", Red = "\e[31m";

    readonly bool _hasColour = !isJson && Tables.Console(output).Profile.Capabilities is { Ansi: true } can
        && can.ColorSystem != Spectre.Console.ColorSystem.NoColors;

    /// <summary>Columns only grow, so that lines stay under each other without knowing what comes.</summary>
    int _typeWidth = 20, _paymentWidth = 18;

    public void Write(ListenedEvent heard, ForwardResult result, bool isAgain) =>
        output.WriteLine(isJson ? Json(heard, result, isAgain) : Line(heard, result, isAgain));

    /// <summary>What is no event: how the listening itself goes.</summary>
    public void Tell(string text) => errors.WriteLine($"payhook: {text}");

    string Line(ListenedEvent heard, ForwardResult result, bool isAgain)
    {
        var (type, payment) = (Shown(heard.EventType), Shown(heard.PaymentId ?? "-"));
        _typeWidth = Math.Max(_typeWidth, type.Length);
        _paymentWidth = Math.Max(_paymentWidth, payment.Length);
        var status = (result.IsAnswer ? $"{result.Status}" : result.Failure.Name()).PadRight(10);
        if (_hasColour) status = (result.IsSuccess ? Green : Red) + status + Reset;
        return string.Create(CultureInfo.InvariantCulture,
            $"{time.GetLocalNow():HH:mm:ss}  {type.PadRight(_typeWidth)}  {payment.PadRight(_paymentWidth)}  {status}"
            + $"{result.Duration.TotalMilliseconds,6:0} ms{(isAgain ? "  again" : "")}");
    }

    string Json(ListenedEvent heard, ForwardResult result, bool isAgain) => JsonLine.Of(json =>
    {
        json.WriteString("at", JsonText.Moment(time.GetUtcNow()));
        json.WriteString("cursor", heard.Cursor);
        json.WriteNumber("sequence", heard.Sequence);
        json.WriteString("event_id", heard.EventId);
        json.WriteString("event_type", heard.EventType);
        json.WriteString("payment_id", heard.PaymentId);
        json.WriteString("source", heard.SourceName);
        if (result.IsAnswer) json.WriteNumber("status", result.Status);
        else json.WriteNull("status");
        json.WriteString("failure", result.IsAnswer ? null : result.Failure.Name());
        json.WriteNumber("duration_ms", Math.Round(result.Duration.TotalMilliseconds, 1));
        json.WriteBoolean("again", isAgain);
    });

    /// <summary>A sender's words must not move the cursor of a terminal.</summary>
    static string Shown(string text)
    {
        var clean = string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
        return clean.Length <= WidthLimitChars ? clean : clean[..(WidthLimitChars - 1)] + "…";
    }
}

/// <summary>An event as the stream tells of it.</summary>
sealed record ListenedEvent(
    string Cursor, string EventId, string EventType, string? PaymentId, string SourceName, long Sequence, long? Batch)
{
    public static ListenedEvent? Read(string data)
    {
        try
        {
            using var json = JsonDocument.Parse(data);
            var root = json.RootElement;
            return new(Text("cursor"), Text("event_id"), Text("event_type"), root.GetProperty("payment_id").GetString(),
                Text("source"), root.GetProperty("sequence").GetInt64(),
                root.TryGetProperty("batch", out var batch) ? batch.GetInt64() : null);

            string Text(string name) => root.GetProperty(name).GetString() ?? "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            return null;
        }
    }
}
