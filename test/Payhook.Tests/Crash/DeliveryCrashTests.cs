using Payhook.Tests.Support;

namespace Payhook.Tests.Crash;

/// <summary>What is owed arrives, whatever is killed on the way, and hardly ever twice.</summary>
public sealed class DeliveryCrashTests
{
    const int ConcurrencyLimit = 16;

    static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("PAYHOOK_CRASH_ROUNDS") ?? "20");

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Every_acknowledged_event_arrives_through_kills_and_restarts_under_load(StoreKind kind)
    {
        using var postgres = kind == StoreKind.Postgres ? new PrivatePostgres() : null;
        using var store = postgres is null ? new TestStore(kind) : new TestStore(postgres);
        await using var application = await Application.StartAsync();
        using var file = DestinationFile.To(application, $", \"concurrency_limit\": {ConcurrencyLimit}");
        var port = PrivatePostgres.FreePort();
        var (acknowledged, incidents) = (new List<string>(), 0);
        var process = await PayhookProcess.ListenAsync(store, port, file.Settings);
        try
        {
            for (var round = 1; round <= Rounds; round++)
            {
                await using var load = new Load(port, $"evt_{round}", senders: 8);
                await load.WaitForMoreAsync(50 + Random.Shared.Next(150));
                switch (Random.Shared.Next(postgres is null ? 2 : 3))
                {
                    case 0:
                        process.Kill();
                        process.Dispose();
                        await load.StopAsync();
                        process = await PayhookProcess.ListenAsync(store, port, file.Settings);
                        break;
                    case 1:
                        await application.StopAsync();
                        await load.WaitForMoreAsync(50);
                        await application.StartAgainAsync();
                        break;
                    default:
                        postgres!.Stop(Random.Shared.Next(2) == 0 ? "fast" : "immediate");
                        postgres.Start();
                        await load.WaitForMoreAsync(50);
                        break;
                }
                incidents++;
                await load.StopAsync();
                acknowledged.AddRange(load.Acknowledged);
            }
            var missing = acknowledged.ToHashSet();
            for (var i = 0; i < 1200 && missing.Count > 0; i++)
            {
                await Task.Delay(50, Stop);
                missing.ExceptWith(application.Taken);
            }
            Assert.Empty(missing);
        }
        finally
        {
            process.Dispose();
        }
        // Whatever is taken is also in the store, and what came twice was in flight when something was killed.
        var taken = application.Taken;
        Assert.Empty(taken.Except(store.EventIds()));
        Assert.InRange(taken.Count - taken.Distinct().Count(), 0, incidents * ConcurrencyLimit);
        Assert.True(acknowledged.Count >= Rounds * 50);
    }
}
