using Payhook.Mock;
using Spectre.Console;

namespace Payhook.Cli;

/// <summary>Plays a scenario against a listener and tells whether it answered as it must.</summary>
sealed class ScenarioRun(string scenario, Signer signer, Poster poster, TextWriter output, bool asJson)
{
    public async Task<bool> RunAsync(IReadOnlyList<ScenarioStep> steps, CancellationToken cancellation)
    {
        var table = new Table().Border(TableBorder.None)
            .AddColumns("step", "event id", "status", "answer", "expected", "as expected");
        var areAll = true;
        foreach (var step in steps)
        {
            var (status, answer) = await poster.PostAsync(step.Request, cancellation);
            var isAsExpected = Scenarios.IsAsExpected(step.Expected, signer.Provider, status, answer);
            areAll &= isAsExpected;
            if (asJson) await output.WriteLineAsync(Line(step, status, answer, isAsExpected));
            table.AddRow(new Text(step.Name), new Text(step.EventId), new Text($"{status}"),
                new Text(Scenarios.Told(answer)), new Text(JsonText.Word(step.Expected)),
                new Markup(isAsExpected ? "[green]yes[/]" : "[red]NO[/]"));
        }
        if (!asJson) Tables.Console(output).Write(table);
        return areAll;
    }

    string Line(ScenarioStep step, int status, string answer, bool isAsExpected) => JsonLine.Of(json =>
    {
        json.WriteString("scenario", scenario);
        json.WriteString("step", step.Name);
        json.WriteString("event_id", step.EventId);
        json.WriteNumber("status", status);
        json.WriteString("answer", answer);
        json.WriteString("expected", JsonText.Word(step.Expected));
        json.WriteBoolean("as_expected", isAsExpected);
    });
}
