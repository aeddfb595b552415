using System.Globalization;
using System.Runtime.InteropServices;
using Payhook.Query;
using Payhook.Store;
using Spectre.Console;

namespace Payhook.Cli;

/// <summary>Watches the replays that a command has started; to end the watching leaves them running.</summary>
sealed class ReplayRun(
    IEventStore store, ReplayEditor editor, ReplayPlan plan, IReadOnlyList<long> ids, TextWriter output,
    TextWriter errors)
{
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(300);

    readonly Dictionary<long, (FeedPosition Cursor, long Passed)> _known = [];

    string Numbers => string.Join(", ", ids.Select(id => id.ToString(CultureInfo.InvariantCulture)));

    public async Task<int> FollowAsync(bool isJson, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        var rows = await RowsAsync(cancellation);
        if (await store.Deliveries.LivingAsync(cancellation) == 0)
        {
            await errors.WriteLineAsync(
                $"payhook: replay {Numbers} waits: no listener is running on this store. Start 'payhook serve'.");
        }
        else
        {
            try
            {
                rows = await WithBarsAsync(rows, stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                rows = await RowsAsync(CancellationToken.None);
                await errors.WriteLineAsync(
                    $"payhook: replay {Numbers} goes on. To end it: {string.Join("; ", ids.Select(Cancel))}");
            }
        }
        foreach (var row in rows) await TellAsync(row, isJson);
        return ExitCodes.Success;
    }

    public static string Events(long count) =>
        count == 1 ? "1 event" : string.Create(CultureInfo.InvariantCulture, $"{count} events");

    static string Cancel(long id) => string.Create(CultureInfo.InvariantCulture, $"payhook replay cancel {id}");

    async Task<List<ReplayRow>> WithBarsAsync(List<ReplayRow> rows, CancellationToken cancellation)
    {
        if (errors != Console.Error || Console.IsErrorRedirected) return await WatchAsync((_, _) => { }, cancellation);
        await Tables.Console(errors).Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(),
                new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bars = rows.ToDictionary(r => r.Id, r => progress.AddTask(
                    Markup.Escape(NameOf(r)), maxValue: Math.Max(1, r.EventCount)));
                rows = await WatchAsync((row, passed) => bars[row.Id].Value = passed, cancellation);
            });
        return rows;
    }

    /// <summary>Until each is done or cancelled, or its destination is not served.</summary>
    async Task<List<ReplayRow>> WatchAsync(Action<ReplayRow, long> tell, CancellationToken cancellation)
    {
        while (true)
        {
            var rows = await RowsAsync(cancellation);
            foreach (var row in rows) tell(row, await PassedAsync(row, cancellation));
            var active = (await store.Destinations.All(cancellation).ToListAsync(cancellation))
                .Where(d => d.State == DestinationState.Active).Select(d => d.Id).ToHashSet();
            cancellation.ThrowIfCancellationRequested();
            if (!rows.Exists(r => r.State == ReplayState.Running && active.Contains(r.DestinationId))) return rows;
            await Task.Delay(LookEvery, TimeProvider.System, cancellation);
        }
    }

    /// <summary>Counts on from where it was, so that a look costs what has happened since the last.</summary>
    async Task<long> PassedAsync(ReplayRow row, CancellationToken cancellation)
    {
        var (cursor, passed) = _known.GetValueOrDefault(row.Id, (row.Span.After, 0));
        if (row.Cursor > cursor)
        {
            passed += await editor.PassedAsync(
                row with { State = ReplayState.Running, Span = row.Span with { After = cursor } }, cancellation);
        }
        _known[row.Id] = (row.Cursor, passed);
        return row.State == ReplayState.Done ? row.EventCount : passed;
    }

    async Task<List<ReplayRow>> RowsAsync(CancellationToken cancellation)
    {
        var rows = new List<ReplayRow>();
        foreach (var id in ids)
        {
            if (await editor.FindAsync(id, cancellation) is { } row) rows.Add(row);
        }
        return rows;
    }

    async Task TellAsync(ReplayRow row, bool isJson)
    {
        if (isJson)
        {
            await output.WriteLineAsync(JsonLine.Whole(j => ReplayJson.Write(j, row, NameOf(row))));
            return;
        }
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"Replay {row.Id} to {NameOf(row)} is {JsonText.Word(row.State)}: {Events(row.EventCount)}, "
            + $"{row.PlannedCount} handed over so far."));
        if (row.State == ReplayState.Running
            && ReplayJson.Note(plan.Destinations.First(d => d.Id == row.DestinationId)) is { } note)
            await errors.WriteLineAsync($"payhook: {NameOf(row)}: {note}");
    }

    string NameOf(ReplayRow row) => plan.Destinations.First(d => d.Id == row.DestinationId).Name;
}
