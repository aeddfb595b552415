using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Payhook;
using Payhook.Cli;
using Payhook.Seed;
using Payhook.Store;
using Spectre.Console;

if (args is not [var countText, var url] || !long.TryParse(countText, out var count) || count < 1)
{
    Console.Error.WriteLine("usage: bench/seed COUNT DATABASE_URL");
    return 2;
}
const int batchEvents = 4000, batchesAhead = 8;
var database = DatabaseUrl.Parse(url);
await using var store = database.CreateStore(TimeSpan.FromMinutes(5), TimeProvider.System);
store.Open();

var clock = Stopwatch.StartNew();
await Tables.Console(Console.Error).Progress().AutoClear(true)
    .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
    .StartAsync(progress => Task.Run(() => Fill(progress.AddTask("events", maxValue: count))));
if (database.Postgres is not null)
{
    // As autovacuum would have done in ninety days.
    await using var connection = new NpgsqlConnection(database.Postgres.ConnectionString);
    await connection.OpenAsync();
    await using var vacuum = new NpgsqlCommand("vacuum analyze", connection) { CommandTimeout = 0 };
    await vacuum.ExecuteNonQueryAsync();
}
var seconds = clock.Elapsed.TotalSeconds;
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"{count} events in {seconds:F0} s, {count / seconds:F0} events/s"));
return 0;

void Fill(ProgressTask bar)
{
    using var batches = new BlockingCollection<Receipt[]>(batchesAhead);
    var making = Task.Run(() =>
    {
        try
        {
            foreach (var batch in new SeedStream(count, TimeProvider.System.GetUtcNow()).Receipts().Chunk(batchEvents))
                batches.Add([.. batch.SelectMany(r => r.Batch?.Receipts ?? [r])]);
        }
        finally
        {
            batches.CompleteAdding();
        }
    });
    using var writer = store.OpenWriter();
    foreach (var batch in batches.GetConsumingEnumerable())
    {
        writer.Append(batch);
        foreach (var receipt in batch) receipt.Bytes.Return();
        bar.Increment(batch.Length);
    }
    making.GetAwaiter().GetResult();
}
