using Payhook.Store;

namespace Payhook.Cli;

/// <summary>The store of the settings, for commands that work on it beside the listener. It is never made.</summary>
static class OpenedStore
{
    public static async Task<int> WithAsync(TextWriter errors, Func<Settings, IEventStore, Task<int>> run)
    {
        var (settings, faults) = Settings.ReadEnvironment();
        if (settings is null) return await ServeCommand.TellAsync(errors, faults);
        await using var store = settings.Database.CreateStore(settings.CommitDeadline, TimeProvider.System);
        try
        {
            if (store.Examine().SchemaVersion == 0)
                throw new StoreRefusedException($"{store.DisplayName} holds nothing of Payhook's yet.");
            store.Open();
            return await run(settings, store);
        }
        catch (StoreRefusedException e)
        {
            await errors.WriteLineAsync($"payhook: DATABASE_URL: {e.Message}");
            return ExitCodes.Settings;
        }
        catch (StoreUnavailableException e)
        {
            await errors.WriteLineAsync($"payhook: DATABASE_URL: {e.Message}");
            return ExitCodes.Unavailable;
        }
    }
}
