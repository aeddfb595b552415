using System.CommandLine;
using System.Globalization;
using Payhook.Store;
using Spectre.Console;

namespace Payhook.Cli;

/// <summary><c>payhook rebuild</c>: the payments again from the events, when something in between was wrong.</summary>
static class RebuildCommand
{
    public static Command Create(TextWriter output, TextWriter errors)
    {
        var restart = new Option<bool>("--restart")
        {
            Description = "Begin again, where an earlier run was ended in the middle",
        };
        var json = new Option<bool>("--json") { Description = "The result as one JSON line" };
        var command = new Command(
            "rebuild", "Make all payments anew from the stored events, and put right those that differ.")
        {
            restart, json,
        };
        command.SetAction((parsed, cancellation) => OpenedStore.WithAsync(errors, async (settings, store) =>
        {
            using var rebuild = store.OpenRebuild(parsed.GetValue(restart));
            var startedAt = TimeProvider.System.GetTimestamp();
            var run = new RebuildRun(store, Sources.Of(settings), rebuild, TimeProvider.System);
            await WithBarsAsync(errors, rebuild, run, cancellation);
            rebuild.Finish();
            store.Audit.Append(new AuditEntry(
                TimeProvider.System.GetUtcNow(), AuditEntry.CommandLineActor, AuditEntry.PaymentsRebuilt,
                $"{run.Payments} payments", $"{run.Mended} mended, {run.Removed} removed"));
            var seconds = TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds;
            if (parsed.GetValue(json)) await output.WriteLineAsync(Json(run, seconds));
            else await TellAsync(run, seconds, output, errors);
            return ExitCodes.Success;
        }));
        return command;
    }

    static async Task WithBarsAsync(
        TextWriter errors, IPaymentRebuild rebuild, RebuildRun run, CancellationToken cancellation)
    {
        if (errors != Console.Error || Console.IsErrorRedirected)
        {
            await run.FillAsync(_ => { }, cancellation);
            await run.CompareAsync(_ => { }, cancellation);
            return;
        }
        await Tables.Console(errors).Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(),
                new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var fill = progress.AddTask("events", maxValue: Math.Max(1, rebuild.EventsTotal()));
                await run.FillAsync(events => fill.Value = events, cancellation);
                fill.Value = fill.MaxValue;
                var compare = progress.AddTask("payments", maxValue: Math.Max(1, rebuild.PaymentsTotal()));
                await run.CompareAsync(payments => compare.Value = payments, cancellation);
            });
    }

    static string Json(RebuildRun run, double seconds) => JsonLine.Of(json =>
    {
        json.WriteNumber("events", run.Events);
        json.WriteNumber("events_before", run.EventsBefore);
        json.WriteNumber("payments", run.Payments);
        json.WriteNumber("mended", run.Mended);
        json.WriteNumber("removed", run.Removed);
        json.WriteStartObject("skipped");
        foreach (var (source, count) in run.Skipped) json.WriteNumber(source, count);
        json.WriteEndObject();
        json.WriteNumber("seconds", Math.Round(seconds, 3));
    });

    static async Task TellAsync(RebuildRun run, double seconds, TextWriter output, TextWriter errors)
    {
        var rate = (run.Events - run.EventsBefore) / Math.Max(seconds, 0.001);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{run.Payments} payments from {run.Events} events: {run.Mended} mended, {run.Removed} removed. "
            + $"{seconds:F1} s, {rate:F0} events/s."));
        foreach (var (source, count) in run.Skipped)
        {
            await errors.WriteLineAsync(
                $"payhook: {count} events of the source {source} were left out: it is not configured, and no payment "
                + "tells its provider.");
        }
    }
}
