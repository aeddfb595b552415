using System.Globalization;
using System.Text.Json;
using Payhook.Providers;
using Payhook.Receive;
using Spectre.Console;

namespace Payhook.Cli;

/// <summary>What came of checking one captured request: the verdict, what was read, and why it was refused.</summary>
sealed class Examination
{
    readonly Source _source;
    readonly Reading? _reading;
    readonly List<PaymentEvent> _events = [];
    readonly Cause? _cause;

    Examination(CapturedRequest captured, Source source, DateTimeOffset at, string? certificates)
    {
        _source = source;
        var request = captured.At(at);
        if (source.Provider.FindLookup(request, source.Credentials) is { } lookup)
            request = captured.At(at, SavedKeys.Find(certificates, lookup));
        Verification = source.Provider.Verify(request, source.Credentials);
        if (Verification.IsVerified) _reading = source.Provider.Read(request, _events);
        else _cause = ExplainRefusal(request, source, Verification);
    }

    public Verification Verification { get; }

    /// <summary>Checks a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="source">The sender it is held against.</param>
    /// <param name="at">When it came in.</param>
    /// <param name="certificates">The folder of saved certificates and keys, where one was given.</param>
    public static Examination Of(CapturedRequest request, Source source, DateTimeOffset at, string? certificates) =>
        new(request, source, at, certificates);

    static Cause? ExplainRefusal(in WebhookRequest request, Source source, Verification verification) =>
        CauseFinder.Find(request, source, verification, [source]);

    string? Explanation => Verification.IsVerified ? null : VerdictWords.Sentence(Verification, _source);

    /// <summary>For a wrong signature it is told as well that nothing was found: that is an answer too.</summary>
    string? Cause => _cause?.Explanation
        ?? (Verification.Verdict == Verdict.WrongSignature ? Receive.Cause.NoneFound : null);

    public void WriteTable(TextWriter output)
    {
        var console = Tables.Console(output);
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("what", "told");
        var colour = Verification.IsVerified ? "green" : "red";
        table.AddRow(new Text("verdict"), new Markup($"[{colour}]{JsonText.Word(Verification.Verdict)}[/]"));
        table.AddRow("provider", Markup.Escape(_source.Provider.DisplayName));
        if (Verification.SecretNumber > 0)
            table.AddRow("secret", $"{Verification.SecretNumber} of {_source.Credentials.Secrets.Count}");
        if (Explanation is { } explanation) table.AddRow("reason", Markup.Escape(explanation));
        if (Cause is { } cause) table.AddRow("probable cause", Markup.Escape(cause));
        if (_reading is { } reading and not Reading.Read)
            table.AddRow("reading", $"{JsonText.Word(reading)}: the listener answers 400");
        if (Verification.IsVerified && !_source.Provider.SignsBody)
            table.AddRow("note", "the signature does not cover the body: what it says is a hint");
        console.Write(table);
        if (_events.Count == 0) return;

        console.WriteLine();
        var events = new Table().Border(TableBorder.None)
            .AddColumns("event id", "event type", "payment", "amount", "created");
        foreach (var e in _events)
        {
            string[] cells = [e.EventId ?? "-", e.EventType, e.PaymentId ?? "-", Amount(e), Created(e) ?? "-"];
            events.AddRow(cells.Select(c => new Text(c)));
        }
        console.Write(events);
    }

    public string ToJson() => JsonLine.Of(json =>
    {
        json.WriteString("provider", _source.Provider.Name);
        json.WriteBoolean("valid", Verification.IsVerified);
        json.WriteString("reason", JsonText.Word(Verification.Verdict));
        if (Verification.SecretNumber > 0) json.WriteNumber("secret_number", Verification.SecretNumber);
        if (Verification.Verdict == Verdict.OutsideTolerance)
            json.WriteNumber("clock_skew_seconds", (long)Verification.ClockSkew.TotalSeconds);
        if (Explanation is { } explanation) json.WriteString("explanation", explanation);
        if (_cause is { } known) json.WriteString("cause", known.Code);
        if (Cause is { } cause) json.WriteString("cause_explanation", cause);
        if (_reading is not { } reading) return;
        json.WriteString("reading", JsonText.Word(reading));
        json.WriteBoolean("signs_body", _source.Provider.SignsBody);
        json.WriteStartArray("events");
        foreach (var e in _events) WriteEvent(json, e);
        json.WriteEndArray();
    });

    static void WriteEvent(Utf8JsonWriter json, PaymentEvent e)
    {
        json.WriteStartObject();
        json.WriteString("event_id", e.EventId);
        json.WriteString("event_type", e.EventType);
        json.WriteString("payment_id", e.PaymentId);
        if (e.AmountMinor is { } amount) json.WriteNumber("amount_minor", amount);
        if (e.Currency is { } currency) json.WriteString("currency", currency);
        if (Created(e) is { } created) json.WriteString("created_at", created);
        json.WriteEndObject();
    }

    /// <summary>As people write it; the minor units alone where the currency is not known.</summary>
    static string Amount(PaymentEvent e)
    {
        if (e.AmountMinor is not { } minor) return "-";
        if (e.Currency is not { } currency) return minor.ToString(CultureInfo.InvariantCulture);
        var decimals = Money.Decimals(currency);
        var amount = (decimal)minor;
        for (var i = 0; i < decimals; i++) amount /= 10;
        return amount.ToString("F" + decimals, CultureInfo.InvariantCulture) + " " + currency;
    }

    static string? Created(PaymentEvent e) => e.CreatedAt is { } moment ? JsonText.Moment(moment) : null;
}
